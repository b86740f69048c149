"""Statements with typed boxes for Yes and No behind them: ``Diabetes [x] Yes [ ] No  COPD [ ] Yes [x] No``.

OCR may read the boxes as a line of their own, so that only their height tells to which statement they belong. What is
not ticked Yes is not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from include.fhir.extraction.forms.labels import meaning_of
from include.fhir.extraction.page.reading import PrintedLine

_BOX = r"[\[(]\s*[xX×✓✔]?\s*[\])]|[☐☑☒□✓✔✗■]"
_ANSWER = r"(?:yes|no|ja|nein|y|n)(?!\w)"
_PAIR = re.compile(
    rf"(?P<first>{_BOX})\s*(?P<one>{_ANSWER})(?P<told>[^\[\]()☐☑☒□■]*?)(?P<second>{_BOX})\s*(?P<two>{_ANSWER})|"
    rf"(?<!\w)(?P<before>{_ANSWER})\s*(?P<third>{_BOX})\s*(?P<after>{_ANSWER})\s*(?P<fourth>{_BOX})",
    re.IGNORECASE,
)
_TICK = re.compile(r"[xX×✓✔☑☒✗■]")
_YES = re.compile(r"(?:yes|ja|y)", re.IGNORECASE)
_HABIT = re.compile(r"\b(?:smok\w+|tobacco|alcohol|vap\w+|drugs?|drink\w*)\b", re.IGNORECASE)
_ASKS = re.compile(r"\?\s*$|\b(?:any|known|do you|are you|have you|has|is there|did|were|was|if)\b", re.IGNORECASE)
_WORDS = 6
"""Words of the longest statement; a longer text is a question."""
_LEVEL = 0.7
"""Part of a line's height by which lines of one row may stand apart."""


@dataclass(frozen=True, slots=True)
class _Part:
    at: int
    start: int
    end: int


def typed_statements(lines: Sequence[PrintedLine]) -> dict[int, str]:
    """What the rows of statements say, by the number of each of their lines: those with Yes ticked, or nothing.

    A row that asks (``Any known allergies?``), or for a habit, is none: its answer is more than its words.

    :param lines: the lines of one page.
    """
    said: dict[int, str] = {}
    for row in _rows([line for line in lines if line.line.box]):
        said |= _said(row)
    return said


def _rows(lines: Sequence[PrintedLine]) -> Iterator[list[PrintedLine]]:
    """Lines on one height, from left to right, of which at least one has a typed box."""
    boxed = [line for line in lines if _PAIR.search(line.text)]
    taken: set[int] = set()
    for first in boxed:
        if first.at in taken:
            continue
        height = first.line.box.height
        level = first.line.box.middle[1]
        row = [line for line in lines if abs(line.line.box.middle[1] - level) < _LEVEL * max(height, 0.001)]
        taken.update(line.at for line in row)
        yield sorted(row, key=lambda line: line.line.box.left)


def _said(row: Sequence[PrintedLine]) -> dict[int, str]:
    text, parts = "", list[_Part]()
    for line in row:
        parts.append(_Part(line.at, len(text), len(text) + len(line.text)))
        text += line.text + "  "
    said: dict[int, list[str]] = {}
    pairs = list(_PAIR.finditer(text))
    starts = [0, *(pair.end() for pair in pairs)]
    for start, pair in zip(starts, pairs, strict=False):
        label = _label(text[start : pair.start()])
        if label is None:
            return {}
        own = next(part for part in reversed(parts) if text.find(label, start) >= part.start)
        for part in parts:
            if part.start < pair.end() and part.start >= own.start:
                said.setdefault(part.at, [])
        if _is_yes(pair):
            said[own.at].append(" ".join([label, (pair["told"] or "").strip(" :,;")]).strip())
    rest = text[starts[-1] :].strip(" ,;")
    if rest and parts and pairs:
        last = next(part for part in reversed(parts) if text.find(rest, starts[-1]) >= part.start)
        if last.at in said:
            said[last.at].append(rest)
    return {at: "; ".join(texts) for at, texts in said.items()}


def _label(text: str) -> str | None:
    """The statement before its boxes; None where the text is a question, a habit or a detail of a person."""
    label = re.split(r"\s{2,}", text.strip(" .:,;•-"))[-1].strip(" .:,;•-")
    label = re.sub(r"^\d{1,2}[.)]\s+", "", label)
    if not re.search(r"[^\W\d_]{2}", label) or len(label.split()) > _WORDS or re.search(r"\w:\s", label):
        return None
    if _ASKS.search(text) or _HABIT.search(label) or meaning_of(label) is not None:
        return None
    return label


def _is_yes(pair: re.Match[str]) -> bool:
    """Whether the box of Yes alone is ticked."""
    if pair["first"]:
        boxes = ((pair["one"], pair["first"]), (pair["two"], pair["second"]))
    else:
        boxes = ((pair["before"], pair["third"]), (pair["after"], pair["fourth"]))
    ticked = [answer for answer, box in boxes if _TICK.search(box)]
    return len(ticked) == 1 and _YES.fullmatch(ticked[0]) is not None
