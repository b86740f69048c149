"""Goes through the tables of a document: each row becomes facts or a listed gap."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

from include.documents.content import Box, Cell, DocumentTable, PageContent, Table, TablePart
from include.fhir.extraction.allergies import allergy_row
from include.fhir.extraction.borderless import borderless_tables
from include.fhir.extraction.carried import carried_table, columns_of
from include.fhir.extraction.collector import Collector, Context, Fact
from include.fhir.extraction.conditions import condition_row
from include.fhir.extraction.encounters import visit_row
from include.fhir.extraction.grids import mended
from include.fhir.extraction.immunizations import immunization_row
from include.fhir.extraction.labels import meaning_of, plain
from include.fhir.extraction.lexicon import drug_in
from include.fhir.extraction.medications import medication_row
from include.fhir.extraction.procedures import procedure_row
from include.fhir.extraction.reading import PrintedLine, holds, lines_in, row_source
from include.fhir.extraction.results import matrix_row, panel_of, result_row
from include.fhir.extraction.sections import Kind, heading_of
from include.fhir.extraction.social import answered_yes
from include.fhir.extraction.tables import Layout, Subject, header_in, is_section_row, layouts_of
from include.fhir.extraction.ticked_cells import with_ticks
from include.fhir.facts import UnmappedReason

_READERS = {
    Subject.RESULTS: result_row,
    Subject.VITALS: result_row,
    Subject.MEDICATIONS: medication_row,
    Subject.CONDITIONS: condition_row,
    Subject.ALLERGIES: allergy_row,
    Subject.IMMUNIZATIONS: immunization_row,
    Subject.PROCEDURES: procedure_row,
    Subject.VISITS: visit_row,
    Subject.MATRIX: matrix_row,
}


_PERSONAL = frozenset(("name", "birth_date", "mrn", "patient_id", "gender", "age_sex"))


_APART = 1.5
"""How much wider the gap above a table's title is than the one below it."""
_TITLE_WORDS = 6

Place = tuple[int, int]
"""A table's page and its place among the page's tables."""


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table with its layouts (none where no header is known), the lines it covers, and its section."""

    page: int
    table: Table
    layouts: tuple[Layout, ...]
    lines: tuple[PrintedLine, ...]
    section: Kind
    heading: str
    detected: bool = True
    """False: found here among aligned lines, not by the reader of the page."""
    whole: Place | None = None
    """Where the first part of the table stands, for one that goes on over pages."""
    columns: tuple[Box, ...] = ()
    """Of the first part, for rows carried over a page break, which may leave some of them empty."""


@dataclass(slots=True)
class TableReading:
    """What reading the tables left: rows that only lines can explain, lines of answered questions, rows met."""

    covered: set[int] = field(default_factory=set)
    open_rows: list[tuple[int, Sequence[Cell]]] = field(default_factory=list)
    rows_in: int = 0


def find_tables(
    pages: Sequence[PageContent],
    lines: Sequence[PrintedLine],
    kinds: dict[int, Kind],
    wholes: Sequence[DocumentTable] = (),
    apart: Container[int] = (),
) -> list[FoundTable]:
    """Every table in reading order; one that goes on over pages has an entry for each part, with the first's header.

    :param kinds: section kind by line number.
    :param wholes: which of the pages' tables are one; none: each is one of its own.
    :param apart: numbers of the lines that belong to the sheet: running headers and footers.
    """
    by_page: dict[int, list[PrintedLine]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    parts = {(part.page, part.place): (whole, part) for whole in wholes for part in whole.parts if whole.parts[1:]}
    running = {plain(line.text) for line in lines if line.at in apart}
    found: list[FoundTable] = []
    for page in pages:
        own = by_page.get(page.number, [])
        carried = _carried(found, by_page, page, parts, apart)
        if carried:
            found[-1:] = [replace(found[-1], whole=carried.whole), carried]
        taken = {line.at for line in carried.lines} if carried else set()
        for table, place in _tables_of(page, own):
            if taken.issuperset(line.at for line in lines_in(table, own)) and taken:
                continue
            whole, part = parts.get((page.number, place), (None, None))
            first = (whole.parts[0].page, whole.parts[0].place) if whole else None
            before = next((entry for entry in found if whole and entry.whole == first), None)
            section, heading = (before.section, before.heading) if before else _section(table, own, kinds)
            layouts = layouts_of(table, section)
            if before and part:
                layouts = _continued(before, table, layouts, part.repeated_header)
            elif not layouts and place >= 0:
                layouts = _shared_header(table, page.number, section, found)
            if table.title and plain(table.title) in running:
                table = replace(table, title=None)
            if layouts or place >= 0:
                covered = tuple(line for line in lines_in(table, own) if not _above_header(line, table, layouts))
                found.append(
                    FoundTable(page.number, table, tuple(layouts), covered, section, heading, place >= 0, first))
    return found


def titles_of(tables: Sequence[FoundTable], lines: Sequence[PrintedLine]) -> set[int]:
    """The lines that head a table by standing apart from what is above: they are no entries of the list before it."""
    titles: set[int] = set()
    for table in (table for table in tables if table.layouts and table.lines):
        at = table.lines[0].at - 1
        if at < 1 or lines[at].page != table.page or lines[at - 1].page != table.page:
            continue
        box, above, below = (lines[n].line.box for n in (at, at - 1, at + 1))
        apart = box.top - above.bottom > _APART * max(below.top - box.bottom, box.height / 4)
        if apart and len(lines[at].text.split()) <= _TITLE_WORDS and not re.search(r"[\d:;.]", lines[at].text):
            titles.add(at)
    return titles


def _carried(
    found: Sequence[FoundTable],
    by_page: dict[int, list[PrintedLine]],
    page: PageContent,
    parts: Mapping[Place, tuple[DocumentTable, TablePart]],
    apart: Container[int],
) -> FoundTable | None:
    """The rows at the top of a page that go on with the last table of the page before, which its reader did not see."""
    before = found[-1] if found else None
    if before is None or not before.layouts or before.page != page.number - 1 or before.table.box is None:
        return None
    own = [line for line in by_page.get(page.number, []) if line.at not in apart]
    below = [line for line in by_page[before.page] if line.line.box.middle[1] > before.table.box.bottom]
    known, _ = parts.get((page.number, 0), (None, None))
    first = (known.parts[0].page, known.parts[0].place) if known else None
    if any(line.at not in apart for line in below) or any(entry.whole == first for entry in found if first):
        return None
    columns = before.columns or columns_of(before.table)
    table = carried_table(columns, before.layouts[0].key, own)
    if table is None or layouts_of(table, before.section):
        return None
    layouts = tuple(replace(layout, header_rows=0) for layout in before.layouts)
    covered = tuple(lines_in(table, own))
    whole = before.whole or (before.page, -len(found))
    return replace(
        before, page=page.number, table=table, layouts=layouts, lines=covered, columns=columns, whole=whole)


def _tables_of(page: PageContent, own: Sequence[PrintedLine]) -> list[tuple[Table, int]]:
    """The page's tables from top to bottom with their places among its tables; -1 for one found among aligned lines."""
    inside = {line.at for table in page.tables for line in lines_in(table, own)}
    tables = [(with_ticks(mended(table, own), page.tick_boxes), place) for place, table in enumerate(page.tables)]
    tables += [(table, -1) for table in borderless_tables([line for line in own if line.at not in inside])]
    return sorted(tables, key=lambda entry: entry[0].box.top if entry[0].box else 1.0)


