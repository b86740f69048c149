"""Pages on which sections stand side by side, each column read to its end before the next.

Rows of such a page lie at the same heights by chance only. That a column begins is known by the headings of sections
at its left edge; a table's column has a header too, but no second section's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from include.documents.content import Cell, DocumentContent, Line, PageContent, Table, Word
from include.fhir.extraction.forms.labelled_boxes import boxes_of
from include.fhir.extraction.forms.labels import meaning_of
from include.fhir.extraction.page.reading import PrintedLine, Segment, around, segments
from include.fhir.extraction.page.sections import heading_of
from include.fhir.extraction.tables.columns import role_of
from include.fhir.extraction.tables.table_groups import layouts_of

_LEFTMOST = 0.25
"""Part of the page's width left of which no second column begins."""
_ALIGNED = 0.012
"""Part of the page's width by which headings of one column may start left or right of each other."""
_FEWEST_HEADINGS = 2
_INDENT = 0.05
_CENTRED = 0.03
_MOST = 0.6
"""Part of a column's lines that begin at its left edge."""
_FEWEST_LINES = 2
"""Lines that go on in a column at the top of the next page."""


_OF_PERSON = frozenset(("name", "birth_date", "mrn", "patient_id", "family", "given"))


@dataclass(frozen=True, slots=True)
class _Band:
    """Where two columns stand: the left edge of the right one, and the heights between which it goes down a page."""

    edge: float
    top: float
    bottom: float


def in_reading_order(document: DocumentContent) -> DocumentContent:
    """The document with the lines of columns one after the other, instead of joined across the page.

    A table that a reader made out of both columns is emptied, for its rows are none; its place stays counted.
    """
    pages: list[PageContent] = []
    edge: float | None = None
    for page in document.pages:
        band = _band(page, edge)
        edge = band.edge if band else None
        pages.append(_parted(page, band) if band else page)
    return replace(document, pages=tuple(pages))


def _band(page: PageContent, before: float | None, beyond: float = 0.0) -> _Band | None:
    """The columns of a page.

    :param before: edge of the right column on the page before, whose columns may go on without a heading.
    :param beyond: left of it no heading begins the right column, for the columns within one.
    """
    lines = [PrintedLine(page.number, at, line) for at, line in enumerate(page.lines)]
    parts = [part for line in lines for part in segments(line)]
    boxed = {part.box for entry in boxes_of(lines) for part in (entry.label, *entry.parts)}
    leftmost = max(_LEFTMOST, beyond)
    headings = [
        part for part in parts
        if part.box.left > leftmost and _heads(part) and part.box not in boxed and _is_followed(part, parts)
    ]  # fmt: skip
    sure = [
        part for part in headings
        if not any(role_of(other.text) for other in _level(part, parts)) and not _is_title(part, parts)
    ]  # fmt: skip
    for heading in sorted(sure, key=lambda part: part.box.left):
        edge = heading.box.left
        column = [part for part in headings if abs(part.box.left - edge) < _ALIGNED and (
            part in sure or all(_heads(other) for other in _level(part, parts)))]
        top = min(part.box.top for part in column)
        band = _Band(edge - _ALIGNED, top - heading.box.height / 2, _bottom(page, parts, edge, top))
        within = [part for part in column if part.box.top < band.bottom]
        beside = [part for part in parts if _stands_left(part, band) and _begins_data(part.text)]
        down = within and beside and _goes_down(parts, band)
        if (len(within) >= _FEWEST_HEADINGS or down) and _is_aligned(page, band):
            return band
    if before is None:
        return None
    starts = [part for part in parts if abs(part.box.left - _ALIGNED - before) < _ALIGNED]
    top = min((part.box.top for part in starts), default=1.0)
    band = _Band(before, top - 0.005, _bottom(page, parts, before + _ALIGNED, top))
    return band if sum(part.box.top < band.bottom for part in starts) >= _FEWEST_LINES else None


def _is_followed(heading: Segment, parts: Sequence[Segment]) -> bool:
    """Whether text stands below a heading, no further heading: a table of contents has headings only."""
    below = [
        part for part in parts
        if part.box.top > heading.box.middle[1] and part.box.left < heading.box.right
        and part.box.right > heading.box.left
    ]  # fmt: skip
    nearest = min(below, key=lambda part: part.box.top, default=None)
    return nearest is None or not (_heads(nearest) and abs(nearest.box.left - heading.box.left) < _ALIGNED)


def _is_aligned(page: PageContent, band: _Band) -> bool:
    """Most lines of the right column begin at its edge or indented under a heading."""
    starts = [words[0] for line in page.lines if (words := [w.box.left for w in line.words if _stands_right(w, band)])]
    near = [start for start in starts if start - band.edge < _ALIGNED + _INDENT]
    return len(near) >= _MOST * len(starts)


