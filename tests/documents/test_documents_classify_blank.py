"""A page wrongly called blank is the worst error there is."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from include.documents import classify, unread
from include.documents.manifest import PageKind
from tests.documents.bombs import TEXT, page_of, stream
from tests.documents.drawing import MakePdf, kind_of, only_page, operators, outlined

A4 = (827, 1170)


def placed(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """A page that is this picture, stored in this way; reportlab stores JPEG as it is, all else in Flate."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    page = io.BytesIO()
    canvas = Canvas(page, pagesize=(595, 842))
    canvas.drawImage(ImageReader(out), 0, 0, 595, 842)
    canvas.save()
    return page.getvalue()


def fax(picture: Image.Image) -> bytes:
    """A page of CCITT group 4, cut out of a TIFF of one strip."""
    out = io.BytesIO()
    picture.convert("1").save(out, "TIFF", compression="group4", strip_size=10**7)
    tiff = Image.open(io.BytesIO(out.getvalue()))
    (start,), (size,) = tiff.tag_v2[273], tiff.tag_v2[279]  # type: ignore[attr-defined]
    image = stream(out.getvalue()[start:start + size],
                   f"/Type/XObject/Subtype/Image/Width {picture.width}/Height {picture.height}/BitsPerComponent 1"
                   "/ColorSpace/DeviceGray/Filter/CCITTFaxDecode"
                   f"/DecodeParms<</K -1/Columns {picture.width}/Rows {picture.height}/BlackIs1 false>>")
    return page_of(b"q 612 0 0 792 0 0 cm /I Do Q", "/XObject<</I 6 0 R>>", more={6: image})


def sheet(text: str = "", ink: int = 0, sigma: float = 0.0, points: float = 9) -> Image.Image:
    paper = Image.new("RGB", A4, (235, 235, 235) if sigma else "white")
    ImageDraw.Draw(paper).text((300, 900), text, fill=(ink, ink, ink), font_size=points * 100 / 72)
    if not sigma:
        return paper
    grain = np.random.default_rng(7).normal(0, sigma, (A4[1], A4[0], 1))
    return Image.fromarray(np.clip(np.asarray(paper) + grain, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("data", [
    placed(sheet(), "PNG"), placed(sheet(), "JPEG", quality=75), placed(sheet(sigma=3), "JPEG", quality=70),
    fax(sheet()),
], ids=["PNG", "JPEG", "JPEG of grain", "fax"])
def test_a_scan_of_empty_paper_is_blank_however_it_is_stored(data: bytes) -> None:
    finding = only_page(data)
    assert (finding.kind, finding.reasons) == (PageKind.BLANK, ("image without marks",))


@pytest.mark.parametrize("data", [
    placed(sheet("7"), "PNG"), placed(sheet("7"), "JPEG", quality=75), placed(sheet("7", 90, 3), "JPEG", quality=70),
    fax(sheet("7")), placed(sheet("left", 225), "PNG"),
], ids=["PNG", "JPEG", "JPEG of grain", "fax", "pencil"])
def test_one_figure_is_enough_however_it_is_stored(data: bytes) -> None:
    assert kind_of(data) is PageKind.IMAGE


@pytest.mark.parametrize("mark", ["1 g 100 100 300 300 re f", "1 1 1 rg 0 0 612 792 re f", "q 0 0 10 10 re W n Q"],
                         ids=["white field", "white page", "clip only"])
def test_a_drawing_that_shows_nothing_is_blank(mark: str) -> None:
    assert kind_of(operators(mark)) is PageKind.BLANK


@pytest.mark.parametrize("mark", ["0.88 g 100 100 30 8 re f", "1 1 0.5 rg 100 100 80 12 re f", "0 0 m 80 0 l S"],
                         ids=["grey field", "yellow field", "line"])
def test_a_drawing_that_shows_anything_is_not(mark: str) -> None:
    assert kind_of(operators(f"1 0 0 1 200 300 cm {mark}")) is PageKind.IMAGE


def test_white_text_on_white_paper_is_not_lost_as_blank(make_pdf: MakePdf) -> None:
    assert kind_of(operators("1 g BT /F1 10 Tf 72 700 Td (Creatinine 1.9 mg/dL) Tj ET")) is not PageKind.BLANK


@settings(max_examples=25, deadline=None)
@given(ink=st.tuples(*[st.floats(0, 1)] * 3), x=st.floats(20, 580), y=st.floats(20, 760),
       digit=st.sampled_from("0123456789"))
def test_a_page_with_one_drawn_digit_is_never_blank(ink: tuple[float, float, float], x: float, y: float,
                                                    digit: str) -> None:
    assume(min(ink) <= 0.9)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792))
    canvas.setFillColorRGB(*ink)
    outlined(digit, x, y, 9)(canvas)
    canvas.save()
    assert kind_of(out.getvalue()) is PageKind.IMAGE


