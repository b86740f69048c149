"""Drawn squares of about a text line's height: what a tick box is made of.

Two bars, one below the other and as far apart as they are long, and the upright strokes that join them. A mark
over the edge makes a bar longer or an upright stroke ragged: the sides are therefore looked for near the bars'
ends, where the ink runs all the way from one bar to the other, and not taken from the ends themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from include.sandbox.geometry import Box
from include.sandbox.ruling import Mask, components, opened

SMALLEST, LARGEST = 0.6, 1.7
"""Side of a square in text heights."""
WHOLE_SIDE, WEAK_SIDE = 0.72, 0.45
"""Part of a side that is inked; one side of the four may be weak."""
LIKE_THE_OTHERS = 0.1
"""By how much the sides of a square that is printed in part may differ from those of the whole ones."""


@dataclass(frozen=True, slots=True)
class Strokes:
    """Straight ink of a page by direction, at least a part of a square's side long."""

    flat: Mask
    upright: Mask

    @property
    def turned(self) -> Strokes:
        """With rows and columns changed."""
        return Strokes(np.ascontiguousarray(self.upright.T), np.ascontiguousarray(self.flat.T))


def strokes_of(mask: Mask, side: float) -> Strokes:
    """Strokes that may be sides of squares from this size on; the strokes of letters are mostly shorter."""
    length = max(5, int(0.7 * side))
    return Strokes(opened(mask, length, 1), opened(mask, 1, length))


def find_squares(mask: Mask, height: float) -> list[Box]:
    """Every square of four straight sides, one of which may be weak; none holds another's centre.

    :param height: the text's height in pixels.
    """
    found = []
    side = SMALLEST * height
    # In steps of the size: the strokes of a mark are bars themselves where short ones count.
    while side < LARGEST * height:
        strokes = strokes_of(mask, side)
        longest = min(1.6 * side, LARGEST * height)
        found += _of_size(strokes, side, longest)
        found += [_changed(box) for box in _of_size(strokes.turned, side, longest)]
        side *= 1.4
    return without_overlap(found)


def without_overlap(squares: Sequence[Box]) -> list[Box]:
    """The larger ones of those that lie in each other, from top to bottom."""
    kept: list[Box] = []
    for square in sorted(squares, key=lambda box: -box.width * box.height):
        if not any(other.holds(square) or square.holds(other) for other in kept):
            kept.append(square)
    return sorted(kept, key=lambda box: (box.top, box.left))


def _changed(box: Box) -> Box:
    return Box(box.top, box.left, box.bottom, box.right)


def _of_size(strokes: Strokes, shortest: float, longest: float) -> list[Box]:
    bars = sorted(
        (box for box, _ in components(strokes.flat)
         if 0.95 * shortest <= box.width <= 1.5 * longest and box.height <= 0.35 * box.width),
        key=lambda box: box.left)
    found = []
    for index, first in enumerate(bars):
        for second in bars[index + 1:]:
            if second.left - first.left > 0.35 * first.width:
                break
            square = _joined(first, second, strokes)
            if square and shortest <= min(square.width, square.height) and square.width <= longest:
                found.append(square)
    return found


def _joined(first: Box, second: Box, strokes: Strokes) -> Box | None:
    """The square between two bars, where upright strokes join them near their ends."""
    upper, lower = sorted((first, second), key=lambda box: box.top)
    width, height = min(first.width, second.width), lower.bottom - upper.top
    if not 0.7 * width <= height <= 1.4 * width or first.shared_width(second) < 0.75 * width:
        return None
    top, bottom = int(upper.top), int(lower.bottom)
    reach = int(0.3 * width)
    low, high = max(0, int(min(first.left, second.left)) - 2), int(max(first.right, second.right)) + 2
    joining = _joining(strokes.upright[top:bottom, low:high])
    left = _first(joining[:int(max(first.left, second.left)) - low + reach])
    right = _first(joining[int(min(first.right, second.right)) - low - reach:][::-1])
    if left is None or right is None:
        return None
    square = Box(low + left, top, high - right, bottom)
    if not 0.78 * square.width <= height <= 1.28 * square.width:
        return None
    sides = sorted(inked_sides(square, strokes))
    return square if sides[0] >= WEAK_SIDE and sides[1] >= WHOLE_SIDE else None


def _joining(part: Mask) -> list[float]:
    """How much of each column's height is inked, in it or beside it: a scanned stroke leans by a pixel."""
    inked = part > 0
    wide = inked.copy()
    wide[:, 1:] |= inked[:, :-1]
    wide[:, :-1] |= inked[:, 1:]
    return [float(share) for share in wide.mean(axis=0)]


def _first(shares: Sequence[float]) -> int | None:
    whole = next((index for index, share in enumerate(shares) if share >= WHOLE_SIDE), None)
    return whole if whole is not None else next(
        (index for index, share in enumerate(shares) if share >= WEAK_SIDE), None)


def inked_sides(square: Box, strokes: Strokes) -> list[float]:
    """How much of the upper, lower, left and right side is inked, each from 0 to 1."""
    margin = max(2, int(0.12 * square.width))
    left, top = int(square.left), int(square.top)
    right, bottom = int(square.right), int(square.bottom)
    low_x, low_y = max(0, left - margin // 2), max(0, top - margin // 2)
    sides = (
        strokes.flat[low_y:top + margin, left:right].max(axis=0, initial=0),
        strokes.flat[bottom - margin:bottom + margin // 2 + 1, left:right].max(axis=0, initial=0),
        strokes.upright[top:bottom, low_x:left + margin].max(axis=1, initial=0),
        strokes.upright[top:bottom, right - margin:right + margin // 2 + 1].max(axis=1, initial=0),
    )
    return [float((side > 0).mean()) if side.size else 0.0 for side in sides]


def find_partial_squares(mask: Mask, whole: Sequence[Box]) -> list[Box]:
    """Squares with one or two open sides, on a page that prints at least three whole ones of one size.

    A lying and an upright stroke, each just as long as the whole squares' sides, meet at a corner. Where strokes
    of that very length meet there is a square printed in part; cells and write-on lines have other lengths.
    """
    sizes = sorted(max(box.width, box.height) for box in whole)
    if len(sizes) < 3:
        return []
    side = median(sizes)
    if sum(1 for size in sizes if abs(size - side) <= LIKE_THE_OTHERS * side) < 3:
        return []
    strokes = strokes_of(mask, side)
    thin = 0.25 * side
    lying = [box for box, _ in components(strokes.flat) if _is_alike(box.width, side) and box.height <= thin]
    standing = [box for box, _ in components(strokes.upright) if _is_alike(box.height, side) and box.width <= thin]
    corners = [square for bar in lying for post in standing if (square := _at_corner(bar, post, 0.12 * side))]
    return [square for square in without_overlap(corners) if not any(
        other.holds(square) or square.holds(other) for other in whole)]


def _is_alike(length: float, side: float) -> bool:
    return abs(length - side) <= LIKE_THE_OTHERS * side


def _at_corner(bar: Box, post: Box, gap: float) -> Box | None:
    """The square that a bar and a post make when an end of the one is at an end of the other."""
    at_left, at_right = abs(bar.left - post.left) <= gap, abs(bar.right - post.right) <= gap
    at_top, at_bottom = abs(bar.top - post.top) <= gap, abs(bar.bottom - post.bottom) <= gap
    if not (at_left or at_right) or not (at_top or at_bottom):
        return None
    return Box(bar.left, post.top, bar.right, post.bottom)
