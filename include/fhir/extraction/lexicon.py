"""Words that are known to name a medicine or an illness (``data/drugs.txt``, ``data/diseases.txt``)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

NOT_SAID = re.compile(
    r"\bnot (?:documented|recorded|on file|available|provided|listed|reported|assessed|given)\b|"
    r"\bnone (?:documented|recorded|on file|listed|reported|known|noted)\b|\bno (?:data|information|records?|"
    r"entries)\b|"
    r"^\W*(?:example|e\.?g\.?|sample|for example|zum beispiel|z\.\s?b\.)\W|"
    r"\bkeine angaben?\b|\bnicht (?:dokumentiert|bekannt|erhoben)\b",
    re.IGNORECASE,
)
"""Says that a list has no entries (``Procedures not documented``), or how to fill it in: no entry of it."""
_DATA = Path(__file__).with_name("data")
_DRUG_ENDINGS = re.compile(
    r"[a-z]{2,}(?:pril|sartan|olol|statin|dipine|prazole|cillin|mycin|floxacin|cycline|azepam|oxetine|gliptin|"
    r"gliflozin|tidine|azole|anib|enib|"
    r"setron|triptan|parin|xaban|mab|tinib|vir|formin|thiazide|semide|sone|solone|lukast|terol|caine|glutide|"
    r"barbital|profen)",
)
_NOT_DRUGS = frozenset(
    [
        "calcium",
        "magnesium",
        "potassium",
        "sodium",
        "iron",
        "glucose",
        "protein",
        "folate",
        "lithium",
        "niacin",
        "testosterone",
        "progesterone",
        "cortisone",
        "estradiol",
    ]
)
"""Names that a laboratory measures too: no medicine unless a dose says so."""


_ABNORMAL = re.compile(r"\b(?:high|elevated|raised|low) blood (?:pressure|sugars?|fats?)\b", re.IGNORECASE)
"""Plain words for an illness, neither of which names it alone."""


@cache
def _words(name: str) -> frozenset[str]:
    rows = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for row in rows if not row.startswith("#") for word in row.split())


def is_drug(word: str) -> bool:
    """Whether one word names a medicine, by list or by ending."""
    plain = word.strip(".,;:()").lower()
    if plain in _NOT_DRUGS:
        return False
    parts = [part for part in re.split(r"[-/]", plain) if len(part) > 3]
    return any(part in _words("drugs.txt") or _DRUG_ENDINGS.fullmatch(part) is not None for part in (plain, *parts))


def drug_in(text: str) -> str | None:
    """The first word of a text that names a medicine, as printed."""
    return next((word.strip(".,;:()") for word in text.split() if is_drug(word)), None)


def begins_instruction(text: str) -> bool:
    """Whether a text begins as an instruction or a warning does (``Weigh yourself daily``)."""
    first = re.search(r"[^\W\d_]+", text.lower())
    return first is not None and first[0] in _words("instructions.txt")


def names_illness(text: str) -> bool:
    """Whether a phrase has a word that names an illness or a finding."""
    if _ABNORMAL.search(text):
        return True
    known = _words("diseases.txt")
    endings = tuple(word[1:] for word in known if word.startswith("-"))
    for word in re.findall(r"[^\W\d_]+", text.lower()):
        if word in known or word.rstrip("s") in known:
            return True
        if len(word) > 6 and word.endswith(endings):
            return True
    return False
