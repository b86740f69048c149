"""``report.html``: the run report as one page that needs nothing else.

It is served under ``default-src 'none'; style-src 'unsafe-inline'; img-src data:``, and looks the same as a file from
the bucket; but its links to failed documents lead on only where the review queue serves it. Every text passes Jinja's
autoescape; only the charts, which escape their own, are marked as safe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from include.errors import REGISTRY
from include.reporting import formats
from include.reporting.charts import Part, TimeScale, columns, range_bar, stacked_bar
from include.reporting.comparison import MOST_RUNS, Comparison, RunFigures, figures
from include.reporting.durations import BETWEEN, PERSON, STAGES
from include.reporting.outcome import FAILED, Outcome
from include.reporting.percentiles import Percentiles
from include.reporting.run_report import BATCH, BY_HAND, DAY, RunReport, move_after, ordered, whose_move
from include.reporting.states import STATES, State, state

MOST_ROWS = 1000
"""Documents that the page lists; ``documents.csv`` has them all."""
REVIEW_QUEUE = "./?run="
"""Relative to where the review queue serves the report; a page that is opened from the bucket has no queue there."""

_TEMPLATES = Path(__file__).parent / "templates"
_KINDS = {BATCH: "batch", BY_HAND: "run by hand", DAY: "all batches of the day"}
_PAGE_KINDS = ("text", "mixed", "image", "blank")
_STAGE_LABELS = {PERSON: "wait for a person", BETWEEN: "between the stages"}


@dataclass(frozen=True, slots=True)
class _Measure:
    """A figure that is compared with the runs before."""

    label: str
    of: Callable[[RunFigures], float]
    shown: Callable[[float], str]


_MEASURES = (
    _Measure("Documents", lambda run: run.documents, formats.whole),
    _Measure("Failed", lambda run: run.failed_share, formats.share),
    _Measure("Pages billed", lambda run: run.pages_billed, formats.whole),
    _Measure("Dollars", lambda run: run.dollars, formats.dollars),
    _Measure("Median time per document", lambda run: run.seconds_median, formats.duration),
)


def as_html(report: RunReport, outcomes: Sequence[Outcome], comparison: Comparison) -> bytes:
    """The page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True)
    environment.filters |= {
        "whole": formats.whole, "dollars": formats.dollars, "share": formats.share, "duration": formats.duration}
    return environment.get_template("report.html").render(
        report=report,
        kind=_KINDS.get(report.kind, ""),
        verdict=_verdict(report),
        states=_states(report),
        states_bar=stacked_bar(
            [Part(row.tone, count, f"{row.label} {count}") for row, count in _states(report)], report.documents),
        errors=_codes(report.by_error_code),
        asked=_codes(report.by_review_code),
        latencies=[(label, found) for label, found in (
            ("in this run, first event to last", report.seconds),
            ("from landing to FHIR", report.seconds_landed_to_fhir)) if found.count],
        stages=_stages(report.seconds_by_stage),
        page_kinds=_page_kinds(report),
        routes=_routes(report),
        measures=_measures(report, comparison),
        comparison=comparison,
        rows=_rows(outcomes),
        left_out=max(0, len(outcomes) - MOST_ROWS),
    ).encode()


def _verdict(report: RunReport) -> tuple[str, str]:
    """Tone and sentence."""
    if not report.documents:
        return "other", "There were no documents"
    if not report.failed:
        return "good", "No document failed"
    return "bad", f"{report.failed:,} of {report.documents:,} documents failed"


def _states(report: RunReport) -> list[tuple[State, int]]:
    """Those of the table, also where no document is in them, then the others."""
    names = dict.fromkeys([*reversed(STATES), *report.by_state])
    return [(state(name), report.by_state.get(name, 0)) for name in names]


def _codes(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The most frequent first."""
    return [
        {"code": code, "count": count, "whose_move": whose_move(code),
         "says": REGISTRY[code].operator_says if code in REGISTRY else ""}
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _stages(by_stage: Mapping[str, Percentiles]) -> dict[str, Any]:
    times = [value for found in by_stage.values() for value in (found.p50, found.longest)]
    scale = TimeScale.over(times)
    rows = [
        {"label": _STAGE_LABELS.get(stage, stage), "waits": stage in _STAGE_LABELS, "of": found,
         "plot": range_bar(scale, found.p50, found.p90, found.p95, found.longest, (
             f"{_STAGE_LABELS.get(stage, stage)}: median {formats.duration(found.p50)}, "
             f"95th percentile {formats.duration(found.p95)}, longest {formats.duration(found.longest)}"))}
        for stage in STAGES if (found := by_stage.get(stage))]
    return {"rows": rows, "axis": scale.axis()}


def _page_kinds(report: RunReport) -> list[tuple[str, int]]:
    names = dict.fromkeys([*_PAGE_KINDS, *report.pages_by_kind])
    return [(name, report.pages_by_kind[name]) for name in names if report.pages_by_kind.get(name)]


def _routes(report: RunReport) -> list[dict[str, Any]]:
    """All documents, then one row per route, each with its pages by kind as a bar; last, those that have no route."""
    by_route: dict[str, dict[str, int]] = {route: {} for route in report.by_route}
    for name, count in report.pages_by_route.items():
        route, _, kind = name.rpartition(": ")
        by_route.setdefault(route, {})[kind] = count
    rows = [("all documents", report.documents, dict(report.pages_by_kind))]
    rows += [(route, report.by_route.get(route, 0), kinds) for route, kinds in by_route.items()]
    if without := report.documents - sum(report.by_route.values()):
        rows.append(("without a route", without, {}))
    return [
        {"route": route, "documents": documents, "kinds": kinds, "pages": sum(kinds.values()), "bar": stacked_bar(
            [Part(f"page-{kind}", kinds[kind], f"{kind} {kinds[kind]:,}")
             for kind, _ in _page_kinds(report) if kinds.get(kind)], report.pages)}
        for route, documents, kinds in rows]


def _measures(report: RunReport, comparison: Comparison) -> list[dict[str, Any]]:
    """Empty where there is nothing to compare with."""
    if not comparison.earlier:
        return []
    runs = [*comparison.earlier, figures(asdict(report))]
    found = []
    for measure in _MEASURES:
        values = [float(measure.of(run)) for run in runs]
        typical = median(values[:-1])
        titles = [f"{run.run_id}: {measure.shown(value)}" for run, value in zip(runs, values, strict=True)]
        found.append({
            "label": measure.label, "now": measure.shown(values[-1]), "typical": measure.shown(typical),
            "plot": columns(values, titles, MOST_RUNS + 1, typical)})
    return found


def _rows(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    return [
        {"outcome": outcome, "state": state(outcome.state), "whose_move": move_after(outcome),
         "pages": len(outcome.pages), "facts": sum(outcome.facts.values()),
         "link": REVIEW_QUEUE + quote(outcome.run_id, safe="") if outcome.state == FAILED else ""}
        for outcome in ordered(outcomes)[:MOST_ROWS]]
