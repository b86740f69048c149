from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader

from include.documents.classify import classify_pages
from include.documents.manifest import MediaType, PageKind
from include.settings import Settings
from tests.documents.drawing import Draw, MakePdf, both, kind_of, only_page, write


def test_a_page_of_writing_is_text(make_pdf: MakePdf, prose: Draw) -> None:
    assert kind_of(make_pdf(prose)) is PageKind.TEXT


def test_pages_keep_their_order(make_pdf: MakePdf, prose: Draw, scan: Callable[..., Draw]) -> None:
    media_type, pages = classify_pages(make_pdf(prose, scan(), lambda _: None, prose), Settings())
    assert media_type is MediaType.PDF
    assert [(p.number, p.kind.value) for p in pages] == [(1, "text"), (2, "image"), (3, "blank"), (4, "text")]


def test_few_characters_are_text_where_nothing_else_is_to_be_read(make_pdf: MakePdf) -> None:
    finding = only_page(make_pdf(write("Appendix B")))
    assert (finding.kind, finding.characters) == (PageKind.TEXT, 10)


@pytest.mark.parametrize(("characters", "kind"), [(49, PageKind.IMAGE), (50, PageKind.MIXED)])
def test_the_threshold_decides_between_image_and_mixed(characters: int, kind: PageKind, make_pdf: MakePdf,
                                                       scan: Callable[..., Draw]) -> None:
    """OCR_TEXT_THRESHOLD, default 50."""
    words = ("good words " * 10)[:characters].rstrip().ljust(characters, "x")
    finding = only_page(make_pdf(both(scan(box=(100, 100, 400, 400)), write(words))))
    assert (finding.characters, finding.kind) == (characters, kind)


def test_the_threshold_is_a_setting(make_pdf: MakePdf, scan: Callable[..., Draw]) -> None:
    page = make_pdf(both(scan(box=(100, 100, 400, 400)), write("twenty characters ok")))
    assert only_page(page, Settings(ocr_text_threshold=20)).kind is PageKind.MIXED
    assert only_page(page, Settings(ocr_text_threshold=21)).kind is PageKind.IMAGE


def test_a_scan_is_an_image(make_pdf: MakePdf, scan: Callable[..., Draw]) -> None:
    assert kind_of(make_pdf(scan())) is PageKind.IMAGE


def test_a_scan_cut_into_strips_is_an_image(make_pdf: MakePdf, make_image: Callable[..., bytes]) -> None:
    paper = Image.open(io.BytesIO(make_image("Sodium 140", size=(612, 792))))
    strips = [ImageReader(paper.crop((0, top, 612, top + 8))) for top in range(0, 792, 8)]

    def draw(page: Any) -> None:
        for number, strip in enumerate(strips):
            page.drawImage(strip, 0, 792 - 8 * (number + 1), 612, 8)

    assert kind_of(make_pdf(draw)) is PageKind.IMAGE
    typed = write("A line typed by the scanner on top of each page it made")
    assert kind_of(make_pdf(both(draw, typed))) is PageKind.MIXED


def test_a_logo_does_not_make_a_page_mixed(make_pdf: MakePdf, prose: Draw, scan: Callable[..., Draw]) -> None:
    assert kind_of(make_pdf(both(prose, scan("Logo", box=(40, 730, 60, 50))))) is PageKind.TEXT


def test_a_table_that_is_an_image_makes_a_page_mixed(make_pdf: MakePdf, prose: Draw, scan: Callable[..., Draw]) -> None:
    assert kind_of(make_pdf(both(prose, scan(box=(72, 300, 470, 100))))) is PageKind.MIXED


def test_a_plain_background_image_does_not_make_a_page_mixed(make_pdf: MakePdf, prose: Draw) -> None:
    paper = ImageReader(Image.new("RGB", (200, 260), (250, 248, 235)))
    assert kind_of(make_pdf(both(lambda page: page.drawImage(paper, 0, 0, 612, 792), prose))) is PageKind.TEXT


def test_a_page_without_anything_is_blank(make_pdf: MakePdf) -> None:
    assert kind_of(make_pdf(lambda _: None)) is PageKind.BLANK


def test_a_scan_of_white_paper_is_blank(make_pdf: MakePdf, scan: Callable[..., Draw]) -> None:
    assert kind_of(make_pdf(scan(""))) is PageKind.BLANK


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_an_image_file_is_an_image_or_blank(kind: str, mode: str, make_image: Callable[..., bytes]) -> None:
    assert kind_of(make_image("Hb 13.5", kind=kind, mode=mode)) is PageKind.IMAGE
    assert kind_of(make_image("", kind=kind, mode=mode)) is PageKind.BLANK


def test_one_word_on_a_scan_is_enough_not_to_be_blank(make_pdf: MakePdf) -> None:
    from PIL import ImageDraw

    paper = Image.new("L", (2480, 3508), 255)
    ImageDraw.Draw(paper).text((1200, 3300), "7.2", fill=70, font_size=36)
    picture = ImageReader(paper.convert("RGB"))
    assert kind_of(make_pdf(lambda page: page.drawImage(picture, 0, 0, 612, 792))) is PageKind.IMAGE


@pytest.mark.parametrize("mode", ["1", "I;16", "LA", "P"])
def test_unusual_pixels_are_looked_at_too(mode: str, make_image: Callable[..., bytes]) -> None:
    source = Image.open(io.BytesIO(make_image("Potassium 4.1", mode="L")))
    deep = Image.fromarray(np.asarray(source, dtype=np.uint16) * 257)
    data = io.BytesIO()
    (deep if mode == "I;16" else source.convert(mode)).save(data, "PNG")
    assert kind_of(data.getvalue()) is PageKind.IMAGE


def test_every_frame_of_a_tiff_is_judged(make_image: Callable[..., bytes]) -> None:
    _, pages = classify_pages(make_image("Hb", "", "Na", kind="TIFF"), Settings())
    assert [p.kind.value for p in pages] == ["image", "blank", "image"]


def test_a_huge_page_is_looked_at_in_bounded_size(make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch) -> None:
    sides: list[int] = []
    render = pdfium.PdfPage.render

    def watched(page: pdfium.PdfPage, **options: Any) -> Any:
        bitmap = render(page, **options)
        sides.append(max(bitmap.width, bitmap.height))
        return bitmap

    monkeypatch.setattr(pdfium.PdfPage, "render", watched)
    assert kind_of(make_pdf(lambda page: page.circle(5000, 5000, 900, fill=1), size=(14000, 14000))) is PageKind.IMAGE
    assert sides
    assert max(sides) <= 1001


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_rotation_does_not_change_a_pages_kind(rotation: int, make_pdf: MakePdf, prose: Draw,
                                               scan: Callable[..., Draw]) -> None:
    assert kind_of(make_pdf(prose, rotation=rotation)) is PageKind.TEXT
    assert kind_of(make_pdf(scan(), rotation=rotation)) is PageKind.IMAGE
    assert kind_of(make_pdf(both(prose, scan(box=(72, 300, 470, 100))), rotation=rotation)) is PageKind.MIXED
