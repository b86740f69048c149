"""Tables whose columns are aligned by white space only."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from include.documents.glyphs import Glyphs
from include.documents.grids import NUMBER, Bounds, Grid, GridCell, is_header
from include.documents.layout import Phrase, Row

_KEY = re.compile(r"^[^\d:][^:]{0,38}:(\s|$)")
_MAX_CELL_WORDS = 7
"""Words in a table's cell on average; more are prose."""


def aligned_grids(rows: list[Row]) -> list[tuple[int, int, Grid]]:
    """Tables by white space: first row, row after the last, grid. Rows of ``Key:`` fields end a table."""
    found = []
    for start, end in _runs(rows):
        for first, last in _at_headers(rows, start, end):
            grid = _grid(rows[first:last])
            if grid is not None:
                found.append((first, last, _with_title(grid, rows, first)))
    return found


def starts_with_key(phrase: Phrase) -> bool:
    return bool(_KEY.match(phrase.text))


def _with_title(grid: Grid, rows: list[Row], first: int) -> Grid:
    above = rows[first - 1] if first else None
    if above is None or len(above.phrases) != 1 or len(above.words) > 10 or starts_with_key(above.phrases[0]):
        return grid
    if not above.text[:1].isalnum():
        return grid
    if rows[first].top - above.bottom > 2.5 * above.height or above.text.endswith((".", ":", ",")):
        return grid
    return replace(grid, title=above.text)


def _runs(rows: list[Row]) -> list[tuple[int, int]]:
    """Stretches of rows with two or more phrases; up to two single phrases between them (sections, wrapped cells)."""
    runs, start, last = [], None, 0
    for index, row in enumerate(rows):
        tabular = len(row.phrases) >= 2 and not any(map(starts_with_key, row.phrases))
        near = start is None or row.top - rows[index - 1].bottom < 4 * row.height
        breaks = any(map(starts_with_key, row.phrases)) or not near or index - last > 2
        breaks = breaks or (start is not None and tabular and _apart(rows[start : last + 1], row))
        if start is not None and breaks:
            runs.append((start, last + 1))
            start = None
        if tabular:
            start = index if start is None else start
            last = index
    if start is not None:
        runs.append((start, last + 1))
    return [(a, b) for a, b in runs if b - a >= 2]


def _with_wrapped_end(rows: list[Row], end: int) -> int:
    """With the lines into which the last row's cells go on."""
    starts = [phrase.x0 for phrase in rows[end - 1].phrases]
    while end < len(rows) and len(rows[end].phrases) == 1:
        row = rows[end]
        under = [i for i, x0 in enumerate(starts) if abs(row.x0 - x0) < 3]
        wraps = bool(under) and (under[0] > 0 or row.text[:1].islower())
        if not wraps or row.top - rows[end - 1].bottom >= 0.35 * row.height or starts_with_key(row.phrases[0]):
            break
        end += 1
    return end


def _apart(run: list[Row], row: Row) -> bool:
    """Below a gap wider than the run's own, and under none of its columns."""
    tabular = [r for r in run if len(r.phrases) >= 2]
    pitch = min((b.top - a.top for a, b in pairwise(tabular)), default=1.6 * row.height)
    if row.top - run[-1].top < 1.3 * pitch:
        return False
    starts = [(p.x0, p.x1) for r in tabular for p in r.phrases]
    under = [p for p in row.phrases if any(abs(p.x0 - a) < 4 or abs(p.x1 - b) < 4 for a, b in starts)]
    return len(under) < max(2, 0.6 * len(row.phrases))


def _at_headers(rows: list[Row], start: int, end: int) -> list[tuple[int, int]]:
    cuts = [i for i in range(start, end) if is_header([p.text for p in rows[i].phrases])]
    cuts = [i - 1 if i > start and _is_upper_header(rows[i - 1], rows[i]) else i for i in cuts]
    edges = [start, *[c for c in cuts if c > start], end]
    return [(a, _with_wrapped_end(rows, _without_tail(rows, a, b))) for a, b in pairwise(edges) if b > a]


def _is_upper_header(above: Row, header: Row) -> bool:
    """The first line of headings that take two lines: close above, without digits."""
    tight = header.top - above.bottom < 0.5 * header.height
    return tight and len(above.phrases) >= 2 and not any(c.isdigit() for c in above.text)


def _without_tail(rows: list[Row], start: int, end: int) -> int:
    """Single phrases before the next table are its title, not a row of this one."""
    while end > start and len(rows[end - 1].phrases) == 1:
        end -= 1
    return end


def _grid(rows: list[Row]) -> Grid | None:
    columns = _columns(rows)
    if len(columns) < 2 or len(rows) < 2:
        return None
    lines = [_cells_of(row, columns) for row in rows]
    if len(rows) > 2 and _is_upper_header(rows[0], rows[1]) and is_header([_text(c) for c in lines[1]]):
        lines = [[a + b for a, b in zip(lines[0], lines[1], strict=True)], *lines[2:]]
        rows = rows[1:]
    header = 1 if is_header([_text(c) for c in lines[0]]) else 0
    if header:
        lines = _headings_over_columns(lines)
    if not _is_table(lines, header):
        return None
    return _assemble(rows, lines, header)


def _headings_over_columns(lines: list[list[list[Glyphs]]]) -> list[list[list[Glyphs]]]:
    """A heading that stands beside its column, not over it, is put over it."""
    column = 0
    while column + 1 < len(lines[0]):
        here, there = (bool(lines[0][at]) for at in (column, column + 1))
        below, beside = (any(line[at] for line in lines[1:]) for at in (column, column + 1))
        if here != there and below != beside and here != below:
            lines = [[*line[:column], line[column] + line[column + 1], *line[column + 2 :]] for line in lines]
        column += 1
    return lines


