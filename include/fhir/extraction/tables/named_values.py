"""Lists of measurements without a header: names, and beside each its number with the unit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.documents.content import Table
from include.fhir.extraction.dates import has_date
from include.fhir.extraction.forms.labels import meaning_of
from include.fhir.extraction.lexicon import drug_in

_FEWEST = 4
_NAME_WORDS = 6
_VALUE = re.compile(
    r"[-−]?\d+(?:[.,]\d+)?\s*(?P<unit>%|°|ms|msec|s|sec|min|mins|h|hrs?|mm|cm|m|g|kg|mV|µV|uV|Hz|dB|"
    r"m/s|cm/s|mm\s?Hg|cmH2O|cm H2O|mL|L|mL/s|L/s|L/min|mL/min|cm2|cm²|mm2|mm²|mL/m2|g/m2|degrees|deg|W|watts|METs?|"
    r"bpm|kPa|N|Nm|(?:events?|times|#)?\s?/\s?(?:h|hr|hour|min|night))?",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"\b(?:normal|mild|moderate|severe|goal|target|limits?|reference|expected|predicted|prior|previous|last|next|dose|"
    r"dosage|sig|take|quantity|qty|refills?|total due|balance|charge|price|copay|deductible|serving|calories|"
    r"appointment|duration of (?:visit|treatment)|threshold|cut-?off|visits?|setting|prescribed|recommended|if|per|"
    r"alarm|order(?:ed)?|plan(?:ned)?|history|father|mother|family|page|room|bed)\b|[<>≤≥$€£?]",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"\b(?:below|under|above|over|less than|more than|at least|up to|or (?:more|less))\b", re.IGNORECASE
)
_SHARE = re.compile(r"(?:time|duration|percent(?:age)?|%|minutes|total|cumulative|longest)\b", re.IGNORECASE)
"""The time spent below a limit is measured; what lies below it is a class."""


def named_values(table: Table) -> frozenset[int]:
    """The columns of values of a table in which each stands right of its name.

    A column is one where every row has a name of a few words and a bare number, most of them with a unit, at least
    four of them, and no name says what should be, what is taken, what is paid or whose the values are.
    """
    found: set[int] = set()
    for column in range(1, table.column_count):
        pairs = _pairs(table, column)
        if len(pairs) >= _FEWEST and all(_is_named(name) for name, _ in pairs) and _are_measured(pairs):
            found.add(column + 1)
    return frozenset(found)


def _pairs(table: Table, column: int) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for row in range(1, table.row_count + 1):
        texts = {cell.column: " ".join(cell.text.split()) for cell in table.row_cells(row) if cell.text.strip()}
        name, value = texts.get(column), texts.get(column + 1)
        if row == 1 and name and value is None:
            continue  # what heads the list
        if name or value:
            pairs.append((name or "", value or ""))
    return pairs


def _is_named(name: str) -> bool:
    if not re.match(r"[^\W\d_]", name) or len(name.split()) > _NAME_WORDS or _NO_NAME.search(name) or has_date(name):
        return False
    if _LIMIT.search(name) and not _SHARE.match(name):
        return False
    return meaning_of(name) is None and drug_in(name) is None


def _are_measured(pairs: Sequence[tuple[str, str]]) -> bool:
    matches = [_VALUE.fullmatch(value) for _, value in pairs]
    return all(matches) and 2 * sum(bool(match and match["unit"]) for match in matches) > len(matches)
