"""A row of labels printed close together, and the values in the row below, each under its label.

Laboratories and payers print them so (``Age Date of Birth Sex`` over ``26 01/23/90 M``). Only places tell which value
is whose: a word that stands under no label, or under two, belongs to none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from include.documents.content import Box, Word
from include.fhir.extraction.forms.fitting import DATES, NUMBERS, fits
from include.fhir.extraction.forms.labels import label_pattern, meaning_of
from include.fhir.extraction.page.reading import PrintedLine, Segment, around

_FEWEST = 2
"""Known labels that make a line a row of labels."""
_COVERED = 0.6
"""Part of the letters of such a line that known labels make up."""
_NEAR = 2.0
"""Heights of a line between the labels and their values."""
_STRICT = DATES | NUMBERS | {"gender"}
"""Meanings whose values show by their form that they are such."""


@dataclass(frozen=True, slots=True)
class _Label:
    text: str
    left: float
    right: float


def labelled_rows(lines: Sequence[PrintedLine]) -> Iterator[tuple[str, Segment]]:
    """(label, value) of every row of labels with its values.

    :param lines: the lines of one page, top to bottom.
    """
    for line, below in pairwise(lines):
        gap = below.line.box.top - line.line.box.bottom
        if ":" in line.text or not 0 <= gap < _NEAR * line.line.box.height:
            continue
        labels = _labels(line)
        if len(labels) >= _FEWEST and len(_labels(below)) < _FEWEST:
            yield from _values(labels, below)


def _labels(line: PrintedLine) -> list[_Label]:
    text = " ".join(word.text for word in line.line.words)
    found = list(label_pattern().finditer(text))
    if sum(match.end() - match.start() for match in found) < _COVERED * len(text):
        return []
    labels: list[_Label] = []
    for match in found:
        boxes = boxes_between(line.line.words, match.start(), match.end())
        if boxes:
            labels.append(_Label(match[0], boxes[0].left, boxes[-1].right))
    return labels


def boxes_between(words: Sequence[Word], start: int, end: int) -> list[Box]:
    """The boxes of the words between two offsets of the words' joined text."""
    at, boxes = 0, []
    for word in words:
        if start <= at and at + len(word.text) <= end + 1:
            boxes.append(word.box)
        at += len(word.text) + 1
    return boxes


def _values(labels: Sequence[_Label], below: PrintedLine) -> Iterator[tuple[str, Segment]]:
    under: dict[int, list[Word]] = {}
    for word in below.line.words:
        over = [n for n, label in enumerate(labels) if label.left < word.box.right and word.box.left < label.right]
        if len(over) == 1:
            under.setdefault(over[0], []).append(word)
    for number, words in under.items():
        text, meaning = " ".join(word.text for word in words), meaning_of(labels[number].text)
        if meaning in _STRICT and fits(meaning, text):
            yield labels[number].text, Segment(text, around([w.box for w in words]), below, tuple(words))
