"""Vital signs that a verb or an adjective names: ``weighed 84.6 kg``, ``saturating 89 %``, ``febrile to 39.1 C``."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NEAR = (
    r"(?:\s+(?:of|at|to|in|was|were|is|around|about|approximately|only|up|down|the|low|high|as|a|rate|now|today|"
    r"had)\b){0,4}\s*,?\s*"
)
_PHRASES = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        (
            "Oxygen saturation",
            rf"(?<!oxygen )(?<!o2 )(?<!iron )(?<!transferrin )(?<!spo2 )\b(?:saturat(?:ing|ed|ions?)|satting|satted|"
            rf"sats?){_NEAR}(?P<value>\d{{2,3}}(?:\.\d)?\s?(?:%|percent))(?!\s?(?:-|–|to)\s?\d)",
        ),
        ("O2", r"\bO2:?\s+(?P<value>\d{2,3}\s?%)(?!\s?(?:-|–|to)\s?\d)"),
        (
            "Oxygen saturation",
            r"\boxygen:?\s+(?:(?:was|is|at|of|level|reading)\s+){0,3}(?P<value>(?:8[5-9]|9\d|100)\s?%)(?!\s?(?:-|–|to)\s?\d)"
            r"(?!\s*(?:via|by|through|mask|venturi|fio2|flow|oxygen))",
        ),
        (
            "Oxygen saturation",
            r"\b(?:holding|held|maintaining|maintained|managing|managed|running)\s+(?:at\s+|around\s+|about\s+)?"
            r"(?P<value>\d{2,3}\s?%)\s+(?:on|in|breathing)\s+(?:room\s+)?(?:air|RA\b|oxygen|O2|\d+\s?L)",
        ),
        (
            "Weight",
            rf"\bweigh(?:s|ed|ing)(?:\s+in)?{_NEAR}(?P<value>\d+(?:\.\d+)?\s?"
            rf"(?:kg|kilograms?|lbs?|pounds?|g|grams?)\b)",
        ),
        ("Height", r"\b(?P<value>\d{2,3}(?:\.\d+)?\s?(?:cm|centimet(?:er|re)s|in|inches))\s+(?:tall|in height)\b"),
        (
            "Temperature",
            rf"\b(?:febrile|fevers?|afebrile){_NEAR}(?P<value>\d{{2,3}}(?:\.\d+)?\s?(?:°|º|degrees)?\s?"
            rf"(?:C|F|celsius|fahrenheit))\b",
        ),
        (
            "Heart rate",
            r"\b(?:tachycardic|bradycardic)\s+(?:at|to|with a (?:heart )?rate of|in the)\s+"
            r"(?P<value>\d{2,3})\b(?!\s*(?:s\b|/))",
        ),
        (
            "Respiratory rate",
            r"\btachypn(?:o?e)ic\s+(?:at|to|with a (?:respiratory )?rate of)\s+(?P<value>\d{2})\b(?!\s*s\b)",
        ),
        (
            "Blood pressure",
            r"\b(?:hypertensive|hypotensive|normotensive)\s+(?:at|to)\s+"
            r"(?P<value>\d{2,3}\s?/\s?\d{2,3}(?:\s?mm\s?Hg)?)",
        ),
    )
)
_NOT_MEASURED = re.compile(
    r"\b(?:goal|target|if|should|keep|maintain|above|below|when|birth|until|never|no|titrat\w*|aim\w*|call|return|"
    r"for a|yourself|greater|less|over|more)\b",
    re.IGNORECASE,
)


_OR_MORE = re.compile(
    r"\s*(?:°|degrees?)?\s?[CF]?\s*[,(]?\s*(?:(?:or|and)\s+(?:more|higher|above|greater|over|hotter|less|lower|below|"
    r"under|fewer|up|beyond)|\+|oder (?:mehr|höher))(?!\w)",
    re.IGNORECASE,
)
"""Behind a value says that it is a limit."""


def vitals_told(sentence: str) -> Iterator[tuple[int, str, str]]:
    """(place, name of the vital sign, value with its unit as printed); thresholds and goals are none."""
    for name, pattern in _PHRASES:
        for match in pattern.finditer(sentence):
            if _OR_MORE.match(sentence, match.end()):
                continue
            before = re.split(r"[;.]\s", sentence[: match.start()])[-1][-40:]
            if not _NOT_MEASURED.search(before + match[0]):
                yield match.start(), name, match["value"]
