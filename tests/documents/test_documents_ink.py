from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from include.documents.ink import LOOK_SIDE, colours, contrast, is_blank, noise

A4 = (827, 1170)
"""Pixels at 100 dots an inch."""
Paper = npt.NDArray[np.float64]


def sheet(level: float = 255.0) -> Paper:
    return np.full((A4[1], A4[0], 3), level)


def picture(values: Paper) -> Image.Image:
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def grainy(values: Paper, sigma: float) -> Paper:
    return values + np.random.default_rng(4).normal(0, sigma, values.shape)


def shadow(darkest: float) -> Paper:
    """A sheet photographed in light from one side."""
    across, down = np.linspace(0, 1, A4[0])[None, :, None], np.linspace(0, 1, A4[1])[:, None, None]
    return 245 - (245 - darkest) * (across + down) / 2 * np.ones((1, 1, 3))


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(out)


def dusty(specks: int) -> Image.Image:
    places = np.random.default_rng(5)
    values = sheet()
    for x, y in zip(places.integers(5, A4[0] - 5, specks), places.integers(5, A4[1] - 5, specks), strict=True):
        values[y:y + 2, x:x + 1] = 120
    return picture(values)


BLANK: dict[str, Callable[[], Image.Image]] = {
    "white": lambda: picture(sheet()),
    "black": lambda: picture(sheet(0)),
    "one pixel": lambda: Image.new("1", (1, 1), 1),
    "yellowed": lambda: picture(sheet() - [10, 22, 60]),
    "shadow": lambda: picture(shadow(150)),
    "grain of 4": lambda: picture(grainy(sheet(225), 4)),
    "grain of 8": lambda: picture(grainy(sheet(215), 8)),
    "shadow with grain": lambda: jpeg(picture(grainy(shadow(170), 3)), 80),
    "JPEG of grain": lambda: jpeg(picture(grainy(sheet(235), 5)), 60),
    "dust": lambda: dusty(60),
    "transparent": lambda: Image.new("RGBA", A4, (0, 0, 0, 0)),
    "floating point": lambda: Image.new("F", A4, 0.97),
    "sixteen bits": lambda: Image.fromarray(np.full((A4[1], A4[0]), 40_000, dtype=np.uint16)),
}


@pytest.mark.parametrize("make", BLANK.values(), ids=BLANK.keys())
def test_paper_without_a_mark_is_blank(make: Callable[[], Image.Image]) -> None:
    assert is_blank(colours(make()))


def marked(text: str, ink: str | tuple[int, ...] | int, paper: str | tuple[int, ...] | int = "white", mode: str = "RGB",
           points: float = 10) -> Image.Image:
    image = Image.new(mode, A4, paper)
    ImageDraw.Draw(image).text((400, 700), text, fill=ink, font_size=points * 100 / 72)
    return image


def highlighted() -> Image.Image:
    image = Image.new("RGB", A4, "white")
    ImageDraw.Draw(image).rectangle((200, 300, 420, 318), fill=(255, 250, 150))
    return image


def of_floats() -> Image.Image:
    return Image.fromarray(np.asarray(marked("7", 0, 255, "L"), dtype=np.float32) / 255)


