"""Doubtful words, read again: those beside a tick box without it, and others by themselves.

The text detector takes box, mark and label for one piece, and the engine is then sure of none of its letters. It
also reads lines in batches of one width, which leaves it in doubt of words that it reads well alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from include.sandbox.geometry import Box, Line, Tick, Word

PieceReader = Callable[[Box], tuple[str, float]]
"""Text and confidence in percent of what is printed in a box of the page; empty text for nothing."""
SURE, DOUBTFUL = 97.0, 80.0
"""Percent from which a word beside a tick box needs no second look, and below which any other gets one."""
MARK_GLYPHS = "□☐☑☒✓✔■口区凶因图冈"
"""What the engine makes of a box."""


def parted_at_ticks(lines: Sequence[Line], ticks: Sequence[Tick]) -> list[Line]:
    """Lines without the characters that the engine made of a tick box and the mark in it, cut where it stands."""
    return [part for line in lines for part in _parts(line, ticks)]


def _parts(line: Line, ticks: Sequence[Tick]) -> list[Line]:
    row = [
        tick.box for tick in ticks
        if tick.box.shares_rows_with(line.box) and tick.box.shared_width(line.box) > 0]
    if not row:
        return [line]
    words = [rest for word in line.words for rest in _beside(word, row)]
    edges = [float("-inf"), *sorted(box.centre_x for box in row), float("inf")]
    parts = [
        tuple(word for word in words if low <= word.box.centre_x < high)
        for low, high in itertools.pairwise(edges)]
    return [Line(part) for part in parts if part]


def _beside(word: Word, row: Sequence[Box]) -> list[Word]:
    """The runs of the word's characters that stand beside the boxes."""
    if not any(box.shared_width(word.box) > 0 for box in row):
        return [word]
    step = word.box.width / len(word.text)
    free = [
        character not in MARK_GLYPHS
        and not any(box.left <= word.box.left + (index + 0.5) * step <= box.right for box in row)
        for index, character in enumerate(word.text)]
    runs = [list(run) for is_free, run in itertools.groupby(range(len(free)), key=free.__getitem__) if is_free]
    return [
        Word(word.text[run[0]:run[-1] + 1], word.confidence,
             Box(word.box.left + run[0] * step, word.box.top, word.box.left + (run[-1] + 1) * step, word.box.bottom))
        for run in runs]


def reread(lines: Sequence[Line], ticks: Sequence[Tick], read: PieceReader) -> list[Line]:
    """Lines, with the doubtful ones read again.

    What stands right beside a tick box becomes what the surer reading says. Elsewhere no text changes: where the
    second reading says the same, the surer one's confidence counts.
    """
    return [_again(line, ticks, read) for line in lines]


def _again(line: Line, ticks: Sequence[Tick], read: PieceReader) -> Line:
    box = line.box
    least = min(word.confidence for word in line.words)
    if least >= SURE:
        return line
    near = [tick.box for tick in ticks if _is_near(tick.box, box)]
    if not near:
        return _confirmed(line, read) if least < DOUBTFUL else line
    at_left = [other.right for other in near if other.centre_x < box.centre_x]
    at_right = [other.left for other in near if other.centre_x > box.centre_x]
    side = near[0].height
    piece = Box(
        max(at_left, default=box.left), max(box.top, near[0].top - 0.3 * side),
        min(at_right, default=box.right), min(box.bottom, near[0].bottom + 0.3 * side))
    if piece.width <= 0 or piece.height <= 0:
        return line
    text, confidence = read(piece)
    words = text.strip(MARK_GLYPHS + " ").split()
    if not words or confidence <= line.confidence:
        return line
    return Line(tuple(_spread(words, confidence, piece)))


def _confirmed(line: Line, read: PieceReader) -> Line:
    text, confidence = read(line.box)
    if text.split() != [word.text for word in line.words]:
        return line
    return Line(tuple(Word(word.text, max(word.confidence, confidence), word.box) for word in line.words))


def _is_near(tick: Box, box: Box) -> bool:
    return tick.shares_rows_with(box) and -tick.shared_width(box) < 0.7 * tick.width


def _spread(words: Sequence[str], confidence: float, piece: Box) -> list[Word]:
    """Words laid over the piece in proportion to their characters."""
    step = piece.width / (sum(map(len, words)) + len(words) - 1)
    spread, left = [], piece.left
    for text in words:
        right = left + len(text) * step
        spread.append(Word(text, confidence, Box(left, piece.top, right, piece.bottom)))
        left = right + step
    return spread
