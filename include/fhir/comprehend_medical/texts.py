"""Pages as texts within a limit, and the way back from an offset in a text to a line.

Offsets are code points, as the service counts them (API_Entity: "The offset returns the UTF-8 code point in the
string"), and as Python does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from include.fhir.extraction.page.reading import PrintedLine

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters ``start`` to ``end`` (exclusive) of the line ``at`` of the document."""

    at: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A line, or a part of a long one, in a text; ``begin`` is its offset there, ``start`` its offset in the line."""

    begin: int
    at: int
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """Lines of one page, joined by line feeds."""

    text: str
    pieces: tuple[Piece, ...]

    def spans(self, begin: int, end: int) -> tuple[Span, ...]:
        """Where on the lines the characters ``begin`` to ``end`` stand; the line feeds stand nowhere."""
        found = []
        for piece in self.pieces:
            first, last = max(begin, piece.begin), min(end, piece.begin + len(piece.text))
            if first < last:
                shift = piece.start - piece.begin
                found.append(Span(piece.at, first + shift, last + shift))
        return tuple(found)


def texts_of(lines: Iterable[PrintedLine], limit: int) -> list[Text]:
    """The lines in their order, each page by itself, cut at line ends where it is too long; a line alone is cut at its
    blanks. A text without any word is left out.

    :param limit: bytes of UTF-8; 4 or more.
    """
    made = []
    for _, page in groupby(lines, key=lambda line: line.page):
        for parts in _packed((part for line in page for part in _parts(line, limit)), limit):
            if any(part.strip() for _, _, part in parts):
                made.append(_text(parts))
    return made


_Part = tuple[int, int, str]
"""A line's number, an offset in it, and what stands there."""


def _text(parts: list[_Part]) -> Text:
    pieces, begin = [], 0
    for at, start, text in parts:
        pieces.append(Piece(begin, at, start, text))
        begin += len(text) + 1
    return Text("\n".join(text for _, _, text in parts), tuple(pieces))


def _packed(parts: Iterable[_Part], limit: int) -> Iterator[list[_Part]]:
    held: list[_Part] = []
    size = 0
    for part in parts:
        more = _bytes(part[2])
        if held and size + 1 + more > limit:
            yield held
            held, size = [], 0
        size += more + (1 if held else 0)
        held.append(part)
    if held:
        yield held


def _parts(line: PrintedLine, limit: int) -> Iterator[_Part]:
    """The line, cut so that each part keeps within the limit. What is no character is sent as U+FFFD."""
    text, start = _LONE_SURROGATE.sub("\ufffd", line.text), 0
    while _bytes(text[start:]) > limit:
        end, size = start, 0
        while size + _bytes(text[end]) <= limit:
            size += _bytes(text[end])
            end += 1
        blank = text.rfind(" ", start, end)
        end = blank + 1 if blank >= start else end
        yield line.at, start, text[start:end]
        start = end
    yield line.at, start, text[start:]


def _bytes(text: str) -> int:
    return len(text.encode())
