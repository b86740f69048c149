"""Tick boxes: drawn squares that stand apart from letters and lines, and whether there is ink inside."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import numpy as np

from include.sandbox.geometry import Box, Line, Tick
from include.sandbox.ruling import Gray, Mask, ink
from include.sandbox.squares import find_partial_squares, find_squares, strokes_of, without_overlap

INK_WHEN_TICKED = 0.07
"""Part of the inner area that is dark; an empty box has none but specks."""
MOST_INK = 0.85
"""A solid mark, such as a bullet or the hole of a punch, is no box, unless the page has empty boxes of its size."""
MARKS = "AKMNVWXYZkvwxyz"
"""Letters of slanted strokes, which cannot be a box; the engine reads them in a crossed one."""
DENSEST_PRINT = 0.36
"""Part of an area that print covers at most; a printed code covers half of it."""


def find_ticks(gray: Gray, lines: Sequence[Line], height: float) -> list[Tick]:
    """Every tick box of the page, from top to bottom.

    :param height: the text's height in pixels.
    """
    mask = ink(gray, 2 * height)
    squares = [
        square for square in find_squares(mask, height)
        if _corners(square, mask) and not _is_print(square, mask, lines)]
    plain = _alike([
        square for square in squares if _is_outline(square, mask) and _darkness(square, mask) <= MOST_INK])
    marked = [square for square in squares if any(_like(square, other) for other in plain)]
    partial = [
        square for square in find_partial_squares(mask, plain)
        if not _is_print(square, mask, lines)]
    boxes = without_overlap([*plain, *marked, *partial])
    return [_judged(square, mask) for square in boxes]


def _alike(squares: Sequence[Box]) -> list[Box]:
    """Without those much smaller than the others, where a page has many: the boxes of a page are alike."""
    usual = median(square.width for square in squares) if len(squares) >= 5 else 0.0
    return [square for square in squares if square.width >= 0.7 * usual]


def _like(square: Box, other: Box) -> bool:
    """Of one size: the mark that hides a box's outline makes it look larger by little."""
    return abs(square.width - other.width) <= 0.12 * other.width and abs(
        square.height - other.height) <= 0.2 * other.height


def _is_print(square: Box, mask: Mask, lines: Sequence[Line]) -> bool:
    return _is_cell(square, mask) or _is_in_a_code(square, mask) or _is_text(square, lines)


def _is_outline(square: Box, mask: Mask) -> bool:
    """Whether the sides are thin strokes that stand free: blank within and without about their middles.

    The middles, because the strokes of a mark meet the sides near the corners. One side may touch print
    (a label, a line); the inside of letters and logos is blank at some sides at most.
    """
    inside = _blank(square, mask, 0.16, 0.28)
    outside = _blank(square, mask, -0.22, -0.08)
    free = sum(1 for share in outside if share >= 0.5)
    if min(inside) >= 0.8:
        return free >= 2
    if min(outside) >= 0.7:
        return sum(inside) >= 1.2
    return min(inside) >= 0.2 and sum(inside) >= 1.9 and free >= 3


def _blank(square: Box, mask: Mask, start: float, end: float) -> tuple[float, ...]:
    """How much of the middle of each side is blank, between two distances from it towards the centre."""
    left, top, right, bottom = (int(x) for x in (square.left, square.top, square.right, square.bottom))
    near, far, corner = (round(part * square.width) for part in (start, end, 0.36))

    def free(x0: int, x1: int, y0: int, y1: int, axis: int) -> float:
        part = mask[max(0, y0):max(0, y1), max(0, x0):max(0, x1)]
        return 1.0 - float((part.max(axis=axis) > 0).mean()) if part.size else 1.0

    return (
        free(left + corner, right - corner, top + near, top + far, 0),
        free(left + corner, right - corner, bottom - far, bottom - near, 0),
        free(left + near, left + far, top + corner, bottom - corner, 1),
        free(right - far, right - near, top + corner, bottom - corner, 1))


