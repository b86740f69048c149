"""What real tasks send to an OpenTelemetry collector: a task's process ends soon after it has measured something, and
sends it nevertheless."""

from __future__ import annotations

from component_system import ComponentSystem
from local_system import until
from metric_receivers import Series
from slips import slips


def counts(system: ComponentSystem) -> dict[Series, float]:
    return {series: count for series, count in system.collector.counts().items()
            if series[0].startswith(("ocr.", "document."))}


def test_a_scan_is_counted_by_short_lived_processes(clean: ComponentSystem) -> None:
    """Each sends what it has counted since it began, tags as attributes, and no name holds a tag's value."""
    key = "inbox/2026-03-19/sheet.pdf"
    clean.put(key, slips(170, 1))
    before, timed = counts(clean), clean.collector.timings()
    assert clean.finish(clean.process([key])) == "success"
    ended = ("document.ended", (("route", "external_ocr"), ("state", "success")))

    def sent() -> dict[Series, float] | None:
        found = {series: round(count - before.get(series, 0), 6) for series, count in counts(clean).items()}
        return found if found.get(ended) else None

    found = until(sent, 30, "the document's metrics")
    assert {series: count for series, count in found.items() if count} == {
        ("document.received", ()): 1, ended: 1, ("ocr.documents_by_route", (("route", "external_ocr"),)): 1,
        ("ocr.pages_external", ()): 1, ("ocr.cost_usd", ()): 0.065}
    for timer in (("ocr.extraction_time_ms", (("mode", "sync"),)), ("document.latency_ms", ())):
        count, milliseconds = clean.collector.timings()[timer]
        assert count - timed.get(timer, (0, 0.0))[0] == 1
        assert milliseconds > 0
