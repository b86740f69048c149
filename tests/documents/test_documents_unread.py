from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from include.documents import unread
from include.documents.scan import scan_page
from include.documents.unread import Area, Medium, doubtful_areas, undecodable, unread_media
from tests.documents.bombs import page_of, stream
from tests.documents.drawing import Draw, MakePdf, both, first_page, outlined, pasted, printed, write

PROSE = tuple(f"Line {n} of the letter says that the patient is well and takes tablets every day" for n in range(12))
RESULT = "Creatinine 1.9 mg/dL"
LETTERHEAD, BODY, FOOTER = 730.0, 400.0, 20.0
TURNS = [0, 90, 180, 270]


def media(data: bytes) -> tuple[Medium, ...]:
    with first_page(data) as page:
        return unread_media(page, scan_page(page))


def letter(*draws: Draw) -> Draw:
    """A letter with something else on it; its lines leave the middle of the page free."""
    return both(write(*PROSE), *draws)


def logo() -> Image.Image:
    """A disc with a name beside it."""
    image = Image.new("RGB", (640, 200), "white")
    pen = ImageDraw.Draw(image)
    pen.ellipse((10, 10, 180, 180), fill=(20, 90, 160))
    pen.text((210, 60), "St. Mary", fill=(20, 90, 160), font_size=80)
    return image


def bar_code(caption: str = "") -> Image.Image:
    image = Image.new("RGB", (640, 200), "white")
    x = 20
    for number in range(60):
        broad = (3, 6, 3, 9)[number * 7 % 4]
        ImageDraw.Draw(image).rectangle((x, 10, x + broad - 1, 130), fill="black")
        x += broad + (4, 4, 7)[number % 3]
    ImageDraw.Draw(image).text((200, 145), caption, fill="black", font_size=36)
    return image


def photograph(size: tuple[int, int] = (900, 700)) -> Image.Image:
    """Soft spots of light, as of a wound or an ultrasound."""
    down, across = np.mgrid[0:size[1], 0:size[0]]
    spots = np.random.default_rng(2).uniform(0, 1, (12, 4))
    values = np.random.default_rng(3).normal(30, 4, (size[1], size[0]))
    for x, y, width, strength in spots:
        distance = (across - x * size[0]) ** 2 + (down - y * size[1]) ** 2
        values += 120 * strength * np.exp(-distance / (2 * (40 + 90 * width) ** 2))
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)).convert("RGB")


@pytest.mark.parametrize("rotation", TURNS)
@pytest.mark.parametrize("points", [7, 9, 12])
def test_the_picture_of_one_result_line_in_the_body_is_writing(points: float, rotation: int, make_pdf: MakePdf) -> None:
    page = make_pdf(letter(printed(RESULT, 200, BODY, points)), rotation=rotation)
    assert media(page) == (Medium.IMAGE,)


@pytest.mark.parametrize("line", ["MRN 4711-0815", "Lithium 1.1 mmol/L", "TSH 4.1 mIU/L", "Hemoglobin 11.1 g/dL"])
@pytest.mark.parametrize("points", [10, 12])
def test_upright_letters_and_figures_are_writing_too(points: float, line: str, make_pdf: MakePdf) -> None:
    assert media(make_pdf(letter(printed(line, 200, BODY, points)))) == (Medium.IMAGE,)


def test_letters_drawn_as_outlines_are_writing(make_pdf: MakePdf) -> None:
    assert media(make_pdf(letter(outlined("Creatinine 1.9 mg/dL, eGFR 38 mL/min", 100, BODY)))) == (Medium.OUTLINES,)


def test_a_logo_in_the_letterhead_or_footer_is_no_writing(make_pdf: MakePdf) -> None:
    for y in (LETTERHEAD, FOOTER):
        assert media(make_pdf(letter(pasted(logo(), 60, y, dots=6)))) == ()


