"""Lists of results without a header: names in one column, and beside each its value in another.

Synoptic reports of tumors and panels of markers print them so. A run of such lines, whose values begin at the same
place, tells that what stands there is the result of what is named beside it, known or not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from include.fhir.extraction.forms.labels import meaning_of
from include.fhir.extraction.page.reading import segments
from include.fhir.extraction.page.sections import Piece, heading_of
from include.fhir.extraction.statements.values import is_unit

_FEWEST = 3
"""Lines in a row that make a list."""
_ASIDE = 0.008
"""Part of the page's width by which values of one column may begin apart."""
_COUNTED = re.compile(r"\b(?:examined|involved|sampled|found|counted|removed|submitted|positive|number|count|score|"
                      r"index|total|mitos\w+|rate)\b", re.IGNORECASE)
"""Within a name: its value may be a number without a unit."""
_VALUE = re.compile(r"(?P<value>(?:[<>≤≥]\s?)?\d{1,5}(?:\.\d+)?)\s*(?P<unit>%|[A-Za-zµ²/0-9]{1,12})?(?:\s+[a-z]+)?")
_GRADED = re.compile(r"[0-3]\+|\+{1,4}")
_NO_RESULT = re.compile(
    r"\b(?:cut-?offs?|threshold|normal|reference|ref|range|limits?|goal|target|previous|prior|age|dates?|page|block|"
    r"slides?|cassettes?|number of pieces|lot|code|id|no|phone|fax|room|risk|volume|account|order|expected|predicted|"
    r"planned|recommended|requested)\b", re.IGNORECASE)
_WORDS = 6
_NAME = re.compile(r"[A-Z][\w ,/()+'-]*")


@dataclass(frozen=True, slots=True)
class Beside:
    """A name with the value printed beside it."""

    name: str
    value: str
    unit: str | None


def values_beside(pieces: Sequence[Piece]) -> dict[int, Beside]:
    """The results in lists of names and values, by the number of their line."""
    found: dict[int, Beside] = {}
    seconds = Counter(round(parts[1].box.left, 2) for p in pieces if len(parts := segments(p.printed)) > 1)
    column = next((place for place, count in seconds.most_common(1) if count >= _FEWEST), None)
    if column is None:
        return found
    for is_row, run in groupby(pieces, key=lambda piece: _cut(piece, column) is not None):
        rows = list(run)
        if not is_row or len(rows) < _FEWEST:
            continue
        read = {piece.printed.at: beside for piece in rows if (beside := _beside(piece, column))}
        found |= read if any(beside.unit for beside in read.values()) else {}
    return found


def _cut(piece: Piece, column: float) -> tuple[str, str] | None:
    """The name and the value of a line on which a word begins at the column of the values."""
    words = piece.printed.line.words
    at = next((n for n, word in enumerate(words) if n and abs(word.box.left - column) < _ASIDE), None)
    whole = "".join(word.text for word in words) == re.sub(r"\s", "", piece.text)
    if at is None or not whole:
        return None
    return " ".join(word.text for word in words[:at]), " ".join(word.text for word in words[at:])


def _beside(piece: Piece, column: float) -> Beside | None:
    name, value = _cut(piece, column) or ("", "")
    name = name.strip(" :")
    if not _NAME.fullmatch(name) or not re.search(r"[^\W\d_]{2}", name) or len(name.split()) > _WORDS:
        return None
    if _NO_RESULT.search(name) or meaning_of(name) or heading_of(name):
        return None
    if _GRADED.fullmatch(value):
        return Beside(name, value, None)
    number = _VALUE.fullmatch(value)
    unit = number["unit"] if number else None
    if number is None or (unit and not is_unit(unit)) or (unit is None and not _COUNTED.search(name)):
        return None
    return Beside(name, number["value"], unit)
