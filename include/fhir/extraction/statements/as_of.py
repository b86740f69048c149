"""What a document says as of its day: what lies after it is planned, a medicine whose end lies before it has ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from include.fhir.extraction.collector import Fact
from include.fhir.extraction.dates import DateReader
from include.fhir.extraction.forms.pairs import Pair
from include.fhir.facts import ImmunizationFact, MedicationFact, MedicationStatus, PrintedDate, ProcedureFact

_SAID = frozenset((
    "document_date", "reported", "visit_date", "collected", "received", "recorded", "discharged", "procedure_date",
))  # fmt: skip
"""Labels of days that a document cannot print before they have come."""
_FILLED_IN = timedelta(days=31)


def latest_day(pairs: Sequence[Pair], reader: DateReader) -> str | None:
    """The latest day that a document is said to be of (``YYYY-MM-DD``); None where no label says one."""
    read = (reader.read(pair.value, pair.at) for pair in pairs if pair.meaning in _SAID)
    days = [found.value[:10] for found in read if found and found.value]
    return max((day for day in days if len(day) == len("2000-01-01")), default=None)


def as_of(facts: Sequence[Fact], day: str | None) -> Iterator[Fact]:
    """The facts without operations and vaccines of a later day, and with medicines that ended before it as such.

    :param day: from :func:`latest_day`; None leaves all as they are.
    """
    for fact in facts:
        if day is None:
            yield fact
        elif isinstance(fact, ProcedureFact | ImmunizationFact):
            if not _is_after(fact.date, day):
                yield fact
        elif isinstance(fact, MedicationFact) and fact.status is MedicationStatus.ACTIVE and _is_before(fact.end, day):
            yield replace(fact, status=MedicationStatus.COMPLETED)
        else:
            yield fact


def _is_after(printed: PrintedDate | None, day: str) -> bool:
    """More than a month later: forms are filled in over some days under the date of the first."""
    if printed is None or printed.value is None:
        return False
    end = (date.fromisoformat(day) + _FILLED_IN).isoformat()
    return printed.value[:10] > end[: len(printed.value[:10])]


def _is_before(printed: PrintedDate | None, day: str) -> bool:
    return printed is not None and printed.value is not None and printed.value[:10] < day[: len(printed.value[:10])]
