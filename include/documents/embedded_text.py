"""Reading the pages whose text the PDF itself carries: lines, tables and fields with their places."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial

import pypdfium2 as pdfium
from pydantic import TypeAdapter

from include.documents.aligned import aligned_grids
from include.documents.annotations import Annotation, AnnotationKind, read_annotations
from include.documents.content import (
    Box,
    Cell,
    CellKind,
    FormField,
    Line,
    Origin,
    PageContent,
    Table,
    TickBox,
    Word,
)
from include.documents.form_fields import Pair, find_pairs
from include.documents.glyphs import Frame, Glyphs, frame_of, read_words
from include.documents.grids import Bounds, Grid, is_label_grid
from include.documents.isolation import Limits, isolated
from include.documents.layout import Row, build_rows, reading_blocks
from include.documents.pdf import load_page, open_pdf
from include.documents.rulings import RulingReader, has_rulings, ruled_grid
from include.documents.ticks import find_ticks
from include.errors import PipelineError

READING = Limits(cpu_seconds=8)
"""More than pdfplumber's MAX_SECONDS, which are part of it."""
_MAX_SIDE = 14_400.0
"""Points: the longest side that PDF viewers allow (ISO 32000-1, annex C.2)."""
_MAX_FAILURES = 3
"""Pages whose ruled tables end the child; then the document's other pages are read without any."""


def read_isolated(data: bytes, numbers: Sequence[int], limits: Limits | None = None) -> Iterator[PageContent]:
    """As :func:`read_pages`, in a child process. Ruled tables are an extra: a page over which a child ends is read
    again without them in a new one.

    :param limits: READING, unless others are given.
    :raises PipelineError: as :func:`read_pages`; PARSER_FAILED where a page ends the second child too.
    """
    form = stored_form()
    left, failures, unruled = list(numbers), 0, frozenset[int]()
    while left:
        produce = partial(_read_stored, data, tuple(left), unruled)
        try:
            for stored in isolated(produce, limits or READING):
                del left[0]
                yield form.validate_json(stored)
            return
        except PipelineError as error:
            if error.code != "PARSER_FAILED" or (left and left[0] in unruled):
                raise
        failures += 1
        unruled |= frozenset(left if failures >= _MAX_FAILURES else left[:1])


def _read_stored(data: bytes, numbers: Sequence[int], unruled: Container[int]) -> Iterator[bytes]:
    return map(stored_form().dump_json, read_pages(data, numbers, unruled))


@cache
def stored_form() -> TypeAdapter[PageContent]:
    """A page of 360 words takes 1 ms as JSON and 4 ms pickled. Built on first use, before a child is forked: 12 ms."""
    return TypeAdapter(PageContent)


def read_pages(data: bytes, numbers: Iterable[int], unruled: Container[int] = ()) -> Iterator[PageContent]:
    """The content of a PDF's pages (numbers from 1), in the order asked for; a page without anything is BLANK.

    :param unruled: pages of which no ruled tables are looked for.
    :raises PipelineError: as :func:`include.documents.pdf.open_pdf`.
    """
    rulings = RulingReader(data)
    try:
        with open_pdf(data) as document:
            for number in numbers:
                page = load_page(document, number)
                try:
                    yield _read_page(page, number, None if number in unruled else rulings)
                finally:
                    page.close()
    finally:
        rulings.close()


def _read_page(page: pdfium.PdfPage, number: int, rulings: RulingReader | None) -> PageContent:
    words, turned = read_words(page)
    if not words:
        # Only a text layer that is not drawn is left; classification found that it reads like language.
        words, turned = read_words(page, hidden_too=True)
    annotations = read_annotations(page)
    if not words and not annotations:
        return PageContent(number=number, origin=Origin.BLANK)
    reader = _PageReader(frame_of(page), turned)
    words = [_within_reach(word, min(max(reader.size), _MAX_SIDE)) for word in words]
    ruled = rulings.tables(number) if rulings and words and has_rulings(page) else []
    return reader.content(number, words, ruled, annotations)


