"""Is there anything to see on a picture of a page? Small pictures, no layout.

What counts is the contrast with the paper around a mark, in any colour, and against the paper's own noise: pencil on
white paper is 20 grey levels away from it, and the grain of a photographed sheet may be as strong.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from include.documents.shapes import find_shapes

Grey = npt.NDArray[np.uint8]
Colours = npt.NDArray[np.uint8]
"""Height x width x 3, or x 1 for a grey one."""

LOOK_SIDE = 1000
"""Longer side, in pixels, of the picture that is looked at: 9 pt print is still 9 px high on A4."""
LEAST_CONTRAST = 10
"""Levels (of 255) from the paper's own level that a mark needs on paper without noise."""
NOISE_TIMES = 6.0
"""The same in standard deviations of the paper's noise."""
SPECK = 5
"""Pixels of a shape at LOOK_SIDE that is still dust: the smallest full stop of 9 pt print has some six."""
MOST_DUST = 2000
"""Marked pixels from which a page is no longer taken for dusty paper, however small the single marks."""
_TILE = 40
"""Pixels a side of the tiles whose median is the paper's level there: larger than print, smaller than a shadow."""


def colours(image: Image.Image, side: int = LOOK_SIDE) -> Colours:
    """A picture's colours with its longer side at ``side`` pixels or less.

    Transparent counts as white; where that hides everything, as with white letters, as black.
    """
    picture = _small(image, side, paper="white")
    transparent = image.mode in _TRANSPARENT or "transparency" in image.info
    if transparent and (picture == picture[:1, :1]).all():
        picture = _small(image, side, paper="black")
    return picture


def distinct(picture: Colours) -> Colours:
    """One channel of a grey picture, all of a coloured one: three equal ones tell nothing more."""
    return picture[:, :, :1] if (picture[:, :, :1] == picture).all() else picture


def noise(levels: npt.NDArray[np.int16]) -> float:
    """Standard deviation of a picture's grain, from the differences of neighbours; print is too rare to count.

    :param levels: height x width.
    """
    if levels.shape[1] < 2:
        return 0.0
    steps = np.abs(np.diff(levels, axis=1))
    # The median absolute difference of two values of noise is 0.954 of its standard deviation.
    return float(np.median(steps)) / 0.954


def contrast(picture: Colours) -> npt.NDArray[np.int16]:
    """Each pixel's distance from the paper around it, in the channel in which it is largest."""
    values = picture.astype(np.int16)
    difference = np.abs(values - _paper(values))
    farthest: npt.NDArray[np.int16] = difference.max(axis=2)
    return farthest


def is_blank(picture: Colours) -> bool:
    """True only if nothing but dust is to be seen."""
    if not picture.size:
        return True
    picture = distinct(picture)
    grain = max(noise(picture[::4, :, channel].astype(np.int16)) for channel in range(picture.shape[2]))
    marked = contrast(picture) > max(LEAST_CONTRAST, NOISE_TIMES * grain)
    if marked.sum() > MOST_DUST:
        return False
    shapes = find_shapes(marked)
    return shapes is not None and all(shape.pixels <= SPECK for shape in shapes)


def _paper(values: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    """The median of each tile, or of the whole page where that is brighter or darker by a solid mark's worth.

    A tile that a mark fills altogether is its own paper; against the page's it shows.
    """
    height, width, depth = values.shape
    rows, columns = -(-height // _TILE), -(-width // _TILE)
    padded = np.pad(values, ((0, rows * _TILE - height), (0, columns * _TILE - width), (0, 0)), mode="edge")
    tiles = padded.reshape(rows, _TILE, columns, _TILE, depth)
    tiles = tiles.transpose(0, 2, 1, 3, 4).reshape(rows, columns, -1, depth)
    medians = np.median(tiles, axis=2).astype(np.int16)
    whole = np.median(medians.reshape(-1, depth), axis=0).astype(np.int16)
    far = np.abs(medians - whole).max(axis=2) > _SHADOW
    medians[far] = whole
    return np.repeat(np.repeat(medians, _TILE, axis=0), _TILE, axis=1)[:height, :width]


_SHADOW = 90
"""Levels by which the paper of a photographed sheet may differ from its middle."""


_TRANSPARENT = ("RGBA", "LA", "PA")
_STRIP_PIXELS = 8_000_000
"""Pixels that are converted at a time: a legal page has 100 million, of four channels and more on the way."""


def _small(image: Image.Image, side: int, paper: str) -> Colours:
    """Strip by strip, so that a large picture is in memory once, as its file has it."""
    factor = max(1, max(image.size) // side)
    rows = max(1, _STRIP_PIXELS // (image.width * factor)) * factor
    span = image.getextrema() if _is_deep(image) else (0, 255)
    strips = [_plain(image.crop((0, top, image.width, min(image.height, top + rows))), span, paper).reduce(factor)
              for top in range(0, image.height, rows)]
    picture = np.concatenate([np.asarray(strip, dtype=np.uint8) for strip in strips])
    if max(picture.shape[:2]) <= side:
        return picture
    scale = side / max(picture.shape[:2])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX), dtype=np.uint8)


def _is_deep(image: Image.Image) -> bool:
    """More than eight bits a channel, or floating point."""
    return image.mode.startswith("I") or image.mode == "F"


def _plain(part: Image.Image, span: Any, paper: str) -> Image.Image:
    """Three channels of eight bits.

    :param span: least and greatest value of the whole picture: sixteen bits and floating point span any range, and
        are stretched so that faint print stays visible.
    """
    if part.mode in _TRANSPARENT or "transparency" in part.info:
        canvas = Image.new("RGBA", part.size, paper)
        canvas.alpha_composite(part.convert("RGBA"))
        return canvas.convert("RGB")
    if _is_deep(part):
        low, high = (float(np.nan_to_num(value)) for value in span)
        values = np.nan_to_num(np.asarray(part, dtype=np.float32))
        stretched = np.clip((values - low) / ((high - low) or 1.0) * 255, 0, 255)
        return Image.fromarray(stretched.astype(np.uint8)).convert("RGB")
    # Pillow has no way from LAB to RGB; its first channel is the lightness.
    return part.getchannel(0).convert("RGB") if part.mode == "LAB" else part.convert("RGB")
