"""Small charts as inline SVG: no script, no external resource, as the page's Content-Security-Policy asks.

Lengths are percentages of the SVG's width, so that a chart fits every column and its text keeps its size. Colours are
classes of the page's style sheet. Matplotlib would bring 30 MB into every worker for pictures that know no dark mode.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_TICKS = (
    (0.001, "1 ms"), (0.01, "10 ms"), (0.1, "0.1 s"), (1.0, "1 s"), (10.0, "10 s"), (60.0, "1 min"), (600.0, "10 min"),
    (3600.0, "1 h"), (21600.0, "6 h"), (86400.0, "1 d"), (604800.0, "7 d"), (2592000.0, "30 d"), (31536000.0, "1 y"))
_BAR, _ROW, _COLUMNS = 14, 22, 72
"""Heights in pixels."""
_GAP, _NARROW_GAP = 10.0, 20.0
"""Percent of the width between the names of two ticks."""


@dataclass(frozen=True, slots=True)
class Part:
    """Of a stacked bar. ``tone`` is a class of the style sheet."""

    tone: str
    value: float
    title: str


def stacked_bar(parts: Sequence[Part], whole: float) -> str:
    """The parts side by side; ``whole`` is the value of the full width."""
    drawn, x = [], 0.0
    for part in parts:
        width = 100 * part.value / whole if whole > 0 else 0.0
        if width > 0:
            drawn.append(_rect(part.tone, x, 0, width, _BAR, part.title))
        x += width
    return _svg(_BAR, ", ".join(part.title for part in parts if part.value), drawn)


@dataclass(frozen=True, slots=True)
class TimeScale:
    """A logarithmic axis: stages last milliseconds, people take hours. ``ticks`` are seconds and their names."""

    ticks: tuple[tuple[float, str], ...]

    @classmethod
    def over(cls, seconds: Sequence[float]) -> TimeScale:
        """The axis that holds all of these; zeros stand at its beginning."""
        shown = [value for value in seconds if value > 0] or [1.0]
        first = max((index for index, tick in enumerate(_TICKS) if tick[0] <= min(shown)), default=0)
        last = min((index for index, tick in enumerate(_TICKS) if tick[0] >= max(shown)), default=len(_TICKS) - 1)
        last = max(last, first + 1) if first + 1 < len(_TICKS) else last
        return cls(_TICKS[first if first < last else last - 1:last + 1])

    def place(self, seconds: float) -> float:
        """Percent of the width."""
        low, high = math.log(self.ticks[0][0]), math.log(self.ticks[-1][0])
        where = (math.log(max(seconds, self.ticks[0][0])) - low) / (high - low)
        return 100 * min(where, 1.0)

    def grid(self, height: int) -> list[str]:
        return [f'<line class="grid" x1="{x:.2f}%" x2="{x:.2f}%" y1="0" y2="{height}"/>'
                for x in (self.place(seconds) for seconds, _ in self.ticks)]

    def axis(self) -> str:
        """The names of the ticks, as many as have room; ``spare`` are those that a narrow page leaves out."""
        names = self._with_room(self.ticks[:1], _NARROW_GAP)
        texts = []
        for seconds, name in self._with_room(names, _GAP):
            x = self.place(seconds)
            anchor = "start" if x < 1 else "end" if x > 99 else "middle"
            tone = "tick" if (seconds, name) in names else "tick spare"
            texts.append(f'<text class="{tone}" x="{x:.2f}%" y="11" text-anchor="{anchor}">{escape(name)}</text>')
        return _svg(_BAR, "time axis", texts)

    def _with_room(self, names: Sequence[tuple[float, str]], gap: float) -> tuple[tuple[float, str], ...]:
        """``names``, and the further ticks that stand off from them all."""
        found = list(names)
        for tick in self.ticks:
            if all(abs(self.place(tick[0]) - self.place(other)) >= gap for other, _ in found):
                found.append(tick)
        return tuple(sorted(found))


def range_bar(scale: TimeScale, p50: float, p90: float, p95: float, longest: float, title: str) -> str:
    """A dot at the median, a thick bar to the 90th percentile, a thinner one to the 95th, a line to the longest."""
    x50, x90, x95, end = (scale.place(value) for value in (p50, p90, p95, longest))
    middle = _ROW / 2
    drawn = [
        *scale.grid(_ROW),
        f'<line class="whisker" x1="{x50:.2f}%" x2="{end:.2f}%" y1="{middle}" y2="{middle}"/>',
        _rect("tail", x50, middle - 3, x95 - x50, 6),
        _rect("body", x50, middle - 5, x90 - x50, 10),
        f'<circle class="dot" cx="{x50:.2f}%" cy="{middle}" r="5"/>']
    return _svg(_ROW, title, drawn)


def columns(values: Sequence[float], titles: Sequence[str], slots: int, typical: float | None = None) -> str:
    """One column per run, the last one marked, all at the right of ``slots`` places; a dashed line at what is
    typical."""
    top = max([*values, typical or 0.0])
    step = 100 / slots
    left = slots - len(values)
    drawn = [f'<line class="base" x1="0%" x2="100%" y1="{_COLUMNS - 0.5}" y2="{_COLUMNS - 0.5}"/>']
    for index, (value, title) in enumerate(zip(values, titles, strict=True)):
        height = max((_COLUMNS - 4) * value / top, 1.5) if top > 0 and value > 0 else 0.0
        tone = "now" if index == len(values) - 1 else "then"
        drawn.append(_rect(tone, (left + index) * step + step * 0.12, _COLUMNS - height, step * 0.76, height, title))
    if typical is not None and top > 0:
        y = _COLUMNS - (_COLUMNS - 4) * typical / top
        drawn.append(f'<line class="typical" x1="0%" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>')
    return _svg(_COLUMNS, "; ".join(titles), drawn)


def _rect(tone: str, x: float, y: float, width: float, height: float, title: str = "") -> str:
    name = f"<title>{escape(title)}</title>" if title else ""
    return (f'<rect class="{escape(tone)}" x="{x:.2f}%" y="{y:.1f}" width="{width:.2f}%" height="{height:.1f}">'
            f"{name}</rect>")


def _svg(height: int, label: str, drawn: Sequence[str]) -> str:
    return (f'<svg role="img" aria-label="{escape(label)}" width="100%" height="{height}">'
            f'{"".join(drawn)}</svg>')
