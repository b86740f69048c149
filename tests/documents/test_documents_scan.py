from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from include.documents.scan import covered_share
from tests.documents.bombs import page_of, stream
from tests.documents.drawing import Draw, MakePdf, both, operators, scanned, write
from tests.documents.test_documents_page_objects import GREY_IMAGE, MORE, PAINTS


def near(rect: tuple[float, float, float, float]) -> Any:
    """Lines have a width."""
    return pytest.approx(rect, abs=2.5)


def test_a_page_of_text_is_its_text(make_pdf: MakePdf) -> None:
    scan = scanned(make_pdf(write("Appendix B", "Sodium 140")))
    assert (scan.width, scan.height, scan.rotation, scan.displayable) == (612, 792, 0, True)
    assert (scan.text.split(), scan.hidden_text, scan.text_objects) == (["Appendix", "B", "Sodium", "140"], "", 2)
    assert (scan.images, scan.curves, scan.paths, scan.strokes, scan.shadings) == ((), (), 0, (), 0)
    assert (scan.unmapped, scan.unfinished, scan.empty, scan.silent) == (0.0, False, False, False)
    assert scan.characters == len("Appendix B\r\nSodium 140")


def test_a_page_without_an_object_is_empty(make_pdf: MakePdf) -> None:
    assert scanned(make_pdf(lambda _: None)).empty


def test_places_are_seen_from_the_crop_boxs_corner(scan: Callable[..., Draw]) -> None:
    data = page_of(b"q 100 0 0 50 150 220 cm /I Do Q 160 300 m 164 292 l 175 310 l S", "/XObject<</I 6 0 R>>",
                   page="/CropBox[100 200 500 700]", more={6: picture()})
    found = scanned(data)
    assert (found.width, found.height) == (400, 500)
    assert found.images[0].rect == near((50, 20, 150, 70))
    assert found.strokes == (near((60, 92, 75, 110)),)


def picture(entries: str = "", data: bytes = b"\0\xff\0\xff") -> bytes:
    return stream(data, GREY_IMAGE + entries)


def test_an_image_is_clipped_to_the_page_and_left_out_beside_it() -> None:
    content = b"q 100 0 0 100 -50 -50 cm /I Do Q q 100 0 0 100 700 0 cm /I Do Q"
    (only,) = scanned(page_of(content, "/XObject<</I 6 0 R>>", more={6: picture()})).images
    assert only.rect == near((0, 0, 50, 50))
    assert (only.pixels, only.stored_bytes, only.filter) == (4, 4, "")


def test_an_images_last_filter_is_what_its_pixels_are_stored_with() -> None:
    data = page_of(b"q 99 0 0 99 0 0 cm /I Do Q", "/XObject<</I 6 0 R>>",
                   more={6: picture("/Filter[/ASCIIHexDecode/DCTDecode]", b"ffd8>")})
    assert [image.filter for image in scanned(data).images] == ["DCTDecode"]


@pytest.mark.parametrize(("rects", "share"), [
    ([], 0.0), ([(0, 0, 50, 100)], 0.5), ([(-100, -100, 50, 100)], 0.5), ([(0, 0, 50, 100)] * 9, 0.5),
    ([(0, 0, 50, 100), (50, 0, 100, 50)], 0.75), ([(0, 0, 50, 100), (25, 0, 75, 100)], 0.75),
    ([(300, 300, 400, 400)], 0.0), ([(50, 0, 0, 100)], 0.0),
])
def test_overlapping_areas_count_once(rects: list[tuple[float, float, float, float]], share: float) -> None:
    assert covered_share(rects, 100, 100) == pytest.approx(share, abs=0.01)


def test_a_page_without_a_size_is_not_covered() -> None:
    assert covered_share([(0, 0, 50, 100)], 0, 100) == 0.0


def painted(content: str) -> tuple[Any, ...]:
    return scanned(operators(content, PAINTS, more=MORE)).painted


def test_large_fills_that_may_show_a_picture_are_painted() -> None:
    assert painted("/CS cs /P scn 100 100 200 200 re f") == (near((100, 100, 300, 300)),)
    assert painted("q /M gs 100 100 200 200 re f Q") == (near((100, 100, 300, 300)),)


def test_small_or_plain_fills_are_not_painted() -> None:
    assert painted("/CS cs /P scn 100 100 60 60 re f") == ()
    assert painted("0.8 g 100 100 200 200 re f") == ()


def strokes(content: str) -> list[tuple[int, ...]]:
    return [tuple(round(place) for place in rect) for rect in scanned(operators(content)).strokes]


def at(content: str, x: float, y: float) -> str:
    return f"q 1 0 0 1 {x} {y} cm {content} S Q "


