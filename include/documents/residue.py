"""What a picture of a page still shows once the words of its text layer are taken away."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium

from include.documents import ink
from include.documents.glyphs import Frame, frame_of, read_words
from include.documents.page_object import Rect
from include.documents.writing import edge_mask, turn, writing_rows

WRITING_SIDE = 1400
"""Longer side, in pixels, of the picture on which writing is looked for: print of 6 pt is still 7 high on Letter."""
ROW_LETTERS = 2.5
"""Letters from which shapes in a row are taken for writing."""
AROUND = 3.0
"""Points around an area in which writing still belongs to it."""
_MARGIN = 1.5
"""Points around a word that still belong to it."""


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """A row of writing that no word of the text layer stands for; ``rect`` in points of the page's own space, origin at
    the crop box's lower left corner."""

    rect: Rect
    letters: float
    bar_code: bool


def look(page: pdfium.PdfPage, side: int = ink.LOOK_SIDE) -> ink.Colours:
    """A page's picture as displayed, its longer side at ``side`` pixels whatever the page's own size."""
    scale = side / max(*page.get_size(), 1.0)
    return ink.colours(page.render(scale=scale).to_pil(), side)


def unread_rows(page: pdfium.PdfPage, places: Sequence[Rect] | None = None,
                hidden_too: bool = False, without: Container[int] = ()) -> list[UnreadRow]:
    """Rows of writing outside the words of the page's text layer.

    :param places: where they are looked for, in points of the page's own space; None for the whole page.
    :param hidden_too: the words of an invisible layer count as read.
    :param without: PDFium's handles of pieces of text that do not, as they lie under a picture.
    """
    frame = frame_of(page)
    displayed = None if places is None else [frame.show(place) for place in places]
    view = _View.of(page, frame, displayed)
    mask = edge_mask(view.picture)
    if displayed is not None:
        inside = np.zeros(mask.shape, dtype=np.bool_)
        for box in displayed:
            inside[view.span(box, AROUND)] = True
        mask &= inside
    words, turned = read_words(page, hidden_too, without)
    for word in words:
        mask[view.span(frame.displayed((word.x0, word.top, word.x1, word.bottom), turned), _MARGIN)] = False
    if not mask.any():
        return []
    rows = [row for row in writing_rows(mask) if row.letters >= ROW_LETTERS]
    if not rows:
        # Lettering along the side of a picture.
        rows = [turn(row) for row in writing_rows(mask.T) if row.letters >= ROW_LETTERS and not row.bar_code]
    return [UnreadRow(frame.own(view.points(row.box)), row.letters, row.bar_code) for row in rows]


@dataclass(frozen=True, slots=True)
class _View:
    """A picture of the displayed page, or of the part of it that is asked for: its corner (points from the page's top
    left) and its pixels a point."""

    picture: ink.Colours
    left: float
    top: float
    scale: float

    @classmethod
    def of(cls, page: pdfium.PdfPage, frame: Frame, boxes: Sequence[Rect] | None) -> _View:
        width, height = frame.size
        x0, y0, x1, y1 = 0.0, 0.0, width, height
        if boxes:
            x0 = min(max(0.0, min(box[0] for box in boxes) - AROUND), width - 1)
            y0 = min(max(0.0, min(box[1] for box in boxes) - AROUND), height - 1)
            x1 = max(min(width, max(box[2] for box in boxes) + AROUND), x0 + 1)
            y1 = max(min(height, max(box[3] for box in boxes) + AROUND), y0 + 1)
        scale = WRITING_SIDE / max(width, height, 1.0)
        bitmap = page.render(scale=scale, crop=(x0, height - y1, width - x1, y0))
        picture = ink.colours(bitmap.to_pil(), WRITING_SIDE + 1)
        return cls(picture, x0, y0, picture.shape[1] / (x1 - x0))

    def span(self, box: Rect, margin: float) -> tuple[slice, slice]:
        """Rows and columns under a rectangle of the displayed page (x0, top, x1, bottom in points)."""
        x0, y0, x1, y1 = box
        return (slice(max(0, int((y0 - margin - self.top) * self.scale)),
                      max(0, round((y1 + margin - self.top) * self.scale) + 1)),
                slice(max(0, int((x0 - margin - self.left) * self.scale)),
                      max(0, round((x1 + margin - self.left) * self.scale) + 1)))

    def points(self, box: tuple[int, int, int, int]) -> Rect:
        """Pixels to points of the displayed page."""
        return (self.left + box[0] / self.scale, self.top + box[1] / self.scale,
                self.left + box[2] / self.scale, self.top + box[3] / self.scale)