def _corners(square: Box, mask: Mask) -> bool:
    """Whether at least three corners are inked: those of D, P or 0 are round."""
    reach = max(2, round(0.1 * square.width))
    inked = [
        bool(mask[max(0, y - reach // 2):y + reach // 2 + 1, max(0, x - reach // 2):x + reach // 2 + 1].any())
        for y in (int(square.top) + reach // 2, int(square.bottom) - reach // 2 - 1)
        for x in (int(square.left) + reach // 2, int(square.right) - reach // 2 - 1)]
    return sum(inked) >= 3


def _is_cell(square: Box, mask: Mask) -> bool:
    """Whether two parallel sides go on beyond the square, as in a grid; the lines of a mark do so aslant."""
    strokes = strokes_of(mask, square.width)
    near, far = 0.2 * square.width, 0.6 * square.width
    reach = max(2, round(0.08 * square.width))
    ways = ((-far, -near, True), (near, far, True), (-far, -near, False), (near, far, False))
    return any(
        all(_goes_on(strokes.flat if lying else strokes.upright, square, start, end, side, lying, reach)
            for side in (0, 1))
        for start, end, lying in ways)


def _goes_on(stroke: Mask, square: Box, start: float, end: float, side: int, lying: bool, reach: int) -> bool:
    """Whether the upper (0) or lower (1) side, or the left or right one, is inked beyond the square's end."""
    if lying:
        across = (square.top + reach / 2, square.bottom - reach / 2)[side]
        along = square.left if start < 0 else square.right
    else:
        across = (square.left + reach / 2, square.right - reach / 2)[side]
        along = square.top if start < 0 else square.bottom
    a, b = max(0, int(along + start)), max(0, int(along + end))
    low, high = max(0, int(across) - reach), int(across) + reach + 1
    part = stroke[low:high, a:b].max(axis=0, initial=0) if lying else stroke[a:b, low:high].max(axis=1, initial=0)
    return bool(part.size) and float((part > 0).mean()) > 0.8


def _is_in_a_code(square: Box, mask: Mask) -> bool:
    """Whether the area beyond one of its corners is denser than print: the square is part of a printed code."""
    side = square.width
    for left in (square.left - 1.4 * side, square.right - 0.2 * side):
        for top in (square.top - 1.4 * side, square.bottom - 0.2 * side):
            rows = slice(max(0, int(top)), max(0, int(top + 1.6 * side)))
            part = mask[rows, max(0, int(left)):max(0, int(left + 1.6 * side))]
            if part.size and float((part > 0).mean()) > DENSEST_PRINT:
                return True
    return False


def _is_text(square: Box, lines: Sequence[Line]) -> bool:
    """Whether the square is a stroke of print: what the engine read there are characters of a word.

    Of a box and the mark in it the engine makes one character at most, and of a box no letter but those of
    crossing strokes.
    """
    for line in lines:
        for word in line.words:
            if not word.box.shares_rows_with(square) or word.box.shared_width(square) <= 0:
                continue
            inside = [c for c in _characters(word.text, word.box, square) if c.isascii() and c.isalnum()]
            if len(inside) > 1:
                return True
            if inside and inside[0] not in MARKS and (len(word.text) > 1 or word.confidence > 97):
                return True
    return False


def _characters(text: str, box: Box, square: Box) -> str:
    """Those of the word's characters of which most lies over the square."""
    upright = box.height > 1.5 * box.width and len(text) > 2
    start, length = (box.top, box.height) if upright else (box.left, box.width)
    low, high = (square.top, square.bottom) if upright else (square.left, square.right)
    step = length / len(text)
    places = ((c, start + index * step, start + (index + 1) * step) for index, c in enumerate(text))
    return "".join(c for c, a, b in places if min(b, high) - max(a, low) > 0.5 * min(step, high - low))


def _judged(square: Box, mask: Mask) -> Tick:
    dark = _darkness(square, mask)
    distance = abs(dark - INK_WHEN_TICKED) / INK_WHEN_TICKED
    return Tick(square, dark > INK_WHEN_TICKED, round(min(99.0, 70.0 + 29.0 * distance), 2))


def _darkness(square: Box, mask: Mask) -> float:
    """Part of the inner area that is dark, from 0 to 1."""
    inset_x, inset_y = 0.22 * square.width, 0.22 * square.height
    inner = mask[
        int(square.top + inset_y):int(square.bottom - inset_y) + 1,
        int(square.left + inset_x):int(square.right - inset_x) + 1]
    return float((np.asarray(inner) > 0).mean()) if inner.size else 0.0