def _columns(rows: list[Row]) -> list[tuple[float, float]]:
    """Column intervals: parted where many rows have a wide gap and hardly any row has a word."""
    several = [row for row in rows if len(row.phrases) >= 2]
    if len(several) < 2:
        return []
    left, right = min(r.x0 for r in several), max(r.x1 for r in several)
    width = int(right - left) + 1
    gaps, words = [0] * width, [0] * width
    for row in several:
        for a, b in pairwise(row.phrases):
            _count(gaps, a.x1 - left, b.x0 - left)
        for phrase in row.phrases:
            _count(words, phrase.x0 - left, phrase.x1 - left)
    headings = several[0].phrases if is_header([phrase.text for phrase in several[0].phrases]) else ()
    for a, b in pairwise(headings):
        for row in several[1:]:
            # A row that ends before a heading has an empty cell there, with a gap before it.
            _count(gaps, max(a.x1, row.x1) - left, b.x0 - left)
    for heading in headings:
        # A heading over nothing is a column of its own: no gap goes through it.
        if not any(p.x0 < heading.x1 and p.x1 > heading.x0 for row in several[1:] for p in row.phrases):
            _count(words, heading.x0 - left, heading.x1 - left, len(several))
    enough, few = max(2, 0.4 * len(several)), max(1, 0.1 * len(several))
    gutters: list[float] = []
    start = None
    for x in range(width):
        free = gaps[x] >= enough and words[x] <= few and 2 * words[x] <= gaps[x]
        if free and start is None:
            start = x
        elif not free and start is not None:
            gutters.append((start + x) / 2 + left)
            start = None
    edges = [left - 1, *gutters, right + 1]
    return list(pairwise(edges))


def _count(values: list[int], start: float, end: float, by: int = 1) -> None:
    for x in range(max(0, round(start)), min(len(values), round(end))):
        values[x] += by


def _cells_of(row: Row, columns: list[tuple[float, float]]) -> list[list[Glyphs]]:
    cells: list[list[Glyphs]] = [[] for _ in columns]
    for phrase in row.phrases:
        inside = [i for i, (a, b) in enumerate(columns) if phrase.x0 < b and phrase.x1 > a]
        if any(w.x0 < columns[i][1] < w.x1 for w in phrase.words for i in inside[:-1]):
            # An edge runs through a word: the phrase spans columns and stays whole.
            cells[inside[0]].extend(phrase.words)
            continue
        for word in phrase.words:
            place = next((i for i, (a, b) in enumerate(columns) if a <= word.center < b), inside[0] if inside else 0)
            cells[place].append(word)
    return cells


def _is_table(lines: list[list[list[Glyphs]]], header: int) -> bool:
    body = [line for line in lines[header:] if sum(map(bool, line)) >= 2]
    if not body or (not header and len(body) < 2):
        return False
    if len(lines[0]) == 2 and not header:
        return _is_list_of_pairs(body)
    lengths = [len(cell) for line in body for cell in line if cell]
    return statistics.mean(lengths) <= _MAX_CELL_WORDS


def _is_list_of_pairs(body: list[list[list[Glyphs]]]) -> bool:
    """Three or more names without digits, all beginning at one edge, each with a short text at another edge."""
    names, values = [line[0] for line in body], [line[1] for line in body]
    even = all(max(c[0].x0 for c in side) - min(c[0].x0 for c in side) < 3 for side in (names, values))
    short = all(len(name) <= 5 for name in names) and statistics.mean(map(len, values)) <= 5
    return len(body) >= 3 and even and short and not any(c.isdigit() for name in names for c in _text(name))


def _assemble(rows: list[Row], lines: list[list[list[Glyphs]]], header: int) -> Grid:
    merged: list[list[list[Glyphs]]] = []
    sections: set[int] = set()
    for index, line in enumerate(lines):
        filled = [i for i, cell in enumerate(line) if cell]
        tight = index > 0 and rows[index].top - rows[index - 1].bottom < 0.35 * rows[index].height
        if merged and index >= header and _continues(line, filled, tight, merged[-1]):
            for column in filled:
                merged[-1][column] = merged[-1][column] + line[column]
            continue
        merged.append([list(cell) for cell in line])
        if len(rows[index].phrases) == 1 and filled and filled[0] == 0:
            sections.add(len(merged))
    cells = tuple(
        GridCell(r, 1, " ".join(_text(c) for c in line if c), _bounds([w for c in line for w in c]), 1, len(line))
        if r in sections else GridCell(r, c, _text(cell), _bounds(cell))
        for r, line in enumerate(merged, start=1) for c, cell in enumerate(line, start=1)
        if cell and (r not in sections or c == 1))
    return Grid(cells, _bounds([w for row in rows for w in row.words]), header, frozenset(sections))


def _continues(line: list[list[Glyphs]], filled: list[int], tight: bool, before: list[list[Glyphs]]) -> bool:
    """A wrapped cell: a tight row without a first cell, or a tight first cell that goes on in small letters."""
    if not tight or not filled:
        return False
    if any(NUMBER.match(_text(line[i])) for i in filled) or len(filled) > max(1, len(line) // 2):
        return False
    if filled[0] > 0:
        return all(before[i] for i in filled)
    return len(filled) == 1 and line[0][0].text[:1] in "abcdefghijklmnopqrstuvwxyz(" and bool(before[0])


def _text(words: Sequence[Glyphs]) -> str:
    return " ".join(word.text for word in words)


def _bounds(words: Sequence[Glyphs]) -> Bounds:
    return (min(w.x0 for w in words), min(w.top for w in words), max(w.x1 for w in words), max(w.bottom for w in words))
