"""Tables that are only printed as aligned lines: a line of column headers and the lines below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.documents.content import Box, Cell, CellKind, Table
from include.fhir.extraction.dates import has_date
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.page.reading import PrintedLine, Segment, around, segments
from include.fhir.extraction.page.sections import Kind, heading_of
from include.fhir.extraction.statements.values import is_flag
from include.fhir.extraction.tables.clock import clock_of
from include.fhir.extraction.tables.columns import moment_columns, role_of
from include.fhir.extraction.tables.diaries import is_slot
from include.fhir.extraction.tables.labelled_rows import is_label_among, names_a_person
from include.fhir.extraction.tables.tables import measured
from include.fhir.extraction.tables.wrapped_rows import interleaved, joined_rows

_FAR = 4.0
"""Heights of a line between two rows that end a table."""
_LONG = 9
"""Words of a row's only text that make it a remark."""
_BESIDE_SLOTS = 3
"""Headers of a diary besides times of the day: the date, a dose, notes."""
_CELL = 5
"""Words of a cell of a row behind a remark."""
_NEAR = 0.03
"""Ratio of the page's width by which such a row may begin left or right of the first header."""
_REMARKS = 5
"""Rows, from the first remark on, among which a table goes on."""
_BESIDE_TIMES = re.compile(
    r"goals?|targets?|limits?|(?:normal |reference )?range|units?|normal|notes?|comments?|trend|alarms?", re.IGNORECASE)
_UP = 2.0
"""Heights of a line by which a line stands above the one read before it, where another column begins."""
_UNDER = 0.012
"""Ratio of the page's width by which a word may start left or right of its header."""


def borderless_tables(lines: Sequence[PrintedLine]) -> list[Table]:
    """The tables among lines that no table covers, top to bottom. Lines without places of words make none."""
    return [table for column in _flows(lines) for table in _tables_in(rows_of(column))]


def _flows(lines: Sequence[PrintedLine]) -> list[list[PrintedLine]]:
    """The lines of each column that is read down to its end: the next one begins further up the page."""
    flows: list[list[PrintedLine]] = []
    for line in lines:
        before = flows[-1][-1].line.box if flows else None
        if before is None or line.line.box.bottom < before.top - _UP * before.height:
            flows.append([])
        flows[-1].append(line)
    return flows


def _tables_in(rows: Sequence[Sequence[Segment]]) -> list[Table]:
    tables: list[Table] = []
    at = 0
    while at < len(rows):
        if not _is_header(rows[at]):
            at += 1
            continue
        kept, end = _body(rows, at)
        if len(kept) > 1:
            tables.append(table_of(joined_rows(kept), _columns(kept), header_rows=1))
        at = end
    return tables


def rows_of(lines: Sequence[PrintedLine]) -> list[list[Segment]]:
    """Segments on one height, left to right; a line may itself hold several columns."""
    parts = sorted((s for line in lines for s in segments(line)), key=lambda s: (s.box.middle[1], s.box.left))
    rows: list[list[Segment]] = []
    for part in parts:
        if rows and abs(rows[-1][0].box.middle[1] - part.box.middle[1]) < 0.5 * min(
            rows[-1][0].box.height, part.box.height
        ):
            rows[-1].append(part)
        else:
            rows.append([part])
    return [list(row) for row in interleaved([sorted(row, key=lambda s: s.box.left) for row in rows])]


def _is_header(row: Sequence[Segment]) -> bool:
    roles = [role_of(s.text) for s in row if ":" not in s.text]
    if len(row) >= 3 and len(row) == len(roles) and measured([s.text for s in row]):
        return True
    slots = sum(is_slot(segment.text) for segment in row)
    if _has_times(row) or (slots > 1 and len(row) - slots <= _BESIDE_SLOTS):
        return True
    if len(row) >= 3 and roles[:1] == ["vaccine"] and all(_counts(s.text) or has_date(s.text) for s in row[1:]):
        return True
    if all(role is None or has_date(segment.text) for role, segment in zip(roles, row, strict=False)):
        return False  # dates head columns only beside a word that heads one: alone they are values
    return len(row) >= 2 and len(row) == len(roles) and sum(r is not None for r in roles) >= max(2, len(row) - 1)


def _counts(text: str) -> bool:
    """``1``, ``#2`` or ``3rd`` over the days of a series."""
    return re.fullmatch(r"#?\d(?:st|nd|rd|th)?", text.strip(), re.IGNORECASE) is not None


def _has_times(row: Sequence[Segment]) -> bool:
    """Two times of day at least, perhaps behind a text, and nothing else but columns of units, limits or notes."""
    titles = {place: segment.text for place, segment in enumerate(row, start=1)}
    clocks = [place for place in moment_columns(titles) if clock_of(titles[place])]
    others = [place for place in titles if place not in clocks]
    beside = all(place == 1 or _BESIDE_TIMES.fullmatch(titles[place].strip()) for place in others)
    return len(clocks) > 1 and beside and len(others) <= len(clocks)


def _columns(rows: Sequence[Sequence[Segment]]) -> list[Box]:
    """The boxes of the headers, and left of them that of flags which no header names."""
    titles = [title.box for title in rows[0]]
    unnamed = clock_of(rows[0][0].text) is not None
    left = [row[0] for row in rows[1:] if row[0].box.right < titles[0].left]
    flags = [part.box for part in left if unnamed or is_flag(part.text)]
    return [around(flags), *titles] if flags else titles


