from __future__ import annotations

import io
from typing import Any

import pypdfium2 as pdfium
import pytest

from include.documents.page_object import Rect
from include.documents.residue import UnreadRow, look, unread_rows
from tests.documents.conftest import rotated
from tests.documents.drawing import Draw, MakePdf, both, first_page, outlined, pasted, print_of, printed, write

WORDS = "Creatinine 1.9 mg/dL"
TURNS = [0, 90, 180, 270]
PROSE = tuple(f"Line {n} of the letter says that the patient is well and takes tablets every day" for n in range(20))


def unread(data: bytes, places: list[Rect] | None = None, hidden_too: bool = False) -> list[UnreadRow]:
    with first_page(data) as page:
        return unread_rows(page, places, hidden_too)


def turned_text(angle: int) -> Draw:
    """The letter's lines running in another direction on the upright page."""
    def draw(page: Any) -> None:
        page.translate(306, 396)
        page.rotate(angle)
        for number, text in enumerate(PROSE[:10]):
            page.drawString(-200, 60 - 14 * number, text)

    return draw


@pytest.mark.parametrize("angle", TURNS)
@pytest.mark.parametrize("rotation", TURNS)
def test_words_are_taken_away_however_the_page_and_its_text_are_turned(rotation: int, angle: int,
                                                                       make_pdf: MakePdf) -> None:
    assert unread(make_pdf(turned_text(angle), rotation=rotation)) == []


@pytest.mark.parametrize("rotation", TURNS)
@pytest.mark.parametrize("drawing", [printed, outlined])
def test_what_is_no_word_is_left_where_it_stands(drawing: Any, rotation: int, make_pdf: MakePdf) -> None:
    rows = unread(make_pdf(both(write(*PROSE), drawing(WORDS, 200, 300)), rotation=rotation))
    assert rows
    for row in rows:
        assert 195 <= row.rect[0] < row.rect[2] <= 330
        assert 295 <= row.rect[1] < row.rect[3] <= 320


@pytest.mark.parametrize("rotation", TURNS)
def test_writing_is_looked_for_in_the_places_given(rotation: int, make_pdf: MakePdf) -> None:
    page = make_pdf(both(printed(WORDS, 200, 300), printed(WORDS, 200, 500)), rotation=rotation)
    assert all(row.rect[1] < 330 for row in unread(page, [(195, 295, 340, 320)]))
    assert unread(page, [(195, 295, 340, 320)])
    assert unread(page, [(10, 10, 150, 200)]) == []
    assert unread(page, []) == []


def test_places_are_those_of_the_cropped_page(make_pdf: MakePdf) -> None:
    document = pdfium.PdfDocument(make_pdf(printed(WORDS, 200, 300)))
    document[0].set_cropbox(100, 200, 500, 700)
    out = io.BytesIO()
    document.save(out)
    (row,) = unread(out.getvalue(), [(95, 95, 240, 120)])
    assert row.rect == pytest.approx((102, 102, 190, 112), abs=8)


def test_an_invisible_layer_counts_as_read_where_it_is_asked_for(make_pdf: MakePdf) -> None:
    def layer(page: Any) -> None:
        line = page.beginText(201, 302)
        line.setTextRenderMode(3)
        line.setFont("Helvetica", 9.5)
        line.textLine(WORDS)
        page.drawText(line)

    page = make_pdf(both(printed(WORDS, 200, 300), layer))
    assert unread(page)
    assert unread(page, hidden_too=True) == []


def test_lettering_along_the_side_of_a_picture_is_writing(make_pdf: MakePdf) -> None:
    rows = unread(make_pdf(pasted(print_of(WORDS, 9).rotate(90, expand=True), 300, 300)))
    assert rows
    assert all(row.rect[2] - row.rect[0] < row.rect[3] - row.rect[1] for row in rows)


@pytest.mark.parametrize("size", [(612, 792), (14_000, 200), (30, 40)])
def test_a_page_of_any_size_is_looked_at_in_bounded_size(size: tuple[float, float], make_pdf: MakePdf) -> None:
    with first_page(make_pdf(lambda page: page.circle(5, 5, 3), size=size)) as page:
        shape = look(page, 500).shape
    assert max(shape[:2]) in (500, 499)
    assert shape[2] == 3


def test_rotated_is_what_the_reader_sees(make_pdf: MakePdf) -> None:
    data = make_pdf(write("x"))
    with first_page(rotated(data, 90)) as page:
        assert look(page, 100).shape[:2] == (78, 100)