def _continued(before: FoundTable, table: Table, own: list[Layout], repeated_header: int) -> list[Layout]:
    """The layouts of a further part: the first part's, below the header that it may repeat."""
    if not before.layouts or before.table.column_count != table.column_count:
        return own
    header_rows = own[0].header_rows if own else repeated_header
    return [replace(layout, header_rows=header_rows) for layout in before.layouts]


def _shared_header(table: Table, page: int, section: Kind, found: Sequence[FoundTable]) -> list[Layout]:
    """A table without a header shares that of the one above it in its section, if it has as many columns."""
    before = next((known for known in reversed(found) if known.layouts), None)
    if before is None or before.page != page or table.column_count != before.table.column_count:
        return []
    if section is Kind.FAMILY:
        return []
    return [] if _is_about_a_person(table) else [replace(layout, header_rows=0) for layout in before.layouts]


def _is_about_a_person(table: Table) -> bool:
    """A block of patient details is no continuation of the table before it."""
    return any((meaning_of(cell.text) or "") in _PERSONAL for cell in table.cells if cell.text.strip())


def _above_header(line: PrintedLine, table: Table, layouts: Sequence[Layout]) -> bool:
    """Titles and patient lines that the page's reader took into the table."""
    if not layouts or layouts[0].header_rows < 2:
        return False
    tops = [cell.box.top for cell in table.row_cells(layouts[0].header_rows) if cell.box and cell.text.strip()]
    return bool(tops) and line.line.box.middle[1] < min(tops)


def _section(table: Table, own: Sequence[PrintedLine], kinds: dict[int, Kind]) -> tuple[Kind, str]:
    """The section of the nearest heading above a table on its page, else that of its first line."""
    inside = lines_in(table, own)
    first = kinds.get(inside[0].at, Kind.START) if inside else Kind.START
    if table.box is None:
        return first, ""
    headed = [
        (line, kind) for line in own if line.line.box.top < table.box.top + 0.01 and (kind := heading_of(line.text))
    ]
    if not headed:
        return first, ""
    near, kind = max(headed, key=lambda entry: entry[0].line.box.top)
    return kind, near.text.strip(" :")


