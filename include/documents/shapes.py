"""Connected shapes of a black-and-white picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
_Indices = npt.NDArray[np.intp]

MAX_RUNS = 60_000
"""More horizontal runs than this: a photograph or a full page of print, and too slow to be joined one by one."""


@dataclass(slots=True)
class Shape:
    """Box in pixels (right and bottom excluded), number of pixels, number of horizontal runs that it is made of."""

    left: int
    top: int
    right: int
    bottom: int
    pixels: int = 0
    runs: int = 0

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


def find_shapes(mask: Mask) -> list[Shape] | None:
    """The shapes, corners counting as connected; None where there are more than MAX_RUNS runs."""
    rows, starts, ends = (found.tolist() for found in horizontal_runs(mask))
    if len(rows) > MAX_RUNS:
        return None
    parents = list(range(len(rows)))

    def root(one: int) -> int:
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        return one

    for upper, lower in _touching(rows, starts, ends):
        parents[root(lower)] = root(upper)
    shapes: dict[int, Shape] = {}
    for index, (row, start, end) in enumerate(zip(rows, starts, ends, strict=True)):
        shape = shapes.setdefault(root(index), Shape(start, row, end, row + 1))
        shape.left, shape.right = min(shape.left, start), max(shape.right, end)
        shape.top, shape.bottom = min(shape.top, row), max(shape.bottom, row + 1)
        shape.pixels += end - start
        shape.runs += 1
    return list(shapes.values())


def horizontal_runs(mask: Mask) -> tuple[_Indices, _Indices, _Indices]:
    """Row, start and end (excluded) of every run, in reading order."""
    padded = np.zeros((mask.shape[0], mask.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = mask
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    return rows, starts, ends


def _touching(rows: list[int], starts: list[int], ends: list[int]) -> Iterator[tuple[int, int]]:
    """Pairs of runs in neighbouring rows that touch; one finger moves along each of the two rows."""
    upper = 0
    for lower, row in enumerate(rows):
        while upper < lower and (rows[upper] < row - 1 or (rows[upper] == row - 1 and ends[upper] < starts[lower])):
            upper += 1
        other = upper
        while other < lower and rows[other] == row - 1 and starts[other] <= ends[lower]:
            yield other, lower
            other += 1
