"""Rows of a form with a column of boxes for Yes and one for No: a row says something where Yes alone is ticked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from include.documents.content import Box, PageContent, TickBox
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.page.reading import PrintedLine, Segment, segments

_YES = frozenset(("yes", "y", "ja"))
_NO = frozenset(("no", "n", "nein"))
_UNDER = 0.035
"""Part of the page's width by which a box stands left or right of the word that heads it."""
_NARROW = 0.2
"""Part of the page's width between the two columns."""
_FEWEST_ROWS = 2


@dataclass(frozen=True, slots=True)
class Rows:
    """What the rows say, by line number, and the boxes that are theirs."""

    said: dict[int, str]
    boxes: tuple[Box, ...]


def yes_no_rows(page: PageContent, lines: Sequence[PrintedLine]) -> Rows:
    """The rows of all pairs of columns on a page; the labels of a line with Yes ticked, or nothing.

    :param lines: the lines of this page.
    """
    if not page.tick_boxes:
        return Rows({}, ())
    parts = [part for line in lines for part in segments(line)]
    said: dict[int, list[str]] = {}
    used: list[Box] = []
    for yes, no in _heads(parts):
        rows = [(one, two) for one, two in _pairs(page.tick_boxes, yes, no)]
        if len(rows) < _FEWEST_ROWS:
            continue
        for ticked, unticked in rows:
            label = _label(ticked, parts)
            if label is None:
                continue
            own = said.setdefault(label.printed.at, [])
            if ticked.selected and not unticked.selected:
                own.append(label.text.strip(" .:"))
            used += [mark.box for mark in (ticked, unticked) if mark.box]
    return Rows({at: "; ".join(labels) for at, labels in said.items()}, tuple(used))


def heads_boxes(text: str) -> bool:
    """Whether a line only heads columns of boxes; below it a row says nothing by itself, whatever the boxes hold."""
    return {*_YES, *_NO} >= set(plain(text).split()) and bool(plain(text))


def _heads(parts: Sequence[Segment]) -> list[tuple[Box, Box]]:
    """Each Yes with the No right beside it, as one segment or two."""
    words = [[(word.text, word.box) for word in part.words] or [(part.text, part.box)] for part in parts]
    firsts = [other[0][1] for other in words if plain(other[0][0]) in _NO]
    found: list[tuple[Box, Box]] = []
    for own in words:
        for (one, left), (two, right) in pairwise(own):
            if plain(one) in _YES and plain(two) in _NO:
                found.append((left, right))
        last, box = own[-1]
        beside = [no for no in firsts if _level(no, box) and 0 < no.left - box.left < _NARROW]
        if plain(last) in _YES and beside:
            found.append((box, min(beside, key=lambda no: no.left)))
    return found


def _pairs(boxes: Sequence[TickBox], yes: Box, no: Box) -> list[tuple[TickBox, TickBox]]:
    def under(head: Box) -> list[TickBox]:
        return [b for b in boxes if b.box and abs(b.box.middle[0] - head.middle[0]) < _UNDER and b.box.top > head.top]

    pairs: list[tuple[TickBox, TickBox]] = []
    for one in under(yes):
        level = [two for two in under(no) if one.box and two.box and _level(one.box, two.box) and two is not one]
        if len(level) == 1:
            pairs.append((one, level[0]))
    return pairs


def _label(mark: TickBox, parts: Sequence[Segment]) -> Segment | None:
    """The text nearest to the left of a box on its height."""
    box = mark.box
    if box is None:
        return None
    left = [
        part for part in parts
        if _level(part.box, box) and part.box.right <= box.left + box.width and re.search(r"[^\W\d_]{2}", part.text)
    ]  # fmt: skip
    return max(left, key=lambda part: part.box.right) if left else None


def _level(one: Box, two: Box) -> bool:
    return abs(one.middle[1] - two.middle[1]) < 0.7 * max(one.height, two.height)
