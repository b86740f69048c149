"""
### Documents to FHIR

One run turns a batch of medical documents into FHIR R4. Each document is one row of five tasks.

**Arrives**: a batch manifest in S3 (`batch`, written by `documents_inbox`); for a run by hand ids of registered documents
(`documents`) or source keys (`keys`: file names, which Airflow then keeps).
**Leaves**: per document a FHIR bundle (`documents/<id>/bundle.json`), merged into `patients/<patient>.json`; the run
report in `runs/<run id>/`. A green run means: every document is converted or was resolved by a person; it emits the
asset `fhir_records`, on which other DAGs can be scheduled.

| red or waiting task | what it asks of you |
|---|---|
| `classify` | The file itself is bad (password, damage, no pages): ask the sender, then clear the task. |
| `ocr` | Textract refused or failed: the log names the code and whose move it is; clear the task when it is mended. No page is billed twice. |
| `merge_pages` | A page has no OCR result: clear `ocr` with everything downstream. |
| `convert_to_fhir`, waiting | Uncertain facts: look at the document and decide in *Review*, or answer in *Required Actions*. |
| `convert_to_fhir`, red | No patient, nothing legible, invalid FHIR, or the FHIR server (`FHIR_SERVER_URL`): see the code. |
| `audit` | The audit trail cannot be written: mend S3, then clear it. |
| `report` | Red while a document is: clear the document's failed task with everything downstream, and it turns green. Red by itself (the log names an S3 code): mend S3, then clear it. |

**Review**, in the navigation, lists what is red or waits, and clears, decides or resolves it, one document or all of a code. By hand:
clear a single document by its map index, downstream included; its neighbours are not touched. See docs/operating.md.
"""  # noqa: E501 - a Markdown table row is one line

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, Param, TriggerRule, chain, task, task_group

from document_tasks.assets import FHIR_RECORDS, announce_records
from document_tasks.convert import ConvertToFhirOperator
from document_tasks.deadlines import deadline
from document_tasks.ocr import DocumentOcrOperator
from document_tasks.task_defaults import RETRIED_NEWEST_DAY_FIRST
from include.settings import settings

DOCUMENT_ID = "{{ task.document_id }}"
DOCUMENT_ID_OF_CALL = "{{ task.op_kwargs['document_id'] }}"


@task(show_return_value_in_logs=False)
def read_batch() -> list[str]:
    """The ids of the batch's documents; registers those that were named by key."""
    from document_tasks.intake import documents_of_run

    return documents_of_run()


@task(map_index_template=DOCUMENT_ID_OF_CALL, queue=settings().cpu_queue, execution_timeout=timedelta(minutes=10))
def classify(document_id: str) -> None:
    """Look at every page: text, image, mixed or blank; choose the route."""
    from document_tasks.classify import classify as stage

    stage(document_id)


@task(map_index_template=DOCUMENT_ID_OF_CALL, queue=settings().cpu_queue, trigger_rule=TriggerRule.NONE_FAILED)
def merge_pages(document_id: str) -> None:
    """Put embedded and OCR pages together in page order."""
    from document_tasks.stage import run_stage
    from include.stages.merge import merge as stage

    run_stage(document_id, stage)


@task(map_index_template=DOCUMENT_ID_OF_CALL, trigger_rule=TriggerRule.ALL_DONE)
def audit(document_id: str) -> None:
    """Seal the document's audit chain and write its outcome, also when a task before failed."""
    from document_tasks.seal import seal

    seal(document_id)


@task_group
def process_document(document_id: str) -> None:
    """The way of one document."""
    chain(
        classify(document_id=document_id),
        DocumentOcrOperator(task_id="ocr", document_id=document_id, map_index_template=DOCUMENT_ID, pool="ocr"),
        merge_pages(document_id=document_id),
        ConvertToFhirOperator(
            task_id="convert_to_fhir", document_id=document_id, map_index_template=DOCUMENT_ID,
            queue=settings().cpu_queue),
        audit(document_id=document_id),
    )


@task(trigger_rule=TriggerRule.ALL_DONE, outlets=[FHIR_RECORDS])
def report() -> None:
    """Account for every document; fail the run while one has failed; else announce the records."""
    from document_tasks.report import report_run

    report_run()
    announce_records()


with DAG(
    "documents_to_fhir",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    # Higher than ever comes to pass: a run in which a document waits for a person stays open for days, and must not
    # keep others from starting. What is at work at once is limited by the pools "batches" and "ocr".
    max_active_runs=10_000,
    deadline=deadline(settings().documents_to_fhir_deadline_hours),
    render_template_as_native_obj=False,
    params={
        "batch": Param(None, type=["null", "string"], description="S3 key of a batch manifest"),
        "documents": Param([], type="array", description="Ids of registered documents, for a run by hand"),
        "keys": Param([], type="array", description="S3 keys, for a run by hand; Airflow keeps them: docs/security.md"),
    },
    default_args=RETRIED_NEWEST_DAY_FIRST,
    tags=["phi", "fhir"],
):
    documents = read_batch()
    process_document.expand(document_id=documents) >> report()
