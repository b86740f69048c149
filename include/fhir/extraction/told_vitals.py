"""Vital signs that a verb or an adjective names: ``she weighed 84.6 kg``, ``saturating 89 %``, ``febrile to 39.1 C``."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NEAR = r"(?:\s+(?:of|at|to|in|was|were|is|around|about|approximately|only|up|down|the|low|high|as|a|rate|now|today|had)\b){0,4}\s*,?\s*"
_PHRASES = (
    (
        "Oxygen saturation",
        re.compile(
            rf"(?<!oxygen )(?<!o2 )(?<!iron )(?<!transferrin )(?<!spo2 )\b(?:saturat(?:ing|ed|ions?)|satting|satted|"
            rf"sats?){_NEAR}(?P<value>\d{{2,3}}(?:\.\d)?\s?(?:%|percent))(?!\s?(?:-|–|to)\s?\d)", re.IGNORECASE),
    ),
    ("Weight", re.compile(rf"\bweigh(?:s|ed|ing)(?:\s+in)?{_NEAR}(?P<value>\d+(?:\.\d+)?\s?(?:kg|kilograms?|lbs?|pounds?|g|grams?)\b)", re.I)),
    ("Height", re.compile(r"\b(?P<value>\d{2,3}(?:\.\d+)?\s?(?:cm|centimet(?:er|re)s|in|inches))\s+(?:tall|in height)\b", re.I)),
    (
        "Temperature",
        re.compile(
            rf"\b(?:febrile|fevers?|afebrile){_NEAR}(?P<value>\d{{2,3}}(?:\.\d+)?\s?(?:°|º|degrees)?\s?(?:C|F|celsius|"
            rf"fahrenheit))\b", re.IGNORECASE),
    ),
    ("Heart rate", re.compile(r"\b(?:tachycardic|bradycardic)\s+(?:at|to|with a (?:heart )?rate of|in the)\s+(?P<value>\d{2,3})\b(?!\s*(?:s\b|/))", re.I)),
    ("Respiratory rate", re.compile(r"\btachypn(?:o?e)ic\s+(?:at|to|with a (?:respiratory )?rate of)\s+(?P<value>\d{2})\b(?!\s*s\b)", re.I)),
    ("Blood pressure", re.compile(r"\b(?:hypertensive|hypotensive|normotensive)\s+(?:at|to)\s+(?P<value>\d{2,3}\s?/\s?\d{2,3}(?:\s?mm\s?Hg)?)", re.I)),
)
_NOT_MEASURED = re.compile(
    r"\b(?:goal|target|if|should|keep|maintain|above|below|when|birth|until|never|no|titrat\w*|aim\w*|call|return|"
    r"return if|"
    r"for a|yourself|greater|less|over|more)\b", re.IGNORECASE,
)


def vitals_told(sentence: str) -> Iterator[tuple[int, str, str]]:
    """(place, name of the vital sign, value with its unit as printed); thresholds and goals are none."""
    for name, pattern in _PHRASES:
        for match in pattern.finditer(sentence):
            before = re.split(r"[;.]\s", sentence[: match.start()])[-1][-40:]
            if not _NOT_MEASURED.search(before + match[0]):
                yield match.start(), name, match["value"]
