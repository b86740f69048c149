"""Ruled cells of a page: the areas that straight lines enclose, and the tables they form."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from include.sandbox.geometry import Box, around

Gray = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.uint8]

DARK = 110
"""Gray level below which a whole rectangle counts as filled."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """Straight lines of a page and the rectangles that they enclose."""

    horizontal: tuple[Box, ...]
    enclosed: tuple[Box, ...]


Place = tuple[Box, int, int, int, int]
"""Box, row, column, row span, column span; rows and columns count from 0."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Enclosed rectangles in rows and columns."""

    row_edges: tuple[float, ...]
    column_edges: tuple[float, ...]
    places: tuple[Place, ...]


def ink(gray: Gray, height: float) -> Mask:
    """255 where the page is darker than its surroundings; a filled area keeps its outline only.

    :param height: the text's height in pixels, which sizes the surroundings.
    """
    window = max(15, int(height) | 1)
    return np.asarray(cv2.adaptiveThreshold(
        gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, _darker(gray, window)), dtype=np.uint8)


def _darker(gray: Gray, window: int) -> float:
    """How much darker than its surroundings ink is: more than the paper's own grain, which scans have."""
    mean = cv2.boxFilter(gray, cv2.CV_16S, (window, window))
    # A quarter of the pixels tells the paper from what is printed on it.
    grain = float(np.percentile(np.abs(gray.astype(np.int16) - mean), 25))
    return min(15.0, 6.0 + 4.0 * grain)


def opened(mask: Mask, width: int, height: int) -> Mask:
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (max(1, width), max(1, height)))
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel), dtype=np.uint8)


def components(mask: Mask, connectivity: int = 8) -> list[tuple[Box, int]]:
    """Boxes and pixel counts of the connected parts."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=connectivity)
    rows: Any = stats[1:].tolist()
    return [(Box(x, y, x + w, y + h), count) for x, y, w, h, count in rows]


def find_ruling(gray: Gray, height: float) -> Ruling:
    """The page's straight lines, at least two text heights long, and what they enclose."""
    mask = ink(gray, height)
    length = int(max(2.2 * height, 30))
    # Gaps where print or handwriting crosses a line are closed along the line's direction only.
    along = cv2.getStructuringElement(cv2.MORPH_RECT, (max(3, int(0.9 * height)), 1))
    down = cv2.getStructuringElement(cv2.MORPH_RECT, (1, max(3, int(height / 2))))
    horizontal = opened(mask, length, 1)
    dashes_joined = np.asarray(cv2.morphologyEx(
        mask, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (1, 5))), dtype=np.uint8)
    vertical = opened(dashes_joined, 1, max(14, int(0.7 * height)))
    horizontal = np.asarray(cv2.morphologyEx(horizontal, cv2.MORPH_CLOSE, along), dtype=np.uint8)
    vertical = np.asarray(cv2.morphologyEx(vertical, cv2.MORPH_CLOSE, down), dtype=np.uint8)
    vertical = _long_only(vertical, 0.95 * height)
    _reach_corners(horizontal, vertical, int(1.6 * height))
    grown = cv2.dilate(cv2.bitwise_or(horizontal, vertical), np.ones((3, 3), np.uint8))
    filled = _filled(gray, height)
    for box in filled:
        grown[int(box.top):int(box.bottom), int(box.left):int(box.right)] = 255
    background = np.asarray(255 - grown, dtype=np.uint8)
    background[0, :] = background[-1, :] = 255
    background[:, 0] = background[:, -1] = 255
    page = Box(0, 0, gray.shape[1], gray.shape[0])
    enclosed = tuple(
        box for box, count in components(background, connectivity=4)
        if _is_cell(box, count, height, page))
    enclosed += tuple(filled)
    lines = tuple(box for box, _ in components(horizontal) if box.width >= 3 * height and box.height < height)
    return Ruling(horizontal=lines, enclosed=enclosed)