@settings(max_examples=25, deadline=None)
@given(quality=st.integers(20, 95), dots=st.sampled_from([100, 150, 200]), level=st.integers(0, 200),
       sigma=st.floats(0, 3), x=st.floats(0.05, 0.9), y=st.floats(0.05, 0.9))
def test_a_scan_with_one_figure_is_never_blank(quality: int, dots: int, level: int, sigma: float, x: float,
                                               y: float) -> None:
    size = (round(8.27 * dots), round(11.69 * dots))
    paper = Image.new("L", size, 240)
    ImageDraw.Draw(paper).text((x * size[0], y * size[1]), "7", fill=level, font_size=9 * dots / 72)
    grain = np.random.default_rng(1).normal(0, sigma, (size[1], size[0]))
    scanned = Image.fromarray(np.clip(np.asarray(paper) + grain, 0, 255).astype(np.uint8))
    assert kind_of(placed(scanned, "JPEG", quality=quality)) is PageKind.IMAGE


def test_the_size_of_an_image_can_only_say_that_a_page_is_not_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    """With every image taken for dense nothing is blank, and with none a marked page is still not."""
    monkeypatch.setattr(classify, "surely_shows_something", lambda _: True)
    assert kind_of(placed(sheet(), "JPEG")) is PageKind.IMAGE
    assert kind_of(fax(sheet())) is PageKind.IMAGE
    monkeypatch.setattr(classify, "surely_shows_something", lambda _: False)
    assert kind_of(placed(sheet("7"), "JPEG")) is PageKind.IMAGE
    assert kind_of(fax(sheet("7"))) is PageKind.IMAGE


@pytest.mark.parametrize("filter_name", ["DCTDecode", "JPXDecode", "JBIG2Decode"])
def test_an_image_that_cannot_be_decoded_is_not_blank(filter_name: str) -> None:
    broken = stream(b"nothing that decodes", "/Type/XObject/Subtype/Image/Width 1700/Height 2200/BitsPerComponent 8"
                                             f"/ColorSpace/DeviceGray/Filter/{filter_name}")
    data = page_of(b"q 612 0 0 792 0 0 cm /I Do Q", "/XObject<</I 6 0 R>>", more={6: broken})
    assert kind_of(data) is PageKind.IMAGE


def test_an_image_too_large_to_be_looked_at_is_not_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classify, "MAX_LOOK_PIXELS", A4[0] * A4[1] - 1)
    assert unread.MAX_LOOK_PIXELS >= 50_000_000
    assert kind_of(placed(sheet(), "PNG")) is PageKind.IMAGE


@pytest.mark.parametrize("box", ["/CropBox[700 900 800 950]", "/CropBox[100 100 100 400]", "/CropBox[0 0 0 0]"],
                         ids=["beside the sheet", "without width", "a point"])
def test_a_page_whose_boxes_show_nothing_is_not_blank(box: str) -> None:
    assert kind_of(page_of(TEXT, page=box)) is not PageKind.BLANK


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_image_files_and_their_reasons(kind: str) -> None:
    for picture, expected in ((sheet("7"), (PageKind.IMAGE, ("image file",))),
                              (sheet(), (PageKind.BLANK, ("image without marks",)))):
        out = io.BytesIO()
        picture.save(out, kind)
        finding = only_page(out.getvalue())
        assert (finding.kind, finding.reasons) == expected
        assert (finding.signs.image_share, finding.characters) == (1.0, 0)
