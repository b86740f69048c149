"""What the header of a column names (``data/columns.tsv``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from include.fhir.extraction.dates import find_dates, has_date
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.tables.clock import clock_of, is_day, is_moment
from include.fhir.terminology.tests import is_test_name

_FILE = Path(__file__).parent.parent / "data" / "columns.tsv"
_DOSE_DATE = re.compile(
    r"(?:date )?(?:of )?(?:(?:1st|2nd|3rd|[4-6]th|first|second|third|fourth|fifth) (?:dose|date)|"
    r"(?:dose|date) [1-6])(?: date)?"
)
"""A column for each dose of a series holds the day on which it was given."""


@cache
def known_roles() -> dict[str, str]:
    """Role by header, as words without punctuation."""
    table: dict[str, str] = {}
    for row in _FILE.read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            role, headers = row.split("\t")
            for header in headers.split("|"):
                table.setdefault(header, role)
    return table


def role_of(header: str) -> str | None:
    """The role that a column header names; None where it is not known."""
    words = plain(header)
    if not words or len(words.split()) > 7:
        return None
    if _DOSE_DATE.fullmatch(words):
        return "date"
    known = known_roles()
    for form in (
        words,
        plain(re.sub(r"\([^)]*\)", "", header)),
        plain(re.sub(r"[-­]\s+", "", header)),
        words.rstrip("s"),
    ):
        if form in known:
            return known[form]
    if not has_date(header):
        return next((known[" ".join(part)] for part in _heads(words) if " ".join(part) in known), None)
    return "result" if find_dates(header) and plain(header) == plain(find_dates(header)[0]) else None


def _heads(words: str) -> list[list[str]]:
    """``Reference range (male)``, ``Result SI``: the first two or three words may be the known header."""
    split = words.split()
    return [split[:n] for n in (3, 2) if len(split) > n]


def moment_columns(titles: Mapping[int, str]) -> list[int]:
    """The columns that a date or a time of day heads: one with a full date, or two at least of any.

    Numbers that may all be years (``2019  2020``) are no times, and beside the name of a test they are its values.
    """
    if is_test_name(titles.get(1, "")):
        return []
    found = [column for column, text in sorted(titles.items()) if is_moment(text)]
    if len(found) == 1:
        return [column for column in found if role_of(titles[column]) == "result"]
    years = all(re.fullmatch(r"(?:19[5-9]|20[0-5])\d", titles[column].strip()) for column in found)
    return [] if years else found


def with_moments(titles: Mapping[int, str], below: Mapping[int, str], row: int) -> tuple[dict[int, str], int]:
    """Headers that print the day apart from the times of day, as one: in the row above them or in the corner.

    :param below: the next row's texts, by column.
    :returns: the titles, and how many rows the header has by them.
    """
    own = dict(titles)
    days = {column: text for column, text in titles.items() if is_day(text)}
    clocks = {column: text for column, text in below.items() if clock_of(text)}
    if days and clocks and all(column == 1 for column in set(below) - set(clocks)):
        for column, text in clocks.items():
            day = max((c for c in days if c <= column), default=None)
            own[column] = f"{days[day]} {text}" if day is not None else text
        return own, row + 1
    corner = next((find_dates(text) for column, text in titles.items() if column == 1 and find_dates(text)), [])
    for column in moment_columns(titles):
        if corner and clock_of(titles[column]):
            own[column] = f"{corner[0]} {titles[column]}"
    return own, row


def limit_columns(titles: Mapping[int, str]) -> dict[int, str]:
    """``Low`` and ``High`` side by side head the limits of a range; one alone is a word of many lists."""
    found = {column: word for column, title in titles.items() if (word := plain(title)) in ("low", "high")}
    return found if sorted(found.values()) == ["high", "low"] else {}
