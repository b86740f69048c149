"""The report tasks: every document of a run, every batch of a day; red while one of them is."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from document_tasks.days import inbox_run
from document_tasks.workspace import documents_bucket
from include.settings import settings

if TYPE_CHECKING:
    from include.documents.storage import Bucket
    from include.reporting.outcome import Outcome

_READS_AT_ONCE = 8


def report_run() -> None:
    """Write the report of a documents_to_fhir run.

    :raises AirflowFailException: a document has failed.
    """
    context = get_current_context()
    instance = context["ti"]
    document_ids = instance.xcom_pull(task_ids="read_batch")
    if document_ids is None:
        raise AirflowFailException("The batch could not be read: see read_batch.")
    bucket = documents_bucket()
    outcomes = _outcomes(bucket, document_ids, instance.run_id)
    _write(bucket, instance.run_id, outcomes)


def report_day() -> None:
    """Write the report of a documents_inbox run: the outcomes of all its batches.

    :raises AirflowFailException: a batch is not green.
    :raises AirflowSkipException: the run was started by events: the day's run accounts for its batches.
    """
    from include.documents.batches import read_batch

    context = get_current_context()
    if not inbox_run(context, settings().inbox_lookback_days).whole_day:
        raise AirflowSkipException("The day's run accounts for these batches.")
    instance = context["ti"]
    planned = instance.xcom_pull(task_ids="plan_batches")
    if planned is None:
        raise AirflowFailException("The day could not be planned: see plan_batches.")
    bucket = documents_bucket()
    outcomes: list[Outcome] = []
    for entry in planned:
        batch = read_batch(bucket, entry["conf"]["batch"])
        outcomes += _outcomes(bucket, batch.document_ids, entry["trigger_run_id"])
    _write(bucket, instance.run_id, outcomes)


def _outcomes(bucket: Bucket, document_ids: Sequence[str], run_id: str) -> list[Outcome]:
    """One outcome per document; a document without one of this run is lost track of, and so failed."""
    from include.documents.storage import outcome_key
    from include.reporting.outcome import FAILED, Outcome, from_json

    def read(document_id: str) -> Outcome:
        stored = bucket.find(outcome_key(document_id))
        outcome = from_json(stored.body) if stored else None
        if outcome is None or outcome.run_id != run_id:
            return Outcome(document_id=document_id, run_id=run_id, state=FAILED, error_code="TASK_LOST")
        return outcome

    with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
        return list(pool.map(read, document_ids))


def _write(bucket: Bucket, run_id: str, outcomes: Sequence[Outcome]) -> None:
    from include.documents.storage import run_key
    from include.reporting import run_report

    report = run_report.build(run_id, outcomes, settings().textract_feature_types)
    bucket.write(run_key(run_id, "report.json"), run_report.as_json(report))
    bucket.write(run_key(run_id, "documents.csv"), run_report.as_csv(outcomes), content_type="text/csv")
    bucket.write(run_key(run_id, "report.html"), run_report.as_html(report, outcomes), content_type="text/html")
    if report.failed:
        codes = ", ".join(f"{code} {count}" for code, count in report.by_error_code.items())
        raise AirflowFailException(f"{report.failed} of {report.documents} documents failed: {codes}")
