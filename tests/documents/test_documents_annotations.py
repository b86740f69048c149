"""ISO 32000-1, 12.5 (annotations) and 12.7 (interactive forms)."""

from __future__ import annotations

import pytest

from include.documents.annotations import Annotation, AnnotationKind, is_blank_notice, read_annotations
from tests.documents.bombs import page_of, pdf, stream
from tests.documents.drawing import first_page

BOX = (100.0, 300.0, 300.0, 340.0)
RECT = "/Rect[100 300 300 340]"


def on_page(annotation: str, appearance: str | None = None, box: str = "[0 0 612 792]") -> tuple[Annotation, ...]:
    """The annotations of a page with this one; ``appearance`` are the operators of its normal appearance."""
    shown = "" if appearance is None else "/AP<</N 7 0 R>>"
    form = stream((appearance or "").encode(), "/Type/XObject/Subtype/Form/BBox[0 0 200 40]")
    data = page_of(b"", page="/Annots[6 0 R]", box=box, more={6: f"<</Type/Annot{annotation}{shown}>>", 7: form})
    with first_page(data) as page:
        return read_annotations(page)


def drawn(rect: tuple[float, float, float, float] = BOX) -> Annotation:
    return Annotation(AnnotationKind.DRAWN, "", rect)


SHAPES = {
    "Line": "/Subtype/Line/L[100 300 300 340]", "Square": "/Subtype/Square", "Circle": "/Subtype/Circle",
    "Polygon": "/Subtype/Polygon/Vertices[100 300 300 300 200 340]",
    "PolyLine": "/Subtype/PolyLine/Vertices[100 320 120 300 160 340]",
    "StrikeOut": "/Subtype/StrikeOut/QuadPoints[100 340 300 340 100 300 300 300]",
    "Ink": "/Subtype/Ink/InkList[[100 300 200 340 300 300]]", "Stamp": "/Subtype/Stamp/Name/Approved",
}
NOT_DRAWN = {
    "Link": "/Subtype/Link", "Popup": "/Subtype/Popup/Contents(said)", "Highlight": "/Subtype/Highlight/Contents(said)",
    "Underline": "/Subtype/Underline", "Squiggly": "/Subtype/Squiggly", "FileAttachment": "/Subtype/FileAttachment",
    "Sound": "/Subtype/Sound", "Screen": "/Subtype/Screen", "PrinterMark": "/Subtype/PrinterMark",
}


@pytest.mark.parametrize("annotation", SHAPES.values(), ids=SHAPES.keys())
def test_what_is_drawn_or_stamped_counts_with_and_without_an_appearance(annotation: str) -> None:
    assert on_page(annotation + RECT) == (drawn(),)
    assert on_page(annotation + RECT, "0 0 200 40 re S") == (drawn(),)


@pytest.mark.parametrize("annotation", NOT_DRAWN.values(), ids=NOT_DRAWN.keys())
def test_what_adds_nothing_to_read_is_left_out(annotation: str) -> None:
    assert on_page(annotation + RECT) == ()
    assert on_page(annotation + RECT, "0 0 200 40 re f") == ()


@pytest.mark.parametrize("subtype", ["Caret", "Redact", "Watermark", "3D", "Unheard"])
def test_any_other_subtype_may_hold_writing_where_it_has_an_appearance(subtype: str) -> None:
    assert on_page(f"/Subtype/{subtype}{RECT}", "BT /F1 9 Tf (penicillin) Tj ET") == (drawn(),)
    assert on_page(f"/Subtype/{subtype}{RECT}") == ()


def test_a_typed_note_is_its_text() -> None:
    assert on_page(f"/Subtype/FreeText/Contents( Allergic\\rto penicillin ){RECT}") == (
        Annotation(AnnotationKind.NOTE, "Allergic\nto penicillin", BOX),)


def test_a_typed_note_without_contents_is_what_its_appearance_draws() -> None:
    assert on_page(f"/Subtype/FreeText/Contents(){RECT}", "BT /F1 9 Tf (penicillin) Tj ET") == (drawn(),)
    assert on_page(f"/Subtype/FreeText/Contents(){RECT}") == ()


def test_a_comment_is_its_text_and_its_icon_alone_is_nothing() -> None:
    assert on_page(f"/Subtype/Text/Contents(see letter){RECT}") == (
        Annotation(AnnotationKind.COMMENT, "see letter", BOX, "comment"),)
    assert on_page(f"/Subtype/Text{RECT}", "0 0 20 20 re f") == ()


@pytest.mark.parametrize(("flags", "seen"), [
    (0, True), (2, False), (4, True), (32, False), (64, True), (128, True),
], ids=["none", "hidden", "print", "no view", "read only", "locked"])
def test_what_is_hidden_from_the_reader_is_left_out(flags: int, seen: bool) -> None:
    """Table 165: bit 2 hides, bit 6 leaves out on the screen."""
    assert on_page(f"/Subtype/Stamp{RECT}/F {flags}") == ((drawn(),) if seen else ())


def test_places_are_seen_from_the_crop_boxs_corner() -> None:
    assert on_page(f"/Subtype/Stamp{RECT}", box="[50 100 612 792]") == (drawn((50.0, 200.0, 250.0, 240.0)),)


def test_a_rectangle_may_be_given_by_any_two_corners() -> None:
    assert on_page("/Subtype/Stamp/Rect[300 340 100 300]") == (drawn(),)