def read_tables(found: Sequence[FoundTable], context_at: dict[int, Context], collector: Collector) -> TableReading:
    """Read every row of every table.

    :param context_at: the surroundings by line number.
    """
    reading = TableReading()
    ended: dict[Place, tuple[Context, Sequence[Layout]]] = {}
    numbers: dict[Place, int] = {}
    for number, entry in enumerate(found):
        collector.table = numbers.setdefault(entry.whole, number) if entry.whole else number
        context = _context(entry, context_at)
        layouts: Sequence[Layout] = entry.layouts
        if entry.whole in ended:
            before, last = ended[entry.whole]
            context = replace(context, section=before.section, heading=before.heading, panel=before.panel)
            if layouts and not layouts[0].header_rows:
                layouts = [replace(layout, header_rows=0) for layout in last]
        if layouts:
            end = _read(entry.table, layouts, context, collector, entry.page, reading)
            reading.covered.update(line.at for line in entry.lines)
            if entry.whole:
                ended[entry.whole] = end
        else:
            _questions(entry, context, collector, reading)
    collector.table = None
    return reading


def _context(entry: FoundTable, context_at: dict[int, Context]) -> Context:
    at = entry.lines[0].at if entry.lines else min(context_at, default=0)
    context = context_at[at]
    panel = entry.table.title or (entry.heading if entry.section is Kind.LABS else None)
    return replace(context, section=entry.section, heading=entry.heading, panel=panel)


def _read(
    table: Table, layouts: Sequence[Layout], context: Context, collector: Collector, page: int, reading: TableReading
) -> tuple[Context, Sequence[Layout]]:
    """Read the rows; returns what holds at the end of the table, for a part that goes on."""
    header_rows = layouts[0].header_rows
    for row in range(1, table.row_count + 1):
        cells = table.row_cells(row)
        source = row_source(page, cells)
        reading.rows_in += 1
        if row <= header_rows:
            collector.row(UnmappedReason.HEADER, source)
        elif not any(cell.text.strip() for cell in cells):
            collector.row(UnmappedReason.EMPTY, source)
        elif (
            is_section_row(cells) and layouts[0].subject in (Subject.RESULTS, Subject.VITALS) and table.column_count > 1
        ):
            context = panel_of(next(cell.text.strip() for cell in cells if cell.text.strip()), context)
            collector.row(UnmappedReason.HEADER, source)
        elif (heading := _heading_row(cells)) is not None:
            context = replace(context, section=heading[0], heading=heading[1], panel=None)
            collector.row(UnmappedReason.HEADER, source)
        elif is_section_row(cells) and layouts[0].subject is Subject.MEDICATIONS and not _is_medicine(cells):
            collector.row(UnmappedReason.HEADER, source)
        elif (own := header_in(cells, row, context.section)) is not None:
            layouts = [own]
            collector.row(UnmappedReason.HEADER, source)
        else:
            outcome = _outcome(cells, layouts, context, page)
            collector.row(outcome, source)
    return context, layouts


def _is_medicine(cells: Sequence[Cell]) -> bool:
    """A row with nothing but a name is a medicine only where the name is known, or a dose stands behind it."""
    text = " ".join(cell.text for cell in cells).strip()
    return drug_in(text) is not None or re.search(r"\d", text) is not None


def _heading_row(cells: Sequence[Cell]) -> tuple[Kind, str] | None:
    """The heading of another section inside a table that joins two."""
    if not is_section_row(cells):
        return None
    text = next(cell.text.strip() for cell in cells if cell.text.strip())
    kind = heading_of(text)
    return (kind, text) if kind is not None else None


def _outcome(
    cells: Sequence[Cell], layouts: Sequence[Layout], context: Context, page: int
) -> list[Fact] | UnmappedReason:
    facts: list[Fact] = []
    reason = UnmappedReason.EMPTY
    for layout in layouts:
        reader = _READERS.get(layout.subject)
        if reader is None:
            return UnmappedReason.NOT_CLINICAL
        outcome = reader(cells, layout, context, page)
        if isinstance(outcome, UnmappedReason):
            reason = outcome if reason is UnmappedReason.EMPTY else reason
        else:
            facts.extend(outcome)
    return facts or reason


def _questions(entry: FoundTable, context: Context, collector: Collector, reading: TableReading) -> None:
    """A table without a known header: questions with ticked answers here, all other rows by their lines."""
    for row in range(1, entry.table.row_count + 1):
        cells = entry.table.row_cells(row)
        reading.rows_in += 1
        source = row_source(entry.page, cells)
        filled = [text for cell in cells if (text := " ".join(cell.text.split()))]
        answered = answered_yes(filled[0], filled[-1], source, context) if len(filled) >= 2 else None
        if answered is not None:
            collector.row(answered or UnmappedReason.NOT_CLINICAL, source)
            reading.covered.update(
                line.at for line in entry.lines if any(holds(cell.box, line.line.box) for cell in cells)
            )
        else:
            reading.open_rows.append((entry.page, cells))
