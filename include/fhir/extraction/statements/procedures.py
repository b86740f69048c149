"""Procedures from tables and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from include.documents.content import Cell
from include.fhir.extraction.collector import Context
from include.fhir.extraction.dates import find_dates
from include.fhir.extraction.lexicon import NOT_SAID
from include.fhir.extraction.page.reading import row_source
from include.fhir.extraction.statements.dosing import DOSE
from include.fhir.extraction.tables.layouts import Layout
from include.fhir.extraction.tables.tables import cell_text
from include.fhir.facts import PrintedDate, ProcedureFact, Source, UnmappedReason

_SCHEDULED = re.compile(r"\b(?:scheduled|planned|to be done|upcoming|pending|geplant)\b", re.IGNORECASE)
_NOT_DONE = re.compile(r"\b(?:cancell?ed|not done|declined|refused)\b", re.IGNORECASE)
_PROPOSED = re.compile(
    r"\b(?:proposed|proposal|planned|not (?:yet )?(?:started|done|completed)|to be (?:done|completed|started)|"
    r"est\b|estimates?|estimated|treatment plan|recommended|options?|"
    r"pre-?(?:authorization|treatment|determination)|future|upcoming|next|due|needed|remaining|outstanding)\b",
    re.IGNORECASE,
)
"""Heads a table of what is only proposed, with what it would cost."""
_NOTHING = re.compile(
    r"^\W*(?:none|n/?a|no|nil|denie[sd]|negative|keine|other|non-?contributory|no (?:hx|history|prior|previous|"
    r"past|surgical).*|see .*|unremarkable|not applicable)\b\W*.*$",
    re.IGNORECASE,
)
_NO_PROCEDURE = re.compile(
    r"^[A-Z][\w /]{2,40}:|\b(?:is|has|have|had|are|were|will|his|her|he|she|they|patient|none)\b|\d\s?mL\b|"
    r"^(?:nothing|do not|don.?t|stop|bring|take|eat|drink|please|if|call|signature|signed|family|wear|arrive|ask)\b",
    re.IGNORECASE,
)
"""A labelled value, a sentence or a volume among procedures is none."""
_QUALIFIES = re.compile(
    r"(?:right|left|bilateral|both|upper|lower|anterior|posterior|open|closed|laparoscopic(?:ally)?|elective|emergency|total|"
    r"partial|primary|low transverse|with(?:out)?|under|by|via|for|using|on|in|at|of|general|local|spinal|sharp|"
    r"excisional)\b(?!\s+\w+(?:ectomy|plasty|scopy|otomy|ostomy))",
    re.IGNORECASE,
)
"""Begins what is said of the procedure before the comma."""
_CPT = re.compile(r"(?<!\d)(?P<code>\d{5}|[A-V]\d{4})(?!\d)")


def procedure_row(
    cells: Sequence[Cell], layout: Layout, context: Context, page: int
) -> list[ProcedureFact] | UnmappedReason:
    """The procedure of one table row."""
    name = cell_text(cells, layout.column("procedure"))
    if not name or _NOTHING.match(name) or NOT_SAID.search(name):
        return UnmappedReason.EMPTY
    note = cell_text(cells, layout.column("note"))
    status = f"{cell_text(cells, layout.column('status'))} {note}"
    if _NOT_DONE.search(status):
        return UnmappedReason.STATUS_ONLY
    if _PROPOSED.search(f"{context.heading} {context.panel} {' '.join(layout.titles.values())}"):
        return UnmappedReason.NOT_CLINICAL
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
    coded = cpt_in(text)
    if coded and len(_CPT.findall(text)) == 1:
        name = re.sub(rf"\(\s*(?:CPT\s*:?\s*)?{coded}\s*\)", "", text).strip(" .,;•*-")
        dates = find_dates(name)
        name = name.replace(dates[0], "").strip(" ,;-") if dates else name
        date = context.date(dates[0]) if dates else _performed(context)
        yield ProcedureFact(name, date=date, code_printed=coded, patient=context.patient, source=source)
        return
    for part in _parts(text):
        entry = re.sub(r"^\s*(?:\d{1,2}[.)]|[•*\-–])\s*", "", part.strip()).strip(" .,")
        if not re.search(r"[^\W\d_]{4}", entry) or _NOTHING.match(entry) or _NO_PROCEDURE.search(entry):
            continue
        if NOT_SAID.search(entry) or DOSE.search(entry) or _NOT_DONE.search(entry):
            continue
        dates = find_dates(entry)
        name = entry.replace(dates[0], "") if dates else entry
        year = re.search(r"\b(?:in\s+)?(?P<year>(?:19|20)\d\d)\b", name)
        name = re.sub(r"\s+as an?\s+(?:child|infant|teen\w*|adult)$", "", name, flags=re.IGNORECASE)
        name = re.sub(r"\(\s*\)|[\s,(\-–:]*\b(?:in|on)?\s*(?:19|20)\d\d\b\)?|\b(?:on|in)\s*$", "", name).strip(
            " ,-–—:()"
        )
        name = re.sub(r"\s+(?:was\s+)?(?:performed|done|completed)$", "", name, flags=re.IGNORECASE)
        name = re.sub(r"^(?:status post|s/p|history of|h/o)\s+", "", name, flags=re.IGNORECASE)
        if 1 <= len(name.split()) <= 8:
            yield ProcedureFact(
                name=name,
                date=_date_of(dates, year["year"] if year else None, context),
                status="preparation" if _SCHEDULED.search(entry) else "completed",
                patient=context.patient,
                source=source,
            )


def _date_of(dates: Sequence[str], year: str | None, context: Context) -> PrintedDate | None:
    if dates:
        return context.date(dates[0])
    return context.reader.read_year(year) if year else _performed(context)


def _performed(context: Context) -> PrintedDate | None:
    """The labelled date of an operation dates what the report says was performed, never what was done before."""
    before = re.search(r"past|history|previous|prior|surgeries|psh", context.heading, re.IGNORECASE)
    return None if before else context.performed


def cpt_in(text: str) -> str | None:
    """A printed CPT or HCPCS code in brackets."""
    match = re.search(r"\(\s*(?:CPT\s*:?\s*)?(?P<code>\d{5}|[A-V]\d{4})\s*\)", text)
    return match["code"] if match else None


def _parts(text: str) -> Iterator[str]:
    """The entries of a list; a site or side behind a comma (``Hemiarthroplasty, right hip``) is its procedure's, unless
    both have a year."""
    for entry in re.split(r";|\s•|\.\s+(?=[A-Z])|\.$|\s+(?=\d{1,2}[.)]\s+[A-Z])", text):
        own = ""
        for part in re.split(r",\s+(?:and\s+)?(?=[A-Za-z])", entry):
            dated = all(re.search(r"\b(?:19|20)\d\d\b", each) for each in (own, part))
            if own and _QUALIFIES.match(part) and not dated:
                own = f"{own}, {part}"
                continue
            if own:
                yield own
            own = part
        yield own
