"""Which sentences under a heading for a list tell something, and are no entries of it."""

from __future__ import annotations

import re

from include.fhir.extraction.page.sentences import sentences

_TELLS = re.compile(
    r"\W*(?:he|she|they|we|i|there|who|(?:the |this |our )?(?:patient|pt|man|woman|child|gentleman|lady|boy|"
    r"girl)|mr|mrs|ms|"
    r"miss|(?:the )?(?:risks?|benefits?|alternatives?|options?))\b[^:]*?\b(?:is|was|were|are|has|had|have|"
    r"presents?|presented|"
    r"reports?|reported|came|includ(?:es?|ing)|underwent|denies|denied|takes|took|developed|suffers?)\b", re.IGNORECASE)
"""Begins with somebody, or with the risks that were explained, and has a verb."""


def listed_and_told(text: str) -> tuple[str, list[str]]:
    """The part of a text that lists, and the sentences in it that tell something."""
    parts = [sentence for _, sentence in sentences(text)]
    told = [part for part in parts if _TELLS.match(part)]
    if not told:
        return text, []
    return " ".join(part for part in parts if part not in told), told
