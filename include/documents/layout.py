"""Rows, phrases and reading order out of words that have places. Lengths in points, y downwards."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from include.documents.glyphs import Glyphs

PHRASE_GAP = 0.95
"""Blank space, in font sizes, that parts two phrases of a row; justified prose stretches its blanks to 0.8."""
_ALIGNED = 3.0
_MIN_COLUMN_ROWS = 5
_MIN_PROSE_WORDS = 4


@dataclass(frozen=True)
class Phrase:
    """Words of one row without a wide gap between them."""

    words: tuple[Glyphs, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @cached_property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @cached_property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @cached_property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @cached_property
    def size(self) -> float:
        return statistics.median(word.size for word in self.words)

    @cached_property
    def bold(self) -> bool:
        return sum(word.bold for word in self.words) * 2 > len(self.words)


@dataclass(frozen=True)
class Row:
    """Phrases on one base line, from left to right."""

    phrases: tuple[Phrase, ...]

    @cached_property
    def words(self) -> tuple[Glyphs, ...]:
        return tuple(word for phrase in self.phrases for word in phrase.words)

    @cached_property
    def text(self) -> str:
        return " ".join(phrase.text for phrase in self.phrases)

    @property
    def x0(self) -> float:
        return self.phrases[0].x0

    @cached_property
    def x1(self) -> float:
        return max(phrase.x1 for phrase in self.phrases)

    @cached_property
    def top(self) -> float:
        return min(phrase.top for phrase in self.phrases)

    @cached_property
    def bottom(self) -> float:
        return max(phrase.bottom for phrase in self.phrases)

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @cached_property
    def size(self) -> float:
        return statistics.median(phrase.size for phrase in self.phrases)


def build_rows(words: Iterable[Glyphs]) -> list[Row]:
    """Rows from top to bottom; a word belongs to the row that it overlaps by half of its height."""
    grouped: list[list[Glyphs]] = []
    for word in sorted(words, key=lambda w: (w.middle, w.x0)):
        row = next((g for g in reversed(grouped[-4:]) if _on_row(word, g[0])), None)
        if row is None:
            grouped.append([word])
        else:
            row.append(word)
    rows = [Row(tuple(_phrases(sorted(group, key=lambda w: w.x0)))) for group in grouped]
    return sorted(rows, key=lambda r: (r.top + r.bottom) / 2)


def reading_blocks(words: Sequence[Glyphs]) -> list[list[Row]]:
    """The page's rows in reading order; columns of prose come one after the other, each as its own block."""
    return _blocks(build_rows(words), depth=0)


def _on_row(word: Glyphs, first: Glyphs) -> bool:
    overlap = min(word.bottom, first.bottom) - max(word.top, first.top)
    return overlap > 0.5 * min(word.bottom - word.top, first.bottom - first.top)


def _phrases(words: list[Glyphs]) -> Iterable[Phrase]:
    run: list[Glyphs] = []
    for word in words:
        if run and word.x0 - max(w.x1 for w in run) > PHRASE_GAP * min(run[-1].size, word.size):
            yield Phrase(tuple(run))
            run = []
        run.append(word)
    if run:
        yield Phrase(tuple(run))


def _blocks(rows: list[Row], depth: int) -> list[list[Row]]:
    band = _prose_columns(rows) if depth < 4 else None
    if band is None:
        return [rows] if rows else []
    start, end, edge = band
    words = [word for row in rows[start:end] for word in row.words]
    left = build_rows(word for word in words if word.x0 < edge - _ALIGNED)
    right = build_rows(word for word in words if word.x0 >= edge - _ALIGNED)
    return [*_blocks(rows[:start], depth + 1), *_blocks(left, depth + 1),
            *_blocks(right, depth + 1), *_blocks(rows[end:], depth + 1)]


def _prose_columns(rows: list[Row]) -> tuple[int, int, float] | None:
    """Where two columns of prose stand side by side: first row, row after the last, left edge of the right column."""
    starts = sorted(phrase.x0 for row in rows for phrase in row.phrases[1:])
    for edge in _common(starts):
        start = 0
        for index in range(len(rows) + 1):
            if index == len(rows) or _crosses(rows[index], edge):
                if _is_prose(rows[start:index], edge):
                    return start, index, edge
                start = index + 1
    return None


def _common(values: list[float]) -> list[float]:
    """Left edges that five or more phrases share, the most frequent first."""
    groups: list[list[float]] = []
    for value in values:
        if groups and value - groups[-1][0] <= _ALIGNED:
            groups[-1].append(value)
        else:
            groups.append([value])
    frequent = [group for group in groups if len(group) >= _MIN_COLUMN_ROWS]
    return [group[0] for group in sorted(frequent, key=len, reverse=True)[:4]]


def _crosses(row: Row, edge: float) -> bool:
    return any(p.x0 < edge - _ALIGNED and p.x1 > edge - _ALIGNED for p in row.phrases)


def _is_prose(rows: list[Row], edge: float) -> bool:
    left = [[p for p in row.phrases if p.x0 < edge - _ALIGNED] for row in rows]
    right = [[p for p in row.phrases if p.x0 >= edge - _ALIGNED] for row in rows]
    return all(_fills([side for side in sides if side]) for sides in (left, right))


def _fills(lines: list[list[Phrase]]) -> bool:
    """Most lines are one phrase of several words and reach nearly across their column."""
    if len(lines) < _MIN_COLUMN_ROWS:
        return False
    width = max(line[-1].x1 for line in lines) - min(line[0].x0 for line in lines)
    full = [line for line in lines
            if len(line) == 1 and len(line[0].words) >= _MIN_PROSE_WORDS and line[0].x1 - line[0].x0 >= 0.7 * width]
    return len(full) >= 0.6 * len(lines)
