"""Does extracted text read like writing, or like the output of a broken font or a bad OCR layer?

The measure knows no language: it asks whether Latin words have vowels and plain spelling, and whether the
rest are numbers or whole words of another script.
"""

from __future__ import annotations

import re
import unicodedata

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’.-][A-Za-z\u00c0-\u024f]+)*")
_NUMBER = re.compile(r"[<>≤≥±~+-]?\d[\d.,:/%^*x-]*[A-Za-zµ%°/]{0,8}")
_VOWEL = re.compile(r"[aeiouyAEIOUY\u00c0-\u024f]")
_MANY_CONSONANTS = re.compile(r"[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]{6,}")
_OUTER = ".,;:!?()[]{}\"'“”‘’*•…-–—/_|"

BROKEN_SHARE = 0.3
"""Share of characters without a meaning above which a font's map is taken to be broken."""
MIN_WORDS = 12
"""Fewer words than this are no sample."""


def broken_share(text: str) -> float:
    """Share (0 to 1) of the characters that are no writing: private use, unassigned, control, U+FFFD."""
    characters = [c for c in text if not c.isspace()]
    if not characters:
        return 0.0
    broken = [c for c in characters if c == "\ufffd" or unicodedata.category(c) in ("Co", "Cn", "Cc", "Cs")]
    return len(broken) / len(characters)


def word_share(text: str) -> float:
    """Share (0 to 1) of the blank-separated tokens, counted by their length, that read like words or numbers."""
    tokens = [raw.strip(_OUTER) or raw for raw in text.split()]
    total = sum(map(len, tokens))
    return sum(len(t) for t in tokens if _reads(t)) / total if total else 0.0


def is_garbled(text: str) -> bool:
    """True where the text of a page cannot be what the page shows.

    Long Latin tokens decide: abbreviations of one to three letters have no vowels in good text either.
    """
    if broken_share(text) > BROKEN_SHARE:
        return True
    tokens = [t for t in (raw.strip(_OUTER) for raw in text.split()) if len(t) >= 4 and t[0].isascii()]
    tokens = [t for t in tokens if any(c.isalpha() for c in t)]
    if len(tokens) < MIN_WORDS:
        return False
    return sum(_reads(t) for t in tokens) < 0.4 * len(tokens)


def reads_like_language(text: str, at_least: float = 0.8) -> bool:
    """Good enough to stand for a scan: many words, nearly all of them plain."""
    return len(text.split()) >= MIN_WORDS and word_share(text) >= at_least and not is_garbled(text)


def _reads(token: str) -> bool:
    if _NUMBER.fullmatch(token):
        return True
    if all(ord(c) > 0x24F and c.isalpha() for c in token):
        return True
    parts = [part.strip(_OUTER) for part in re.split(r"[/&+,;:()_@-]", token)]
    return any(parts) and all(not part or _reads_alone(part) for part in parts)


def _reads_alone(part: str) -> bool:
    if _NUMBER.fullmatch(part):
        return True
    if not _LATIN.fullmatch(part):
        return False
    if len(part) <= 3:
        return len(part) > 1 or part in "aAIiVX"
    lower_then_upper = re.search(r"[a-z][A-Z]{2,}[a-z]", part)
    return bool(_VOWEL.search(part)) and not _MANY_CONSONANTS.search(part) and not lower_then_upper
