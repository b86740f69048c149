from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from include.documents import shapes, writing
from include.documents.ink import colours
from include.documents.residue import ROW_LETTERS
from include.documents.writing import WritingRow, edge_mask, turn, writing_rows

SIZE = (1000, 700)
WORDS = "Creatinine 1.9 mg/dL"


def paper(colour: str | tuple[int, int, int] = "white") -> Image.Image:
    return Image.new("RGB", SIZE, colour)


def with_text(text: str, ink: str | tuple[int, int, int] = "black", on: str | tuple[int, int, int] = "white",
              size: float = 16, at: tuple[int, int] = (100, 300)) -> Image.Image:
    image = paper(on)
    ImageDraw.Draw(image).text(at, text, fill=ink, font_size=size)
    return image


def rows_of(image: Image.Image) -> list[WritingRow]:
    return writing_rows(edge_mask(colours(image)))


def written_rows(image: Image.Image) -> list[WritingRow]:
    return [row for row in rows_of(image) if row.letters >= ROW_LETTERS]


@pytest.mark.parametrize(("ink", "on"), [
    ("black", "white"), ("white", "black"), ((225, 225, 225), "white"), ("white", (40, 90, 160)),
    ((200, 60, 60), (60, 131, 60)),
], ids=["print", "inverted", "pencil", "on a coloured field", "of the same brightness"])
@pytest.mark.parametrize("size", [8, 16, 40])
def test_a_line_of_print_is_writing_where_it_stands(ink: str, on: str, size: float) -> None:
    found = written_rows(with_text(WORDS, ink, on, size))
    assert found
    assert not any(row.bar_code for row in found)
    left, top, right, bottom = ImageDraw.Draw(paper()).textbbox((100, 300), WORDS, font_size=size)
    assert min(row.box[0] for row in found) >= left - 1
    assert min(row.box[1] for row in found) >= top - 1
    assert right - 1.5 * size <= max(row.box[2] for row in found) <= right + 2
    assert max(row.box[3] for row in found) <= bottom + 2


def test_lines_are_rows_from_top_to_bottom() -> None:
    image = with_text("Sodium 140\nPotassium 4.1\nChloride 101", size=20)
    tops = [row.box[1] for row in written_rows(image)]
    assert len(tops) == 3
    assert tops == sorted(tops)


def test_a_wide_gap_parts_two_rows() -> None:
    image = with_text("Sodium")
    ImageDraw.Draw(image).text((600, 300), "Potassium", fill="black", font_size=16)
    assert [row.box[0] > 500 for row in written_rows(image)] == [False, True]


@pytest.mark.parametrize("pitch", [12, 25, 50, 70])
def test_rules_and_frames_are_no_writing(pitch: int) -> None:
    image = paper()
    pen = ImageDraw.Draw(image)
    for line in range(8):
        pen.line((100, 100 + pitch * line, 800, 100 + pitch * line), fill="black", width=2)
        pen.line((100 + 100 * line, 100, 100 + 100 * line, 100 + 7 * pitch), fill="black", width=2)
    pen.rectangle((50, 50, 950, 600), outline="black", width=3)
    assert written_rows(image) == []


def test_writing_in_a_ruled_table_is_found() -> None:
    image = with_text(WORDS)
    pen = ImageDraw.Draw(image)
    for line in range(8):
        pen.line((60, 190 + 35 * line, 900, 190 + 35 * line), fill="black", width=2)
    assert written_rows(image)


@pytest.mark.parametrize("draw", ["rectangle", "ellipse"])
def test_equal_shapes_in_a_row_are_no_writing(draw: str) -> None:
    """Boxes to tick and dots."""
    image = paper()
    for number in range(10):
        getattr(ImageDraw.Draw(image), draw)((100 + 30 * number, 300, 114 + 30 * number, 314), outline="black")
    assert written_rows(image) == []


def with_bars(height: int, width: int = 30) -> Image.Image:
    image = paper()
    x = 100
    for number in range(width):
        broad = (2, 4, 2, 6)[number * 7 % 4]
        ImageDraw.Draw(image).rectangle((x, 200, x + broad - 1, 199 + height), fill="black")
        x += broad + (2, 3, 5)[number % 3]
    return image


@pytest.mark.parametrize("height", [30, 60, 150], ids=["low", "high", "higher than print"])
def test_a_bar_code_is_one(height: int) -> None:
    assert [row.bar_code for row in written_rows(with_bars(height))] == [True]


@pytest.mark.parametrize("text", [
    "Illinois illicit filling 1111 llll", "MRN 1117141", "Lithium 1.1 mmol/L", "HILLTI 11171"])
@pytest.mark.parametrize("size", [14, 20, 30])
def test_print_of_upright_letters_is_no_bar_code(size: float, text: str) -> None:
    assert not any(row.bar_code for row in rows_of(with_text(text, size=size)))


def test_writing_along_the_side_is_found_on_the_turned_picture() -> None:
    image = with_text(WORDS).rotate(90, expand=True)
    rows = [turn(row) for row in writing_rows(edge_mask(colours(image)).T) if row.letters >= ROW_LETTERS]
    assert len(rows) == 1
    left, top, right, bottom = rows[0].box
    assert (right - left < 30, bottom - top > 100) == (True, True)


def test_turning_a_row_exchanges_its_axes() -> None:
    assert turn(WritingRow((1, 2, 3, 4), 5.0, bar_code=True)) == WritingRow((2, 1, 4, 3), 5.0, bar_code=True)


def test_grain_is_no_writing() -> None:
    grain = np.random.default_rng(3).normal(200, 8, (700, 1000, 3))
    assert written_rows(Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))) == []


def test_print_on_grain_is_writing() -> None:
    print_on = np.asarray(with_text(WORDS, size=24), dtype=np.float64) - 60
    grain = np.random.default_rng(3).normal(0, 6, print_on.shape)
    assert written_rows(Image.fromarray(np.clip(print_on + grain, 0, 255).astype(np.uint8)))


def test_a_picture_with_too_many_shapes_is_one_row_all_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "MAX_RUNS", 10)
    assert rows_of(with_text(WORDS)) == [WritingRow((0, 0, *SIZE), float(SIZE[0]))]


def test_shapes_higher_than_any_print_are_no_letters() -> None:
    image = with_text("Ward", size=writing.HEIGHTS[1] * 2.5)
    assert written_rows(image) == []
