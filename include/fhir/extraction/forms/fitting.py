"""Whether a text can be what a label says: a person's name, a date, a gender, a number."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from include.fhir.extraction.dates import find_dates, has_date
from include.fhir.extraction.forms.labels import meaning_of, plain
from include.fhir.extraction.page.sections import heading_of

_NAME_PARTICLES = frozenset((
    "de", "da", "do", "dos", "del", "della", "der", "den", "di", "la", "le", "van", "von", "vom", "zu", "el",
    "al", "bin", "ibn", "y", "e", "und", "jr", "sr",
))  # fmt: skip
DATES = frozenset((
    "birth_date", "admitted", "discharged", "visit_date", "document_date", "collected", "received", "reported",
    "recorded", "procedure_date",
))  # fmt: skip
NUMBERS = frozenset((
    "mrn", "ssn", "patient_id", "visit", "other_number", "practitioner_id", "postal_code",
))  # fmt: skip
_NO_NAME = frozenset(
    (
        "na",
        "n a",
        "none",
        "unknown",
        "not provided",
        "anonymous",
        "not available",
        "unknown patient",
        "self",
        "yes",
        "no",
    )
)
_NAME_LABELS = frozenset((
    "first", "last", "middle", "initial", "initials", "given", "family", "maiden", "suffix", "surname",
))  # fmt: skip
"""Words of the labels that stand beside one for a name."""
_TITLES = re.compile(
    r"^(?:(?:dra?|prof|med|mr|mrs|ms|herr|frau|dipl|sra?|srta|don|doña|mme|dott(?:ssa)?)\b\.?\s*)+", re.IGNORECASE)
GENDERS = {
    "gentleman": "male", "lady": "female", "m": "male", "male": "male", "man": "male", "boy": "male",
    "männlich": "male", "maennlich": "male",
    "mann": "male", "f": "female", "female": "female", "woman": "female", "girl": "female", "weiblich": "female",
    "w": "female", "frau": "female", "other": "other", "divers": "other", "non binary": "other", "nonbinary": "other",
    "unknown": "unknown", "mujer": "female", "femenino": "female", "varón": "male", "varon": "male",
    "hombre": "male", "masculino": "male", "femme": "female", "féminin": "female", "homme": "male", "masculin": "male",
    "feminino": "female", "donna": "female", "femmina": "female", "maschio": "male", "uomo": "male",
}  # fmt: skip


@cache
def _not_in_names() -> frozenset[str]:
    rows = (Path(__file__).parent.parent / "data" / "not_in_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for row in rows if not row.startswith("#") for word in row.split())


def is_name(text: str) -> bool:
    """Looks like a person's name: one to six capitalised words without digits."""
    words = re.findall(r"[^\s,]+", re.sub(r"\([^)]*\)", "", text))
    if not 1 <= len(words) <= 6 or re.search(r"[\d:;?!/_@#]", text) or plain(text) in _NO_NAME:
        return False
    own = [word for word in words if word.lower().strip(".") not in _NAME_PARTICLES]
    if any(plain(word) in _not_in_names() or word.endswith("-") for word in own):
        return False
    return (
        bool(own) and all(word[0].isupper() for word in own) and meaning_of(text) is None and heading_of(text) is None
    )


def fits(meaning: str | None, value: str) -> bool:
    """Whether a value can be what its label says."""
    if not re.search(r"\w", value):
        return False
    if meaning in ("family", "given") and _is_one_name(value):
        return True
    if (
        meaning in ("name", "family", "given")
        or (meaning or "").startswith("practitioner:")
        or meaning == "practitioner"
    ):
        for date in find_dates(value):
            value = value.replace(date, " ").strip()
        value = _TITLES.sub("", value)
        return is_name(re.split(r"\s{2,}|,\s*(?=[a-z])", value)[0])
    if meaning == "middle":
        return bool(re.fullmatch(r"[^\W\d_]+\.?", value))
    if meaning in DATES:
        return has_date(value) or bool(re.fullmatch(r"\d{2}\s\d{2}\s\d{2,4}", value))
    if meaning == "gender":
        return gender_in(value) is not None
    if meaning in NUMBERS:
        numbered = re.match(r"\d{1,2}[a-z]?(?:[.)]\s+(?=[A-Z])|\s+[A-Z]{3,}\s)", value) is not None
        if re.search(r"\b(?:ver|version|rev|revised|revision|page|form|copy)\b", value, re.IGNORECASE):
            return False
        return bool(re.search(r"\d", value)) and len(value.split()) <= 4 and not numbered and not _is_date(value)
    if meaning == "phone":
        return len(re.findall(r"\d", value)) >= 7
    return True


def _is_date(value: str) -> bool:
    """A date with its separators and nothing else is no number of anybody."""
    return plain("".join(find_dates(value))) == plain(value) and re.search(r"[/.,]|[A-Za-z]", value) is not None


def _is_one_name(value: str) -> bool:
    """One capitalised word behind ``Last Name`` is a name, though it may be a word of forms too (Page, Park)."""
    known = meaning_of(value)
    return (
        re.fullmatch(r"[^\W\d_][^\W\d_'’.-]+(?:-[^\W\d_]+)?", value.strip()) is not None
        and value[0].isupper()
        and plain(value) not in _NO_NAME
        and plain(value) not in _NAME_LABELS
        and (known is None or known == "organization")
        and heading_of(value) is None
    )


def gender_in(value: str) -> str | None:
    """A FHIR gender code for a printed gender, also as one word among others (``46 y Female``)."""
    text = plain(value)
    if text in GENDERS:
        return GENDERS[text]
    words = [word for word in text.split() if word in GENDERS and word not in ("other", "unknown", "man", "w")]
    found = {GENDERS[word] for word in words}
    return found.pop() if len(found) == 1 else None
