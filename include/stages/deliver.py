"""Part of the fourth stage: what goes into the record goes to the FHIR server, too, where there is one."""

from __future__ import annotations

import logging
from typing import Any

from include.audit.events import EventName
from include.errors import PipelineError
from include.fhir.server.client import FhirServer
from include.fhir.server.doubts import arrived, cleared, doubtful
from include.fhir.server.ledger import Ledger
from include.fhir.server.outcome import Answer, answered_entries, error_of, loggable
from include.fhir.server.transaction import Step, begun, confirmed, entries_of_records, plan, transaction
from include.stages.stopwatch import Stopwatch
from include.workspace import Workspace

Json = dict[str, Any]

log = logging.getLogger(__name__)


def deliver(workspace: Workspace, bundle: Json) -> None:
    """Post what the server does not have yet, all of it or nothing; no server or nothing new, no call.

    The audit event is written before the delivery is noted: a task that dies between the two posts again, and no
    delivery is without its event.

    :param bundle: what was merged into the record.
    :raises PipelineError: the codes of the FHIR server; MERGE_CONFLICT; S3 codes.
    """
    server = workspace.fhir_server
    if server is None:
        return
    watch = Stopwatch()
    entries = entries_of_records(bundle)
    ledger = Ledger(workspace.documents, workspace.document_id, server.base)
    _clear_doubts(workspace, server, ledger, {entry["fullUrl"] for entry in entries})
    steps = plan(entries, ledger.known)
    if not steps:
        return
    ledger.write(begun(ledger.known, steps))
    answers = _post(server, steps)
    workspace.trail.write(EventName.FHIR_DELIVERED, resource_count=len(steps), duration_ms=watch.milliseconds)
    ledger.write(confirmed(ledger.known, steps, answers))


def _clear_doubts(workspace: Workspace, server: FhirServer, ledger: Ledger, stated: set[str]) -> None:
    """Where an answer was lost, look whether the server has taken what was posted."""
    watch = Stopwatch()
    if unclear := doubtful(ledger.known, stated):
        found = {url: _current(server, address) for url, address in unclear.items()}
        known = cleared(ledger.known, found, stated, server.base)
        if count := arrived(ledger.known, known):
            workspace.trail.write(EventName.FHIR_DELIVERED, resource_count=count, duration_ms=watch.milliseconds)
        ledger.write(known)


def _post(server: FhirServer, steps: tuple[Step, ...]) -> list[Json]:
    answer = server.post(transaction(steps))
    try:
        return answered_entries(answer, [step.method for step in steps])
    except PipelineError as error:
        log.error("The FHIR server answered: %s", loggable(answer))
        # A server may answer 409 to a version that differs and to two writers at once: only the former stays so.
        if error.code == "FHIR_BUSY" and any(_differs(server, step) for step in steps if step.if_match):
            raise PipelineError("FHIR_CONFLICT") from None
        raise


def _differs(server: FhirServer, step: Step) -> bool:
    current = _current(server, step.entry["request"]["url"])
    return current is None or current.get("meta", {}).get("versionId") != step.if_match


def _current(server: FhirServer, address: str) -> Json | None:
    """A resource as the server has it; None where it has none (any more).

    :raises PipelineError: the codes of the FHIR server.
    """
    answer: Answer = server.read(address)
    if answer.status in (404, 410):
        return None
    if answer.status != 200 or answer.body is None:
        log.error("The FHIR server answered: %s", loggable(answer))
        raise error_of(answer)
    return answer.body
