"""The report of a run: every document accounted for, what it cost, what selective OCR saved."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from include.errors import REGISTRY
from include.reporting.durations import STAGES
from include.reporting.outcome import FAILED, SUCCESS, Outcome
from include.reporting.percentiles import Percentiles, percentiles
from include.reporting.states import rank

DOLLARS_PER_PAGE: Mapping[str, float] = {"TABLES": 0.015, "FORMS": 0.050, "LAYOUT": 0.004, "SIGNATURES": 0.0035}
"""AnalyzeDocument and StartDocumentAnalysis, us-east-1, first million pages of a month
(https://aws.amazon.com/textract/pricing/)."""

BATCH, BY_HAND, DAY = "batch", "by_hand", "day"
"""What a run is of: a batch of documents_inbox, documents that somebody named, or all batches of a day."""

COLUMNS = ("document_id", "state", "error_code", "whose_move", "route", "pages", "pages_local", "pages_ocr",
           "pages_unread", "pages_billed", "seconds", "facts", "decisions",
           *(f"seconds_{stage}" for stage in STAGES), "seconds_landed_to_fhir", "run_id")


@dataclass(frozen=True, slots=True)
class RunReport:
    """Counts of a run. Fields are added, never renamed: a later run reads this one's for comparison.

    :param pages_by_route: pages by the document's route and their kind, as ``hybrid: text``.
    :param pages_not_sent: pages of which the file's own text is all there is to read, or nothing.
    :param pages_reused: pages of successful documents that were read before, and so not billed again.
    :param dollars_saved: by not sending the first, ``dollars_saved_by_reuse`` by not sending the second again.
    :param kind: :data:`BATCH`, :data:`BY_HAND` or :data:`DAY`; empty where nobody said.
    :param day: the day (``YYYY-MM-DD``) of the batch or of the inbox partition, or on which a run by hand was made.
    :param by_review_code: documents for which a person was asked, by what there was to decide.
    :param decisions: documents that a person decided; ``by_whose_move`` counts failed documents.
    :param seconds: of the documents of which the run has events; ``seconds_landed_to_fhir`` of those that became FHIR.
    :param seconds_by_stage: of the documents that the stage worked on.
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
    kind: str = ""
    day: str = ""
    by_whose_move: Mapping[str, int] = field(default_factory=dict)
    by_review_code: Mapping[str, int] = field(default_factory=dict)
    decisions: int = 0
    seconds: Percentiles = field(default_factory=Percentiles)
    seconds_landed_to_fhir: Percentiles = field(default_factory=Percentiles)
    seconds_by_stage: Mapping[str, Percentiles] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        return self.by_state.get(FAILED, 0)


def build(
    run_id: str, outcomes: Sequence[Outcome], features: Sequence[str], *, kind: str = "", day: str = "",
) -> RunReport:
    """Add up the outcomes of a run's documents."""
    per_page = dollars_per_page(features)
    pages = sum(len(outcome.pages) for outcome in outcomes)
    billed = sum(outcome.pages_billed for outcome in outcomes)
    not_sent = sum(outcome.pages_local for outcome in outcomes)
    reused = sum(max(0, outcome.pages_ocr - outcome.pages_billed) for outcome in outcomes if outcome.state == SUCCESS)
    failed = [outcome for outcome in outcomes if outcome.state == FAILED]
    facts: Counter[str] = Counter()
    for outcome in outcomes:
        facts.update(outcome.facts)
    seconds = percentiles(outcome.seconds for outcome in outcomes if outcome.seconds)
    return RunReport(
        run_id=run_id,
        documents=len(outcomes),
        by_state=_count(outcome.state for outcome in outcomes),
        by_error_code=_count(outcome.error_code for outcome in failed if outcome.error_code),
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
        seconds_median=seconds.p50,
        seconds_longest=seconds.longest,
        kind=kind,
        day=day,
        by_whose_move=_count(move for outcome in failed if (move := move_after(outcome))),
        by_review_code=_count(code for outcome in outcomes for code in outcome.review),
        decisions=sum(outcome.decisions > 0 for outcome in outcomes),
        seconds=seconds,
        seconds_landed_to_fhir=percentiles(
            outcome.landed_to_fhir_seconds for outcome in outcomes if outcome.landed_to_fhir_seconds is not None),
        seconds_by_stage={stage: found for stage in STAGES if (found := _of_stage(outcomes, stage)).count},
    )


def dollars_per_page(features: Sequence[str]) -> float:
    """What Textract takes for a page with these features."""
    return sum(DOLLARS_PER_PAGE.get(feature, 0.0) for feature in features)


def _of_stage(outcomes: Sequence[Outcome], stage: str) -> Percentiles:
    return percentiles(outcome.stage_seconds[stage] for outcome in outcomes if stage in outcome.stage_seconds)


def whose_move(code: str | None) -> str:
    """The role of the registry; empty for a code that is not in it, as the reason of a person is."""
    return REGISTRY[code].whose_move.value if code in REGISTRY else ""


def move_after(outcome: Outcome) -> str:
    """As :func:`whose_move`, of a failed document; of any other, nobody has to do anything."""
    return whose_move(outcome.error_code) if outcome.state == FAILED else ""


def ordered(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Failed ones first, then in the order of :mod:`include.reporting.states`."""
    return sorted(outcomes, key=lambda outcome: (rank(outcome.state), outcome.document_id))


def rows(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """One row per document, failed ones first, with the columns :data:`COLUMNS`."""
    return [_row(outcome) for outcome in ordered(outcomes)]


def _row(outcome: Outcome) -> dict[str, Any]:
    values = {
        **asdict(outcome),
        "whose_move": move_after(outcome),
        "pages": len(outcome.pages),
        "pages_local": outcome.pages_local,
        "pages_unread": " ".join(map(str, outcome.pages_unread)),
        "facts": sum(outcome.facts.values()),
        **{f"seconds_{stage}": outcome.stage_seconds.get(stage) for stage in STAGES},
        "seconds_landed_to_fhir": outcome.landed_to_fhir_seconds,
    }
    return {column: values[column] for column in COLUMNS}


def as_json(report: RunReport) -> bytes:
    return json.dumps(asdict(report), indent=1).encode()


def as_csv(outcomes: Sequence[Outcome]) -> bytes:
    """``documents.csv``: no patient data, the document's opaque id only."""
    import pandas as pd

    return str(pd.DataFrame(rows(outcomes), columns=list(COLUMNS)).to_csv(index=False)).encode()


def _count(values: Any) -> dict[str, int]:
    return dict(sorted(Counter(str(value) for value in values).items()))
