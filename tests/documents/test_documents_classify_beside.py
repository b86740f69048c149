"""Pages on which something was put: annotations, form fields, marks by hand, notices."""

from __future__ import annotations

from typing import Any

import pytest

from include.documents import page_objects
from include.documents.manifest import PageKind
from tests.documents.bombs import TEXT, page_of, pdf, stream
from tests.documents.drawing import Draw, MakePdf, both, kind_of, only_page, outlined, printed, with_annotation, write

RECT = "/Rect[100 300 300 340]"
NOTE = f"/Subtype/FreeText/Contents(Allergic to penicillin){RECT}"
EMPTY_NOTE = f"/Subtype/FreeText/Contents(){RECT}"
INK = f"/Subtype/Ink/InkList[[100 300 200 340 300 300]]{RECT}"
STAMP = f"/Subtype/Stamp{RECT}"
STRUCK_OUT = f"/Subtype/StrikeOut/QuadPoints[100 340 300 340 100 300 300 300]{RECT}"
HIGHLIGHT = f"/Subtype/Highlight/Contents(a remark){RECT}"
COMMENT = f"/Subtype/Text/Contents(see letter){RECT}"
LINK = f"/Subtype/Link{RECT}"
NOTICE = "This page is intentionally left blank"


@pytest.mark.parametrize(("annotation", "kind", "reason"), [
    (NOTE, PageKind.MIXED, ("typed notes on top of the page",)), (EMPTY_NOTE, PageKind.TEXT, ()),
    (INK, PageKind.MIXED, ("drawn or stamped annotations",)),
    (STAMP, PageKind.MIXED, ("drawn or stamped annotations",)),
    (STRUCK_OUT, PageKind.MIXED, ("drawn or stamped annotations",)), (HIGHLIGHT, PageKind.TEXT, ()),
    (LINK, PageKind.TEXT, ()),
], ids=["note", "empty note", "ink", "stamp", "struck out", "highlight", "link"])
def test_what_was_put_on_top_of_a_text_page_needs_ocr(annotation: str, kind: PageKind, reason: tuple[str, ...]) -> None:
    finding = only_page(page_of(TEXT, page="/Annots[6 0 R]", more={6: f"<</Type/Annot{annotation}>>"}))
    assert (finding.kind, finding.reasons[1:]) == (kind, reason)


@pytest.mark.parametrize(("annotation", "kind"), [
    (NOTE, PageKind.IMAGE), (INK, PageKind.IMAGE), (STAMP, PageKind.IMAGE), (HIGHLIGHT, PageKind.BLANK),
    (EMPTY_NOTE, PageKind.BLANK), (LINK, PageKind.BLANK),
], ids=["note", "ink", "stamp", "highlight", "empty note", "link"])
def test_what_was_put_on_an_empty_page_is_never_called_blank(annotation: str, kind: PageKind) -> None:
    assert kind_of(page_of(b"", page="/Annots[6 0 R]", more={6: f"<</Type/Annot{annotation}>>"})) is kind


def test_a_comment_alone_on_an_empty_page_is_not_blank() -> None:
    assert kind_of(page_of(b"", page="/Annots[6 0 R]", more={6: f"<</Type/Annot{COMMENT}>>"})) is not PageKind.BLANK


def test_an_annotation_that_nobody_sees_is_none() -> None:
    assert kind_of(page_of(b"", page="/Annots[6 0 R]", more={6: f"<</Type/Annot{STAMP}/F 2>>"})) is PageKind.BLANK


@pytest.mark.parametrize("text", [NOTICE, "This page intentionally left blank."])
def test_a_page_that_says_so_is_blank(text: str, make_pdf: MakePdf) -> None:
    finding = only_page(make_pdf(write(text)))
    assert (finding.kind, finding.reasons) == (PageKind.BLANK, ("says that it is blank",))
    note = f"/Subtype/FreeText/Contents({text}){RECT}"
    finding = only_page(with_annotation(make_pdf(lambda _: None), note))
    assert (finding.kind, finding.reasons) == (PageKind.BLANK, ("says that it is blank",))


def tick(page: Any) -> None:
    path = page.beginPath()
    path.moveTo(100, 305)
    path.lineTo(104, 300)
    path.lineTo(112, 314)
    page.drawPath(path, stroke=1, fill=0)


@pytest.mark.parametrize("mark", [tick, printed("Hb 9.1", 100, 300), outlined("Hb 9.1", 100, 300)],
                         ids=["check mark", "picture", "outlines"])
def test_a_page_that_says_so_with_anything_else_on_it_is_not(mark: Draw, make_pdf: MakePdf) -> None:
    assert kind_of(make_pdf(both(write(NOTICE), mark))) is not PageKind.BLANK


@pytest.mark.parametrize("annotation", [NOTE, INK, STAMP, COMMENT], ids=["note", "ink", "stamp", "comment"])
def test_a_page_that_says_so_with_something_put_on_it_is_not(annotation: str, make_pdf: MakePdf) -> None:
    assert kind_of(with_annotation(make_pdf(write(NOTICE)), annotation)) is not PageKind.BLANK