def _reach_corners(horizontal: Mask, vertical: Mask, reach: int) -> None:
    """Prolong lines to the corner of an upright line near their end: beside black print a gray line fades.

    Upright lines that go on both ways are left alone: they may belong to something else.
    """
    for box, _ in components(horizontal):
        low, high = max(0, int(box.top) - 2), int(box.bottom) + 2
        middle, left, right = int(box.centre_y), int(box.left), int(box.right)
        further = max(2, reach // 2)
        both_ways = vertical[max(0, middle - further)] & vertical[min(len(vertical) - 1, middle + further)]
        corners = vertical[low:high].any(axis=0) & (both_ways == 0)
        start = max(0, left - reach)
        before, after = np.flatnonzero(corners[start:left]), np.flatnonzero(corners[right:right + reach])
        if before.size:
            horizontal[middle, start + int(before[-1]):left] = 255
        if after.size:
            horizontal[middle, right:right + int(after[0]) + 1] = 255


def _filled(gray: Gray, height: float) -> list[Box]:
    """Dark rectangles with light text in them, as header cells often are."""
    dark = np.asarray((gray < DARK) * 255, dtype=np.uint8)
    return [
        box for box, count in components(dark, connectivity=4)
        if box.width >= 1.5 * height and 0.8 * height <= box.height <= 5 * height
        and count > 0.55 * box.width * box.height]


def _long_only(mask: Mask, length: float) -> Mask:
    kept = np.zeros_like(mask)
    for box, _ in components(mask):
        if box.height >= length:
            part = slice(int(box.top), int(box.bottom)), slice(int(box.left), int(box.right))
            kept[part] = np.maximum(kept[part], mask[part])
    return kept


def _is_cell(box: Box, count: int, height: float, page: Box) -> bool:
    large_enough = box.height >= 0.7 * height and box.width >= 0.9 * height
    whole_page = box.width > 0.98 * page.width or box.height > 0.9 * page.height
    return large_enough and not whole_page and count > 0.72 * box.width * box.height


def adjoining(boxes: Sequence[Box], gap: float) -> list[list[Box]]:
    """Groups of boxes that share a side; ``gap`` is the widest line between two of them, in pixels."""
    groups: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: (box.top, box.left)):
        touching = [group for group in groups if any(_share_side(box, other, gap) for other in group)]
        merged = [box] + [other for group in touching for other in group]
        groups = [group for group in groups if all(group is not other for other in touching)] + [merged]
    return groups


def _share_side(first: Box, second: Box, gap: float) -> bool:
    wide = first.shared_width(second)
    high = min(first.bottom, second.bottom) - max(first.top, second.top)
    beside = -gap <= wide <= gap and high > 0.5 * min(first.height, second.height)
    stacked = -gap <= high <= gap and wide > 0.5 * min(first.width, second.width)
    return beside or stacked


def with_headers(groups: Sequence[list[Box]], height: float) -> list[list[Box]]:
    """Groups, where a strip of cells in the same columns right above a table joins that table.

    Shaded header cells have no lines in common with the rows below, and a row whose lines are too faint
    may lie between.
    """
    joined: list[list[Box]] = []
    for group in sorted(groups, key=lambda group: around(group).top):
        head = next((other for other in joined if _goes_on(other, group, height)), None)
        if head is None:
            joined.append(list(group))
        else:
            head.extend(group)
    return joined


def _goes_on(upper: list[Box], lower: list[Box], height: float) -> bool:
    first, second = around(upper), around(lower)
    aligned = abs(first.left - second.left) < 0.6 * height and abs(first.right - second.right) < 0.6 * height
    if not aligned or not -0.5 * height < second.top - first.bottom < 1.8 * height:
        return False
    grids = grid_of(upper, height), grid_of(lower, height)
    if not any(is_table(grid) or len(grid.column_edges) > 2 < len(grid.row_edges) for grid in grids):
        return False
    # Only a single row is a table's head; a table above a strip is another one, with a title between.
    if len(grids[0].row_edges) > 3 or first.height > 3 * height:
        return False
    few, many = sorted((grid.column_edges for grid in grids), key=len)
    return len(few) > 2 and all(min(abs(x - other) for other in many) < 0.5 * height for x in few)


def grid_of(boxes: Sequence[Box], height: float) -> Grid:
    """The rows and columns that a group of adjoining boxes stands in.

    :param height: the text's height in pixels; edges nearer than about half of it are one edge.
    """
    rows = _edges([box.top for box in boxes], [box.bottom for box in boxes], 0.45 * min(
        [box.height for box in boxes] + [2 * height]))
    columns = _edges([box.left for box in boxes], [box.right for box in boxes], 0.45 * min(
        [box.width for box in boxes] + [2 * height]))
    places = []
    for box in boxes:
        top, bottom = _nearest(rows, box.top), _nearest(rows, box.bottom)
        left, right = _nearest(columns, box.left), _nearest(columns, box.right)
        places.append((box, top, left, max(1, bottom - top), max(1, right - left)))
    return Grid(tuple(rows), tuple(columns), tuple(sorted(places, key=lambda place: place[1:3])))