def test_a_line_of_print_is_a_logo_in_the_letterhead_and_content_in_the_body(make_pdf: MakePdf) -> None:
    name = printed("Saint Mary of the Lake General Hospital", 60, LETTERHEAD)
    assert media(make_pdf(letter(name))) == ()
    assert media(make_pdf(letter(printed("Saint Mary of the Lake General Hospital", 60, BODY)))) == (Medium.IMAGE,)


@pytest.mark.parametrize("rotation", TURNS)
def test_the_letterhead_is_where_the_reader_sees_it(rotation: int, make_pdf: MakePdf) -> None:
    """At the top of the page as displayed, whichever side of the file's page that is."""
    size = (792, 612) if rotation in (90, 270) else (612, 792)
    x, y = {0: (60, 730), 90: (10, 100), 180: (60, 20), 270: (size[0] - 50, 100)}[rotation]
    turned = logo().rotate(rotation, expand=True)
    assert media(make_pdf(pasted(turned, x, y, dots=6), size=size, rotation=rotation)) == ()


@pytest.mark.parametrize("y", [LETTERHEAD, BODY, FOOTER])
@pytest.mark.parametrize("caption", ["", "4711 0815"])
def test_a_bar_code_with_its_caption_is_no_writing(caption: str, y: float, make_pdf: MakePdf) -> None:
    assert media(make_pdf(letter(pasted(bar_code(caption), 60, y, dots=5)))) == ()


@pytest.mark.parametrize("y", [700, BODY, FOOTER])
@pytest.mark.parametrize("points", [9, 14])
def test_a_patients_label_is_writing_wherever_it_stands(points: float, y: float, make_pdf: MakePdf) -> None:
    label = "Public, Jane\nborn 3 May 1954\nMRN 4711-0815\nWard 7 East"
    assert media(make_pdf(letter(printed(label, 380, y, points)))) == (Medium.IMAGE,)


def test_a_photograph_without_writing_is_none(make_pdf: MakePdf) -> None:
    assert media(make_pdf(letter(pasted(photograph(), 150, 100, dots=3)))) == ()


def test_a_photograph_with_a_line_in_it_is_writing(make_pdf: MakePdf) -> None:
    picture = photograph()
    ImageDraw.Draw(picture).text((20, 640), "Left kidney 10.4 cm", fill="white", font_size=32)
    assert media(make_pdf(letter(pasted(picture, 150, 100, dots=3)))) == (Medium.IMAGE,)


def test_a_plain_background_is_no_writing(make_pdf: MakePdf) -> None:
    paper = Image.new("RGB", (612, 792), (250, 248, 235))
    assert media(make_pdf(both(pasted(paper, 0, 0, dots=1), write(*PROSE)))) == ()


BROKEN = stream(b"no JPEG", "/Type/XObject/Subtype/Image/Width 800/Height 400/BitsPerComponent 8/ColorSpace/DeviceGray"
                            "/Filter/DCTDecode")


def test_an_image_that_cannot_be_decoded_counts() -> None:
    text = b"BT /F1 10 Tf 72 700 Td (" + PROSE[0].encode() + b") Tj ET q 400 0 0 200 100 300 cm /I Do Q"
    data = page_of(text, "/XObject<</I 6 0 R>>", more={6: BROKEN})
    assert media(data) == (Medium.IMAGE,)
    with first_page(data) as page:
        assert undecodable(scan_page(page))


def test_a_larger_image_than_is_looked_at_counts(monkeypatch: pytest.MonkeyPatch, make_pdf: MakePdf) -> None:
    page = make_pdf(letter(pasted(photograph(), 150, 100, dots=3)))
    monkeypatch.setattr(unread, "MAX_LOOK_PIXELS", 900 * 700 - 1)
    assert media(page) == (Medium.IMAGE,)


def pen_mark(x: float, y: float) -> Draw:
    def draw(page: Any) -> None:
        path = page.beginPath()
        path.moveTo(x, y + 5)
        path.lineTo(x + 4, y)
        path.lineTo(x + 12, y + 14)
        page.drawPath(path, stroke=1, fill=0)

    return draw


