"""When two documents speak of the same patient.

A patient's key is derived from what is printed, so that it needs no register. The rule splits rather than merges:

1. medical record number, else social security number, together with the birth date, else with the name; a printed
   issuer belongs to the number. A number alone is nothing: every hospital has a patient 1001.
2. else the name together with the full birth date.
3. else the name together with another number that is labelled as the patient's own (patient, chart, record, hospital).
4. else None: a name alone is shared by many, and so may be an account, a policy or a group.

So one person whose documents print a record number here and none there has two records until somebody joins them; two
people never have one record for sharing a name, or a number of different hospitals.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from include.fhir.facts import IdentifierKind, PatientFact, PrintedIdentifier

_TITLES = frozenset(("mr", "mrs", "ms", "miss", "dr", "prof"))
_PLACEHOLDERS = frozenset(("unknown", "anonymous", "patient", "none", "name", "redacted", "test"))
_OWN = re.compile(r"patient|chart|record|hospital|medical|\bunit", re.I)
_STRONG = (IdentifierKind.MEDICAL_RECORD, IdentifierKind.SOCIAL_SECURITY)


def patient_id(patient: PatientFact) -> str | None:
    """``pat-`` and 32 hexadecimal digits, from which nothing can be read without guessing it all; None if unknown."""
    born, name, number = _birth_date(patient), _name(patient), _number(patient)
    if number and (born or name):
        return _digest(*number, born or name)
    if name and born:
        return _digest("name", name, born)
    other = _usable(i for i in patient.identifiers if i.kind is IdentifierKind.OTHER and _OWN.search(i.label or ""))
    return _digest("other", *other, name) if name and other else None


def _digest(*parts: str) -> str:
    return f"pat-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"


def _birth_date(patient: PatientFact) -> str:
    """The full birth date, or nothing: a year is shared by many, an ambiguous date is none."""
    date = patient.birth_date
    value = date.value if date and not date.ambiguous else None
    return value[:10] if value and re.match(r"\d{4}-\d{2}-\d{2}", value) else ""


def _name(patient: PatientFact) -> str:
    """Words in alphabetical order, without accents, case and titles; at least two of them."""
    text = patient.name or " ".join((*patient.given, patient.family or ""))
    words = [word for word in _plain(text).split() if word not in _TITLES]
    usable = len([word for word in words if len(word) > 1]) >= 2 and not _PLACEHOLDERS & set(words)
    return " ".join(sorted(words)) if usable else ""


def _number(patient: PatientFact) -> tuple[str, str, str] | None:
    for kind in _STRONG:
        if usable := _usable(i for i in patient.identifiers if i.kind is kind):
            return kind.value, *usable
    return None


def _usable(identifiers: Iterable[PrintedIdentifier]) -> tuple[str, str] | None:
    """Value and issuer of the first in alphabetical order, whatever order the page has."""
    return min(((_squeezed(i), _plain(i.issuer or "")) for i in identifiers if _is_number(_squeezed(i))), default=None)


def _is_number(value: str) -> bool:
    """Not a placeholder: three characters or more, a digit among them, not all the same (``000-00-0000``)."""
    return len(value) >= 3 and any(c.isdigit() for c in value) and len(set(value)) > 1


def _squeezed(identifier: PrintedIdentifier) -> str:
    return _plain(identifier.value).replace(" ", "").removeprefix("mrn").lstrip("0")


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return " ".join(re.findall(r"\w+", letters))
