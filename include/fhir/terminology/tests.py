"""Printed names of tests -> LOINC, from ``loinc.csv``.

Columns of the table: ``kind`` is what the test's units measure (see :func:`units.kind_of_unit`); a row with
``needs_unit`` is chosen only where the printed unit says so, because its names mean several tests; ``specimen`` is
blood (also serum and plasma, and what is meant where nothing is printed), urine, arterial, csf, or empty; tests made
elsewhere have no code.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from include.fhir.terminology.units import kind_of_unit, ucum

LOINC = "http://loinc.org"
BLOOD_PRESSURE, SYSTOLIC, DIASTOLIC = "85354-9", "8480-6", "8462-4"
PULSE_OXIMETRY, OXYGEN_SATURATION = "59408-5", "2708-6"
SMOKING_STATUS, ALCOHOL_USE = "72166-2", "11331-6"

_PANEL = "panel"
_LONGEST = 8
# A word of a name that only says in what the test was made.
_SPECIMEN_WORDS = {
    "serum": "blood", "plasma": "blood", "blood": "blood", "ser": "blood", "plas": "blood", "bld": "blood",
    "urine": "urine", "urinary": "urine", "ur": "urine", "csf": "csf", "cerebrospinal": "csf", "arterial": "arterial",
    "capillary": "blood", "venous": "blood", "urinalysis": "urine", "ua": "urine",
    # Headings within a urinalysis.
    "macroscopic": "urine", "microscopic": "urine", "dipstick": "urine",
    **dict.fromkeys(("pleural", "peritoneal", "ascites", "ascitic", "synovial", "joint", "amniotic", "stool", "feces",
                    "sputum", "saliva", "swab"), "elsewhere"),
}
# In small letters these are units or words ("500 mg", "the pt"), with a capital the symbol of a test.
_NEED_A_CAPITAL = frozenset(
    ("mg", "k", "na", "cl", "ca", "fe", "cr", "p", "t", "pt", "alt", "map", "rf", "lh", "tc", "tg"))
_FILLERS = frozenset(("level", "levels", "test", "of", "the", "value", "result", "in", "automated", "auto",
                      "count"))
_SAME_WORD = {"abs": "absolute", "calc": "calculated", "cal": "calculated", "chol": "cholesterol",
              "haemoglobin": "hemoglobin", "hgb": "hemoglobin", "haematocrit": "hematocrit", "leucocytes": "leukocytes"}


@dataclass(frozen=True, slots=True)
class TestTerm:
    """``category`` is an observation category, or ``panel``; ``specimen`` is empty where none belongs to the test."""

    loinc: str
    display: str
    category: str
    specimen: str
    kinds: frozenset[str]
    needs_unit: bool

    __test__ = False  # pytest would collect a class of this name


def find_test(name: str, unit: str | None = None, specimen: str | None = None) -> TestTerm | None:
    """The test that a printed name, unit and specimen mean for certain, or None.

    :param unit: as printed; decides between percent and absolute, mass and moles.
    :param specimen: as printed: a specimen or a heading that names one (``Urine``, ``URINALYSIS``).
    """
    wanted, candidates = _candidates(name, specimen)
    candidates = [term for term in candidates if term.category != _PANEL]
    fitting = [term for term in candidates if term.specimen in (wanted, "")]
    if not fitting and wanted == "blood" and not _specimen_of(specimen):
        # A name such as "Nitrite" belongs to one specimen only; nothing printed speaks against it.
        fitting = candidates if len({term.specimen for term in candidates}) == 1 else []
    found = _by_unit(fitting, unit)
    if found is None and unit and not _specimen_of(specimen):
        # "/HPF" is counted in urine only: the unit names the specimen.
        elsewhere = [term for term in candidates if term.needs_unit]
        return _by_unit(elsewhere, unit) if len({term.specimen for term in elsewhere}) == 1 else None
    return found


def find_panel(name: str) -> TestTerm | None:
    """The panel (complete blood count, lipid panel ...) that a printed heading names, or None."""
    return next((term for term in _candidates(name, None)[1] if term.category == _PANEL), None)


def is_test_name(text: str) -> bool:
    """Whether a printed text is the name of a single test, a vital sign or a habit; panels are not."""
    return any(term.category != _PANEL for term in _candidates(text, None)[1])


def longest_test_name(words: Sequence[str]) -> int:
    """How many leading words form a known test name; 0 where none do."""
    known = 0
    while known < min(len(words), _LONGEST) and _vocabulary().issuperset(_words(words[known])):
        known += 1
    for count in range(known, 0, -1):
        last = words[count - 1]
        if any(c.isalnum() or c in "%#)" for c in last) and is_test_name(" ".join(words[:count])):
            return count
    return 0


def is_loinc(code: str) -> bool:
    """Whether a printed code has LOINC's form and its check digit (mod 10; LOINC Users' Guide, appendix C)."""
    found = re.fullmatch(r"(\d{1,7})-(\d)", code.strip())
    if not found:
        return False
    digits = found[1][::-1]
    total = sum(map(int, str(int(digits[0::2]) * 2) + digits[1::2]))
    return (10 - total % 10) % 10 == int(found[2])


def _by_unit(terms: list[TestTerm], unit: str | None) -> TestTerm | None:
    code = ucum(unit) if unit else None
    if code is not None:
        kind = kind_of_unit(code)
        return next((term for term in terms if kind in term.kinds), None)
    return next((term for term in terms if not term.needs_unit), None)


def _candidates(name: str, specimen: str | None) -> tuple[str, list[TestTerm]]:
    """The specimen meant, and every term that has this name."""
    wanted = _specimen_of(specimen) or "blood"
    if name.strip(" .:") in _NEED_A_CAPITAL:
        return wanted, []
    for spelling in _spellings(name):
        words = _words(spelling)
        if terms := _terms().get(_key(words)):
            # "Urine glucose" is a name of its own; only its specimen is in question.
            return next((_SPECIMEN_WORDS[w] for w in words if w in _SPECIMEN_WORDS), wanted), terms
        bare = [word for word in words if word not in _SPECIMEN_WORDS and word not in _FILLERS]
        if bare and len(bare) < len(words) and (terms := _terms().get(_key(bare))):
            return next((_SPECIMEN_WORDS[w] for w in words if w in _SPECIMEN_WORDS), wanted), terms
    return wanted, []


def _spellings(name: str) -> Iterator[str]:
    """The name; without its parentheses; and an abbreviation in parentheses that its words spell out."""
    yield name
    if found := re.fullmatch(r"(.+),\s*[SPB]", name):  # "Alkaline Phosphatase, S": serum, plasma, blood
        yield found[1]
    outer, inner = re.sub(r"[(\[][^)\]]*[)\]]", " ", name), re.findall(r"[(\[]([^)\]]*)[)\]]", name)
    if inner and outer.strip():
        if all(_words(part) for part in inner) and _says_more(inner):
            return
        yield outer
        yield from (part for part in inner if _abbreviates(part, outer))


def _says_more(parts: list[str]) -> bool:
    """A qualifier in parentheses makes another test: bilirubin (direct), cholesterol (HDL)."""
    qualifiers = {"direct", "indirect", "free", "hdl", "ldl", "vldl", "ratio", "ionized", "percent", "absolute", "abs",
                  "fasting", "calculated", "calc", "random", "urine", "csf"}
    return any(word in qualifiers for part in parts for word in _words(part))


def _abbreviates(short: str, long: str) -> bool:
    letters, rest = [c for c in short.casefold() if c.isalpha()], iter(long.casefold().lstrip())
    return 1 < len(letters) <= 6 and long.casefold().lstrip()[:1] == letters[0] and all(c in rest for c in letters)


def _specimen_of(printed: str | None) -> str | None:
    return next((_SPECIMEN_WORDS[w] for w in _words(printed or "") if w in _SPECIMEN_WORDS), None)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    plain = plain.replace("%", " percent ").replace("#", " absolute ")
    return [_SAME_WORD.get(word, word) for word in re.findall(r"[a-z0-9]+", plain)]


def _key(words: Sequence[str]) -> tuple[str, ...]:
    """Word order does not matter: "Bilirubin, Total" is "Total bilirubin"."""
    return tuple(sorted(words))


@cache
def _vocabulary() -> frozenset[str]:
    """Every word of a name: most words of a text are none, and need no look-up."""
    return frozenset(word for key in _terms() for word in key) | _FILLERS | _SPECIMEN_WORDS.keys()


@cache
def _terms() -> dict[tuple[str, ...], list[TestTerm]]:
    table: dict[tuple[str, ...], list[TestTerm]] = {}
    with (Path(__file__).parent / "loinc.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            term = TestTerm(row["loinc"], row["display"], row["category"], row["specimen"],
                            frozenset(row["kind"].split()), bool(row["needs_unit"]))
            for name in row["names"].split("|"):
                terms = table.setdefault(_key(_words(name)), [])
                if term not in terms:
                    terms.append(term)
    return table