@pytest.mark.parametrize("field", ["/FT/Tx/T(a)/V(Allergic)", "/FT/Btn/T(a)/AS/Yes/V/Yes"], ids=["text", "tick"])
def test_a_page_that_says_so_with_a_filled_in_field_is_not(field: str) -> None:
    notice = f"BT /F1 10 Tf 72 700 Td ({NOTICE}) Tj ET"
    assert kind_of(form(notice.encode(), field)) is PageKind.TEXT


@pytest.mark.parametrize("text", ["Blank form", "Blood culture: blank", "left blank by the patient"])
def test_the_word_blank_alone_makes_no_page_blank(text: str, make_pdf: MakePdf) -> None:
    assert kind_of(make_pdf(write(text))) is PageKind.TEXT


def test_filled_form_fields_are_text_and_counted(make_pdf: MakePdf) -> None:
    def draw(page: Any) -> None:
        page.drawString(72, 700, "Name")
        page.acroForm.textfield(name="a", x=200, y=690, width=200, height=20, value="Jane Public")
        page.acroForm.checkbox(name="b", x=200, y=650, checked=True)
        page.acroForm.checkbox(name="d", x=200, y=550, checked=False)
        page.acroForm.textfield(name="c", x=200, y=600, width=200, height=20, value="")

    finding = only_page(make_pdf(draw))
    assert (finding.kind, finding.reasons) == (PageKind.TEXT, (
        "4 characters of text and nothing else to read", "2 filled-in form fields"))
    assert (finding.signs.filled_fields, finding.signs.notes, finding.signs.drawn_annotations) == (2, 0, 0)


def form(content: bytes, field: str, appearance: str = "") -> bytes:
    return pdf({
        1: "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]>>>>", 2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R"
           "/Annots[6 0 R]>>",
        4: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", 5: stream(content),
        6: f"<</Type/Annot/Subtype/Widget{RECT}{field}{'/AP<</N 7 0 R>>' if appearance else ''}>>",
        7: stream(appearance.encode(), "/Type/XObject/Subtype/Form/BBox[0 0 200 40]/Resources<</Font<</F1 4 0 R>>>>")})


@pytest.mark.parametrize("field", ["/FT/Tx/T(a)/V(Jane)", "/FT/Btn/T(a)/AS/Yes/V/Yes"], ids=["text", "tick"])
def test_a_form_without_any_print_but_with_a_value_needs_ocr(field: str) -> None:
    assert kind_of(form(b"", field)) is PageKind.IMAGE


@pytest.mark.parametrize("field", ["/FT/Tx/T(a)", "/FT/Btn/T(a)/AS/Off"], ids=["text", "tick"])
def test_an_empty_form_without_any_print_is_blank(field: str) -> None:
    assert kind_of(form(b"", field)) is PageKind.BLANK


@pytest.mark.parametrize("field", ["/FT/Tx/T(a)", "/FT/Sig/T(a)"], ids=["text field", "signature"])
def test_a_field_whose_value_only_its_appearance_shows_needs_ocr(field: str) -> None:
    finding = only_page(form(TEXT, field, "BT /F1 9 Tf 2 2 Td (Jane Public) Tj ET"))
    assert (finding.kind, finding.reasons[1:]) == (PageKind.MIXED, ("drawn or stamped annotations",))
    assert finding.signs.drawn_annotations == 1
    assert kind_of(form(TEXT, field)) is PageKind.TEXT


def test_a_check_mark_by_hand_makes_a_page_mixed(make_pdf: MakePdf, prose: Draw) -> None:
    finding = only_page(make_pdf(both(prose, tick)))
    assert (finding.kind, finding.reasons[1:]) == (PageKind.MIXED, ("lines drawn as by a pen",))


def test_each_reason_is_said_once_in_one_order(make_pdf: MakePdf, prose: Draw) -> None:
    page = make_pdf(both(prose, tick, printed("Creatinine 1.9 mg/dL", 200, 400),
                         outlined("eGFR 38 mL/min, see letter", 100, 200)))
    finding = only_page(with_annotation(page, STAMP))
    assert finding.reasons == (
        f"{finding.characters} characters of text", f"writing in images, which cover {finding.signs.image_share:.0%}"
        .replace("%", " % of the page"), "letters drawn as outlines", "lines drawn as by a pen",
        "drawn or stamped annotations")


def test_a_picture_beside_a_label_makes_a_page_mixed(make_pdf: MakePdf, prose: Draw) -> None:
    def label(page: Any) -> None:
        page.drawString(72, 403, "Weight:")

    finding = only_page(make_pdf(both(prose, label, printed("7", 116, 400))))
    assert finding.reasons[1:] == ("a picture or drawing where a label asks for a value",)


def test_more_objects_than_are_looked_at_need_ocr(make_pdf: MakePdf, prose: Draw,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    def boxes(page: Any) -> None:
        for number in range(9):
            page.rect(10 * number, 9, 5, 5)

    monkeypatch.setattr(page_objects, "MAX_OBJECTS", 10)
    finding = only_page(make_pdf(both(prose, boxes)))
    assert (finding.kind, finding.reasons[1:]) == (PageKind.MIXED, ("too many objects to look at",))
