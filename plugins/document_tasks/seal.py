"""The audit task: how the document's other tasks ended, as Airflow knows it, goes into its outcome."""

from __future__ import annotations

from airflow.sdk import get_current_context

from document_tasks.metrics import send
from document_tasks.stage import run_stage

STAGES = ("classify", "ocr", "merge_pages", "convert_to_fhir")


def seal(document_id: str) -> None:
    """Seal one document.

    :raises PipelineError: an S3 code.
    """
    from include.metrics.documents import of_outcome
    from include.stages.seal import seal as stage

    context = get_current_context()
    instance = context["ti"]
    group = instance.task_id.rpartition(".")[0]
    task_ids = [f"{group}.{name}" for name in STAGES]
    answer = instance.get_task_states(
        dag_id=instance.dag_id, map_index=instance.map_index, task_ids=task_ids, run_ids=[instance.run_id])
    states = {task: str(state) for task, state in answer.get(instance.run_id, {}).items()}
    since = context["dag_run"].run_after
    outcome = run_stage(
        document_id, lambda workspace: stage(workspace, instance.run_id, since, states), resolved_too=True)
    send(lambda: of_outcome(outcome))
