"""What became of one document in one run (``outcome.json``), worked out from its manifest, bundle and events."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from include.audit.events import BILLED_EVENTS, AuditEvent, EventName
from include.documents.manifest import Manifest
from include.fhir.converter import version_of
from include.reporting.durations import landed_to_fhir_seconds, run_seconds, stage_seconds

SUCCESS, FAILED = "success", "failed"
RESOLVED = "resolved"
"""A person has resolved the document by hand in this run."""
_RED = frozenset({"failed", "upstream_failed"})
_NOT_FACTS = frozenset({"Provenance", "DocumentReference", "Device"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One document. ``pages`` are the kinds in page order; ``pages_unread``, of a failed document, the numbers of those
    that OCR should have read; ``pages_billed`` those that Textract was paid for in this run; ``seconds`` from the run's
    first event on the document to its last; ``facts`` counts resources by type; ``review`` are the codes that a person
    was asked to decide, ``decisions`` the answers; ``stage_seconds`` by stage
    (:data:`include.reporting.durations.STAGES`); ``landed_to_fhir_seconds`` from the document's registration to its
    FHIR, None where there is none or an earlier run had made it; ``converter`` the version that made its bundle, empty
    where there is none or it does not say."""

    document_id: str
    run_id: str
    state: str
    error_code: str | None = None
    route: str | None = None
    pages: tuple[str, ...] = ()
    pages_ocr: int = 0
    pages_unread: tuple[int, ...] = ()
    pages_billed: int = 0
    seconds: float = 0.0
    facts: Mapping[str, int] = field(default_factory=dict)
    review: tuple[str, ...] = ()
    decisions: int = 0
    stage_seconds: Mapping[str, float] = field(default_factory=dict)
    landed_to_fhir_seconds: float | None = None
    converter: str = ""

    @property
    def pages_local(self) -> int:
        return len(self.pages) - self.pages_ocr


def work_out(
    document_id: str,
    run_id: str,
    since: datetime,
    states: Mapping[str, str],
    events: Sequence[AuditEvent],
    manifest: Manifest | None,
    bundle: Mapping[str, Any] | None,
    *,
    resolved: bool = False,
) -> Outcome:
    """The outcome of a document.

    :param since: when the run was made; older events belong to another run, even one of the same name.
    :param states: Airflow's states of the document's other tasks in this run, by task.
    :param events: the document's whole audit trail.
    :param resolved: a person has resolved the document by hand in this run, whatever its tasks say.
    """
    of_run = [event for event in events if datetime.fromisoformat(event.time) >= since]
    failed = not resolved and any(state in _RED for state in states.values())
    reviews = [event.error_code for event in of_run if event.event is EventName.REVIEW_REQUESTED and event.error_code]
    return Outcome(
        document_id=document_id,
        run_id=run_id,
        state=RESOLVED if resolved else FAILED if failed else SUCCESS,
        error_code=_error_code(of_run) if failed else None,
        route=manifest.extraction_method if manifest else None,
        pages=tuple(page.kind.value for page in manifest.pages) if manifest else (),
        pages_ocr=len(manifest.ocr_pages) if manifest else 0,
        pages_billed=sum(event.page_count or 0 for event in of_run if event.event in BILLED_EVENTS),
        seconds=run_seconds(of_run, since),
        facts=_facts(bundle) if bundle and not failed and not resolved else {},
        review=tuple(dict.fromkeys(reviews)),
        decisions=sum(event.event is EventName.REVIEW_DECIDED for event in of_run),
        stage_seconds=stage_seconds(of_run, since),
        landed_to_fhir_seconds=None if failed or resolved else landed_to_fhir_seconds(events, since),
        converter=version_of(bundle) if bundle and not failed and not resolved else "",
    )


def _error_code(events: Sequence[AuditEvent]) -> str:
    codes = [event.error_code for event in events if event.event is EventName.DOCUMENT_FAILED and event.error_code]
    return codes[-1] if codes else "TASK_LOST"


def _facts(bundle: Mapping[str, Any]) -> dict[str, int]:
    kinds = Counter(entry["resource"]["resourceType"] for entry in bundle.get("entry", ()))
    return {kind: count for kind, count in sorted(kinds.items()) if kind not in _NOT_FACTS}


def to_json(outcome: Outcome) -> bytes:
    return json.dumps(asdict(outcome), indent=1).encode()


def from_json(stored: bytes) -> Outcome:
    """What :func:`to_json` wrote, also of a newer release with more fields: whoever goes back a release reads it."""
    known = {each.name for each in fields(Outcome)}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in json.loads(stored).items() if name in known}
    return Outcome(**values)
