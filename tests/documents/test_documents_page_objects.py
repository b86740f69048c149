from __future__ import annotations

from collections.abc import Mapping

import pytest

from include.documents import page_objects
from include.documents.page_object import IDENTITY, Matrix, PageObject
from include.documents.page_objects import MAX_DEPTH
from tests.documents.bombs import page_of, stream
from tests.documents.drawing import objects_of, operators

PATTERN = stream(b"0 0 5 5 re f", "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 10 10]/XStep 10"
                                  "/YStep 10/Resources<<>>")
MASK = stream(b"0 0 300 300 re f", "/Type/XObject/Subtype/Form/BBox[0 0 612 792]"
                                   "/Group<</S/Transparency/CS/DeviceGray>>")
PAINTS = ("/Pattern<</P 6 0 R>>/ColorSpace<</CS[/Pattern]>>/ExtGState<</M<</SMask<</S/Luminosity/G 7 0 R>>>>"
          "/C<</ca 0>>>>/XObject<</F 8 0 R>>/Shading<</S 9 0 R>>")
FORM = stream(b"0 0 10 10 re f BT /F1 8 Tf (x) Tj ET", "/Type/XObject/Subtype/Form/BBox[0 0 100 100]")
SHADING = ("<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 100 0]"
           "/Function<</FunctionType 2/Domain[0 1]/N 1/C0[0]/C1[1]>>>>")
MORE = {6: PATTERN, 7: MASK, 8: FORM, 9: SHADING}


def drawn(content: str) -> bytes:
    return operators(content, PAINTS, more=MORE)


def nested(levels: int, content: bytes = b"0 0 10 10 re f", matrix: str = "") -> bytes:
    """``levels`` forms, one inside the other, with the content in the innermost."""
    objects: Mapping[int, bytes] = {
        6 + level: stream(content if level == levels - 1 else b"/X Do",
                          f"/Type/XObject/Subtype/Form/BBox[0 0 612 792]{matrix}"
                          f"/Resources<</XObject<</X {7 + level} 0 R>>>>") for level in range(levels)}
    return page_of(b"/X Do", "/XObject<</X 6 0 R>>", more=objects)


def test_objects_are_sorted_by_what_they_are_and_know_their_order() -> None:
    content = "0 0 9 9 re f BT /F1 8 Tf (a) Tj ET /S sh 0 0 m 5 9 9 9 9 0 c f BT /F1 8 Tf (b) Tj ET"
    with objects_of(drawn(content)) as found:
        assert [order for _, order, _ in found.plain_paths] == [1]
        assert [path.order for path in found.curves] == [4]
        assert [order for _, order, _ in found.texts] == [2, 5]
        assert (found.images, found.shadings, found.seen, found.unfinished) == ([], 1, 5, False)


@pytest.mark.parametrize("levels", [1, 2, MAX_DEPTH])
def test_what_stands_in_forms_inside_forms_counts(levels: int) -> None:
    with objects_of(nested(levels)) as found:
        assert (len(found.plain_paths), found.unfinished) == (1, False)


def test_what_stands_deeper_is_said_to_be_not_looked_at() -> None:
    with objects_of(nested(MAX_DEPTH + 1)) as found:
        assert (len(found.plain_paths), found.unfinished) == (0, True)


def test_more_objects_than_are_looked_at_are_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_objects, "MAX_OBJECTS", 3)
    with objects_of(drawn("0 0 9 9 re f " * 3)) as found:
        assert (len(found.plain_paths), found.unfinished) == (3, False)
    with objects_of(drawn("0 0 9 9 re f " * 4)) as found:
        assert (len(found.plain_paths), found.unfinished) == (3, True)
    with objects_of(drawn("0 0 9 9 re f 0 0 9 9 re f /F Do")) as found:
        assert (len(found.texts), found.unfinished) == (0, True)


def test_the_order_goes_on_behind_a_form() -> None:
    with objects_of(drawn("/F Do BT /F1 8 Tf (a) Tj ET")) as found:
        assert [order for _, order, _ in found.texts] == [3, 4]


def test_forms_move_scale_and_turn_what_stands_in_them() -> None:
    """Each level doubles and moves by 10, after the page has moved by 100."""
    with objects_of(nested(2, matrix="/Matrix[2 0 0 2 10 10]")) as found:
        assert PageObject(*found.plain_paths[0]).bounds((0, 0)) == pytest.approx((30, 30, 70, 70), abs=1)
        assert PageObject(*found.plain_paths[0]).bounds((5, 7)) == pytest.approx((25, 23, 65, 63), abs=1)
    with objects_of(nested(1, b"0 0 10 40 re f", "/Matrix[0 1 -1 0 100 100]")) as found:
        assert PageObject(*found.plain_paths[0]).bounds((0, 0)) == pytest.approx((60, 100, 100, 110), abs=1)


@pytest.mark.parametrize("matrix", [
    (float("nan"), 0, 0, 1, 0, 0), (1, 0, 0, 1, float("inf"), 0), (1, 0, 0, float("-inf"), 0, 0)])
