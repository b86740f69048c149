"""Which tables a document has: those its pages' reader saw, mended, and those that only aligned lines show."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from include.documents.content import Box, DocumentTable, PageContent, Table, TablePart
from include.fhir.extraction.forms.labels import meaning_of, plain
from include.fhir.extraction.forms.ticked_cells import with_ticks
from include.fhir.extraction.page.reading import PrintedLine, by_page, lines_in
from include.fhir.extraction.page.sections import Kind, heading_of
from include.fhir.extraction.tables.borderless import borderless_tables
from include.fhir.extraction.tables.carried import carried_table, columns_of
from include.fhir.extraction.tables.columns import role_of
from include.fhir.extraction.tables.diaries import diary_layout
from include.fhir.extraction.tables.extended import extended
from include.fhir.extraction.tables.grids import mended
from include.fhir.extraction.tables.header_above import with_header_above
from include.fhir.extraction.tables.layouts import Layout
from include.fhir.extraction.tables.over_tables import caption_of, day_above, panels_over, with_caption
from include.fhir.extraction.tables.rebuilt import whole_tables
from include.fhir.extraction.tables.table_groups import layouts_of
from include.fhir.extraction.tables.tables import layout_without_header

_NO_RESULTS = frozenset((Kind.FAMILY, Kind.PLAN, Kind.MEDICATIONS, Kind.STOPPED, Kind.CONTACT, Kind.INSURANCE))
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
    panels: tuple[str | None, ...] = ()
    """What stands over each of several layouts side by side."""
    day: str | None = None
    """The text of a line above the table that gives the day of its times."""
    caption: str = ""
    """The few words right above the table."""


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
    on_page = by_page(lines)
    parts = {(part.page, part.place): (whole, part) for whole in wholes for part in whole.parts if whole.parts[1:]}
    running = {plain(line.text) for line in lines if line.at in apart}
    found: list[FoundTable] = []
    begun: dict[Place, FoundTable] = {}  # the first part of each whole
    for page in pages:
        own = on_page.get(page.number, [])
        carried = _carried(found, begun, on_page, page, parts, apart)
        if carried:
            found[-1:] = [replace(found[-1], whole=carried.whole), carried]
        taken = {line.at for line in carried.lines} if carried else set()
        alone = not any((page.number, place) in parts for place in range(len(page.tables)))
        tables = _tables_of(page, own, whole_allowed=alone)
        for table, place in tables:
            if taken.issuperset(line.at for line in lines_in(table, own)) and taken:
                continue
            whole, part = parts.get((page.number, place), (None, None))
            first = (whole.parts[0].page, whole.parts[0].place) if whole else None
            before = begun.get(first) if first else None
            section, heading = (before.section, before.heading) if before else _section(table, own, kinds)
            layouts = layouts_of(table, section)
            if before and part:
                layouts = _continued(before, table, layouts, part.repeated_header)
            elif (diary := diary_layout(table, own)) is not None:
                layouts = [diary]
            elif not layouts and place >= 0:
                layouts = _unheaded(table, page.number, found, section)
            if table.title and plain(table.title) in running:
                table = replace(table, title=None)
            caption = caption_of(table, own)
            layouts = [with_caption(layout, caption) for layout in layouts]
            if layouts or place >= 0:
                covered = tuple(line for line in lines_in(table, own) if not _above_header(line, table, layouts))
                table, more = extended(table, layouts, _below(table, tables, own, apart)) if layouts else (table, ())
                taken |= {line.at for line in more}
                found.append(
                    FoundTable(
                        page.number, table, tuple(layouts), (*covered, *more), section, heading, place >= 0, first,
                        panels=panels_over(table, layouts, own), day=day_above(table, own),
                        caption=caption,
                    )
                )
                if first:
                    begun.setdefault(first, found[-1])
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
    begun: Container[Place],
    on_page: dict[int, list[PrintedLine]],
    page: PageContent,
    parts: Mapping[Place, tuple[DocumentTable, TablePart]],
    apart: Container[int],
) -> FoundTable | None:
    """The rows at the top of a page that go on with the last table of the page before, which its reader did not see."""
    before = found[-1] if found else None
    if before is None or not before.layouts or before.page != page.number - 1 or before.table.box is None:
        return None
    own = [line for line in on_page.get(page.number, []) if line.at not in apart]
    below = [line for line in on_page[before.page] if line.line.box.middle[1] > before.table.box.bottom]
    known, _ = parts.get((page.number, 0), (None, None))
    first = (known.parts[0].page, known.parts[0].place) if known else None
    if any(line.at not in apart for line in below) or (first and first in begun):
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


def _tables_of(
    page: PageContent, own: Sequence[PrintedLine], *, whole_allowed: bool = True
) -> list[tuple[Table, int]]:
    """The page's tables from top to bottom with their places among its tables; -1 for one found among aligned lines.

    :param whole_allowed: tables of aligned lines may stand for those of the reader that they say more than.
    """
    read = [
        with_header_above(mended(table, own), own, lambda whole: bool(layouts_of(whole) or diary_layout(whole, own)))
        for table in page.tables
    ]
    wholes = whole_tables(read, own) if whole_allowed else []
    replaced = {place for _, places in wholes for place in places}
    tables = [(with_ticks(table, page.tick_boxes), n) for n, table in enumerate(read) if n not in replaced]
    tables += [(table, places[0]) for table, places in wholes]
    inside = {line.at for table, _ in tables for line in lines_in(table, own)}
    tables += [(table, -1) for table in borderless_tables([line for line in own if line.at not in inside])]
    return sorted(tables, key=lambda entry: entry[0].box.top if entry[0].box else 1.0)


def _below(
    table: Table, tables: Sequence[tuple[Table, int]], own: Sequence[PrintedLine], apart: Container[int]
) -> list[PrintedLine]:
    """The lines below a table, down to the next one with a header of its own."""
    bottom = table.box.bottom if table.box else 1.0
    tops = [t.box.top for t, _ in tables if t.box and t is not table and t.box.top >= bottom - 0.005 and layouts_of(t)]
    end = min(tops, default=1.0)
    return [line for line in own if bottom < line.line.box.middle[1] < end and line.at not in apart]


def _continued(before: FoundTable, table: Table, own: list[Layout], repeated_header: int) -> list[Layout]:
    """The layouts of a further part: the first part's, below the header that it may repeat."""
    if not before.layouts or before.table.column_count != table.column_count:
        return own
    header_rows = own[0].header_rows if own else repeated_header
    return [replace(layout, header_rows=header_rows) for layout in before.layouts]


def _unheaded(table: Table, page: int, found: Sequence[FoundTable], section: Kind) -> list[Layout]:
    """A table without a header shares that of the table above it, or is known by what stands in its columns."""
    shared = _shared_header(table, page, found) if section is not Kind.FAMILY else []
    if shared or section in _NO_RESULTS:
        return shared
    layout = layout_without_header(table)
    return [layout] if layout else []


def _shared_header(table: Table, page: int, found: Sequence[FoundTable]) -> list[Layout]:
    """A table without a header shares that of the one above it on its page, if it has as many columns."""
    before = next((known for known in reversed(found) if known.layouts or known.page != page), None)
    if before is None or before.page != page or table.column_count != before.table.column_count:
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
        and not (line in inside and role_of(line.text))
    ]  # fmt: skip
    if not headed:
        return first, ""
    near, kind = max(headed, key=lambda entry: entry[0].line.box.top)
    if near not in inside:
        top, left = near.line.box.top - near.line.box.height / 2, table.box.left
        level = [entry for entry in headed if entry[0].line.box.top >= top and entry[0] not in inside]
        near, kind = min(level, key=lambda entry: abs(entry[0].line.box.left - left))
    return kind, near.text.strip(" :")
