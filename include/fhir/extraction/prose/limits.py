"""Numbers in running text that were not measured in this patient now: limits at which somebody is to be told or a
medicine is to be held, and what an earlier recording showed."""

from __future__ import annotations

import re

_NOT_NOW = re.compile(
    r"\b(?:notify|call|contact|page|inform|alert|tell|report to|let)\b[^.;]{0,40}?"
    r"\b(?:if|for|when(?:ever)?|should|know)\b"
    r"|\b(?:hold|withhold|skip|omit)\b[^.;]{0,40}?\b(?:if|for|when(?:ever)?|below|under|<)"
    r"|\b(?:call|notification|alert|hold|vital sign) (?:parameters?|limits?|thresholds?|orders?)\b"
    r"|\b(?:parameters?|limits?|thresholds?) (?:to|for) (?:call(?:ing)?|notify(?:ing)?|report(?:ing)?|hold(?:ing)?)\b"
    r"|\b(?:when |as |in )?compar(?:ed|ison) (?:with|to) (?:the )?(?:(?:previous|prior|last|earlier) )?"
    r"(?:ECG|EKG|electrocardiogram|tracing|recording|spirometry)\b",
    re.IGNORECASE,
)


def without_limits(sentence: str) -> str:
    """The sentence up to where it begins to tell limits or to compare with an earlier recording."""
    match = _NOT_NOW.search(sentence)
    return sentence[: match.start()] if match else sentence