def form(*fields: str, appearance: str = "", form: str = "/AcroForm<</Fields[{}]>>") -> tuple[Annotation, ...]:
    """Widgets on one page, the first of them with ``appearance``."""
    numbers = range(10, 10 + len(fields))
    kids = " ".join(f"{number} 0 R" for number in numbers)
    widgets = {number: f"<</Type/Annot/Subtype/Widget{RECT}{field}>>"
               for number, field in zip(numbers, fields, strict=True)}
    image = stream(b"\0", "/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray")
    with first_page(pdf({
        1: f"<</Type/Catalog/Pages 2 0 R{form.format(kids)}>>", 2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Annots[{kids}]>>",
        6: stream(appearance.encode(), "/Type/XObject/Subtype/Form/BBox[0 0 200 40]/Resources<</XObject<</I 7 0 R>>>>"),
        7: image, **widgets,
    })) as page:
        return read_annotations(page)


def field(text: str, name: str = "f") -> Annotation:
    return Annotation(AnnotationKind.FIELD, text, BOX, name)


SHOWN = "/AP<</N 6 0 R>>"
CHOICES = "/Opt[[(m)(Male)][(f)(Female)][(d)(Diverse)]]"


def test_a_text_field_is_its_value_under_its_tooltip_or_its_name() -> None:
    assert form("/FT/Tx/T(f)/V( Jane Public )") == (field("Jane Public"),)
    assert form("/FT/Tx/T(f)/TU(Name of patient)/V(Jane)") == (field("Jane", "Name of patient"),)


def test_fields_keep_the_files_order() -> None:
    assert form("/FT/Tx/T(b)/V(2)", "/FT/Tx/T(a)/V(1)") == (field("2", "b"), field("1", "a"))


def test_a_choice_gives_the_label_that_is_shown_not_its_code() -> None:
    assert form(f"/FT/Ch/Ff 131072/T(f)/V(f){CHOICES}") == (field("Female"),)


def test_a_list_gives_every_chosen_label() -> None:
    assert form(f"/FT/Ch/Ff 2097152/T(f)/V[(m)(d)]/I[0 2]{CHOICES}") == (field("Male, Diverse"),)


def test_a_value_typed_into_a_choice_is_given_as_typed() -> None:
    assert form(f"/FT/Ch/Ff 393216/T(f)/V(not said){CHOICES}") == (field("not said"),)


@pytest.mark.parametrize("one", [
    "/FT/Tx/T(f)", "/FT/Tx/T(f)/V()", "/FT/Tx/T(f)/V(  )", f"/FT/Ch/Ff 131072/T(f){CHOICES}", "/FT/Sig/T(f)",
    "/FT/Btn/Ff 65536/T(f)/MK<</CA(Print)>>",
], ids=["no value", "empty", "only blanks", "nothing chosen", "not signed", "push button"])
def test_what_is_not_filled_in_is_nothing(one: str) -> None:
    assert form(one) == ()
    assert form(one + SHOWN, appearance="0.9 g 0 0 200 40 re f BT /F1 9 Tf ( ) Tj ET") == ()


def test_a_push_buttons_caption_is_nothing_but_its_picture_is_drawn() -> None:
    button = "/FT/Btn/Ff 65536/T(f)" + SHOWN
    assert form(button, appearance="BT /F1 9 Tf (Print this form) Tj ET") == ()
    assert form(button, appearance="q 200 0 0 40 0 0 cm /I Do Q") == (drawn(),)


@pytest.mark.parametrize("operators", [
    "BT /F1 9 Tf 2 2 Td (Jane Public) Tj ET", "BT /F1 9 Tf <4A616E65> Tj ET", "BT /F1 9 Tf [(Ja)-20(ne)] TJ ET",
    "BT /F1 9 Tf 9 TL (Jane) ' ET", "q 200 0 0 40 0 0 cm /I Do Q",
], ids=["text", "hexadecimal", "kerned", "next line", "picture"])
@pytest.mark.parametrize("one", ["/FT/Tx/T(f)", "/FT/Sig/T(f)"], ids=["text field", "signature"])
def test_a_value_that_only_the_appearance_shows_is_drawn(one: str, operators: str) -> None:
    assert form(one + SHOWN, appearance=operators) == (drawn(),)


def test_widgets_without_a_form_are_what_they_show() -> None:
    assert form("/FT/Tx/T(f)/V(Jane)" + SHOWN, appearance="BT /F1 9 Tf (Jane) Tj ET", form="") == (drawn(),)
    assert form("/FT/Tx/T(f)" + SHOWN, appearance="0 0 200 40 re S", form="") == ()


@pytest.mark.parametrize(("state", "selected"), [("/AS/Yes/V/Yes", True), ("/AS/Off/V/Off", False), ("", False)])
@pytest.mark.parametrize("kind", ["/FT/Btn", "/FT/Btn/Ff 32768"], ids=["check box", "radio button"])
def test_a_tick_box_is_selected_or_not(kind: str, state: str, selected: bool) -> None:
    assert form(f"{kind}/T(f){state}") == (Annotation(AnnotationKind.TICK, "", BOX, "f", selected),)


@pytest.mark.parametrize(("text", "blank"), [
    ("This page is intentionally left blank", True), ("PAGE INTENTIONALLY LEFT BLANK.", True), ("[blank]", True),
    ("This page\nwas left blank intentionally", True), ("-- This page intentionally blank --", True),
    ("", False), ("Blank form", False), ("Blood culture: blank", False), ("left blank by the patient", False),
    ("This page is intentionally left blank. Creatinine 1.9", False), ("Page 2", False),
])
def test_a_page_says_that_it_is_blank_or_it_does_not(text: str, blank: bool) -> None:
    assert is_blank_notice(text) is blank
