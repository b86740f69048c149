"""Running one stage of one document inside the current task."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from airflow.sdk import get_current_context

from document_tasks.failure import failing_with_a_code
from document_tasks.workspace import open_workspace

if TYPE_CHECKING:
    from include.workspace import Workspace

Result = TypeVar("Result")


def run_stage(document_id: str, stage: Callable[[Workspace], Result]) -> Result:
    """Call a stage with the document's workspace.

    :raises PipelineError: whatever went wrong, as a code of the registry.
    """
    workspace = open_workspace(document_id, get_current_context())
    with failing_with_a_code(workspace):
        return stage(workspace)
