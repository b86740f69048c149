"""Procedures from tables and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from include.documents.content import Cell
from include.fhir.extraction.collector import Context
from include.fhir.extraction.dates import find_dates
from include.fhir.extraction.reading import row_source
from include.fhir.extraction.tables import Layout, cell_text
from include.fhir.facts import ProcedureFact, Source, UnmappedReason

_SCHEDULED = re.compile(r"\b(?:scheduled|planned|to be done|upcoming|pending|geplant)\b", re.IGNORECASE)
_NOT_DONE = re.compile(r"\b(?:cancell?ed|not done|declined|refused)\b", re.IGNORECASE)
_NOTHING = re.compile(
    r"^\W*(?:none|n/?a|no|nil|denie[sd]|negative|keine|other|non-?contributory|no (?:hx|history|prior|previous|"
    r"past|surgical).*|see .*|unremarkable|not applicable)\b\W*.*$",
    re.IGNORECASE,
)
_NO_PROCEDURE = re.compile(
    r"^[A-Z][\w /]{2,40}:|\b(?:is|has|have|had|are|were|will|his|her|he|she|they|patient|none)\b|\d\s?mL\b",
    re.IGNORECASE,
)
"""A labelled value, a sentence or a volume among procedures is none."""
_CPT = re.compile(r"(?<!\d)(?P<code>\d{5}|[A-V]\d{4})(?!\d)")


def procedure_row(
    cells: Sequence[Cell], layout: Layout, context: Context, page: int
) -> list[ProcedureFact] | UnmappedReason:
    """The procedure of one table row."""
    name = cell_text(cells, layout.column("procedure"))
    if not name or _NOTHING.match(name):
        return UnmappedReason.EMPTY
    note = cell_text(cells, layout.column("note"))
    status = f"{cell_text(cells, layout.column('status'))} {note}"
    if _NOT_DONE.search(status):
        return UnmappedReason.STATUS_ONLY
    printed = cell_text(cells, layout.column("date"))
    code = _CPT.search(cell_text(cells, layout.column("code")))
    return [
        ProcedureFact(
            name=name,
            date=context.date(printed) or context.reader.read_year(printed),
            status="preparation" if _SCHEDULED.search(status) else "completed",
            location=cell_text(cells, layout.column("site")) or None,
            code_printed=code["code"] if code else None,
            note=note or None,
            patient=context.patient,
            source=row_source(page, cells),
        )
    ]


def listed_procedures(text: str, source: Source, context: Context) -> Iterator[ProcedureFact]:
    """The procedures of a text under their heading."""
    for part in re.split(r";|\s•|\.\s+(?=[A-Z])|\.$|,\s+(?:and\s+)?(?=[A-Za-z])|\s+(?=\d{1,2}[.)]\s+[A-Z])", text):
        entry = re.sub(r"^\s*(?:\d{1,2}[.)]|[•*\-–])\s*", "", part.strip()).strip(" .,")
        if not re.search(r"[^\W\d_]{4}", entry) or _NOTHING.match(entry) or _NO_PROCEDURE.search(entry):
            continue
        dates = find_dates(entry)
        name = entry.replace(dates[0], "") if dates else entry
        year = re.search(r"\b(?:in\s+)?(?P<year>(?:19|20)\d\d)\b", name)
        name = re.sub(r"\(\s*\)|[\s,(\-–:]*\b(?:in|on)?\s*(?:19|20)\d\d\b\)?|\b(?:on|in)\s*$", "", name).strip(
            " ,-–:()"
        )
        name = re.sub(r"\s+(?:was\s+)?(?:performed|done|completed)$", "", name, flags=re.IGNORECASE)
        name = re.sub(r"^(?:status post|s/p|history of|h/o)\s+", "", name, flags=re.IGNORECASE)
        if 1 <= len(name.split()) <= 8:
            yield ProcedureFact(
                name=name,
                date=context.date(dates[0]) if dates else context.reader.read_year(year["year"]) if year else None,
                status="preparation" if _SCHEDULED.search(entry) else "completed",
                patient=context.patient,
                source=source,
            )