def _goes_down(parts: Sequence[Segment], band: _Band) -> bool:
    """Whether text stands under the heading at its own left edge; under a title in the middle of a page none does."""
    edge = band.edge + _ALIGNED
    own = [part for part in parts if abs(part.box.left - edge) < _ALIGNED and band.top < part.box.top < band.bottom]
    return len(own) > _FEWEST_LINES - 1


def _is_table(table: Table) -> bool:
    """Whether a table has known columns; one whose titles are headings of sections was made out of both columns."""
    titles = [title for layout in layouts_of(table) for title in layout.titles.values()]
    return any(heading_of(title) is None for title in titles)


def _stands_left(part: Segment, band: _Band) -> bool:
    return part.box.right < band.edge and band.top - part.box.height < part.box.top < band.bottom


def _begins_data(text: str) -> bool:
    """A heading, or a label of the block that tells who the patient is."""
    label, colon, _ = text.partition(":")
    return heading_of(text) is not None or (bool(colon) and meaning_of(label) in _OF_PERSON)


def _heads(part: Segment) -> bool:
    return heading_of(part.text) is not None and part.text.strip()[:1].isupper()


def _is_title(part: Segment, parts: Sequence[Segment]) -> bool:
    """Alone on its height in the middle of the page."""
    return not _level(part, parts) and abs(part.box.middle[0] - 0.5) < _CENTRED


def _level(part: Segment, parts: Sequence[Segment]) -> list[Segment]:
    """What stands on the same height: headers of a table's other columns, or the heading of the other column."""
    return [other for other in parts if other is not part and abs(other.box.top - part.box.top) < part.box.height / 2]


def _bottom(page: PageContent, parts: Sequence[Segment], edge: float, top: float) -> float:
    """The top of the first line or table below that runs over both columns."""
    crossing = [
        part.box.top for part in parts
        if part.box.top > top and part.box.left < edge - _ALIGNED and part.box.right > edge + _ALIGNED
    ]  # fmt: skip
    crossing += [
        table.box.top for table in page.tables
        if table.box and table.box.top > top and _spans(table, edge) and _is_table(table)
        and not any(_heads_column(cell, edge) for cell in table.cells)
    ]  # fmt: skip
    return min(crossing, default=1.0)


def _heads_column(cell: Cell, edge: float) -> bool:
    """A heading at the edge inside a table: its reader took the two columns for one."""
    at_edge = cell.box is not None and abs(cell.box.left - edge) < _ALIGNED
    return at_edge and heading_of(cell.text) is not None and role_of(cell.text) is None


def _spans(table: Table, edge: float) -> bool:
    return table.box is not None and table.box.left < edge - _ALIGNED and table.box.right > edge + _ALIGNED


def _parted(page: PageContent, band: _Band) -> PageContent:
    above: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    below: list[Line] = []
    for line in page.lines:
        words = [word for word in line.words if _stands_right(word, band)]
        rest = [word for word in line.words if word not in words]
        if words:
            right.append(_line(line, words))
        if rest or not line.words:
            own = _line(line, rest) if words else line
            (above if own.box.middle[1] < band.top else below if own.box.top >= band.bottom else left).append(own)
    last = max(line.box.bottom for line in right)
    headed = next((n for n, line in enumerate(_down(left)) if line.box.top > last and heading_of(line.text)), len(left))
    left, below = _down(left)[:headed], [*_down(left)[headed:], *below]
    tables = tuple(
        Table(()) if _spans(table, band.edge + _ALIGNED) and table.box and band.top < table.box.middle[1] < band.bottom
        else table for table in page.tables
    )  # fmt: skip
    return replace(page, lines=(*above, *left, *_columns_within(page, right, band), *below), tables=tables)


def _columns_within(page: PageContent, lines: Sequence[Line], band: _Band) -> Sequence[Line]:
    """The lines of a right column, which may itself be two side by side."""
    alone = replace(page, lines=tuple(_down(lines)), tables=())
    inner = _band(alone, None, band.edge + 2 * _ALIGNED)
    return _parted(alone, inner).lines if inner else alone.lines


def _stands_right(word: Word, band: _Band) -> bool:
    return word.box.left >= band.edge and band.top < word.box.middle[1] < band.bottom


def _line(line: Line, words: Sequence[Word]) -> Line:
    text = " ".join(word.text for word in words)
    return replace(line, text=text, box=around([word.box for word in words]), words=tuple(words))


def _down(lines: Sequence[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: line.box.middle[1])
