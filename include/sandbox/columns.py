"""Tables without ruling lines: rows of short pieces that stand below each other in columns.

A column is a band that no piece of the rows with several pieces reaches out of. A row of one piece
is a section's title where it begins at the left edge, and the continuation of the row above it where it
stands below one of its cells at a smaller distance than the rows have.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from include.sandbox.geometry import Box, Line, Word, around, in_reading_order, visual_rows
from include.sandbox.layout import Cell, Table

LABEL = re.compile(r"^[^\d:][^:]{0,40}:(\s|$)")
"""A piece that is a label, or begins with one: ``Name:``, ``Name: Doe``; not ``12:30``."""
PROSE_WORDS = 9
"""Words in a piece from which it is prose, not a cell."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one row that no wide gap parts."""

    words: tuple[Word, ...]

    @property
    def box(self) -> Box:
        return around(word.box for word in self.words)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


Row = list[Piece]


def pieces_of(row: Sequence[Line], height: float) -> Row:
    """A visual row's words, parted at gaps wider than a text height or, between two lines, than a third of it."""
    pieces: list[list[Word]] = []
    for line in row:
        for index, word in enumerate(line.words):
            gap = word.box.left - pieces[-1][-1].box.right if pieces else 0.0
            limit = 0.35 * height if index == 0 else 1.0 * height
            if pieces and gap <= limit:
                pieces[-1].append(word)
            else:
                pieces.append([word])
    return [Piece(tuple(words)) for words in pieces]


def find_unruled_tables(lines: Sequence[Line], height: float) -> list[Table]:
    """Every table of at least two rows and two columns among these lines.

    :param lines: lines outside of ruled tables.
    :param height: the text's height in pixels.
    """
    rows = [pieces_of(row, height) for row in visual_rows(lines)]
    tables = []
    for run in _runs(rows, height):
        run = _parted_at_columns(run, height)
        table = _table(run, height)
        if table is not None:
            tables.append(table)
    return tables


def _parted_at_columns(run: list[Row], height: float) -> list[Row]:
    """Pieces that reach over the left edge of a column, where a word begins right at it, are parted there.

    A long first cell leaves less than a wide gap to the next one; the other rows show where that begins.
    """
    starts = sorted(piece.box.left for row in run for piece in row[1:])
    edges = [x for x in starts if sum(1 for other in starts if abs(other - x) < 0.35 * height) >= 2]
    return [[part for piece in row for part in _parted(piece, edges, height)] for row in run]


def _parted(piece: Piece, edges: Sequence[float], height: float) -> list[Piece]:
    cuts = [
        index for index in range(1, len(piece.words))
        if any(abs(piece.words[index].box.left - x) < 0.35 * height for x in edges)
        and piece.words[index].box.left - piece.words[index - 1].box.right > 0.2 * height]
    ends = [0, *cuts, len(piece.words)]
    return [Piece(piece.words[a:b]) for a, b in itertools.pairwise(ends)]


def _stands_level(row: Row) -> bool:
    """Pieces of one size on one line, as the cells of a row are; a letterhead's are not."""
    heights = [piece.box.height for piece in row]
    centres = [piece.box.centre_y for piece in row]
    return max(heights) <= 1.5 * min(heights) and max(centres) - min(centres) <= 0.45 * max(heights)


def _is_form_row(row: Row) -> bool:
    labels = [piece for piece in row if LABEL.match(piece.text)]
    return bool(labels) and (len(row) < 3 or len(labels) > 1)


def _is_prose_row(row: Row) -> bool:
    return any(len(piece.words) > PROSE_WORDS for piece in row)


def _pitch(upper: Row, lower: Row) -> float:
    return around(piece.box for piece in lower).centre_y - around(piece.box for piece in upper).centre_y


def _runs(rows: list[Row], height: float) -> list[list[Row]]:
    """Neighbouring rows that may be one table; the first and the last have several pieces or continue one."""
    runs: list[list[Row]] = []
    run: list[Row] = []
    for row in rows:
        if _is_form_row(row) or not _stands_level(row) or (_is_prose_row(row) and len(row) == 1):
            runs.append(run)
            run = []
            continue
        if run and not _may_follow(run, row, height):
            runs.append(run)
            run = []
        if not run and len(row) < 2:
            continue
        run.append(row)
    runs.append(run)
    return [trimmed for trimmed in (_trimmed(run, height) for run in runs) if len(trimmed) >= 2]


def _may_follow(run: list[Row], row: Row, height: float) -> bool:
    pitch = _pitch(run[-1], row)
    known = [_pitch(a, b) for a, b in itertools.pairwise(run)]
    limit = max(1.7 * median(known), 1.8 * height) if len(known) > 1 else 3.6 * height
    if pitch > limit:
        return False
    if len(row) == 1:
        return True
    several = [other for other in run if len(other) > 1]
    return _columns_fit(several[-4:], row, height)


def _columns_fit(rows: list[Row], row: Row, height: float) -> bool:
    """Whether the row's pieces keep the gaps that the rows above leave between columns."""
    bands = _bands([*rows, row], height)
    before = max(len(other) for other in rows)
    return len(bands) >= max(2, min(before, len(_bands(rows, height))) - 1)


def _trimmed(run: list[Row], height: float) -> list[Row]:
    """Without single pieces at the end, unless they continue the row above."""
    while run and len(run[-1]) == 1:
        if len(run) > 1 and _is_continuation(run, len(run) - 1, height):
            break
        run = run[:-1]
    return run


