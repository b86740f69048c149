"""What a picture of a page still shows once the words of its text layer are taken away."""

from __future__ import annotations

import numpy as np
import pypdfium2 as pdfium

from include.documents import ink
from include.documents.glyphs import Glyphs, frame_of, read_words
from include.documents.scan import PageScan

_MARGIN = 2.0
"""Points around a word that still belong to it; also kept away from an image's own border."""


def look(page: pdfium.PdfPage, side: int = ink.LOOK_SIDE) -> ink.Grey:
    """A page's picture as displayed, its longer side at ``side`` pixels whatever the page's own size."""
    scale = side / max(*page.get_size(), 1.0)
    return ink.grey(page.render(scale=scale, grayscale=True).to_pil())


def images_hold_content(page: pdfium.PdfPage, scan: PageScan) -> bool:
    """False where the page's images are plain surfaces under its text: paper, colour fields, empty frames."""
    picture = look(page)
    words, turned = read_words(page)
    if turned:
        return True
    frame = frame_of(page)
    _erase(picture, words, frame.size)
    for left, bottom, right, top in scan.images:
        x0, y0, x1, y1 = frame.place(left + frame.left, bottom + frame.bottom, right + frame.left, top + frame.bottom)
        part = _part(picture, (x0 + _MARGIN, y0 + _MARGIN, x1 - _MARGIN, y1 - _MARGIN), frame.size)
        if ink.edges(part) >= ink.BLANK_BELOW:
            return True
    return False


def share_outside_text(page: pdfium.PdfPage) -> float:
    """Share (0 to 1) of a page's edges that lie outside the words of its text layer, hidden ones included."""
    picture = look(page)
    before = ink.edges(picture)
    words, turned = read_words(page, hidden_too=True)
    if turned or not before:
        return 0.0 if not before else 1.0
    _erase(picture, words, frame_of(page).size)
    return ink.edges(picture) / before


def _erase(picture: ink.Grey, words: list[Glyphs], size: tuple[float, float]) -> None:
    """Each word's place takes the level that is most frequent there: its paper."""
    for word in words:
        part = _part(picture, (word.x0 - _MARGIN, word.top - _MARGIN, word.x1 + _MARGIN, word.bottom + _MARGIN), size)
        if part.size:
            part[:] = np.bincount(part.ravel(), minlength=256).argmax()


def _part(picture: ink.Grey, bounds: tuple[float, float, float, float], size: tuple[float, float]) -> ink.Grey:
    """A view of the picture; bounds in points of the displayed page."""
    height, width = picture.shape
    x0, y0, x1, y1 = bounds
    columns = slice(max(0, round(x0 / size[0] * width)), max(0, round(x1 / size[0] * width)))
    rows = slice(max(0, round(y0 / size[1] * height)), max(0, round(y1 / size[1] * height)))
    return picture[rows, columns]
