from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from include.documents.density import quantisation, surely_shows_something
from include.documents.scan import scan_page
from tests.documents.bombs import page_of, stream
from tests.documents.drawing import first_page


def jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def paper(sigma: float, size: tuple[int, int] = (850, 1100), seed: int = 1) -> Image.Image:
    grain = np.random.default_rng(seed).normal(240, sigma, (size[1], size[0]))
    return Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))


def letter() -> Image.Image:
    sheet = paper(2)
    for row in range(55):
        text = "The patient was seen in the clinic today and reports " * 2
        ImageDraw.Draw(sheet).text((60, 40 + 18 * row), text, fill=20, font_size=14)
    return sheet


def sure(data: bytes, filter_name: str, size: tuple[int, int] = (850, 1100)) -> bool:
    entries = (f"/Type/XObject/Subtype/Image/Width {size[0]}/Height {size[1]}/BitsPerComponent 8/ColorSpace/DeviceGray"
               f"/Filter {filter_name}")
    page = page_of(b"q 612 0 0 792 0 0 cm /I Do Q", "/XObject<</I 6 0 R>>", more={6: stream(data, entries)})
    with first_page(page) as opened:
        (image,) = scan_page(opened).images
        return surely_shows_something(image)


@settings(max_examples=30, deadline=None)
@given(quality=st.integers(20, 98), sigma=st.floats(0, 3), seed=st.integers(0, 99))
def test_white_paper_with_a_scanners_grain_is_always_looked_at(quality: int, sigma: float, seed: int) -> None:
    assert not sure(jpeg(paper(sigma, (400, 500), seed), quality), "/DCTDecode", (400, 500))


@pytest.mark.parametrize("quality", [50, 75, 90])
def test_a_full_letter_needs_no_look(quality: int) -> None:
    assert sure(jpeg(letter(), quality), "/DCTDecode")


@pytest.mark.parametrize("name", ["/CCITTFaxDecode", "/JBIG2Decode"])
def test_of_a_fax_its_bytes_alone_tell(name: str) -> None:
    pixels = 850 * 1100
    assert not sure(bytes(int(pixels * 0.0039)), name)
    assert sure(bytes(int(pixels * 0.0041)), name)


@pytest.mark.parametrize("name", ["/FlateDecode", "/JPXDecode", "/LZWDecode", "/RunLengthDecode",
                                  "[/FlateDecode/DCTDecode]"])
def test_other_filters_are_always_looked_at(name: str) -> None:
    assert not sure(jpeg(letter(), 75), name)


def test_what_is_no_jpeg_is_looked_at() -> None:
    assert not sure(bytes(850 * 1100), "/DCTDecode")


def table(precision: int, values: bytes) -> bytes:
    return b"\xff\xd8\xff\xdb\x00\x43" + bytes([precision << 4]) + values


@pytest.mark.parametrize(("head", "mean"), [
    (table(0, bytes([8]) * 64), 8.0), (table(0, bytes([2, 4]) * 32), 3.0), (table(1, b"\x01\x00" * 64), 256.0),
    (table(0, bytes([8]) * 63), None), (b"\xff\xd8", None), (b"", None), (b"\xff\xdb", None),
    (b"\xff\xdb\x00\x43", None),
])
def test_the_quantisation_is_the_first_tables_mean(head: bytes, mean: float | None) -> None:
    """ITU T.81, B.2.4.1."""
    assert quantisation(head) == mean
