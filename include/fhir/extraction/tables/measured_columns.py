"""Tables whose columns say what or where is measured: a row for each visit, or a column for the right and the left."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from include.fhir.extraction.dates import find_dates
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.statements.observations import is_pressure_name, split_unit
from include.fhir.extraction.statements.values import is_unit, is_word_result, read_result
from include.fhir.extraction.tables.clock import is_day, is_moment
from include.fhir.extraction.tables.column_values import is_measure
from include.fhir.extraction.tables.columns import role_of

_FEWEST_MEASURES = 2
_FEWEST_ROWS = 2
_TITLE_WORDS = 3
_PLACE = r"(?:\s+(?:eye|ear|side|hand|arm|leg|foot|knee|hip|shoulder|auge|ohr|seite))?"
_SIDE = re.compile(
    rf"(?:the\s+)?(?:right|left|both|rt\.?|lt\.?|r|l|od|os|ou|re|le|ad|as|au|rechts|links|beide(?:rseits)?|"
    rf"(?:eye|ear|side|hand|arm|leg|foot),?\s+(?:right|left))(?!\w){_PLACE}"
    rf"\s*(?:[(/,-]\s*(?:right|left|od|os|ou|re|le|ad|as|r|l)(?:\s+(?:eye|ear))?\s*\)?)?",
    re.IGNORECASE,
)
_COUNTED = frozenset((
    "visit", "no", "number", "nr", "day", "days", "week", "weeks", "wk", "wks", "month", "months", "ga", "ega", "age",
    "gest age", "gestational age", "page", "room", "bed", "initials", "id", "code", "next", "next visit", "cycle",
    "session", "dose", "rx", "row", "line", "year", "years", "goal", "target", "return", "follow up", "rtc", "staff",
    "time", "tag", "woche", "ssw", "limit", "limits", "min", "max", "low", "high", "predicted", "pred", "expected",
))  # fmt: skip
"""Headers of numbers that count or place something, or say what it should be."""
_NOT_NOW = re.compile(r"#|\b(?:goal|target|next|limit|normal|expected|predicted|prior|previous|last)\b", re.IGNORECASE)
_FRACTION = re.compile(r"(?:[<>]?\d{1,3}|CF|HM)\s?/\s?\d{1,3}(?:[+-]\d)?|J\d{1,2}\+?")


def side_columns(titles: Mapping[int, str], rows: Sequence[Sequence[str]]) -> dict[int, str] | None:
    """The roles of names with a column for each side behind them; None where the header names anything else.

    :param titles: the header by column, from 1.
    :param rows: the texts of the rows below it, column by column.
    """
    sides = [column for column, text in titles.items() if column > 1 and is_side(text)]
    others = [text for c, text in titles.items() if c > 1 and c not in sides and not _NOT_NOW.search(text)]
    if len(sides) < 2 or any(role_of(text) not in ("units", "range", "note") for text in others):
        return None
    if 1 in titles and role_of(titles[1]) not in (None, "test", "name", "vital", "procedure"):
        return None
    beside = {column: text for column, text in titles.items() if column not in (1, *sides)}
    own = {column: role for column, text in beside.items() if (role := role_of(text)) and not _NOT_NOW.search(text)}
    own |= {column: "range" for column, text in beside.items() if role_of(text) == "range"}
    measured = sum(any(is_reading(row[column - 1]) for column in sides if column <= len(row)) for row in rows)
    return {1: "test", **own, **dict.fromkeys(sides, "result")} if measured >= _FEWEST_ROWS else None


def is_side(title: str) -> bool:
    """Whether a header names a side of the body (``Right (OD)``, ``Left ear``, ``OS``)."""
    return _SIDE.fullmatch(title.strip(" :.")) is not None


def is_reading(text: str) -> bool:
    """A number with or without its unit, a fraction such as that of a visual acuity, or a word of results."""
    value = read_result(text).value
    if value is None:
        return False
    if _FRACTION.fullmatch(text.strip()):
        return True
    return is_word_result(value.printed) or (value.number is not None and (value.unit is None or is_unit(value.unit)))


def visit_columns(titles: Mapping[int, str], rows: Sequence[Sequence[str]]) -> dict[int, str] | None:
    """The roles of the columns of a table with a row for each day and a column for each measurement.

    A column whose header is no known test is one where all its cells are numbers and the header counts nothing.
    """
    values = {column: [row[column - 1] for row in rows if column <= len(row) and row[column - 1]] for column in titles}
    days = [c for c in sorted(titles)[:2] if values[c] and all(_is_day(text) for text in values[c])]
    if len(days) != 1 or len(values[days[0]]) < _FEWEST_ROWS or role_of(titles[days[0]]) not in ("date", None):
        return None
    known = [c for c, text in titles.items() if c not in days and is_measure(text) and values[c]]
    if len(known) < _FEWEST_MEASURES:
        return None
    roles: dict[int, str] = {days[0]: "date"}
    for column, title in titles.items():
        if column in known or (column not in days and _is_measured(title, values[column])):
            roles[column] = "result"
        elif column not in days:
            role = role_of(title)
            roles[column] = role if role in ("status", "site", "performer") else "note"
    return roles


def _is_day(text: str) -> bool:
    return find_dates(text) != [] or is_moment(text) or is_day(text)


def counts(title: str) -> bool:
    """Whether a header stands over numbers that count or place something, or say what it should be or was before."""
    return plain(split_unit(title)[0]) in _COUNTED or _NOT_NOW.search(title) is not None


def _is_measured(title: str, cells: Sequence[str]) -> bool:
    name, unit = split_unit(title)
    if role_of(title) not in (None, "result") or counts(title) or len(name.split()) > _TITLE_WORDS:
        return False
    numbers = [text for text in cells if (value := read_result(text).value) and value.number is not None]
    return bool(numbers) and (len(numbers) == len(cells) or (unit is not None and 2 * len(numbers) > len(cells)))


def is_word_of(title: str, text: str) -> bool:
    """Whether a cell under the name of a test is one of the words that laboratories report."""
    return not is_pressure_name(title) and is_word_result(text)