def _row_pitch(run: list[Row]) -> float:
    pitches = [_pitch(a, b) for a, b in itertools.pairwise(run) if len(a) > 1 and len(b) > 1]
    return median(pitches) if pitches else 0.0


def _is_continuation(run: list[Row], index: int, height: float) -> bool:
    row, above = run[index], run[index - 1]
    if len(row) > 1 and len(row) >= max(len(other) for other in run):
        return False
    pitch = _pitch(above, row)
    usual = _row_pitch(run)
    tight = pitch <= 1.35 * height and (usual == 0.0 or pitch < 0.85 * usual)
    left_edge = min(piece.box.left for other in run for piece in other)
    below_a_cell = all(any(piece.box.shared_width(other.box) > 0 for other in above) for piece in row)
    starts_later = row[0].box.left > left_edge + 1.5 * height
    return below_a_cell and (tight or (starts_later and len(row) == 1 and pitch <= 1.5 * height))


def _bands(rows: Sequence[Row], height: float) -> list[tuple[float, float]]:
    """Left and right of the columns: what the pieces cover, parted where none does for a third of a height."""
    spans = sorted((piece.box.left, piece.box.right) for row in rows for piece in row)
    bands: list[tuple[float, float]] = []
    for left, right in spans:
        if bands and left - bands[-1][1] < 0.3 * height:
            bands[-1] = bands[-1][0], max(bands[-1][1], right)
        else:
            bands.append((left, right))
    return bands


def _table(run: list[Row], height: float) -> Table | None:
    several = [row for row in run if len(row) > 1]
    if len(several) < max(2, len(run) / 3) or not _is_even(run):
        return None
    bands = _bands([row for row in several if not _is_prose_row(row)] or several, height)
    if len(bands) < 2 or _is_prose(several, bands):
        return None
    groups = _table_rows(run, height)
    if len(groups) < 2:
        return None
    edges = _column_edges(bands, run)
    cells = []
    row_boxes = [around(piece.box for row in group for piece in row) for group in groups]
    row_edges = _row_edges(row_boxes)
    header = _has_header(groups)
    for index, group in enumerate(groups):
        cells += _cells(index, group, edges, row_edges, header=header and index == 0)
    return Table(cells=tuple(cells), row_edges=tuple(row_edges), column_edges=tuple(edges), ruled=False)


def _is_even(run: list[Row]) -> bool:
    """Cells are printed in about one size; a letterhead's lines are not."""
    heights = [piece.box.height for row in run for piece in row]
    return max(heights) <= 1.6 * median(heights)


def _is_prose(rows: list[Row], bands: list[tuple[float, float]]) -> bool:
    """Two columns of running text: pieces of many words that fill their column."""
    words = [len(piece.words) for row in rows for piece in row]
    filled = [
        piece.box.width / max(1.0, right - left)
        for row in rows for piece in row for left, right in bands if left <= piece.box.centre_x <= right]
    return len(bands) <= 3 and median(words) >= 5 and median(filled or [0.0]) > 0.8


def _table_rows(run: list[Row], height: float) -> list[list[Row]]:
    groups: list[list[Row]] = []
    for index, row in enumerate(run):
        if groups and _is_continuation(run, index, height):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _column_edges(bands: list[tuple[float, float]], run: list[Row]) -> list[float]:
    left = min(piece.box.left for row in run for piece in row)
    right = max(piece.box.right for row in run for piece in row)
    between = [(a[1] + b[0]) / 2 for a, b in itertools.pairwise(bands)]
    return [left, *between, right]


def _row_edges(boxes: Sequence[Box]) -> list[float]:
    between = [(a.bottom + b.top) / 2 for a, b in itertools.pairwise(boxes)]
    return [boxes[0].top, *between, boxes[-1].bottom]


def _has_header(groups: list[list[Row]]) -> bool:
    """The first row prints no digit, has several pieces, and a row below prints one."""
    first = [piece for row in groups[0] for piece in row]
    digits = any(character.isdigit() for piece in first for character in piece.text)
    below = any(character.isdigit() for group in groups[1:] for row in group for p in row for character in p.text)
    return len(first) > 1 and not digits and below


def _cells(index: int, group: list[Row], edges: list[float], row_edges: list[float], header: bool) -> list[Cell]:
    count = len(edges) - 1
    top, bottom = row_edges[index], row_edges[index + 1]
    words = [word for row in group for piece in row for word in piece.words]
    only = [piece for row in group for piece in row]
    if len(only) == 1 and only[0].box.left < edges[1]:
        whole = Box(edges[0], top, edges[-1], bottom)
        return [Cell(index, 0, 1, count, whole, tuple(in_reading_order(words)), section=True)]
    cells = []
    for column in range(count):
        box = Box(edges[column], top, edges[column + 1], bottom)
        inside = [
            word for row in group for piece in row if _column_of(piece.box, edges) == column for word in piece.words]
        cells.append(Cell(index, column, 1, 1, box, tuple(in_reading_order(inside)), header=header))
    return cells


def _column_of(box: Box, edges: list[float]) -> int:
    """The column that most of the piece stands in."""
    shared = [min(box.right, right) - max(box.left, left) for left, right in itertools.pairwise(edges)]
    return shared.index(max(shared))
