"""Metrics into Airflow's own Stats, and so to whatever backend Airflow is set up with: StatsD or OpenTelemetry.

Stats is ready in every task's process, and in no other that runs this code: what the triggerer or the API server does
is not measured. Nothing here ever raises: a task does not fail for want of a metric.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from include.settings import settings

if TYPE_CHECKING:
    from include.audit.events import AuditEvent
    from include.metrics.metric import Metric

log = logging.getLogger(__name__)


def observe_event(event: AuditEvent) -> None:
    """Send what an audit event says."""
    def found() -> Iterable[Metric]:
        from include.metrics.events import of_event
        from include.reporting.run_report import dollars_per_page

        return of_event(event, dollars_per_page(settings().textract_feature_types))

    send(found)


def observe_s3_failure(operation: str) -> None:
    """Send that a call of S3 has failed."""
    send(lambda: [_metric("ocr.s3_failures", operation=operation)])


def observe_call_timeout() -> None:
    """Send that Textract did not answer a call in time."""
    send(lambda: [_metric("ocr.timeouts", mode="sync")])


def send_zeros() -> None:
    """Send every counter at 0, so that the first increase of each is seen as one."""
    def found() -> Iterable[Metric]:
        from include.metrics.metric import zeros

        return zeros()

    send(found)


def _metric(name: str, **tags: str) -> Metric:
    from include.metrics.metric import Metric

    return Metric(name, tags=tags)


def send(find: Callable[[], Iterable[Metric]]) -> None:
    """Hand metrics to Airflow; working them out fails nobody either."""
    try:
        with_values = _names_hold_values()
        for metric in find():
            _hand_over(metric.name, metric, dict(metric.tags))
            if metric.tags and with_values:
                _hand_over(metric.name_with_values, metric, {})
    except Exception as error:
        log.warning("Metrics are not sent: %s", type(error).__name__)


def _names_hold_values() -> bool:
    """Whether each metric with tags is sent a second time under a name that holds their values, as Airflow's own are:
    plain StatsD has no tags."""
    from airflow.sdk.configuration import conf

    return bool(conf.getboolean("metrics", "legacy_names_on"))


def _hand_over(name: str, metric: Metric, tags: dict[str, Any]) -> None:
    from airflow.sdk.observability import stats

    from include.metrics.catalogue import Kind

    if metric.kind is Kind.TIMER:
        stats.timing(name, metric.value, tags=tags)
    else:
        # Every backend takes dollars and cents; only the annotation says that counts are whole.
        stats.incr(name, cast(int, metric.value), tags=tags)
