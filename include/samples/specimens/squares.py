"""A page's number as black and white squares: drawn on the page, and found again in any picture of it.

48 squares in 4 rows at the foot of the page: 24 bits of the document's number, 8 of the page's, 16 of a checksum. Their
places are parts of the page's width and height, so that they are the same in a file, in a page cut out of it and in a
picture of any resolution from about 30 dots per inch up.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

COLUMNS, ROWS = 12, 4
LEFT, TOP = 0.12, 0.90
WIDTH, HEIGHT = 0.018, 0.0128
"""Of one square, about 10.7 points on A4."""
MOST_DOCUMENTS, MOST_PAGES = 1 << 24, 1 << 8
_CORE = 0.25
"""Part of a square at each of its sides that is not looked at: it is blurred by what is beside it."""


@dataclass(frozen=True, slots=True)
class PageNumber:
    """Which page of which document: ``document`` from 0, ``page`` from 1.

    :raises ValueError: too large for the squares.
    """

    document: int
    page: int

    def __post_init__(self) -> None:
        if not (0 <= self.document < MOST_DOCUMENTS and 1 <= self.page < MOST_PAGES):
            raise ValueError("a document's number has 24 bits, a page's 8")


def dark_squares(number: PageNumber) -> Iterator[tuple[float, float, float, float]]:
    """Left, top, right and bottom of each black square, as parts of the page."""
    for index, bit in enumerate(_bits(number)):
        if bit:
            left, top = LEFT + index % COLUMNS * WIDTH, TOP + index // COLUMNS * HEIGHT
            yield left, top, left + WIDTH, top + HEIGHT


def read_squares(picture: npt.NDArray[np.uint8]) -> PageNumber | None:
    """The number that a page carries; None where it carries none.

    :param picture: (height, width) or (height, width, colours) bytes of the whole page, upright.
    """
    height, width = picture.shape[:2]
    value = 0
    for index in range(COLUMNS * ROWS):
        left, top = LEFT + index % COLUMNS * WIDTH, TOP + index // COLUMNS * HEIGHT
        rows = _core(top, HEIGHT, height)
        columns = _core(left, WIDTH, width)
        value = value << 1 | int(picture[rows, columns].mean() < 128)
    code, checksum = value >> 16, value & 0xFFFF
    document, page = code >> 8, code & 0xFF
    if page == 0 or _checksum(code) != checksum:
        return None
    return PageNumber(document, page)


def _core(start: float, length: float, size: int) -> slice:
    """The pixels in the middle of a square, one at least."""
    first = round((start + _CORE * length) * size)
    return slice(first, max(first + 1, round((start + (1 - _CORE) * length) * size)))


def _bits(number: PageNumber) -> list[int]:
    code = number.document << 8 | number.page
    value = code << 16 | _checksum(code)
    return [value >> place & 1 for place in reversed(range(COLUMNS * ROWS))]


def _checksum(code: int) -> int:
    """Of a blank page and of a black one it is wrong, because it begins with ones."""
    return binascii.crc_hqx(code.to_bytes(4, "big"), 0xFFFF)
