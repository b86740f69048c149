"""One page image to Textract's blocks."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from include.sandbox.blocks import Block, Outline, blocks_of
from include.sandbox.geometry import Box
from include.sandbox.reading import Pixels, Reading, read_page, read_piece, straightening, turned
from include.sandbox.structure import layout_of


def analyse_page(
        image: Pixels, features: Collection[str], cache_folder: Path | None = None, page: int | None = None,
) -> list[Block]:
    """The blocks of one page.

    :param image: (height, width, 3) bytes, RGB, as the document shows it.
    :param features: FeatureTypes.
    :param page: its number in the document, for answers of jobs.
    """
    reading = read_page(image, cache_folder)
    upright = turned(image, reading.quarter_turns)
    height, width = upright.shape[:2]
    matrix = straightening(reading.tilt, width, height)
    if reading.tilt:
        upright = np.asarray(
            cv2.warpAffine(upright, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)
    gray = np.asarray(cv2.cvtColor(upright, cv2.COLOR_RGB2GRAY), dtype=np.uint8)

    def read(box: Box, painted_over: Sequence[Box]) -> tuple[str, float]:
        return read_piece(_cut_out(upright, box, painted_over), cache_folder)

    layout = layout_of(gray, reading.lines, read)
    name = hashlib.sha256(image.tobytes()).hexdigest() + str(page)
    size = Box(0, 0, width, height)
    return blocks_of(layout, size, _outline(reading, matrix, width, height), features, name, page)


def _cut_out(page: Pixels, box: Box, painted_over: Sequence[Box]) -> Pixels:
    """The part of the page in a box, with other boxes and what protrudes from them in the paper's colour."""
    left, top = max(0, int(box.left)), max(0, int(box.top))
    part = page[top:int(box.bottom) + 1, left:int(box.right) + 1].copy()
    paper = np.percentile(part.reshape(-1, 3), 80, axis=0).astype(np.uint8)
    for other in painted_over:
        margin = 0.08 * other.width
        rows = slice(max(0, int(other.top - margin) - top), max(0, int(other.bottom + margin) - top))
        columns = slice(max(0, int(other.left - margin) - left), max(0, int(other.right + margin) - left))
        part[rows, columns] = paper
    return part


def _outline(reading: Reading, matrix: npt.NDArray[np.float64], width: int, height: int) -> Outline:
    """From the upright page back to the given one: Textract's corners begin at the text's upper left."""
    back = np.asarray(cv2.invertAffineTransform(matrix), dtype=np.float64)

    def corners(box: Box) -> list[tuple[float, float]]:
        points = np.array([
            (box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)])
        straight = points @ back[:, :2].T + back[:, 2]
        return [_turned_back(x / width, y / height, reading.quarter_turns) for x, y in straight.tolist()]

    return corners


def _turned_back(x: float, y: float, quarter_turns: int) -> tuple[float, float]:
    """A point of the page that was turned counter-clockwise, on the page before that; in parts of its sides."""
    for _ in range(quarter_turns % 4):
        x, y = 1.0 - y, x
    return x, y
