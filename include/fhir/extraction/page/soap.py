"""Notes whose parts are headed by letters: subjective, objective, assessment, plan."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LETTER = re.compile(r"\s*(?P<letter>[SOP]|A(?!\s?[/&+]\s?P\b)|0(?=\s?:))\s*(?:[:/]|$)\s*")
_A_AND_P = re.compile(r"\s*(?P<letter>A)\s?[/&+]\s?P\b")
_FEWEST_LETTERS = 3


def soap_letter(text: str) -> tuple[str, int] | None:
    """The letter heading a line, and where its text begins; ``0:`` is an O misread, ``A/P`` is a heading of words."""
    match = _LETTER.match(text)
    return (match["letter"].replace("0", "O"), match.end()) if match else None


def has_soap_letters(lines: Sequence[str]) -> bool:
    """Whether three of the letters stand in this order, for one letter alone is a pulse or a potassium."""
    found = (_LETTER.match(line) or _A_AND_P.match(line) for line in lines)
    order = list(dict.fromkeys(match["letter"].replace("0", "O") for match in found if match))
    return len(order) >= _FEWEST_LETTERS and order == sorted(order, key="SOAP".index)
