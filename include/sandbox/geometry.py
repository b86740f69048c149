"""Boxes, words and lines of a page in pixels of the upright page; the origin is the upper left corner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def centre_x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def centre_y(self) -> float:
        return (self.top + self.bottom) / 2

    def holds(self, other: Box) -> bool:
        """Whether the other box's centre lies inside."""
        return self.left <= other.centre_x <= self.right and self.top <= other.centre_y <= self.bottom

    def shares_rows_with(self, other: Box) -> bool:
        """Whether both stand on one visual row: they overlap by more than half of the lower one's height."""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return shared > 0.5 * min(self.height, other.height)

    def shared_width(self, other: Box) -> float:
        return min(self.right, other.right) - max(self.left, other.left)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of them.

    :raises ValueError: there are none.
    """
    known = list(boxes)
    if not known:
        raise ValueError("no boxes")
    return Box(
        left=min(box.left for box in known), top=min(box.top for box in known),
        right=max(box.right for box in known), bottom=max(box.bottom for box in known))


@dataclass(frozen=True, slots=True)
class Word:
    """A printed word; ``confidence`` in percent."""

    text: str
    confidence: float
    box: Box


@dataclass(frozen=True, slots=True)
class Line:
    """Words that the text detector saw as one piece, from left to right."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        return sum(word.confidence for word in self.words) / len(self.words)

    @property
    def box(self) -> Box:
        return around(word.box for word in self.words)


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick box."""

    box: Box
    selected: bool
    confidence: float


Item = Word | Tick


def text_height(lines: Sequence[Line]) -> float:
    """The median height of the page's lines in pixels; 20 on a page without text."""
    return median(line.box.height for line in lines) if lines else 20.0


def visual_rows(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines that stand side by side, rows from top to bottom, each from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box.centre_y):
        mates = [row for row in rows[-4:] if any(line.box.shares_rows_with(other.box) for other in row)]
        fitting = [row for row in mates if all(line.box.shared_width(other.box) < line.box.height for other in row)]
        if fitting:
            min(fitting, key=lambda row: abs(row[-1].box.centre_y - line.box.centre_y)).append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda line: line.box.left)
    return sorted(rows, key=lambda row: around(line.box for line in row).top)


def in_reading_order(items: Iterable[Item]) -> list[Item]:
    """Words and ticks of one small region: rows from top to bottom, each from left to right."""
    rows: list[list[Item]] = []
    for item in sorted(items, key=lambda item: item.box.centre_y):
        if rows and any(item.box.shares_rows_with(other.box) for other in rows[-1]):
            rows[-1].append(item)
        else:
            rows.append([item])
    return [item for row in rows for item in sorted(row, key=lambda item: item.box.left)]