def of_sixteen_bits() -> Image.Image:
    """The paper is at 1,200 of 65,535, the ink at 400."""
    values = np.asarray(marked("7", 0, 255, "L"), dtype=np.uint16)
    return Image.fromarray(400 + values * np.uint16(800) // np.uint16(255))


def stops() -> Image.Image:
    image = Image.new("RGB", A4, "white")
    for number in range(3):
        ImageDraw.Draw(image).rectangle((400 + 10 * number, 700, 402 + 10 * number, 702), fill="black")
    return image


NOT_BLANK: dict[str, Callable[[], Image.Image]] = {
    "a digit": lambda: marked("7", "black"),
    "the smallest print": lambda: marked("1", "black", points=6),
    "pencil": lambda: marked("left", (225, 225, 225)),
    "yellow marker": highlighted,
    "yellow ink": lambda: marked("7", (255, 255, 120)),
    "red on green of the same brightness": lambda: marked("7", (200, 60, 60), (60, 131, 60)),
    "white on black": lambda: marked("7", "white", "black"),
    "white on nothing": lambda: marked("7", (255, 255, 255, 255), (255, 255, 255, 0), "RGBA"),
    "black on nothing": lambda: marked("7", (0, 0, 0, 255), (0, 0, 0, 0), "RGBA"),
    "floating point": of_floats,
    "sixteen bits of a low range": of_sixteen_bits,
    "two levels": lambda: marked("7", 0, 1, "1"),
    "palette": lambda: marked("7", "black").convert("P"),
    "inks of print": lambda: marked("7", (0, 0, 0, 255), (0, 0, 0, 0), "CMYK"),
    "full stops": stops,
    "print in a shadow": lambda: ink_on(shadow(150), 60),
    "print on grain": lambda: ink_on(grainy(sheet(215), 8), 90),
    "a sheet half black": lambda: picture(np.concatenate((sheet(255)[:585], sheet(0)[585:]))),
}


def test_a_mark_that_fills_its_whole_surroundings_is_never_blank() -> None:
    values = np.full((400, 400, 3), 255, dtype=np.uint8)
    values[80:120, 80:120] = 0
    assert not is_blank(values)


def test_so_many_specks_that_they_may_be_dotted_print_are_never_blank() -> None:
    assert is_blank(colours(dusty(200)))
    assert not is_blank(colours(dusty(1500)))


def ink_on(paper: Paper, darker: int) -> Image.Image:
    mark = np.asarray(marked("140", "black"), dtype=np.float64)
    return picture(paper - (255 - mark) / 255 * darker)


@pytest.mark.parametrize("make", NOT_BLANK.values(), ids=NOT_BLANK.keys())
def test_paper_with_a_mark_is_never_blank(make: Callable[[], Image.Image]) -> None:
    assert not is_blank(colours(make()))


Colour = tuple[int, int, int]
COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


@settings(max_examples=40, deadline=None)
@given(paper=COLOURS, ink=COLOURS, digit=st.sampled_from("0123456789"), points=st.floats(8, 40),
       x=st.floats(0.02, 0.9), y=st.floats(0.02, 0.9), dots=st.sampled_from([72, 100, 150, 200]))
def test_a_page_with_one_digit_of_eight_points_is_never_blank(paper: Colour, ink: Colour, digit: str, points: float,
                                                              x: float, y: float, dots: int) -> None:
    """In any colour that is 25 levels from the paper's in some channel, on a scan of 72 dots an inch or more."""
    assume(max(abs(a - b) for a, b in zip(paper, ink, strict=True)) >= 25)
    size = (round(8.27 * dots), round(11.69 * dots))
    page = Image.new("RGB", size, paper)
    ImageDraw.Draw(page).text((x * size[0], y * size[1]), digit, fill=ink, font_size=points * dots / 72)
    assert not is_blank(colours(page))


@settings(max_examples=25, deadline=None)
@given(paper=st.tuples(*[st.integers(40, 215)] * 3), sigma=st.floats(0, 6), seed=st.integers(0, 99))
def test_paper_of_any_colour_and_grain_is_blank(paper: Colour, sigma: float, seed: int) -> None:
    """Neither end of the range cuts the grain off."""
    grain = np.random.default_rng(seed).normal(0, sigma, (584, 413, 3))
    assert is_blank(colours(picture(np.array(paper) + grain)))


def test_a_picture_is_looked_at_in_bounded_size() -> None:
    assert colours(Image.new("L", (4000, 3000))).shape == (LOOK_SIDE * 3 // 4, LOOK_SIDE, 3)
    assert colours(Image.new("1", (3, 2000))).shape == (LOOK_SIDE, 2, 3)
    assert colours(Image.new("RGB", (30, 20))).shape == (20, 30, 3)


def test_noise_is_the_grains_standard_deviation() -> None:
    grey = np.random.default_rng(1).normal(128, 5, (400, 400)).astype(np.int16)
    assert noise(grey) == pytest.approx(5, abs=0.5)
    assert noise(np.zeros((5, 1), dtype=np.int16)) == 0.0


def test_contrast_is_that_of_the_channel_in_which_it_is_largest() -> None:
    values = np.full((40, 40, 3), 200, dtype=np.uint8)
    values[10, 10] = (190, 150, 205)
    found = contrast(values)
    assert (int(found[10, 10]), int(found.sum())) == (50, 50)
