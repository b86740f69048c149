"""The closed list of metrics: kind, tags with every value that they can have, one sentence.

No tag holds a document's id: it would make a series of its own for each document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product

from include.documents.manifest import Route
from include.documents.storage import OPERATIONS
from include.errors import REGISTRY, Domain
from include.reporting.states import STATES


class Kind(StrEnum):
    """How values add up: counters by their sum, timers (milliseconds) by their distribution."""

    COUNTER = "counter"
    TIMER = "timer"


SYNC, ASYNC = "sync", "async"
"""How pages are read: one by a call, or many by a job."""

UNCLASSIFIED = "none"
"""The route of a document that has none, because its pages could not be read."""

_ROUTES = tuple(route.value for route in Route)
_MODES = (SYNC, ASYNC)


@dataclass(frozen=True, slots=True)
class Row:
    """One metric. ``tags`` are all of its tags, in the order in which a name without tags holds their values."""

    name: str
    kind: Kind
    meaning: str
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def series(self) -> list[dict[str, str]]:
        """Every combination of tags that there can be."""
        return [dict(zip(self.tags, values, strict=True)) for values in product(*self.tags.values())]


_ROWS = (
    Row("document.received", Kind.COUNTER, "Documents that were registered for the first time."),
    Row("document.ended", Kind.COUNTER,
        "Documents whose audit chain was sealed, by route and state; one that is processed again ends again.",
        {"route": (*_ROUTES, UNCLASSIFIED), "state": tuple(STATES)}),
    Row("document.failed", Kind.COUNTER, "Those of them that failed, by the code that they failed with.",
        {"error_code": tuple(REGISTRY)}),
    Row("document.latency_ms", Kind.TIMER,
        "From a document's registration to its last write into FHIR, with all waits, those for a person too."),
    Row("ocr.documents_by_route", Kind.COUNTER, "Documents that were classified, by the route chosen.",
        {"route": _ROUTES}),
    Row("ocr.pages_local", Kind.COUNTER, "Pages of classified documents that are not sent to Textract."),
    Row("ocr.pages_external", Kind.COUNTER, "Pages that Textract has read, and was paid for."),
    Row("ocr.cost_usd", Kind.COUNTER, "What these pages cost, in dollars, by the list prices of us-east-1."),
    Row("ocr.extraction_time_ms", Kind.TIMER,
        "How long Textract took: sync for a page, async for a job from its start until its pages are stored.",
        {"mode": _MODES}),
    Row("ocr.async_jobs_started", Kind.COUNTER, "Textract jobs that were started."),
    Row("ocr.async_jobs_completed", Kind.COUNTER, "Textract jobs whose pages are stored, partial ones too."),
    Row("ocr.async_jobs_failed", Kind.COUNTER, "Textract jobs that failed, were refused or are forgotten."),
    Row("ocr.timeouts", Kind.COUNTER,
        "Calls that Textract did not answer in time (sync), jobs that outlasted their wait (async).",
        {"mode": _MODES}),
    Row("ocr.errors", Kind.COUNTER,
        "Tries of a task that ended with a code of Textract, those that are tried again too.",
        {"error_code": tuple(row.code for row in REGISTRY.values() if row.domain is Domain.TEXTRACT)}),
    Row("ocr.s3_failures", Kind.COUNTER,
        "Calls of S3 that failed after the client's own attempts; neither an object that is not there nor a "
        "condition that does not hold is a failure.",
        {"operation": OPERATIONS}),
)

CATALOGUE: dict[str, Row] = {row.name: row for row in _ROWS}