def _edges(starts: Sequence[float], ends: Sequence[float], tolerance: float) -> list[float]:
    edges: list[list[float]] = []
    for value in sorted([*starts, *ends]):
        if edges and value - edges[-1][-1] <= tolerance:
            edges[-1].append(value)
        else:
            edges.append([value])
    return [sum(cluster) / len(cluster) for cluster in edges]


def _nearest(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - value))


def is_table(grid: Grid) -> bool:
    """Two rows and two columns at least, and mostly cells of one row and one column: else it is a boxed form."""
    rows, columns = len(grid.row_edges) - 1, len(grid.column_edges) - 1
    if rows < 2 or columns < 2 or len(grid.places) < 4:
        return False
    single = sum(1 for _, _, _, down, across in grid.places if down == 1 and across == 1)
    covered = sum(down * across for _, _, _, down, across in grid.places)
    return single >= 0.5 * len(grid.places) and covered >= 0.6 * rows * columns


def completed(grid: Grid, gray: Gray, height: float) -> Grid:
    """A table's grid with every position covered once.

    Cells that look merged because noise or a sticker hides a line in part are split where the line still
    shows; positions that no line encloses wholly become cells of their own.
    """
    places = [part for place in grid.places for part in _split(place, grid, gray, height)]
    taken: set[tuple[int, int]] = set()
    kept: list[Place] = []
    for place in sorted(places, key=lambda place: place[3] * place[4]):
        covered = _positions(place)
        if not covered & taken:
            kept.append(place)
            taken |= covered
    for row in range(len(grid.row_edges) - 1):
        for column in range(len(grid.column_edges) - 1):
            if (row, column) not in taken:
                kept.append((_part_box(grid, row, column, 1, 1), row, column, 1, 1))
    return Grid(grid.row_edges, grid.column_edges, tuple(sorted(kept, key=lambda place: place[1:3])))


def _positions(place: Place) -> set[tuple[int, int]]:
    _, row, column, down, across = place
    return {(r, c) for r in range(row, row + down) for c in range(column, column + across)}


def _part_box(grid: Grid, row: int, column: int, down: int, across: int) -> Box:
    return Box(grid.column_edges[column], grid.row_edges[row],
               grid.column_edges[column + across], grid.row_edges[row + down])


def _split(place: Place, grid: Grid, gray: Gray, height: float) -> list[Place]:
    box, row, column, down, across = place
    rows = [row, *(
        edge for edge in range(row + 1, row + down)
        if _shows_line(gray, box, grid.row_edges[edge], height, lying=True)), row + down]
    columns = [column, *(
        edge for edge in range(column + 1, column + across)
        if _shows_line(gray, box, grid.column_edges[edge], height, lying=False)), column + across]
    if len(rows) == 2 and len(columns) == 2:
        return [place]
    return [
        (_part_box(grid, top, left, bottom - top, right - left), top, left, bottom - top, right - left)
        for top, bottom in itertools.pairwise(rows)
        for left, right in itertools.pairwise(columns)]


def _shows_line(gray: Gray, box: Box, edge: float, height: float, lying: bool) -> bool:
    """Whether a narrow dark stripe runs along the edge for at least a third of the cell."""
    part = gray[int(box.top):int(box.bottom), int(box.left):int(box.right)].astype(np.float64)
    stripes, place = (part, edge - box.top) if lying else (part.T, edge - box.left)
    reach = int(0.35 * height)
    best = 0.0
    for middle in range(max(9, int(place) - reach), min(stripes.shape[0] - 9, int(place) + reach) + 1):
        sides = np.minimum(stripes[middle - 8:middle - 4].mean(axis=0), stripes[middle + 5:middle + 9].mean(axis=0))
        drop = sides - stripes[middle - 1:middle + 2].min(axis=0)
        mean_drop = float(np.median(sides) - stripes[middle - 1:middle + 2].mean(axis=0).mean())
        if mean_drop >= 4:
            best = max(best, float((drop > max(6.0, 0.5 * mean_drop)).mean()))
    return best >= 0.36
