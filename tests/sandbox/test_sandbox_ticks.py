"""A tick box is a drawn square about as high as a text line, whatever mark crosses it; print is none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from include.sandbox.geometry import Box, Line, Tick, Word
from include.sandbox.ticks import find_ticks
from tests.sandbox import drawn_pages as drawn

SIDE, LEFT, TOP = 34, 300, 200
Pen = ImageDraw.ImageDraw


def cross(draw: Pen, x: int, y: int) -> None:
    draw.line((x - 6, y - 7, x + SIDE + 5, y + SIDE + 6), fill=30, width=5)
    draw.line((x - 5, y + SIDE + 7, x + SIDE + 6, y - 6), fill=30, width=5)


def check(draw: Pen, x: int, y: int) -> None:
    draw.line((x + 5, y + 17, x + 15, y + 29, x + SIDE + 10, y - 10), fill=30, width=4, joint="curve")


def slash(draw: Pen, x: int, y: int) -> None:
    draw.line((x - 4, y + SIDE + 6, x + SIDE + 6, y - 6), fill=30, width=4)


def scribble(draw: Pen, x: int, y: int) -> None:
    zigzag = [(x + (6 if step % 2 else SIDE - 6), y + 3 * step) for step in range(12)]
    draw.line(zigzag, fill=30, width=7, joint="curve")


def nothing(_draw: Pen, _x: int, _y: int) -> None:
    return


def found(page: Image.Image, lines: list[Line] | None = None) -> list[Tick]:
    gray = np.asarray(page.convert("L"), dtype=np.uint8)
    grain = np.random.default_rng(7).normal(0, 4, gray.shape)
    return find_ticks(np.clip(gray * 0.95 + grain, 0, 255).astype(np.uint8), lines or [], 36.0)


def places(ticks: list[Tick]) -> list[tuple[int, int, bool]]:
    """Columns and rows of the boxes, 200 and 100 pixels apart, with their states."""
    return [(round((t.box.left - LEFT) / 200), round((t.box.top - TOP) / 100), t.selected) for t in ticks]


@pytest.mark.parametrize("mark", [cross, check, slash, scribble])
@pytest.mark.parametrize("stroke", [2, 4])
def test_a_mark_over_the_edge_leaves_the_box_a_box(mark: Callable[[Pen, int, int], None], stroke: int) -> None:
    page, draw = drawn.canvas()
    for row in range(3):
        for column in range(2):
            x, y = LEFT + 200 * column, TOP + 100 * row
            draw.rectangle((x, y, x + SIDE, y + SIDE), outline="black", width=stroke)
            (mark if (row + column) % 2 else nothing)(draw, x, y)
    assert sorted(places(found(page))) == sorted(
        (column, row, (row + column) % 2 == 1) for row in range(3) for column in range(2))


def test_a_single_crossed_box_needs_no_empty_one_beside_it() -> None:
    page, draw = drawn.canvas()
    draw.rectangle((LEFT, TOP, LEFT + SIDE, TOP + SIDE), outline="black", width=2)
    cross(draw, LEFT, TOP)
    assert places(found(page)) == [(0, 0, True)]


def test_a_box_with_an_open_side_is_found_beside_whole_ones_of_its_size() -> None:
    page, draw = drawn.canvas()
    for row in range(3):
        y = TOP + 100 * row
        draw.rectangle((LEFT, y, LEFT + SIDE, y + SIDE), outline="black", width=2)
    x, y = LEFT + 200, TOP + 100
    draw.line((x + SIDE, y, x, y, x, y + SIDE, x + SIDE, y + SIDE), fill="black", width=2)
    assert sorted(places(found(page))) == [(0, 0, False), (0, 1, False), (0, 2, False), (1, 1, False)]


def test_an_open_corner_alone_is_no_box() -> None:
    page, draw = drawn.canvas()
    draw.line((LEFT, TOP, LEFT, TOP + SIDE, LEFT + SIDE, TOP + SIDE), fill="black", width=2)
    assert found(page) == []


def logo(draw: Pen) -> None:
    draw.ellipse((LEFT, TOP, LEFT + 60, TOP + 60), fill=70)
    draw.rectangle((LEFT + 24, TOP + 10, LEFT + 36, TOP + 50), fill=255)
    draw.rectangle((LEFT + 10, TOP + 24, LEFT + 50, TOP + 36), fill=255)


def cells(draw: Pen) -> None:
    """A narrow column of a table: both lines of its row go on to the right."""
    for row in range(3):
        y = TOP + 100 * row
        draw.rectangle((LEFT, y, LEFT + SIDE, y + SIDE), outline="black", width=2)
        draw.rectangle((LEFT + SIDE, y, LEFT + 54, y + SIDE), outline="black", width=2)


def code(draw: Pen) -> None:
    draw.rectangle((LEFT, TOP, LEFT + 41, TOP + 41), outline="black", width=6)
    draw.rectangle((LEFT + 12, TOP + 12, LEFT + 29, TOP + 29), fill=0)
    for x in range(0, 150, 12):
        for y in range(0, 150, 12):
            if x > 48 or y > 48:
                draw.rectangle((LEFT + x, TOP + y, LEFT + x + 8, TOP + y + 8), fill=0)


def bullets(draw: Pen) -> None:
    for row in range(4):
        draw.rectangle((LEFT, TOP + 100 * row, LEFT + 26, TOP + 100 * row + 26), fill=0)


def letters(draw: Pen) -> None:
    draw.text((LEFT, TOP), "BOOKED DOOR 0008 QUOD", fill=0, font=drawn.font(40), stroke_width=2)


@pytest.mark.parametrize("draw_print", [logo, cells, code, bullets, letters])
def test_print_is_no_tick_box(draw_print: Callable[[Pen], None]) -> None:
    page, draw = drawn.canvas()
    draw_print(draw)
    assert found(page) == []


def test_a_square_that_the_engine_reads_as_letters_of_a_word_is_none() -> None:
    page, draw = drawn.canvas()
    draw.rectangle((LEFT, TOP, LEFT + SIDE, TOP + SIDE), outline="black", width=2)
    word = Word("DO", 99.0, Box(LEFT, TOP, LEFT + 2 * SIDE, TOP + SIDE))
    assert len(found(page)) == 1
    assert found(page, [Line((word,))]) == []
