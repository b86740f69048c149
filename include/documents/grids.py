"""A table as a grid of cells, and what its words say about it: headings, labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from include.documents.form_fields import is_label

Bounds = tuple[float, float, float, float]
"""Left, top, right, bottom in points of the displayed page."""

NUMBER = re.compile(r"^[<>≤≥]?\s*[-+]?\d[\d.,]*\s*[%*HL]{0,2}$")


@dataclass(frozen=True, slots=True)
class GridCell:
    """Words of one cell in reading order; ``row`` and ``column`` count from 1."""

    row: int
    column: int
    text: str
    bounds: Bounds
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """``header_rows`` first rows are the header; ``sections`` are the numbers of rows that head a group."""

    cells: tuple[GridCell, ...]
    bounds: Bounds
    header_rows: int = 0
    sections: frozenset[int] = frozenset()
    title: str | None = None

    @property
    def columns(self) -> int:
        return max((c.column + c.column_span - 1 for c in self.cells), default=0)

    @property
    def rows(self) -> int:
        return max((c.row + c.row_span - 1 for c in self.cells), default=0)


@cache
def header_words() -> frozenset[str]:
    """Words that column headings of clinical tables use."""
    return frozenset((Path(__file__).with_name("header_words.txt")).read_text(encoding="utf-8").split())


def is_header(texts: Sequence[str]) -> bool:
    """At least two headings, half of the filled cells with a heading's word, and no number among them."""
    filled = [text for text in texts if text]
    known = [text for text in filled if set(re.findall(r"[a-z/]+", text.lower())) & header_words()]
    return len(known) >= 2 and 2 * len(known) >= len(filled) and not any(NUMBER.match(t) for t in filled)


def is_label_grid(grid: Grid) -> bool:
    """Two columns, no headings, labels at the left: a form, not a table."""
    if grid.columns != 2 or grid.header_rows:
        return False
    labels = [cell.text for cell in grid.cells if cell.column == 1 and cell.text]
    return bool(labels) and 2 * sum(map(is_label, labels)) >= len(labels)
