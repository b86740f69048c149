"""Words that are known to name an operation (``data/procedures.txt``)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path


@cache
def _rows(mark: str) -> frozenset[str]:
    """The words of the rows that a mark begins; those without a mark for an empty one."""
    rows = (Path(__file__).parent.parent / "data" / "procedures.txt").read_text(encoding="utf-8").splitlines()
    own = [row for row in rows if row[:1] not in "#" and (row[0] == mark if mark else row[0] not in "=<!")]
    return frozenset(word for row in own for word in row.lstrip("=<!").split())


def part_words() -> frozenset[str]:
    """Words that name an operation beside a part of the body only."""
    return _rows("=")


def function_words() -> frozenset[str]:
    """Words that are no part of a procedure's name."""
    return _rows("<")


def no_operation() -> frozenset[str]:
    """Words beside which :func:`part_words` name no operation (``fluid replacement``)."""
    return _rows("!")


@cache
def _endings() -> tuple[str, ...]:
    return tuple(word[1:] for word in _rows("") if word.startswith("-"))


def is_procedure_word(word: str) -> bool:
    """Whether one word names an operation by itself."""
    bare = re.sub(r"[^a-z]", "", word.lower())
    if bare in _rows("") or re.fullmatch(r"c-sections?", word, re.IGNORECASE):
        return True
    return len(bare) > 6 and bare.endswith(_endings())


def names_procedure(text: str) -> bool:
    """Whether a phrase names an operation: by one word, or by a part of the body and what was done to it."""
    words = re.findall(r"[^\s,;()]+", text)
    plain = [re.sub(r"[^a-z-]", "", word.lower()) for word in words]
    if any(is_procedure_word(word) for word in words):
        return True
    nothing = function_words() | no_operation()
    return any(word in part_words() and at and plain[at - 1] not in nothing for at, word in enumerate(plain))


def ends_as_operation(name: str) -> bool:
    """``Left cataract surgery`` is an operation, whatever illness it was for; ``pain after surgery`` is none."""
    after = re.search(r"\b(?:after|following|post|due to|from|s/p|since|complicat\w+)\b", name, re.IGNORECASE)
    ends = re.search(r"(?:\b(?:surgery|operation|repair|excision|removal)|ectomy|plasty)$", name.strip(), re.IGNORECASE)
    return ends is not None and not after
