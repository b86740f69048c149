"""Does a picture, an outline or a pen's line stand where a label on the page asks for a value?

A single figure pasted in beside ``Weight:`` is too small to be told from an icon by its look; its place tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pypdfium2 as pdfium

from include.documents.glyphs import Glyphs, frame_of, read_words
from include.documents.page_object import Rect

_OPEN_LABEL = re.compile(r":[ \t]*(?:$|[ \t]{2}|\w+:|_{2}|\.{3})", re.MULTILINE)
"""A colon with nothing after it that could be its value."""
MAX_GAP = 150.0
"""Points from a label to its value."""
HEIGHTS = (4.0, 30.0)
"""Points that a value is high, printed or written by hand."""
MAX_WIDTH = 250.0


def answer_to_label(page: pdfium.PdfPage, text: str, drawn: Sequence[Rect]) -> bool:
    """One of the rectangles (points of the page's own space, origin at the crop box's corner) is a label's value."""
    values = [rect for rect in drawn
              if HEIGHTS[0] <= rect[3] - rect[1] <= HEIGHTS[1] and rect[2] - rect[0] <= MAX_WIDTH]
    if not values or not _OPEN_LABEL.search(text):
        return False
    words, turned = read_words(page)
    if turned:
        return False
    frame = frame_of(page)
    return any(_answers(frame.show(value), words) for value in values)


def _answers(value: Rect, words: Sequence[Glyphs]) -> bool:
    """The nearest word to the left on the value's line ends in a colon. Places are those of the displayed page."""
    x0, top, _, bottom = value
    before = [word for word in words
              if word.x1 <= x0 + 2 and top <= word.middle <= bottom and word.text.strip("_.") != ""]
    if not before:
        return False
    nearest = max(before, key=lambda word: word.x1)
    return nearest.text.rstrip("_. ").endswith(":") and x0 - nearest.x1 <= MAX_GAP
