"""Tables inside ruling lines, found by pdfplumber; looked for only where PDFium sees enough straight paths."""

from __future__ import annotations

import io
import logging
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pdfplumber
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from include.documents.glyphs import Glyphs
from include.documents.grids import Bounds, Grid, GridCell, is_header
from include.documents.layout import build_rows

# pdfminer's warnings quote the page's content, which must not reach a log.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL + 1)

MIN_PATHS = 4
"""Straight paths that a table of two cells needs, drawn in whatever way."""
MAX_PATHS = 4000
"""A drawing with more is no table, and pdfplumber would take minutes over it."""

MAX_SECONDS = 3.0
"""Processor time for one page, the opening of the document included."""

MAX_CELL_WORDS = 120
"""A cell with more words is a frame around prose."""


class _TimeOverError(BaseException):
    """Not an Exception, as pdfminer would swallow it."""


class RulingReader:
    """pdfplumber's view of one document, opened on first use; a document that it cannot open has no ruled tables."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._document: Any = None
        self._failed = False

    def tables(self, number: int) -> list[list[list[Bounds | None]]]:
        """Cells by table and row as pdfplumber finds them on page ``number`` (from 1); None for a spanned place.

        Nothing where pdfplumber raises or takes more than MAX_SECONDS.
        """
        try:
            with _at_most(MAX_SECONDS):
                return self._find(number)
        except (_TimeOverError, Exception):  # PdfminerException without a message, and what its parsers stumble over
            return []

    def _find(self, number: int) -> list[list[list[Bounds | None]]]:
        page = self._opened().pages[number - 1]
        shift = page.cropbox
        found = [[[_shifted(cell, shift) for cell in row.cells] for row in table.rows] for table in page.find_tables()]
        page.close()
        return found

    def close(self) -> None:
        if self._document is not None:
            # Closing walks the pages, and damaged ones raise here too.
            with suppress(Exception):
                self._document.close()

    def _opened(self) -> Any:
        if self._failed:
            raise ValueError
        if self._document is None:
            self._failed = True
            self._document = pdfplumber.open(io.BytesIO(self._data))
            self._failed = False
        return self._document


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Ends Python code, not a loop in C, which is for the limits of the process; only a main thread has signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _time_is_over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _time_is_over(*_: object) -> None:
    raise _TimeOverError


def has_rulings(page: pdfium.PdfPage) -> bool:
    """Enough straight paths for a table, few enough for none of them to be a picture."""
    paths = sum(item.type == pdfium_c.FPDF_PAGEOBJ_PATH for item in page.get_objects(max_depth=2))
    return bool(MIN_PATHS <= paths <= MAX_PATHS)


def ruled_grid(cells: list[list[Bounds | None]], words: Sequence[Glyphs]) -> tuple[Grid, set[int]] | None:
    """The words inside a ruled table as a grid, with the indices of these words; None for a frame around prose."""
    present = [cell for row in cells for cell in row if cell]
    xs = _edges([c[0] for c in present], [c[2] for c in present])
    ys = _edges([c[1] for c in present], [c[3] for c in present])
    found: list[GridCell] = []
    used: set[int] = set()
    for left, top, right, bottom in present:
        inside = [i for i, w in enumerate(words) if left <= w.center <= right and top <= w.middle <= bottom]
        used.update(inside)
        row, column = _position(top, ys), _position(left, xs)
        found.append(GridCell(
            row + 1, column + 1, cell_text([words[i] for i in inside]), (left, top, right, bottom),
            max(1, _position(bottom, ys) - row), max(1, _position(right, xs) - column)))
    grid = _compact(found)
    if grid is None or max(len(cell.text.split()) for cell in grid.cells) > MAX_CELL_WORDS:
        return None
    return grid, used


def cell_text(words: Sequence[Glyphs]) -> str:
    """Words of one cell, line by line."""
    return " ".join(row.text for row in build_rows(words))


def _compact(cells: list[GridCell]) -> Grid | None:
    """Without rows and columns in which no cell has text; None where less than two rows and columns stay."""
    rows = sorted({c.row for c in cells if c.text})
    columns = sorted({c.column for c in cells if c.text})
    if len(rows) < 2 or len(columns) < 2:
        return None
    kept = tuple(
        GridCell(
            rows.index(c.row) + 1, columns.index(c.column) + 1, c.text, c.bounds,
            sum(c.row <= r < c.row + c.row_span for r in rows),
            sum(c.column <= x < c.column + c.column_span for x in columns))
        for c in sorted(cells, key=lambda c: (c.row, c.column)) if c.row in rows and c.column in columns)
    bounds = (min(c.bounds[0] for c in cells), min(c.bounds[1] for c in cells),
              max(c.bounds[2] for c in cells), max(c.bounds[3] for c in cells))
    header = is_header([c.text for c in kept if c.row == 1])
    sections = {c.row for c in kept if c.column == 1 and c.column_span == len(columns)}
    return Grid(kept, bounds, int(header), frozenset(sections))


def _edges(starts: list[float], ends: list[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted([*starts, *ends]):
        if not edges or value - edges[-1] > 2:
            edges.append(value)
    return edges


def _position(value: float, edges: list[float]) -> int:
    return min(range(len(edges)), key=lambda i: abs(edges[i] - value))


def _shifted(cell: Bounds | None, crop: Bounds) -> Bounds | None:
    if cell is None:
        return None
    return (cell[0] - crop[0], cell[1] - crop[1], cell[2] - crop[0], cell[3] - crop[1])
