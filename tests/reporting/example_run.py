"""A run of 50 invented documents: every state, several codes, all routes, also a document that a person resolved."""

from __future__ import annotations

import random
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

from include.documents.batches import Batch, Planner
from include.documents.storage import Bucket, run_key
from include.reporting import run_report
from include.reporting.outcome import FAILED, SUCCESS, Outcome
from include.reporting.run_report import BATCH, RunReport

FEATURES = ("TABLES", "FORMS")
LAST_DAY = date(2026, 11, 23)
_FAILURES = (
    ("ENCRYPTED", None), ("ENCRYPTED", None), ("CORRUPT", None), ("BadDocumentException", "external_ocr"),
    ("LOW_CONFIDENCE", "external_ocr"), ("TASK_LOST", None))
"""Codes, and the route of the document that had each; None where it failed before it had one."""
_ROUTES = {
    "embedded_text": ("text",) * 4, "hybrid": ("text", "text", "image", "mixed"), "external_ocr": ("image",) * 3,
    "async_ocr": ("image",) * 22 + ("blank", "mixed")}
_OCR_SECONDS = {"hybrid": 3.0, "external_ocr": 4.5, "async_ocr": 75.0}


def run_id(day: date = LAST_DAY, number: int = 1) -> str:
    return Batch(day.isoformat(), number, (f"doc-{day}-{number}",), Planner(day.isoformat(), "day")).run_id


def example(documents: int = 50, seed: int = 7, day: date = LAST_DAY) -> list[Outcome]:
    """The outcomes of a run."""
    chance = random.Random(seed)
    found = [_success(chance, run_id(day), number) for number in range(documents)]
    for code, route in _FAILURES:
        fits = [number for number, one in enumerate(found)
                if one.state == SUCCESS and not one.review and route in (None, one.route)]
        place = chance.choice(fits)
        found[place] = _failed(found[place], code, early=route is None)
    found[20] = replace(found[20], state="resolved", error_code="NO_PATIENT", facts={}, landed_to_fhir_seconds=None)
    return found


def report_of(outcomes: list[Outcome], day: date = LAST_DAY) -> RunReport:
    return run_report.build(run_id(day), outcomes, FEATURES, kind=BATCH, day=day.isoformat())


def store_earlier(bucket: Bucket, runs: int = 10) -> None:
    """Reports of the days before, one batch each."""
    for back in range(1, runs + 1):
        day = LAST_DAY - timedelta(days=back)
        report = report_of(example(50 - 2 * (back % 4), seed=100 + back, day=day), day)
        bucket.write(run_key(report.run_id, "report.json"), run_report.as_json(report))


def of_the_first_version(report: RunReport) -> dict[str, Any]:
    """``report.json`` as it was before kinds, days and percentiles."""
    added = ("kind", "day", "by_whose_move", "by_review_code", "decisions", "seconds", "seconds_landed_to_fhir",
             "seconds_by_stage")
    return {name: value for name, value in asdict(report).items() if name not in added}


def _success(chance: random.Random, run: str, number: int) -> Outcome:
    route = chance.choices(list(_ROUTES), weights=(24, 12, 10, 4))[0]
    pages = _ROUTES[route]
    to_read = sum(kind in ("image", "mixed") for kind in pages)
    stages = {"classify": chance.lognormvariate(-1.4, 0.5)}
    if route in _OCR_SECONDS:
        stages["ocr"] = chance.lognormvariate(0, 0.4) * _OCR_SECONDS[route]
    stages |= {"merge": chance.lognormvariate(-2, 0.5), "convert": chance.lognormvariate(-0.4, 0.5)}
    asked = number % 12 == 5
    if asked:
        stages["person"] = chance.uniform(600, 9000)
    stages["between"] = chance.uniform(6, 50)
    seconds = round(sum(stages.values()), 3)
    return Outcome(
        document_id=f"doc-{chance.getrandbits(96):024x}", run_id=run, state=SUCCESS, route=route, pages=pages,
        pages_ocr=to_read, pages_billed=0 if number % 9 == 4 else to_read, seconds=seconds,
        facts={"Patient": 1, "Observation": chance.randint(3, 30), "Condition": chance.randint(0, 5),
               "MedicationStatement": chance.randint(0, 8), "DiagnosticReport": 1},
        review=("AMBIGUOUS_DATE",) if asked else (), decisions=int(asked),
        stage_seconds={stage: round(value, 3) for stage, value in stages.items()},
        landed_to_fhir_seconds=round(seconds + chance.uniform(20, 200), 3))


def _failed(outcome: Outcome, code: str, early: bool) -> Outcome:
    if code == "TASK_LOST":
        return Outcome(outcome.document_id, outcome.run_id, FAILED, error_code=code)
    return replace(
        outcome, state=FAILED, error_code=code, route=None if early else outcome.route, facts={},
        pages=() if early else outcome.pages, pages_ocr=0 if early else outcome.pages_ocr,
        pages_billed=0 if early else outcome.pages_billed, decisions=0, review=(),
        seconds=outcome.stage_seconds["classify"] + outcome.stage_seconds["between"], landed_to_fhir_seconds=None,
        stage_seconds={stage: outcome.stage_seconds[stage] for stage in ("classify", "between")})
