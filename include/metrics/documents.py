"""What the manifest and the outcome of a document say in figures."""

from __future__ import annotations

from include.documents.manifest import Manifest
from include.metrics.catalogue import UNCLASSIFIED
from include.metrics.metric import Metric
from include.reporting.outcome import FAILED, Outcome


def of_manifest(manifest: Manifest) -> tuple[Metric, ...]:
    """The metrics of a document that has been classified."""
    route = Metric("ocr.documents_by_route", tags={"route": manifest.extraction_method.value})
    local = manifest.total_pages - len(manifest.ocr_pages)
    return (route, Metric("ocr.pages_local", local)) if local else (route,)


def of_outcome(outcome: Outcome) -> tuple[Metric, ...]:
    """The metrics of a document that has been sealed."""
    found = [Metric("document.ended", tags={"route": outcome.route or UNCLASSIFIED, "state": outcome.state})]
    if outcome.state == FAILED:
        found.append(Metric("document.failed", tags={"error_code": outcome.error_code or "TASK_LOST"}))
    if outcome.landed_to_fhir_seconds is not None:
        found.append(Metric("document.latency_ms", round(outcome.landed_to_fhir_seconds * 1000)))
    return tuple(found)
