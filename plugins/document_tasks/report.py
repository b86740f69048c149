"""The report tasks: every document of a run, every batch of a day; red while one of them is."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from document_tasks.days import inbox_run, run_day
from document_tasks.failure import announcing_codes
from document_tasks.failure_alerts import alert_failures, alert_not_begun
from document_tasks.workspace import documents_bucket
from include.errors import PipelineError
from include.settings import settings

if TYPE_CHECKING:
    from airflow.sdk import Context

    from include.documents.storage import Bucket
    from include.reporting.outcome import Outcome

log = logging.getLogger(__name__)

_READS_AT_ONCE = 8


def report_run() -> None:
    """Write the report of a documents_to_fhir run.

    :raises AirflowFailException: a document has failed.
    :raises PipelineError: an S3 code.
    """
    context = get_current_context()
    with announcing_codes(context):
        _report_run(context)


def _report_run(context: Context) -> None:
    from include.documents.batches import day_of_run
    from include.reporting.run_report import BATCH, BY_HAND

    instance = context["ti"]
    document_ids = instance.xcom_pull(task_ids="read_batch")
    if document_ids is None:
        alert_not_begun(instance.dag_id, instance.run_id, "read_batch")
        raise AirflowFailException("The batch could not be read: see read_batch.")
    bucket = documents_bucket()
    outcomes = _outcomes(bucket, document_ids, instance.run_id)
    alert_failures(bucket, instance.dag_id, instance.run_id, outcomes)
    day = day_of_run(instance.run_id)
    kind = BATCH if day else BY_HAND
    write_report(bucket, instance.run_id, outcomes, kind, day or run_day(context))


def report_day() -> None:
    """Write the report of a documents_inbox run: the outcomes of all its batches.

    :raises AirflowFailException: a batch is not green.
    :raises AirflowSkipException: the run was started by events: the day's run accounts for its batches.
    :raises PipelineError: an S3 code.
    """
    context = get_current_context()
    with announcing_codes(context):
        _report_day(context)


def _report_day(context: Context) -> None:
    from include.documents.batches import read_batch
    from include.reporting.run_report import DAY

    run = inbox_run(context, settings().inbox_lookback_days)
    if not run.whole_day:
        raise AirflowSkipException("The day's run accounts for these batches.")
    instance = context["ti"]
    planned = instance.xcom_pull(task_ids="plan_batches")
    if planned is None:
        alert_not_begun(instance.dag_id, instance.run_id, "plan_batches")
        raise AirflowFailException("The day could not be planned: see plan_batches.")
    bucket = documents_bucket()
    outcomes: list[Outcome] = []
    for entry in planned:
        batch = read_batch(bucket, entry["conf"]["batch"])
        outcomes += _outcomes(bucket, batch.document_ids, entry["trigger_run_id"])
    write_report(bucket, instance.run_id, outcomes, DAY, run.day)


def _outcomes(bucket: Bucket, document_ids: Sequence[str], run_id: str) -> list[Outcome]:
    """One outcome per document; a document without one of this run is lost track of, and so failed."""
    from include.reporting.outcome import FAILED, Outcome
    from include.reporting.stored_outcomes import of_run

    def read(document_id: str) -> Outcome:
        return of_run(bucket, document_id, run_id) or Outcome(document_id, run_id, FAILED, error_code="TASK_LOST")

    with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
        return list(pool.map(read, document_ids))


def write_report(bucket: Bucket, run_id: str, outcomes: Sequence[Outcome], kind: str, day: str) -> None:
    """Write the report's three files; those for programs first, so that no fault of the page takes them away.

    :param kind: of :class:`include.reporting.run_report.RunReport`, as is ``day``.
    :raises AirflowFailException: a document has failed.
    """
    from include.documents.storage import run_key
    from include.reporting import run_report
    from include.reporting.comparison import compare
    from include.reporting.page import as_html

    report = run_report.build(run_id, outcomes, settings().textract_feature_types, kind=kind, day=day)
    bucket.write(run_key(run_id, "report.json"), run_report.as_json(report))
    bucket.write(run_key(run_id, "documents.csv"), run_report.as_csv(outcomes), content_type="text/csv")
    comparison = compare(bucket, run_id, kind, day)
    if comparison.error_code:
        log.warning("The report compares with no earlier run: %s", PipelineError(comparison.error_code))
    page = as_html(report, outcomes, comparison)
    bucket.write(run_key(run_id, "report.html"), page, content_type="text/html; charset=utf-8")
    if report.failed:
        codes = ", ".join(f"{code} {count}" for code, count in report.by_error_code.items())
        raise AirflowFailException(f"{report.failed} of {report.documents} documents failed: {codes}")