class _PageReader:
    """Turns what stands on one page into content; knows the page's size and how its text is turned."""

    def __init__(self, frame: Frame, turned: int) -> None:
        self.frame = frame
        self.turned = turned
        self.size = frame.size

    def content(self, number: int, words: list[Glyphs], ruled: list[list[list[Bounds | None]]],
                annotations: tuple[Annotation, ...]) -> PageContent:
        grids, used = self._ruled(ruled, words)
        fields: list[FormField] = []
        free = [word for index, word in enumerate(words) if index not in used]
        blocks = reading_blocks(free)
        lines = self._lines(blocks, [w for i, w in enumerate(words) if i in used])
        for block in blocks:
            found = aligned_grids(block)
            grids.extend(grid for _, _, grid in found)
            tabled = {row for first, last, _ in found for row in range(first, last)}
            fields.extend(map(self._field, find_pairs([r for i, r in enumerate(block) if i not in tabled])))
        fields = [*(f for grid in grids if is_label_grid(grid) for f in self._labelled(grid)), *fields]
        grids = sorted((g for g in grids if not is_label_grid(g)), key=lambda g: g.bounds[1])
        return PageContent(
            number=number, origin=Origin.EMBEDDED,
            lines=(*lines, *self._notes(annotations)),
            tables=tuple(self._table(grid) for grid in grids),
            fields=(*fields, *self._filled(annotations)),
            tick_boxes=(*self._ticks(annotations), *self._printed_ticks(words)),
            rotation=float(self.turned),
        )

    def _ruled(self, ruled: list[list[list[Bounds | None]]],
               words: list[Glyphs]) -> tuple[list[Grid], set[int]]:
        grids: list[Grid] = []
        used: set[int] = set()
        for cells in ruled:
            upright = [[self._upright(cell) for cell in row] for row in cells]
            found = ruled_grid(upright, words)
            if found is not None:
                grids.append(found[0])
                used |= found[1]
        return grids, used

    def _upright(self, cell: Bounds | None) -> Bounds | None:
        """From the displayed page to the page turned until its text is upright."""
        if cell is None or not self.turned:
            return cell
        width, height = self.size
        x0, y0, x1, y1 = cell
        if self.turned == 90:
            return (y0, width - x1, y1, width - x0)
        if self.turned == 180:
            return (width - x1, height - y1, width - x0, height - y0)
        return (height - y1, x0, height - y0, x1)

    def _box(self, bounds: Bounds) -> Box:
        """Points of the upright page to ratios of the displayed one."""
        width, height = self.size
        x0, y0, x1, y1 = self.frame.displayed(bounds, self.turned)
        left, top = _ratio(x0, width), _ratio(y0, height)
        return Box(left, top, _ratio(x1, width) - left, _ratio(y1, height) - top)

    def _lines(self, blocks: list[list[Row]], tabled: list[Glyphs]) -> list[Line]:
        """The blocks' rows with the ruled tables' rows put where they stand."""
        pending = build_rows(tabled)
        lines: list[Line] = []
        for block in blocks:
            left, right = min(row.x0 for row in block), max(row.x1 for row in block)
            for row in block:
                while pending and pending[0].top < row.top and pending[0].x0 < right and pending[0].x1 > left:
                    lines.append(self._line(pending.pop(0)))
                lines.append(self._line(row))
        return [*lines, *map(self._line, pending)]

    def _line(self, row: Row) -> Line:
        words = tuple(Word(w.text, self._box((w.x0, w.top, w.x1, w.bottom))) for w in row.words)
        return Line(row.text, self._box((row.x0, row.top, row.x1, row.bottom)), words=words)

    def _table(self, grid: Grid) -> Table:
        cells = tuple(
            Cell(c.row, c.column, c.text, self._box(c.bounds), row_span=c.row_span, column_span=c.column_span,
                 kind=_kind(c.row, grid))
            for c in sorted(grid.cells, key=lambda c: (c.row, c.column)))
        return Table(cells, title=grid.title, box=self._box(grid.bounds))

    def _field(self, pair: Pair) -> FormField:
        return FormField(pair.key_text, pair.value_text, self._box(_around(pair.key)), self._box(_around(pair.value)))

    def _place(self, annotation: Annotation) -> Box:
        x0, y0, x1, y1 = self.frame.show(annotation.rect)
        width, height = self.size
        return Box(_ratio(x0, width), _ratio(y0, height), _ratio(x1 - x0, width), _ratio(y1 - y0, height))

    def _notes(self, annotations: Sequence[Annotation]) -> Iterator[Line]:
        for annotation in annotations:
            if annotation.kind is AnnotationKind.NOTE:
                for text in filter(None, map(str.strip, annotation.text.split("\n"))):
                    yield Line(" ".join(text.split()), self._place(annotation))

    def _filled(self, annotations: Sequence[Annotation]) -> Iterator[FormField]:
        for annotation in annotations:
            if annotation.kind in (AnnotationKind.FIELD, AnnotationKind.COMMENT):
                yield FormField(annotation.name, " ".join(annotation.text.split()), value_box=self._place(annotation))

    def _labelled(self, grid: Grid) -> Iterator[FormField]:
        for row in range(1, grid.rows + 1):
            cells = {c.column: c for c in grid.cells if c.row == row and c.text}
            if 1 in cells and 2 in cells:
                yield FormField(cells[1].text.rstrip(": "), cells[2].text,
                                self._box(cells[1].bounds), self._box(cells[2].bounds))

    def _printed_ticks(self, words: list[Glyphs]) -> Iterator[TickBox]:
        for tick in find_ticks(build_rows(words)):
            mark = tick.mark
            yield TickBox(tick.label, tick.selected, self._box((mark.x0, mark.top, mark.x1, mark.bottom)))

    def _ticks(self, annotations: Sequence[Annotation]) -> tuple[TickBox, ...]:
        return tuple(
            TickBox(a.name, bool(a.selected), self._place(a))
            for a in annotations if a.kind is AnnotationKind.TICK)


def _within_reach(word: Glyphs, side: float) -> Glyphs:
    """A word far off the page, where nobody sees it, comes to within one page of it: layout counts points."""
    places = (word.x0, word.top, word.x1, word.bottom)
    if all(-side <= place <= 2 * side for place in places):
        return word
    x0, top, x1, bottom = (min(max(-side, place), 2 * side) for place in places)
    return replace(word, x0=x0, top=top, x1=x1, bottom=bottom)


def _kind(row: int, grid: Grid) -> CellKind:
    if row <= grid.header_rows:
        return CellKind.HEADER
    return CellKind.SECTION if row in grid.sections else CellKind.BODY


def _around(words: Sequence[Glyphs]) -> Bounds:
    return (min(w.x0 for w in words), min(w.top for w in words), max(w.x1 for w in words), max(w.bottom for w in words))


def _ratio(value: float, whole: float) -> float:
    """Rounded to a hundred-thousandth of a page, and inside it, also what is no number: JSON has none of these."""
    return round(min(max(0.0, value / whole), 1.0), 5) if whole else 0.0