TICK = "0 5 m 4 0 l 12 14 l"
CROSS = "0 0 m 10 10 l S 0 10 m 10 0 l"
HAND = "0 0 m 5 30 10 30 15 8 c 18 -6 30 -6 32 12 c 40 20 44 10 60 2 c"


@pytest.mark.parametrize(("mark", "count"), [
    (TICK, 1), (CROSS, 2), (HAND, 1), ("0 0 m 10 10 l 20 3 m 30 12 35 3 40 9 c", 1),
], ids=["check mark", "cross", "handwriting", "line and curve"])
def test_what_a_pen_draws_is_strokes(mark: str, count: int) -> None:
    assert len(strokes(at(mark, 200, 400))) == count


@pytest.mark.parametrize("lines", [
    at("0 0 m 300 0 l", 100, 400), at("0 0 m 0 200 l", 100, 400), at("0 0 100 40 re", 100, 400),
    at("0 0 m 12 0 l 12 12 l 0 12 l h", 100, 400), at("0 8 m 4 0 l 8 8 l", 100, 400), at("8 0 m 0 4 l 8 8 l", 100, 400),
    at("0 0 m 10 10 l", 100, 400), at("0 5 m 1 3 l 3 6 l", 100, 400), at("0 0 m 100 250 200 20 290 240 c", 100, 400),
    at("0 50 m 40 0 l 120 140 l", 100, 400),
], ids=["rule", "upright rule", "frame", "box of lines", "arrow head down", "arrow head left", "one slanted line",
        "smaller than a mark", "large curve", "large corner"])
def test_what_rules_frames_and_diagrams_are_made_of_is_no_strokes(lines: str) -> None:
    assert strokes(lines) == []


@pytest.mark.parametrize("mark", [TICK, CROSS, HAND], ids=["check marks", "crosses", "waves"])
def test_a_series_of_equal_lines_is_decoration(mark: str) -> None:
    assert strokes("".join(at(mark, 40 + 70 * n, 400) for n in range(7))) == []


def test_ticks_of_three_sizes_are_all_strokes() -> None:
    content = (f"q {scale} 0 0 {scale} {50 + 90 * n} 400 cm {TICK} S Q " for n, scale in enumerate((1, 1.2, 1.5)))
    assert len(strokes("".join(content))) == 3


def test_marks_inside_forms_are_strokes() -> None:
    mark = stream(b"0 5 m 4 0 l 12 14 l S", "/Type/XObject/Subtype/Form/BBox[0 0 100 100]/Matrix[1 0 0 1 200 300]")
    (rect,) = scanned(page_of(b"/X Do", "/XObject<</X 6 0 R>>", more={6: mark})).strokes
    assert rect == near((200, 300, 212, 314))


@pytest.mark.parametrize("draw", [write("under the scan", mode=3), write("under the scan")],
                         ids=["invisible", "under a later image"])
def test_text_that_no_reader_sees_is_hidden(draw: Draw, make_pdf: MakePdf, scan: Callable[..., Draw]) -> None:
    found = scanned(make_pdf(both(draw, scan())))
    assert (found.text.strip(), found.hidden_text.strip()) == ("", "under the scan")


def test_text_without_opacity_is_hidden() -> None:
    content = b"q 612 0 0 792 0 0 cm /I Do Q q /C gs BT /F1 9 Tf 72 700 Td (nobody sees this) Tj ET Q"
    data = page_of(content, "/XObject<</I 6 0 R>>/ExtGState<</C<</ca 0>>>>", more={6: picture()})
    assert (scanned(data).text, scanned(data).hidden_text) == ("", "nobody sees this")


def test_text_on_top_of_an_image_is_seen(make_pdf: MakePdf, scan: Callable[..., Draw]) -> None:
    found = scanned(make_pdf(both(scan(), write("on top"))))
    assert (found.text.strip(), found.hidden_text) == ("on top", "")


def test_seen_and_hidden_text_are_told_apart(make_pdf: MakePdf, scan: Callable[..., Draw]) -> None:
    def stamp(page: Any) -> None:
        page.drawString(72, 40, "Received 3 May")

    found = scanned(make_pdf(both(write("under the scan"), scan(), stamp)))
    assert (found.text.strip(), found.hidden_text.strip()) == ("Received 3 May", "under the scan")


@pytest.mark.parametrize(("height", "seen", "hidden"), [(30, "Name of the ward", ""), (60, "", "Name of the ward")])
def test_text_under_an_image_is_hidden_unless_the_image_is_tiny(height: float, seen: str, hidden: str,
                                                                make_pdf: MakePdf, scan: Callable[..., Draw]) -> None:
    """Of 1.2 and of 2.5 % of the page."""
    found = scanned(make_pdf(both(write("Name of the ward"), scan(box=(60, 690, 200, height)))))
    assert (found.text.strip(), found.hidden_text.strip()) == (seen, hidden)


