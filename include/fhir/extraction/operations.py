"""Words that are known to name an operation (``data/procedures.txt``)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FUNCTION_WORDS = frozenset(
    ["a", "an", "the", "his", "her", "their", "had", "has", "have", "was", "were", "is", "are", "of", "with", "and", "or", "for", "after", "from", "to", "in", "on", "at", "by", "s/p", "status", "post", "prior", "previous", "recent", "history", "underwent", "undergoing", "undergone", "hx", "h/o", "past", "remote", "successful", "uncomplicated", "including", "also", "then", "who", "he", "she", "it", "that", "this", "which", "well", "tolerated", "two", "three", "one", "multiple", "several", "since", "following", "during", "significant", "surgical", "notable", "includes", "include", "i", "we", "my", "our", "you", "your", "patient", "pt", "mr", "mrs", "ms", "dr"]
)
NO_OPERATION = frozenset(
    ["hormone", "electrolyte", "fluid", "potassium", "volume", "dose", "risk", "weight", "nicotine", "stress", "test", "testing", "magnesium", "iron", "pain", "feeding", "ng", "nasogastric", "chest", "test", "tube", "testtube", "stitch", "suture", "sutures", "staples", "cast", "dressing", "catheter", "foley", "line", "ear", "wax", "cerumen", "iv", "physical", "exam", "afterload", "preload", "symptom", "harm"]
)


@cache
def _known() -> tuple[frozenset[str], tuple[str, ...], frozenset[str]]:
    rows = (Path(__file__).with_name("data") / "procedures.txt").read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if not row.startswith("#")]
    sure = [word for row in kept if not row.startswith("=") for word in row.split()]
    generic = [word for row in kept if row.startswith("=") for word in row[1:].split()]
    ends = tuple(word[1:] for word in sure if word.startswith("-"))
    return frozenset(word for word in sure if not word.startswith("-")), ends, frozenset(generic)


def is_procedure_word(word: str) -> bool:
    """Whether one word names an operation by itself."""
    sure, ends, _ = _known()
    bare = re.sub(r"[^a-z]", "", word.lower())
    return bare in sure or (len(bare) > 6 and bare.endswith(ends)) or re.fullmatch(r"[Cc]-sections?", word) is not None


def names_procedure(text: str) -> bool:
    """Whether a phrase names an operation: by one word, or by a part of the body and what was done to it."""
    words = re.findall(r"[^\s,;()]+", text)
    generic = part_words()
    plain = [re.sub(r"[^a-z-]", "", word.lower()) for word in words]
    if any(is_procedure_word(word) for word in words):
        return True
    return any(word in generic and at and plain[at - 1] not in FUNCTION_WORDS | NO_OPERATION for at, word in enumerate(plain))


def part_words() -> frozenset[str]:
    """Words that name an operation beside a part of the body only."""
    return _known()[2]