def _body(rows: Sequence[Sequence[Segment]], start: int) -> tuple[list[Sequence[Segment]], int]:
    """The header and the rows that belong to it, remarks and labels between them left out, and the first row that
    does not."""
    kept = [rows[start]]
    end = start + 1
    while end < len(rows) and not _ends(rows, start, end):
        labels = _is_label(rows[end], kept)
        if labels or _is_remark(rows[end]):
            following = _behind_labels(rows, start, end, kept) if labels else _next_row(rows, start, end)
            if following is None:
                break
            end = following
        kept.append(rows[end])
        end += 1
    titled = end < len(rows) and len(kept) > 2 and len(kept[-1]) == 1 and _is_header(rows[end])
    return (kept[:-1], end - 1) if titled else (kept, end)


def _ends(rows: Sequence[Sequence[Segment]], start: int, at: int) -> bool:
    """A row that no longer belongs: far below, a section's heading, a labelled value, or another header."""
    above, row = rows[at - 1][0].box, rows[at]
    if names_a_person(row) or row[0].box.top - above.bottom > _FAR * above.height:
        return True
    if _is_header(row):
        return at != start + 1 or not _has_times(row)
    if len(row) > 1:
        return False
    own = {Kind.LABS} if "result" in {role_of(s.text) for s in rows[start]} else set()
    text = row[0].text
    return text.rstrip().endswith(":") or (heading_of(text) not in {None, *own} and _stands_out(text))


def _is_remark(row: Sequence[Segment]) -> bool:
    """A row that is one long text, or a sentence."""
    text, count = row[0].text, len(plain(row[0].text).split())
    sentence = count > _CELL and re.search(r"\d\D*,|[a-z][.;](?:\s|$)", text) is not None
    return len(row) == 1 and (count > _LONG or sentence)


def _next_row(rows: Sequence[Sequence[Segment]], start: int, at: int) -> int | None:
    """The next row of short texts that begins under the first header, behind remarks from a row on; None for none."""
    for number in range(at, min(at + _REMARKS, len(rows))):
        row = rows[number]
        if row[0].box.top - rows[number - 1][0].box.bottom > _FAR * row[0].box.height:
            return None
        if len(row) > 1:
            near = abs(row[0].box.left - rows[start][0].box.left) < _NEAR
            short = all(":" not in part.text and len(part.text.split()) <= _CELL for part in row)
            return number if near and short and not _is_header(row) else None
    return None


def _is_label(row: Sequence[Segment], kept: Sequence[Sequence[Segment]]) -> bool:
    """Labels with their values, which are no rows of a table; not where times head columns: there they tell more."""
    titles = {place: segment.text for place, segment in enumerate(kept[0], start=1)}
    return not moment_columns(titles) and is_label_among(row, [above[0].text for above in kept[1:]])


def _behind_labels(
    rows: Sequence[Sequence[Segment]], start: int, at: int, kept: Sequence[Sequence[Segment]]
) -> int | None:
    """The next row of several texts that begins in the first column and is no label, or the heading right above it.

    None where the table ends first: what stands below the labels is then a signature or the like.
    """
    for number in range(at, len(rows)):
        row = rows[number]
        if _ends(rows, start, number):
            return None
        if len(row) > 1 and row[0].box.left < rows[start][1].box.left and not _is_label(row, kept):
            above = rows[number - 1]
            return number - 1 if len(above) == 1 and not _is_remark(above) else number
    return None


def _stands_out(text: str) -> bool:
    return text.strip()[:1].isupper()


def table_of(rows: Sequence[Sequence[Segment]], columns: Sequence[Box], header_rows: int) -> Table:
    """The rows as a table; a segment belongs to the column that it overlaps most, or that is nearest."""
    cells: list[Cell] = []
    for number, row in enumerate(rows, start=1):
        texts: dict[int, list[Segment]] = {}
        for segment in (part for whole in row for part in cut(whole, columns)):
            texts.setdefault(_column(segment, columns), []).append(segment)
        for column, parts in sorted(texts.items()):
            kind = CellKind.HEADER if number <= header_rows else CellKind.BODY
            confidence = min(part.printed.source.confidence for part in parts)
            text = " ".join(part.text for part in parts)
            cells.append(Cell(number, column, text, around([part.box for part in parts]), confidence, kind=kind))
    return Table(tuple(cells), box=around([segment.box for row in rows for segment in row]))


def cut(segment: Segment, columns: Sequence[Box]) -> list[Segment]:
    """A segment that runs over two columns by a narrow gap, cut where a word starts where the next column does."""
    starts = [column.left for column in columns if column.left > segment.box.left + _UNDER]
    at = next(
        (
            i
            for i, word in enumerate(segment.words)
            if i and any(abs(word.box.left - start) < _UNDER for start in starts)
        ),
        None,
    )
    if at is None:
        return [segment]
    parts = (segment.words[:at], segment.words[at:])
    return [
        Segment(" ".join(word.text for word in part), around([word.box for word in part]), segment.printed, part)
        for part in parts
    ]


def _column(segment: Segment, columns: Sequence[Box]) -> int:
    """The column that overlaps most, else whose left edge or middle is nearest."""

    def distance(column: Box) -> float:
        overlap = min(column.right, segment.box.right) - max(column.left, segment.box.left)
        if overlap > 0:
            return -overlap
        return min(abs(column.left - segment.box.left), abs(column.middle[0] - segment.box.middle[0]))

    return min(range(len(columns)), key=lambda index: distance(columns[index])) + 1
