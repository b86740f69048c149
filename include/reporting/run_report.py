"""The report of a run: every document accounted for, what it cost, what selective OCR saved."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from include.errors import REGISTRY
from include.reporting.outcome import FAILED, RESOLVED, Outcome

DOLLARS_PER_PAGE: Mapping[str, float] = {"TABLES": 0.015, "FORMS": 0.050, "LAYOUT": 0.004, "SIGNATURES": 0.0035}
"""AnalyzeDocument and StartDocumentAnalysis, us-east-1, first million pages of a month
(https://aws.amazon.com/textract/pricing/)."""

COLUMNS = ("document_id", "state", "error_code", "whose_move", "route", "pages", "pages_local", "pages_ocr",
           "pages_unread", "pages_billed", "seconds", "facts")


@dataclass(frozen=True, slots=True)
class RunReport:
    """Counts of a run.

    :param pages_by_route: pages by the document's route and their kind, as ``hybrid: text``.
    :param pages_not_sent: pages of which the file's own text is all there is to read, or nothing.
    :param pages_reused: pages of successful documents that were read before, and so not billed again.
    :param dollars_saved: by not sending the first, ``dollars_saved_by_reuse`` by not sending the second again.
    """

    run_id: str
    documents: int
    by_state: Mapping[str, int]
    by_error_code: Mapping[str, int]
    by_route: Mapping[str, int]
    pages: int
    pages_by_kind: Mapping[str, int]
    pages_by_route: Mapping[str, int]
    pages_not_sent: int
    pages_ocr: int
    pages_billed: int
    pages_reused: int
    dollars: float
    dollars_saved: float
    dollars_saved_by_reuse: float
    facts: Mapping[str, int]
    seconds_median: float
    seconds_longest: float

    @property
    def failed(self) -> int:
        return self.by_state.get(FAILED, 0)


def build(run_id: str, outcomes: Sequence[Outcome], features: Sequence[str]) -> RunReport:
    """Add up the outcomes of a run's documents."""
    per_page = sum(DOLLARS_PER_PAGE.get(feature, 0.0) for feature in features)
    pages = sum(len(outcome.pages) for outcome in outcomes)
    billed = sum(outcome.pages_billed for outcome in outcomes)
    not_sent = sum(outcome.pages_local for outcome in outcomes)
    reused = sum(max(0, outcome.pages_ocr - outcome.pages_billed) for outcome in outcomes
                 if outcome.state not in (FAILED, RESOLVED))
    facts: Counter[str] = Counter()
    for outcome in outcomes:
        facts.update(outcome.facts)
    seconds = sorted(outcome.seconds for outcome in outcomes)
    return RunReport(
        run_id=run_id,
        documents=len(outcomes),
        by_state=_count(outcome.state for outcome in outcomes),
        by_error_code=_count(outcome.error_code for outcome in outcomes if outcome.error_code),
        by_route=_count(outcome.route for outcome in outcomes if outcome.route),
        pages=pages,
        pages_by_kind=_count(kind for outcome in outcomes for kind in outcome.pages),
        pages_by_route=_count(f"{outcome.route}: {kind}" for outcome in outcomes for kind in outcome.pages),
        pages_not_sent=not_sent,
        pages_ocr=sum(outcome.pages_ocr for outcome in outcomes),
        pages_billed=billed,
        pages_reused=reused,
        dollars=round(billed * per_page, 4),
        dollars_saved=round(not_sent * per_page, 4),
        dollars_saved_by_reuse=round(reused * per_page, 4),
        facts=dict(sorted(facts.items())),
        seconds_median=seconds[len(seconds) // 2] if seconds else 0.0,
        seconds_longest=seconds[-1] if seconds else 0.0,
    )


def rows(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """One row per document, failed ones first, with the columns :data:`COLUMNS`."""
    ordered = sorted(outcomes, key=lambda outcome: (outcome.state != FAILED, outcome.document_id))
    return [_row(outcome) for outcome in ordered]


def _row(outcome: Outcome) -> dict[str, Any]:
    values = {
        **asdict(outcome),
        "whose_move": REGISTRY[outcome.error_code].whose_move.value if outcome.error_code else "",
        "pages": len(outcome.pages),
        "pages_local": outcome.pages_local,
        "pages_unread": " ".join(map(str, outcome.pages_unread)),
        "facts": sum(outcome.facts.values()),
    }
    return {column: values[column] for column in COLUMNS}


def as_json(report: RunReport) -> bytes:
    return json.dumps(asdict(report), indent=1).encode()


def as_csv(outcomes: Sequence[Outcome]) -> bytes:
    """``documents.csv``: no patient data, the document's opaque id only."""
    import pandas as pd

    return str(pd.DataFrame(rows(outcomes), columns=list(COLUMNS)).to_csv(index=False)).encode()


def as_html(report: RunReport, outcomes: Sequence[Outcome]) -> bytes:
    """``report.html``: the counts and one line per document."""
    import pandas as pd

    counts = {name: value for name, value in asdict(report).items() if not isinstance(value, dict)}
    groups = {name: value for name, value in asdict(report).items() if isinstance(value, dict) and value}
    parts = [pd.Series(counts).to_frame("").to_html(header=False, border=0)]
    for name, values in groups.items():
        parts.append(f"<h2>{name.replace('_', ' ')}</h2>" + pd.Series(values).to_frame("").to_html(
            header=False, border=0))
    parts.append("<h2>documents</h2>" + pd.DataFrame(rows(outcomes), columns=list(COLUMNS)).to_html(
        index=False, border=0, na_rep=""))
    return (_HEAD + "\n".join(parts)).encode()


_HEAD = """<!doctype html><meta charset="utf-8"><title>Run report</title>
<style>body{font:14px sans-serif;margin:2em}table{border-collapse:collapse}
td,th{padding:.25em .8em;border-bottom:1px solid #ddd;text-align:left}</style><h1>Run report</h1>
"""


def _count(values: Any) -> dict[str, int]:
    return dict(sorted(Counter(str(value) for value in values).items()))
