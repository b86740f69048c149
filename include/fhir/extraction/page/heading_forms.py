"""Other forms of a heading: one that speaks to the reader, and one that names several things at once.

``Allergies we have on file`` and ``Your allergies`` head allergies; ``Medications, vitamins, birth control`` heads
medications, for what follows the first thing is of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SPOKEN = re.compile(
    r"\b(?:your|my|our|current(?:ly)?|today|todays|at this visit|this visit|on file|on record|as of|"
    r"(?:we|you) are taking|(?:that |which )?(?:we|you) (?:talked about|discussed|found|went over|treated|were given|"
    r"received|already have)|these|following|"
    r"(?:that )?(?:we|you) (?:have|got|had|gave|gave you|are|were|take|use|told us about|reported|know about)|"
    r"(?:do|did|are|have) you(?: (?:take|have|use|had|taking|now))?|now|please|list|all|any|"
    r"(?:given|received|taken|administered|received) (?:today|here)|from (?:this|your) visit)\b"
)
"""Words, as :func:`plain` leaves them, that make a heading speak to somebody or say when; it is known without them."""
_NEUTRAL = re.compile(
    r"\b(?:other|active|known|main|major|additional|further|significant|associated|ongoing|present|key|relevant|listed|"
    r"reported|documented|recorded|established|confirmed|coexisting|concurrent|concomitant|background|pertinent|"
    r"regular|given|actual|remaining|important|chief|usual|personal|"
    r"(?:for|during|of|on|at|after|upon|by|until)?\s?(?:this|the|her|his|your|last|latest)?\s?(?:admission|stay|"
    r"hospital stay|hospitali[sz]ation|visit|encounter|episode|consultation|discharge|arrival|review|appointment|"
    r"leaving(?: (?:us|the)?\s?(?:hospital|ward|clinic)?)?|going home|transfer|departure)|to take home|us)\b"
)
"""Words beside what a heading names that do not change its kind; none of them denies, plans or belongs to others."""
_ALONG = frozenset((
    "vitamins", "supplements", "birth control", "herbals", "herbs", "herbal supplements", "over the counter", "otc",
    "otc medicines", "over the counter medicines", "inhalers", "drops", "hospital stays", "hospitalizations",
    "hospitalisations", "reactions", "reaction", "dates", "date", "year", "years", "injuries", "serious injuries",
    "serious illnesses", "illnesses", "accidents", "dose", "doses", "name", "strength", "how often", "frequency",
    "intolerances", "sensitivities", "side effects", "what happened", "procedures", "operations", "shots", "vaccines",
    "conditions", "diagnoses", "problems", "remedies", "natural remedies", "treatments", "devices", "contraception",
    "anesthesia", "anaesthesia",
))  # fmt: skip
"""What a heading names beside the thing that it heads."""
_PARTS = re.compile(r"\s*(?:[,/&+]|\band\b|\bor\b|\bincluding\b|\bwith\b)\s*", re.IGNORECASE)
_AFTER = re.compile(
    r"\s*(?:[(\[].*|[-–—:]\s+(?:check|list|please|include|mark|tick|circle|name|write|if)\b.*)$", re.IGNORECASE
)
"""What tells how to fill in the part below (``- check all that apply``, ``(name and strength)``)."""
_MARKED = re.compile(r"\[\s*[xX✓]?\s*\]|[☐☑☒]")
"""A box: the line asks and is answered."""
_MOST_WORDS = 9


def other_forms(text: str) -> Iterator[str]:
    """Simpler headings that say the same as one that is not known.

    :param text: a heading in lower or upper case; the forms are in lower case and without punctuation.
    """
    head = _AFTER.sub("", text.lower().replace("'", "").replace("’", ""))
    if len(head.split()) > _MOST_WORDS or _MARKED.search(text):
        return
    bare = re.sub(r"^of\s", "", _words(_SPOKEN.sub(" ", _words(head))))
    if bare:
        yield bare
    neutral = _words(_NEUTRAL.sub(" ", bare))
    if neutral and neutral != bare:
        yield neutral
    first, *others = [_words(_SPOKEN.sub(" ", _words(part))) for part in _PARTS.split(head)]
    if first and others and all(part in _ALONG for part in others if part):
        yield first


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text))