def test_a_check_mark_by_hand_is_strokes(make_pdf: MakePdf) -> None:
    assert media(make_pdf(letter(pen_mark(80, BODY)))) == (Medium.STROKES,)


def test_a_check_mark_and_a_picture_are_both(make_pdf: MakePdf) -> None:
    page = make_pdf(letter(pen_mark(80, BODY), printed(RESULT, 200, BODY)))
    assert media(page) == (Medium.IMAGE, Medium.STROKES)


@pytest.mark.parametrize("value", [printed("7", 116, BODY), printed("72 kg", 116, BODY), outlined("72", 116, BODY)],
                         ids=["picture of a figure", "picture of a value", "outlines"])
def test_a_picture_where_a_label_asks_for_a_value_is_one(value: Draw, make_pdf: MakePdf) -> None:
    def label(page: Any) -> None:
        page.drawString(72, BODY + 3, "Weight:")

    assert media(make_pdf(letter(label, value))) == (Medium.VALUE,)


def icon() -> Image.Image:
    image = Image.new("RGB", (48, 48), "white")
    ImageDraw.Draw(image).ellipse((4, 4, 44, 44), fill=(200, 30, 30))
    return image


def test_icons_elsewhere_are_no_values(make_pdf: MakePdf) -> None:
    def line(page: Any) -> None:
        page.drawString(90, BODY + 3, "Pharmacy, open until 8 pm")

    assert media(make_pdf(letter(line, pasted(icon(), 74, BODY)))) == ()
    assert media(make_pdf(letter(line, *(pasted(icon(), 74, BODY - 20 * n) for n in range(8))))) == ()


TILES = "/CS cs /P scn 100 200 400 200 re f"


def patterned(text: str) -> bytes:
    """A letter above a large field whose fill is a tile with ``text`` on it, as some programs write their pictures."""
    lines = " ".join(f"1 0 0 1 72 {700 - 14 * n} Tm ({line}) Tj" for n, line in enumerate(PROSE))
    tile = stream(f"BT /F1 10 Tf 10 100 Td ({text}) Tj ET".encode(),
                  "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 612 792]/XStep 612/YStep 792"
                  "/Matrix[1 0 0 1 100 200]/Resources<</Font<</F1 4 0 R>>>>")
    return page_of(f"BT /F1 10 Tf {lines} ET {TILES}".encode(), "/Pattern<</P 6 0 R>>/ColorSpace<</CS[/Pattern]>>",
                   more={6: tile})


def test_writing_in_a_painted_area_is_found() -> None:
    assert media(patterned("Creatinine 1.9 mg/dL, eGFR 38 mL/min")) == (Medium.PAINTED,)
    assert media(patterned("")) == ()


def test_a_page_of_text_and_rules_has_nowhere_to_look(make_pdf: MakePdf) -> None:
    def rules(page: Any) -> None:
        for n in range(4):
            page.line(72, 300 + 20 * n, 400, 300 + 20 * n)
            page.rect(72 + 100 * n, 100, 90, 150)

    with first_page(make_pdf(letter(rules))) as page:
        assert doubtful_areas(scan_page(page)) == ()


def test_areas_are_the_images_and_outlines_where_writing_may_be(make_pdf: MakePdf) -> None:
    with first_page(make_pdf(letter(printed(RESULT, 200, BODY)))) as page:
        scan = scan_page(page)
        assert doubtful_areas(scan) == (Area(Medium.IMAGE, scan.images[0].rect),)


def test_what_is_drawn_with_many_equal_dots_is_no_writing(make_pdf: MakePdf) -> None:
    def dots(page: Any) -> None:
        for number in range(60):
            page.circle(80 + 8 * number, BODY, 2, fill=1)

    assert media(make_pdf(letter(dots))) == ()


def test_a_page_with_little_text_is_its_pictures(make_pdf: MakePdf, scan: Callable[..., Draw]) -> None:
    assert media(make_pdf(both(write("Annex"), scan("Hb 9", box=(100, 100, 400, 400))))) == (Medium.IMAGE,)
