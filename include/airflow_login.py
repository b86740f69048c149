"""Airflow's API of the deployment that the environment names."""

from __future__ import annotations

import os
from collections.abc import Mapping

from urllib3.util import Retry

from include.airflow_api import AirflowApi, ApiError

ONCE_MORE = Retry(total=1, backoff_factor=0.5, raise_on_status=False)
"""For whoever waits at a terminal."""


class LoginError(RuntimeError):
    """The environment names no deployment, or Airflow does not let its user in; the message says which."""


def log_in(environment: Mapping[str, str] | None = None, timeout_seconds: float = 30) -> AirflowApi:
    """By ``AIRFLOW_URL``, and ``AIRFLOW_TOKEN`` or ``AIRFLOW_USER`` and ``AIRFLOW_PASSWORD``.

    :raises LoginError: one of them is missing, or Airflow refuses.
    :raises requests.RequestException: nobody answers.
    """
    environment = os.environ if environment is None else environment
    url, token = environment.get("AIRFLOW_URL", ""), environment.get("AIRFLOW_TOKEN", "")
    user, password = environment.get("AIRFLOW_USER", ""), environment.get("AIRFLOW_PASSWORD", "")
    if not url:
        raise LoginError("AIRFLOW_URL is not set: the API server's address, as https://airflow.example.org")
    if not (token or (user and password)):
        raise LoginError("AIRFLOW_USER and AIRFLOW_PASSWORD, or AIRFLOW_TOKEN, are not set")
    try:
        return AirflowApi(url, user, password, token=token, retries=ONCE_MORE, timeout_seconds=timeout_seconds)
    except ApiError as error:
        if error.status not in (400, 401, 403, 422):
            raise
        raise LoginError(f"Airflow refuses the login of {user}") from None