def test_a_place_without_numbers_is_zeros(matrix: Matrix) -> None:
    with objects_of(drawn("10 10 30 30 re f")) as found:
        path = PageObject(*found.plain_paths[0])
        assert PageObject(path.handle, 1, matrix).bounds((3, 3)) == (0.0, 0.0, 0.0, 0.0)
        assert PageObject(path.handle, 1, IDENTITY).bounds((3, 3)) == pytest.approx((7, 7, 37, 37), abs=1)


@pytest.mark.parametrize(("path", "curved"), [
    ("0 0 m 9 0 l", False), ("0 0 9 9 re", False), ("0 0 9 9 re 20 0 9 9 re", False),
    ("0 0 m 1 9 8 9 9 0 c", True), ("0 0 m 9 0 l 9 9 l 0 9 l 0 0 m 1 9 8 9 9 0 c", True),
    ("0 0 m " + " ".join(f"{n} {n % 3} l" for n in range(11)), True),
], ids=["line", "rectangle", "two rectangles", "curve", "curve after corners", "many corners"])
@pytest.mark.parametrize("paint", ["f", "S"])
def test_curves_and_many_corners_are_more_than_rules_and_frames(path: str, curved: bool, paint: str) -> None:
    with objects_of(drawn(f"{path} {paint}")) as found:
        assert (len(found.curves), len(found.plain_paths)) == ((1, 0) if curved else (0, 1))


@pytest.mark.parametrize(("content", "painted"), [
    ("/CS cs /P scn 0 0 300 300 re f", True), ("q /M gs 0 0 300 300 re f Q", True),
    ("0.5 g 0 0 300 300 re f", False), ("1 0 0 rg 0 0 300 300 re f", False),
], ids=["tiling pattern", "soft mask", "grey", "red"])
def test_a_fill_may_show_a_picture(content: str, painted: bool) -> None:
    """ISO 32000-1, 8.7.3 (tiling patterns) and 11.6.5.3 (soft masks)."""
    with objects_of(drawn(content)) as found:
        assert [PageObject(*path).painted for path in found.plain_paths] == [painted]


@pytest.mark.parametrize(("content", "open_stroke"), [
    ("0 0 m 10 20 l S", True), ("0 0 m 5 9 l 9 3 l S", True), ("0 0 m 5 9 l 9 3 l s", False),
    ("0 0 m 5 9 l 9 3 l h S", False), ("0 0 m 5 9 l 9 3 l f", False), ("0 0 m 5 9 l 9 3 l B", False),
    ("0 0 9 9 re S", False), ("0 0 m 5 9 l 9 3 l n", False),
], ids=["line", "corner", "closed", "closed first", "filled", "filled and stroked", "rectangle", "not painted"])
def test_an_open_line_is_what_a_pen_draws(content: str, open_stroke: bool) -> None:
    with objects_of(drawn(content)) as found:
        expected = [] if content.endswith("n") else [open_stroke]
        assert [PageObject(*path).open_stroke for path in found.plain_paths] == expected


@pytest.mark.parametrize(("points", "tick"), [
    ("0 5 m 4 0 l 12 14 l", True), ("0 8 m 4 0 l 8 8 l", False), ("12 14 m 4 0 l 0 5 l", False),
    ("0 5 m 4 9 l 12 0 l", False), ("0 5 m 4 0 l", False), ("0 5 m 4 0 l 12 14 l 13 15 l", False),
], ids=["check mark", "arrow head", "drawn backwards", "upside down", "one line", "three lines"])
def test_a_tick_goes_down_and_then_further_up(points: str, tick: bool) -> None:
    with objects_of(drawn(points + " S")) as found:
        assert [PageObject(*path).tick for path in found.plain_paths] == [tick]


@pytest.mark.parametrize(("content", "invisible"), [
    ("BT /F1 8 Tf (a) Tj ET", False), ("BT /F1 8 Tf 3 Tr (a) Tj ET", True), ("BT /F1 8 Tf 7 Tr (a) Tj ET", True),
    ("q /C gs BT /F1 8 Tf (a) Tj ET Q", True), ("BT /F1 8 Tf 1 Tr (a) Tj ET", False),
    ("1 g BT /F1 8 Tf (a) Tj ET", False),
], ids=["filled", "invisible", "clip only", "no opacity", "stroked", "white"])
def test_text_is_invisible_by_its_mode_or_without_opacity(content: str, invisible: bool) -> None:
    with objects_of(drawn(content)) as found:
        assert [PageObject(*text).invisible for text in found.texts] == [invisible]


GREY_IMAGE = "/Type/XObject/Subtype/Image/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray"


@pytest.mark.parametrize(("image", "decodes"), [
    (stream(b"\0\xff\0\xff", GREY_IMAGE), True), (stream(b"no JPEG", GREY_IMAGE + "/Filter/DCTDecode"), False),
    (stream(b"no JPEG 2000", GREY_IMAGE + "/Filter/JPXDecode"), False),
], ids=["raw", "broken JPEG", "broken JPEG 2000"])
def test_an_image_decodes_or_it_does_not(image: bytes, decodes: bool) -> None:
    data = page_of(b"q 300 0 0 300 0 0 cm /I Do Q", "/XObject<</I 6 0 R>>", more={6: image})
    with objects_of(data) as found:
        assert [one.decodes for one in found.images] == [decodes]
