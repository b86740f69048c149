from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.documents import shapes
from include.documents.shapes import Shape, find_shapes, horizontal_runs
from tests.documents.drawing import bits


def test_shapes_touch_at_corners_too() -> None:
    assert find_shapes(bits("#...", ".#..", "#...")) == [Shape(0, 0, 2, 3, pixels=3, runs=3)]


def test_shapes_that_do_not_touch_are_apart() -> None:
    assert find_shapes(bits("##.#", "...#", "#..." "")) == [
        Shape(0, 0, 2, 1, pixels=2, runs=1), Shape(3, 0, 4, 2, pixels=2, runs=2), Shape(0, 2, 1, 3, pixels=1, runs=1)]


def test_arms_that_meet_below_are_one_shape() -> None:
    """A ``U`` starts as two."""
    assert find_shapes(bits("#...#", "#...#", ".###.")) == [Shape(0, 0, 5, 3, pixels=7, runs=5)]


def test_a_shape_inside_another_is_its_own() -> None:
    frame = find_shapes(bits("#####", "#...#", "#.#.#", "#...#", "#####"))
    assert frame == [Shape(0, 0, 5, 5, pixels=16, runs=8), Shape(2, 2, 3, 3, pixels=1, runs=1)]


def test_runs_reach_to_the_edges() -> None:
    rows, starts, ends = horizontal_runs(bits("##.#", "....", "####"))
    assert (rows.tolist(), starts.tolist(), ends.tolist()) == ([0, 0, 2], [0, 3, 0], [2, 4, 4])


@pytest.mark.parametrize("size", [(0, 0), (3, 0), (0, 3), (2, 2)])
def test_nothing_has_no_shapes(size: tuple[int, int]) -> None:
    assert find_shapes(np.zeros(size, dtype=np.bool_)) == []


def test_too_many_runs_are_not_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "MAX_RUNS", 3)
    assert find_shapes(bits("#.#.#")) is not None
    assert find_shapes(bits("#.#.#.#")) is None


def flooded(cells: set[tuple[int, int]]) -> list[set[tuple[int, int]]]:
    """The slow way: from each cell on to its eight neighbours."""
    left, found = set(cells), []
    while left:
        piece, edge = set(), {left.pop()}
        while edge:
            piece |= edge
            edge = {(y + dy, x + dx) for y, x in edge for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
            left -= edge
        found.append(piece)
    return found


@given(st.lists(st.lists(st.booleans(), min_size=9, max_size=9), min_size=1, max_size=9))
def test_every_pixel_belongs_to_the_one_shape_that_it_touches(rows: list[list[bool]]) -> None:
    mask = np.array(rows, dtype=np.bool_)
    found = find_shapes(mask)
    assert found is not None
    pieces = flooded({(int(y), int(x)) for y, x in np.argwhere(mask)})
    expected = [(min(x for _, x in p), min(y for y, _ in p), max(x for _, x in p) + 1, max(y for y, _ in p) + 1, len(p))
                for p in pieces]
    assert sorted((s.left, s.top, s.right, s.bottom, s.pixels) for s in found) == sorted(expected)
