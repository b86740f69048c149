"""Headings known by where they stand: beside the text in a column of their own, or alone above a paragraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from include.fhir.extraction.page.reading import PrintedLine, by_page, segments

_FEWEST = 3
"""Known headings in a column, below which it may be any table."""
_FEWEST_ABOVE = 2
"""Known headings alone above paragraphs, from which on unknown ones of this shape are headings, too."""
_ALIGNED = 0.012
"""Part of the page's width within which lines begin at the same place."""
_MOST_WORDS = 6
_LONG = 6
"""Words of a line that is running text."""
_APART = 1.4
"""How much farther a heading stands from the line above than from the line below."""
_CODED = re.compile(r"[(\[](?:ICD[- ]?10(?:[- ]?CM)?:?\s*)?[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?[)\]]\s*$")
"""A diagnosis with its ICD-10-CM code ends the line: beside one heading it needs no column of others."""
_TITLE = re.compile(r"[A-ZÄÖÜ][^.,;!?\d•|_=<>]*[A-Za-zäöüß)&]\s*[:?]?")


@dataclass(frozen=True, slots=True)
class Beside:
    """A line of a note with its headings in a column left of the text."""

    heading: str
    """What stands in the column of headings; empty where it only goes on with the heading above."""
    text: str


def side_headings(lines: Sequence[PrintedLine], is_known: Callable[[str], bool]) -> dict[int, Beside]:
    """The lines with a heading in a column of their own left of the text, by their numbers.

    :param is_known: whether a text is a heading by its words. Three of them before texts that begin at the same
        place make the column; what else stands in it heads something, too.
    """
    found: dict[int, Beside] = {}
    for own in by_page(lines).values():
        parted = [parts for line in own if len(parts := segments(line)) > 1 and is_known(parts[0].text)]
        known = Counter(round(parts[1].box.left, 2) for parts in parted if _is_title(parts[0].text))
        if not known or known.most_common(1)[0][1] < _FEWEST - 1:
            continue
        near = known.most_common(1)[0][0]
        column = next(parts[1].box.left for parts in parted if round(parts[1].box.left, 2) == near)
        beside = _beside(own, column, is_known)
        heads = [each for each in beside.values() if each.heading]
        sure = sum(is_known(each.heading) for each in heads)
        long = sum(len(each.text.split()) >= _LONG for each in heads)
        if sure >= _FEWEST and 2 * sure >= len(heads) and 2 * long >= len(heads):
            found |= beside
    return found


def _beside(lines: Sequence[PrintedLine], column: float, is_known: Callable[[str], bool]) -> dict[int, Beside]:
    """The lines of a page whose text begins at ``column``, with what heads them; a heading may take two lines."""
    found: dict[int, Beside] = {}
    above: int | None = None
    for line in lines:
        left = [word for word in line.line.words if word.box.right < column]
        right = line.line.words[len(left) :]
        heading, text = " ".join(word.text for word in left), " ".join(word.text for word in right)
        at_column = not right or abs(right[0].box.left - column) < _ALIGNED
        joined = f"{found[above].heading} {heading}" if above is not None and heading else ""
        if above is not None and at_column and joined and is_known(joined) and not is_known(found[above].heading):
            found[above] = Beside(joined, found[above].text)
            found[line.at] = Beside("", text)
        elif right and at_column and _is_title(heading) and (is_known(heading) or len(segments(line)) > 1):
            found[line.at] = Beside(heading, text)
            above = line.at
        elif left:
            above = None
    return found


def coded_labels(lines: Sequence[PrintedLine], is_known: Callable[[str], bool]) -> frozenset[int]:
    """Numbers of the lines that label one coded diagnosis (``Diagnosis given   Asthma (J45.40)``), all they head."""
    parted = [(line.at, segments(line)) for line in lines]
    return frozenset(
        at for at, parts in parted
        if len(parts) == 2 and _is_title(parts[0].text) and is_known(parts[0].text) and _CODED.search(parts[1].text)
    )


def lone_titles(lines: Sequence[PrintedLine], is_known: Callable[[str], bool]) -> frozenset[int]:
    """Numbers of the lines that head a paragraph by their shape: short, alone, nearer to the text below than above."""
    found: list[PrintedLine] = []
    for (before, line), (_, below) in pairwise(pairwise(lines)):
        if not before.page == line.page == below.page or not _is_title(line.text):
            continue
        gap = line.line.box.top - before.line.box.bottom
        under = max(below.line.box.top - line.line.box.bottom, 0.0)
        if (
            len(segments(line)) == 1
            and gap > max(_APART * under, 0.3 * line.line.box.height)
            and abs(below.line.box.left - line.line.box.left) < _ALIGNED
            and len(below.text.split()) >= _LONG
            and re.search(r"[.;]\s|[.;]$", below.text)
        ):
            found.append(line)
    known = sum(is_known(line.text) for line in found)
    return frozenset(line.at for line in found) if known >= _FEWEST_ABOVE else frozenset()


def _is_title(text: str) -> bool:
    return len(text.split()) <= _MOST_WORDS and _TITLE.fullmatch(text.strip()) is not None
