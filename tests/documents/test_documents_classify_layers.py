"""Pages whose text is not what the reader sees: hidden layers, fonts without a map, letters drawn as outlines."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdfium2 as pdfium
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from include.documents.manifest import PageKind
from tests.documents.bombs import page_of, stream
from tests.documents.drawing import Draw, MakePdf, both, kind_of, only_page, outlined, with_annotation, write

GARBAGE = tuple("sw | \\ +4 00 esup port{ BH [| ||| _- .: ;; ^ tq xx vbn jklq ||" for _ in range(6))
WRITING = tuple(f"Line {n} of the report says that the patient is well and takes tablets every day" for n in range(40))


def test_a_hidden_layer_that_does_not_read_makes_an_image(make_pdf: MakePdf, scan: Callable[..., Draw]) -> None:
    assert kind_of(make_pdf(both(scan(), write(*GARBAGE, mode=3)))) is PageKind.IMAGE


def test_a_hidden_layer_beside_what_the_scan_shows_makes_an_image(make_pdf: MakePdf, scan: Callable[..., Draw]) -> None:
    layer = write(*WRITING[:3], mode=3)
    assert kind_of(make_pdf(both(scan(), layer))) is PageKind.IMAGE


def test_a_good_layer_over_its_scan_is_text(make_pdf: MakePdf) -> None:
    picture = io.BytesIO()
    pdfium.PdfDocument(make_pdf(write(*WRITING)))[0].render(scale=2).to_pil().save(picture, "PNG")
    paper = ImageReader(picture)
    page = both(lambda page: page.drawImage(paper, 0, 0, 612, 792), write(*WRITING, mode=3))
    assert kind_of(make_pdf(page)) is PageKind.TEXT


def test_text_under_an_image_is_hidden(make_pdf: MakePdf, scan: Callable[..., Draw]) -> None:
    assert kind_of(make_pdf(both(write(*GARBAGE), scan()))) is PageKind.IMAGE


def test_letters_without_a_map_make_an_image(make_pdf: MakePdf) -> None:
    shifted = "3DWLHQW ZDV DGPLWWHG ZLWK DEGRPLQDO SDLQ DQG GLVFKDUJHG LQ VWDEOH FRQGLWLRQ"
    assert kind_of(make_pdf(write(shifted, shifted, shifted))) is PageKind.IMAGE


def covered(*draws: Draw) -> Draw:
    """The same page as a picture of it."""
    def draw(page: object) -> None:
        out = io.BytesIO()
        sheet = Canvas(out, pagesize=(612, 792))
        sheet.setFont("Helvetica", 10)
        both(*draws)(sheet)
        sheet.save()
        picture = io.BytesIO()
        pdfium.PdfDocument(out.getvalue())[0].render(scale=2).to_pil().save(picture, "PNG")
        page.drawImage(ImageReader(picture), 0, 0, 612, 792)  # type: ignore[attr-defined]

    return draw


def test_a_layer_that_leaves_out_a_line_of_its_scan_makes_an_image(make_pdf: MakePdf) -> None:
    note = outlined("Allergic to penicillin, see letter", 100, 60, 12)
    finding = only_page(make_pdf(both(covered(write(*WRITING), note), write(*WRITING, mode=3))))
    assert finding.kind is PageKind.IMAGE
    assert finding.reasons == ("scan with a hidden text layer that leaves out writing on the page",)


def test_what_is_drawn_on_top_of_a_scan_with_a_good_layer_needs_ocr(make_pdf: MakePdf) -> None:
    data = make_pdf(both(covered(write(*WRITING)), write(*WRITING, mode=3)))
    assert kind_of(data) is PageKind.TEXT
    for added in ("/Subtype/Stamp/Rect[100 300 300 340]", "/Subtype/Ink/Rect[100 300 300 340]",
                  "/Subtype/FreeText/Contents(Allergic)/Rect[100 300 300 340]"):
        finding = only_page(with_annotation(data, added))
        assert (finding.kind, finding.reasons) == (PageKind.IMAGE, ("no text, filled-in annotations",))


def test_the_signs_tell_seen_from_hidden(make_pdf: MakePdf) -> None:
    signs = only_page(make_pdf(both(covered(write(*WRITING)), write(*WRITING, mode=3)))).signs
    assert (signs.characters, signs.image_share) == (0, 1.0)
    assert signs.hidden_characters >= sum(map(len, WRITING))


def test_an_empty_scan_with_a_layer_of_dust_is_blank(make_pdf: MakePdf, scan: Callable[..., Draw]) -> None:
    assert kind_of(make_pdf(both(scan(""), write("., '", mode=3)))) is PageKind.BLANK


CAESAR = "Wkh sdwlhqw zdv dgplwwhg zlwk degrplqdo sdlq dqg glvfkdujhg lq vwdeoh frqglwlrq diwhu wkuhh gdbv"


def test_a_garbled_table_under_a_readable_letter_makes_a_page_mixed(make_pdf: MakePdf) -> None:
    finding = only_page(make_pdf(write(*WRITING[:20], CAESAR, CAESAR)))
    assert finding.kind is PageKind.MIXED
    assert finding.reasons[1:] == ("a part of the text cannot be read: its font has no usable map",)
    assert 0 < finding.signs.garbled_share < 0.5


TYPE3 = ("<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[.1 0 0 .1 0 0]/CharProcs<</a 7 0 R>>"
         "/Encoding<</Differences[1/a]>>/FirstChar 1/LastChar 1/Widths[9]>>")


def drawn_letters(count: int, before: str = "") -> bytes:
    """Letters of a font that says neither what they are called nor what they mean."""
    content = f"{before} BT /F2 9 Tf 20 400 Td (" + "\\001" * count + ") Tj ET"
    data = page_of(content.encode(), "/Font<</F1 4 0 R/F2 6 0 R>>", more={6: TYPE3, 7: stream(b"9 0 d0 0 0 7 7 re f")})
    return data.replace(b"/Font<</F1 4 0 R>>/Font", b"/Font")


def test_letters_of_a_font_that_says_nothing_make_an_image() -> None:
    finding = only_page(drawn_letters(200))
    assert (finding.kind, finding.reasons) == (
        PageKind.IMAGE, ("text cannot be read: its font has no usable map",))


def test_beside_a_letter_they_make_a_page_mixed() -> None:
    lines = " ".join(f"BT /F1 10 Tf 72 {700 - 14 * n} Td ({text}) Tj ET" for n, text in enumerate(WRITING[:10]))
    finding = only_page(drawn_letters(200, lines))
    assert finding.kind is PageKind.MIXED
    assert finding.signs.unmapped_share == pytest.approx(0.2, abs=0.05)


@pytest.mark.parametrize("text", ["7", "xqzvb", "~~ ||"])
def test_a_short_text_of_no_words_is_not_believed(text: str, make_pdf: MakePdf) -> None:
    assert kind_of(make_pdf(write(text))) is (PageKind.TEXT if text == "7" else PageKind.IMAGE)


OUTLINES = tuple(outlined(f"Creatinine 1.{n} mg/dL, eGFR 38 mL/min", 100, 300 - 20 * n) for n in range(3))


def test_letters_drawn_as_outlines_are_an_image(make_pdf: MakePdf) -> None:
    finding = only_page(make_pdf(both(*OUTLINES)))
    assert (finding.kind, finding.reasons) == (PageKind.IMAGE, ("no text, only drawn outlines",))


def test_outlines_beside_a_typed_page_number_are_an_image(make_pdf: MakePdf) -> None:
    finding = only_page(make_pdf(both(write("Page 1"), *OUTLINES)))
    assert (finding.kind, finding.reasons) == (
        PageKind.IMAGE, ("6 characters of text", "letters drawn as outlines"))


def test_outlines_beside_text_make_a_page_mixed(make_pdf: MakePdf, prose: Draw) -> None:
    assert kind_of(make_pdf(both(prose, *OUTLINES))) is PageKind.MIXED
    assert kind_of(make_pdf(both(prose, OUTLINES[0]))) is PageKind.MIXED


@pytest.mark.parametrize("rows", [1, 4])
def test_dots_and_rings_in_rows_are_no_letters(rows: int, make_pdf: MakePdf, prose: Draw) -> None:
    def dots(page: object) -> None:
        for number in range(20 * rows):
            page.circle(80 + 12 * (number % 20), 300 - 20 * (number // 20), 4, fill=1)  # type: ignore[attr-defined]

    assert kind_of(make_pdf(both(prose, dots))) is PageKind.TEXT
    assert kind_of(make_pdf(dots)) is PageKind.IMAGE
