"""The stay or visit that a document is about, from labelled values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.documents.content import Cell
from include.fhir.extraction.collector import Context
from include.fhir.extraction.dates import DateReader
from include.fhir.extraction.forms.pairs import Pair
from include.fhir.extraction.page.reading import PrintedLine, row_source
from include.fhir.extraction.tables.layouts import Layout
from include.fhir.extraction.tables.tables import cell_text
from include.fhir.facts import EncounterFact, PrintedDate, UnmappedReason

_NEXT = r"(?:[^.;\d]{0,40}?\bon|(?:\s+(?:home|to|as|from|the|hospital|ward|date|an?|emergency|:))*)\s+"
_ADMITTED = re.compile(rf"\b(?:was |been )?admitted\b{_NEXT}(?P<date>[\w/., -]{{6,24}})", re.IGNORECASE)
_DISCHARGED = re.compile(rf"\b(?:was |been )?discharged\b{_NEXT}(?P<date>[\w/., -]{{6,24}})", re.IGNORECASE)


def encounter_of(
    pairs: Sequence[Pair], lines: Sequence[PrintedLine], reader: DateReader, used: set[int]
) -> EncounterFact | None:
    """The main encounter, or None where no admission, discharge or visit is dated.

    :param used: gets the ``id`` of each pair that became part of it.
    """
    first: dict[str, Pair] = {}
    for pair in pairs:
        if pair.meaning in ("admitted", "discharged", "visit_date", "discharged_to", "location", "reason"):
            first.setdefault(pair.meaning, pair)
    start = _date(first, "admitted", reader) or _in_text(_ADMITTED, lines, reader)
    end = _date(first, "discharged", reader) or _in_text(_DISCHARGED, lines, reader)
    visit = _date(first, "visit_date", reader)
    if not (start or end or visit):
        return None
    used.update(id(pair) for pair in first.values())
    anchor = first.get("admitted") or first.get("discharged") or first.get("visit_date")
    disposition, location, reason = (first.get(key) for key in ("discharged_to", "location", "reason"))
    return EncounterFact(
        start=start or (None if end else visit),
        end=end,
        reason=reason.value if reason else None,
        disposition=disposition.value if disposition else None,
        location=location.value if location else None,
        inpatient=True if start or end else None,
        source=anchor.source if anchor else None,
    )


def visit_row(
    cells: Sequence[Cell], layout: Layout, context: Context, page: int
) -> list[EncounterFact] | UnmappedReason:
    """A past visit: a date and its reason."""
    date = context.date(cell_text(cells, layout.column("date")))
    if date is None:
        return UnmappedReason.EMPTY
    return [
        EncounterFact(
            start=date, reason=cell_text(cells, layout.column("reason")) or None, source=row_source(page, cells)
        )
    ]


def _date(first: dict[str, Pair], meaning: str, reader: DateReader) -> PrintedDate | None:
    pair = first.get(meaning)
    return reader.read(pair.value, pair.at) if pair else None


def _in_text(pattern: re.Pattern[str], lines: Sequence[PrintedLine], reader: DateReader) -> PrintedDate | None:
    for line in lines:
        match = pattern.search(line.text)
        date = reader.read(match["date"], line.at) if match else None
        if date:
            return date
    return None
