"""Running one stage of one document inside the current task."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowSkipException

from document_tasks.failure import announcing_codes, failing_with_a_code
from document_tasks.workspace import open_workspace

if TYPE_CHECKING:
    from include.workspace import Workspace

Result = TypeVar("Result")


@contextmanager
def stage_of(document_id: str, context: Mapping[str, Any], *, resolved_too: bool = False) -> Iterator[Workspace]:
    """The workspace of a document while the task works on one of its stages.

    :param resolved_too: work also on a document that a person has resolved by hand in this run.
    :raises AirflowSkipException: it is resolved: there is nothing to do.
    :raises PipelineError: whatever went wrong, as a code of the registry.
    """
    from include.review.resolutions import find_resolution
    from include.stages.cycles import searched_among_the_young

    with announcing_codes(context), searched_among_the_young():
        workspace = open_workspace(document_id, context)
        with failing_with_a_code(workspace):
            if not resolved_too and find_resolution(workspace, context["ti"].run_id):
                raise AirflowSkipException("The document is resolved by hand.")
            yield workspace


def run_stage(document_id: str, stage: Callable[[Workspace], Result], *, resolved_too: bool = False) -> Result:
    """Call a stage with the document's workspace; see :func:`stage_of`."""
    with stage_of(document_id, get_current_context(), resolved_too=resolved_too) as workspace:
        return stage(workspace)
