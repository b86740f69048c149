"""Values beside, above or below their labels, by where they stand on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from include.fhir.extraction.forms.fitting import fits
from include.fhir.extraction.forms.labels import meaning_of, plain
from include.fhir.extraction.page.reading import Segment

_NEAR = 2.5
"""Heights of a line between a label and the value above or below it."""

_HABIT = re.compile(
    r"\b(?:yes|no|none|never|former\w*|current\w*|past|quit|daily|weekly|non-?\w*|smok\w+|drink\w*|denie[sd]|packs?|ppd|"
    r"social\w*|occasional\w*|rare\w*|unknown|every|some|cigarettes?|tobacco|alcohol|glass\w*|beers?|wine|ja|nein)\b",
    re.IGNORECASE,
)
"""Words of an answer about smoking or drinking."""


def stacked(bare: Sequence[Segment], everything: Sequence[Segment]) -> Iterator[tuple[str, Segment]]:
    """(label, value) for labels that stand apart; the page's majority decides where above and below would both do."""
    choices: list[tuple[Segment, Segment | None, Segment | None]] = []
    for label in bare:
        beside = _beside(label, everything)
        up, down = (_neighbour(label, everything, direction) for direction in (-1, 1))
        if beside is not None and (_is_level(label, beside) or not (up or down)):
            yield (label.text, beside)
        else:
            choices.append((label, up, down))
    above = sum(up is not None and down is None for _, up, down in choices)
    below = sum(down is not None and up is None for _, up, down in choices)
    for label, up, down in choices:
        value = (up or down) if above > below else (down or up)
        if value is not None:
            yield (label.text, _with_second_word(label, value, everything))


def _with_second_word(label: Segment, value: Segment, everything: Sequence[Segment]) -> Segment:
    """A stacked name printed one word a line."""
    meaning = meaning_of(label.text) or ""
    if not meaning.startswith(("name", "practitioner")) or meaning == "practitioner_id" or len(value.text.split()) > 1:
        return value
    following = _neighbour(replace(label, box=value.box), everything, 1)
    if following and len(following.text.split()) == 1 and following.box.top - value.box.bottom < value.box.height:
        return replace(value, text=f"{value.text} {following.text}")
    return value


def _is_level(label: Segment, value: Segment) -> bool:
    """On one line: rows of small print stand closer than their boxes are high."""
    return abs(value.box.middle[1] - label.box.middle[1]) < 0.5 * max(label.box.height, value.box.height)


def _beside(label: Segment, everything: Sequence[Segment]) -> Segment | None:
    """The next segment to the right on the same height, where it can be the label's value."""
    reach = max(label.box.height, 0.008)
    right = [
        other
        for other in everything
        if other.box.left >= label.box.right - 0.005
        and abs(other.box.middle[1] - label.box.middle[1]) < 0.9 * max(reach, other.box.height)
        and other.printed.at != label.printed.at
    ]
    if not right:
        return None
    value = min(right, key=lambda other: other.box.left)
    return value if _usable(meaning_of(label.text), value) and value.box.left - label.box.right < 0.3 else None


def _usable(meaning: str | None, value: Segment) -> bool:
    if meaning == "gender" and plain(value.text) in ("other", "unknown"):
        return False  # words of other labels as well: only a label right before them makes them a sex
    if re.match(r"\s*(?:\d{1,2}[.)]|[•▪*–-])\s", value.text):
        return False  # an entry of a list
    if meaning in ("smoking", "alcohol") and not _HABIT.search(value.text):
        return False
    text = re.sub(r"\d:\d\d", "", value.text)
    return (
        meaning is not None and ":" not in text and meaning_of(value.text) is None and fits(meaning, value.text)
    )


def _neighbour(label: Segment, everything: Sequence[Segment], direction: int) -> Segment | None:
    """The next segment below (1) or above (-1) a label that starts near its left edge and fits it."""
    meaning = meaning_of(label.text)
    if meaning is None or meaning in ("organization", "relative", "location", "reason", "address"):
        return None
    near: list[tuple[float, Segment]] = []
    for other in everything:
        gap = (other.box.top - label.box.bottom) if direction > 0 else (label.box.top - other.box.bottom)
        aligned = (
            abs(other.box.left - label.box.left) < 0.05 or label.box.left <= other.box.middle[0] <= label.box.right
        )
        if (
            aligned
            and -0.5 * label.box.height < gap < _NEAR * label.box.height
            and other.printed.at != label.printed.at
        ):
            near.append((gap, other))
    if not near:
        return None
    value = min(near, key=lambda entry: entry[0])[1]
    return value if _usable(meaning, value) else None