def test_invisible_text_that_nothing_stands_for_is_read_as_it_is(make_pdf: MakePdf) -> None:
    """Without a picture, outlines or shadings there is nothing that it could be the layer of."""
    assert scanned(make_pdf(write("no scan here", mode=3))).text.strip() == "no scan here"


def test_text_beyond_the_crop_box_is_not_on_the_page(make_pdf: MakePdf) -> None:
    content = b"BT /F1 9 Tf 72 700 Td (kept) Tj 0 -600 Td (cropped) Tj ET"
    found = scanned(page_of(content, page="/CropBox[0 300 612 792]"))
    assert "kept" in found.text


TYPE3 = ("<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[.1 0 0 .1 0 0]/CharProcs<</a 7 0 R>>"
         "/Encoding<</Differences[1/a]>>/FirstChar 1/LastChar 1/Widths[9]>>")


def test_characters_whose_font_does_not_say_what_they_mean_are_unmapped() -> None:
    """A font that says neither what its letters are called nor what they mean; a page of one line."""
    content = b"BT /F2 9 Tf 20 700 Td (" + b"\\001" * 60 + b") Tj ET"
    data = page_of(content, "/Font<</F2 6 0 R>>", more={6: TYPE3, 7: stream(b"9 0 d0 0 0 7 7 re f")})
    found = scanned(data.replace(b"/Font<</F1 4 0 R>>/Font", b"/Font"))
    assert (found.text_objects, found.unmapped) == (1, 1.0)


@pytest.mark.parametrize(("pieces", "silent"), [(20 + 3 * 4, False), (20 + 3 * 4 + 1, True)])
def test_many_pieces_of_text_from_which_hardly_a_character_comes_are_silent(pieces: int, silent: bool,
                                                                            make_pdf: MakePdf) -> None:
    found = replace(scanned(make_pdf(write("Lab."))), text_objects=pieces)
    assert (found.characters, found.silent) == (4, silent)


def over_text(mask: bytes = b"", extra: str = "", box: str = "400 0 0 300 60 500") -> bytes:
    """A line of text with an image drawn over it; ``mask`` are the four bytes of its soft mask."""
    content = f"BT /F1 10 Tf 72 700 Td (Creatinine 1.9 mg/dL) Tj ET q {extra} {box} cm /I Do Q"
    image = picture("/SMask 7 0 R" if mask else "")
    return page_of(content.encode(), "/XObject<</I 6 0 R>>/ExtGState<</C<</ca 0.3>>/M<</BM/Multiply>>>>",
                   more={6: image, 7: picture("", mask or b"....")})


def test_text_under_an_opaque_image_is_hidden() -> None:
    found = scanned(over_text())
    assert (found.text.strip(), found.hidden_text.strip(), found.stamped) == ("", "Creatinine 1.9 mg/dL", False)


@pytest.mark.parametrize("data", [over_text(b"\0\0\0\0"), over_text(b"\x60\x60\x60\x60"), over_text(extra="/C gs"),
                                  over_text(extra="/M gs")],
                         ids=["clear mask", "half clear mask", "opacity", "multiplied"])
def test_text_under_a_clear_image_is_seen(data: bytes) -> None:
    found = scanned(data)
    assert (found.text.strip(), found.hidden_text) == ("Creatinine 1.9 mg/dL", "")


@pytest.mark.parametrize(("box", "stamped"), [
    ("200 0 0 100 60 650", True), ("300 0 0 160 60 600", True), ("600 0 0 700 0 50", False),
], ids=["4 % of the page", "10 %", "a watermark"])
def test_a_small_clear_image_over_text_is_stamped_on_it(box: str, stamped: bool) -> None:
    assert scanned(over_text(b"\x60\x60\x60\x60", box=box)).stamped is stamped


def test_an_image_beside_the_text_or_before_it_hides_nothing() -> None:
    assert scanned(over_text(box="400 0 0 300 60 100")).text.strip() == "Creatinine 1.9 mg/dL"
    content = b"q 400 0 0 300 60 500 cm /I Do Q BT /F1 10 Tf 72 700 Td (Creatinine 1.9 mg/dL) Tj ET"
    found = scanned(page_of(content, "/XObject<</I 6 0 R>>", more={6: picture()}))
    assert (found.text.strip(), found.hidden_text, found.stamped) == ("Creatinine 1.9 mg/dL", "", False)
