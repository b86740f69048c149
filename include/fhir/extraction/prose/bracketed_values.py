"""Results in brackets behind an illness: ``type 2 diabetes (last A1c 7.1 %)``."""

from __future__ import annotations

import re

from include.fhir.terminology.tests import longest_test_name

_BRACKETS = re.compile(r"\s*[(\[](?P<inside>[^()\[\]]*\d[^()\[\]]*)[)\]]")
_LATEST = re.compile(r"^(?:(?:the|her|his|my|your)\s+)?(?:last|latest|most recent|current|recent)\s+", re.IGNORECASE)


def without_values(text: str) -> tuple[str, list[str]]:
    """A text without the brackets that tell a test's value, and what those say."""
    told: list[str] = []

    def kept(match: re.Match[str]) -> str:
        inside = _LATEST.sub("", match["inside"].strip())
        count = longest_test_name(inside.split()[:6])
        value = " ".join(inside.split()[count : count + 3])
        if not count or not re.match(r"(?:(?:of|was|is|at|:|=)\s*)*[<>]?\d", value):
            return match[0]
        told.append(inside)
        return ""

    return _BRACKETS.sub(kept, text), told
