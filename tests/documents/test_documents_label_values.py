from __future__ import annotations

import pytest

from include.documents.label_values import answer_to_label
from include.documents.page_object import Rect
from include.documents.scan import scan_page
from tests.documents.conftest import rotated
from tests.documents.drawing import Draw, MakePdf, first_page

BESIDE: Rect = (115.0, 698.0, 150.0, 710.0)
"""To the right of ``Weight:`` at 72, 700."""


def at(*texts: tuple[float, float, str]) -> Draw:
    def draw(page: object) -> None:
        for x, y, text in texts:
            page.drawString(x, y, text)  # type: ignore[attr-defined]

    return draw


def answers(data: bytes, *drawn: Rect) -> bool:
    with first_page(data) as page:
        return answer_to_label(page, scan_page(page).text, drawn)


@pytest.mark.parametrize("text", ["Weight:", "Weight: ____", "Weight: ......", "Date: 3 May   Weight:"])
def test_a_drawing_beside_a_label_without_a_value_is_its_value(text: str, make_pdf: MakePdf) -> None:
    assert answers(make_pdf(at((72 if text.startswith("Weight") else 5, 700, text))), BESIDE)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_text_that_is_displayed_sideways_is_not_judged(rotation: int, make_pdf: MakePdf) -> None:
    data = make_pdf(at((72, 700, "Weight:")))
    turned = rotated(data, rotation) if rotation else data
    assert answers(turned, BESIDE) is (rotation == 0)


@pytest.mark.parametrize("text", ["Weight: 72 kg", "Weight", "Weight 72", "Notes on weight: see the letter"])
def test_where_the_value_is_printed_or_no_label_stands_a_drawing_is_none(text: str, make_pdf: MakePdf) -> None:
    assert not answers(make_pdf(at((72, 700, text))), (250.0, 698.0, 290.0, 710.0))


@pytest.mark.parametrize("drawn", [
    (115.0, 640.0, 150.0, 652.0), (20.0, 698.0, 60.0, 710.0), (300.0, 698.0, 330.0, 710.0),
    (115.0, 701.0, 150.0, 704.0), (115.0, 690.0, 150.0, 730.0), (115.0, 698.0, 370.0, 710.0),
], ids=["on another line", "to the left", "too far", "a rule", "too high", "too wide"])
def test_a_drawing_elsewhere_or_of_another_size_is_no_value(drawn: Rect, make_pdf: MakePdf) -> None:
    assert not answers(make_pdf(at((72, 700, "Weight:"))), drawn)


def test_the_nearest_word_decides(make_pdf: MakePdf) -> None:
    page = make_pdf(at((72, 700, "Weight:"), (200, 700, "kg"), (72, 650, "Height:")))
    assert answers(page, (120.0, 698.0, 160.0, 710.0))
    assert not answers(page, (220.0, 698.0, 240.0, 710.0))


def test_one_value_among_other_drawings_is_enough(make_pdf: MakePdf) -> None:
    assert answers(make_pdf(at((72, 700, "Weight:"))), (400.0, 100.0, 420.0, 120.0), BESIDE)
    assert not answers(make_pdf(at((72, 700, "Weight:"))))
