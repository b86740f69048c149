"""What may stand in running text between the name of a test and its value, and which numbers are dates or times."""

from __future__ import annotations

import re

from include.fhir.extraction.dates import find_dates
from include.fhir.terminology.tests import longest_test_name

_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?"
)
_MONTH = rf"(?:{_MONTHS})\b\.?"
_TIMES = re.compile(
    rf"\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?!\s*[%/.]?\d)|\b\d{{1,2}}\s+{_MONTH}|"
    r"(?<=\bin )(?:19|20)\d\d\b|(?<=\bsince )(?:19|20)\d\d\b|(?<=\bfrom )(?:19|20)\d\d\b|"
    r"(?<=\bon )\d{1,2}/\d{1,2}\b(?!/|\s*mm)|\b\d{1,2}:[0-5]\d\b(?:\s?[ap]\.?m\b\.?)?|"
    r"\b\d{1,2}\s?[ap]\.?m\b\.?|\b(?:\d+|an?|one|two|three|four|five|six|seven|ten|a few|several)\s+(?:minutes?|hours?|"
    r"days?|weeks?|months?|years?)\s+(?:ago|earlier|before|later|prior)\b",
    re.IGNORECASE,
)
_BRIDGE = re.compile(
    r"(?:\s*\([A-Za-z][A-Za-z -]{2,24}\))?"
    r"(?:\s*(?:[:=,]|\s-\s)?\s*(?:(?:\b(?:count|level|levels|value|of|was|were|is|at|to|up|elevated|high|low|normal|"
    r"acidotic|stable|markedly|mildly|slightly|significantly|decreased|increased|reduced|"
    r"initial|initially|the|an?|as|also|measured|reading|showed|shows|around|about|approximately|roughly|found|be|on|"
    r"room|air|noted|ra|rate|today|currently|remains|remained|stayed|came|back|now|again|improved|worsened|rose|fell|fasting|"
    r"trending|down|fallen|risen|dropped|climbed|peaked|peaking|normalized|normalised|returned|returning|level|day|"
    r"morning|admission|discharge|arrival|presentation|this|time|repeat|had|has|come|been|total|score|scored|in|from|"
    r"last|visit|clinic|home|office|triage|intake|check|week|month|year|yesterday|tonight|estimated|calculated|"
    r"recorded|checked|taken|drawn|averaged|averaging|average|only|"
    rf"{_MONTHS})\b\.?|@+)[\s,]*){{0,9}}|\s*[:=]\s*)",
    re.IGNORECASE,
)
_APART = re.compile(
    r"\s*,?\s*(?:from|in|on|at|by|over|after|before|during|prior|averag\w+|measured|taken|checked|drawn|obtained|repeated|"
    r"done|performed|collected|estimated|recorded|when|while|which|this|last|yesterday|today|@+)\b[^.;:()\d]{0,60}?\s"
    r"(?:was|were|is|of|reads?|came back at|came back)\s+(?:only |still |now |also |about |a )?(?=[<>]?\s?\d)",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:loss|gain|gained|lost|change|difference|drop|rise of|increase of|decrease of|and|but|then|medication\w*|"
    r"dose|dosing|started|given|her|his|by \d)\b",
    re.IGNORECASE,
)
"""Words between a name and a number by which the number is something else's."""


def without_times(sentence: str) -> str:
    """The sentence with every date and time of day as ``@``, letter for letter: their numbers are no results."""
    for date in find_dates(sentence):
        sentence = sentence.replace(date, "@" * len(date))
    return _TIMES.sub(lambda match: "@" * len(match[0]), sentence)


def value_begins(masked: str, end: int) -> list[int]:
    """Where the value of a test may begin whose name ends at ``end``, the likelier place first.

    :param masked: the sentence as :func:`without_times` gives it.
    """
    near = _BRIDGE.match(masked, end)
    places = [near.end() if near else end]
    far = _APART.match(masked, end)
    if far and not _CHANGE.search(far[0]) and not _names_test(far[0]):
        places.append(far.end())
    return places


def _names_test(text: str) -> bool:
    words = text.replace(",", " ").split()
    return any(longest_test_name(words[at : at + 4]) for at in range(len(words)) if len(words[at]) > 2)
