"""How a stage fails: one code of the registry, one audit event, and nothing of the document in any log."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowException

from include.errors import PipelineError

if TYPE_CHECKING:
    from include.workspace import Workspace

log = logging.getLogger(__name__)

CODES = "codes"
"""XCom key of a task's error codes, so that a page can tell them from Airflow's database alone. Airflow deletes a
task's XComs when it starts anew, and keeps them when it resumes: they say why a task has failed, why it is tried again,
or what it waits for."""


@contextmanager
def announcing_codes(context: Mapping[str, Any]) -> Iterator[None]:
    """Let a task's failure be seen as the XCom :data:`CODES`, too."""
    try:
        yield
    except PipelineError as error:
        announce(context, [error.code])
        raise


def announce(context: Mapping[str, Any], codes: Sequence[str]) -> None:
    """Push error codes as an XCom. That this fails must never be the task's error."""
    try:
        context["ti"].xcom_push(key=CODES, value=list(codes))
    except Exception as error:
        log.warning("The codes cannot be pushed: %s", type(error).__name__)


@contextmanager
def failing_with_a_code(workspace: Workspace) -> Iterator[None]:
    """Let only errors of the registry (and Airflow's own signals) out of a stage; the event says how long it took.

    :raises PipelineError: with the stage's code; INTERNAL_ERROR for whatever the stage did not foresee. That
        exception's message may quote the document, so only its type and the lines it passed are logged.
    """
    from include.stages.stopwatch import Stopwatch

    watch = Stopwatch()
    try:
        yield
    except AirflowException:
        raise
    except PipelineError as error:
        _record(workspace, error.code, watch.milliseconds)
        raise PipelineError(error.code, error.retry_after) from None
    except Exception as error:
        log.error("%s raised in:\n%s", type(error).__name__, lines_passed(error))
        _record(workspace, "INTERNAL_ERROR", watch.milliseconds)
        raise PipelineError("INTERNAL_ERROR") from None


def _record(workspace: Workspace, code: str, milliseconds: int) -> None:
    from include.audit.events import EventName

    log.error("%s", PipelineError(code))
    with suppress(Exception):  # the failure itself must stay the task's error
        workspace.trail.write(EventName.DOCUMENT_FAILED, error_code=code, duration_ms=milliseconds)


def lines_passed(error: BaseException) -> str:
    """Where an exception came from, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
