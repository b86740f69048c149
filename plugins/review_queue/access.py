"""Who may do what: Airflow's own permissions on the DAG, asked of whatever auth manager the deployment has.

Reading the queue needs what reading task instances needs; patient data and decisions need what answering a
human-in-the-loop request needs. With the simple auth manager these are the roles viewer, and user and above.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import get_user, requires_access_dag
from airflow.configuration import conf
from fastapi import Depends, HTTPException, Request

from review_queue.entries import DAG_ID

HEADER = "X-Review-Queue"
"""A page of another origin cannot send it without asking first (CORS). Airflow answers such a question only where its
``[api] access_control_allow_*`` are set."""

_read = requires_access_dag("GET", DagAccessEntity.TASK_INSTANCE, DAG_ID)
_decide = requires_access_dag("PUT", DagAccessEntity.HITL_DETAIL, DAG_ID)
_clear = requires_access_dag("PUT", DagAccessEntity.TASK_INSTANCE, DAG_ID)

User = Annotated[BaseUser, Depends(get_user)]


def reader(request: Request, user: User) -> BaseUser:
    """Who may see states and codes.

    :raises HTTPException: 401 without a login, 403 without the permission.
    """
    _read(request, user)
    return user


def decider(request: Request, user: User) -> BaseUser:
    """Who may see a document and decide.

    :raises HTTPException: 401 without a login, 403 without the permission.
    """
    _decide(request, user)
    _clear(request, user)
    return user


def may_decide(user: BaseUser) -> bool:
    """Whether the page offers this user what :func:`decider` allows."""
    dag, manager = DagDetails(id=DAG_ID), get_auth_manager()
    return all(manager.is_authorized_dag(method="PUT", access_entity=entity, details=dag, user=user)
               for entity in (DagAccessEntity.HITL_DETAIL, DagAccessEntity.TASK_INSTANCE))


def own_page(request: Request, _user: User) -> None:
    """Only this page's own scripts change anything: the browser sends its cookie with any page's requests.

    :raises HTTPException: 401 without a login, 403 from another page.
    """
    origin = request.headers.get("origin")
    # A proxy may speak to the server under another name than the browser does.
    own = {request.headers.get("host"), urlsplit(conf.get("api", "base_url", fallback="")).netloc}
    foreign = origin is not None and urlsplit(origin).netloc not in own - {""}
    if foreign or request.headers.get(HEADER) != "1" or request.headers.get("sec-fetch-site", "same-origin") not in (
            "same-origin", "none"):
        raise HTTPException(403, "This request does not come from the review queue's own page.")


Reader = Annotated[BaseUser, Depends(reader)]
Decider = Annotated[BaseUser, Depends(decider)]
