"""What the header of a column names (``data/columns.tsv``)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from include.fhir.extraction.dates import find_dates, has_date
from include.fhir.extraction.labels import plain

_FILE = Path(__file__).with_name("data") / "columns.tsv"
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
