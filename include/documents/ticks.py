"""Printed tick boxes: a box sign or ``[X]`` and the label beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from include.documents.glyphs import Glyphs
from include.documents.layout import Row

_EMPTY = ("☐", "[]", "[_]", "□")
_TICKED = ("☑", "☒", "[x]", "[X]", "[✓]", "⊠", "[√]")
_MAX_LABEL_WORDS = 8


@dataclass(frozen=True, slots=True)
class PrintedTick:
    """``mark`` is the sign with its place."""

    mark: Glyphs
    label: str
    selected: bool


def find_ticks(rows: Sequence[Row]) -> list[PrintedTick]:
    """Tick boxes in reading order; the label is what follows up to the next box or gap, or else what stands before."""
    return [tick for row in rows for tick in _in_row(row)]


def _in_row(row: Row) -> Iterator[PrintedTick]:
    for place, phrase in enumerate(row.phrases):
        words = _joined([part for word in phrase.words for part in _parted(word)])
        marks = [i for i, word in enumerate(words) if word.text in (*_EMPTY, *_TICKED)]
        for index, start in enumerate(marks):
            stop = marks[index + 1] if index + 1 < len(marks) else len(words)
            after = [w.text for w in words[start + 1 : stop]][:_MAX_LABEL_WORDS]
            label = " ".join(after)
            if not label and place and not marks[:index]:
                label = row.phrases[place - 1].text
            yield PrintedTick(words[start], label, words[start].text in _TICKED)


def _joined(words: list[Glyphs]) -> list[Glyphs]:
    """``[ ]`` comes as two words."""
    joined: list[Glyphs] = []
    for word in words:
        if joined and joined[-1].text == "[" and word.text == "]":
            opened = joined.pop()
            word = Glyphs("[]", opened.x0, opened.top, word.x1, word.bottom, opened.size, opened.bold)
        joined.append(word)
    return joined


def _parted(word: Glyphs) -> list[Glyphs]:
    """``☐Yes`` printed without a blank is a box and a word."""
    if len(word.text) > 1 and word.text[0] in "☐☑☒□":
        return [
            Glyphs(word.text[0], word.x0, word.top, word.x0 + word.size, word.bottom, word.size, word.bold),
            Glyphs(word.text[1:], word.x0 + word.size, word.top, word.x1, word.bottom, word.size, word.bold),
        ]
    return [word]
