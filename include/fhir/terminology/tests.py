"""Printed names of tests -> LOINC, from ``loinc.csv``.

Columns of the table:

- ``kind``: what the test's units measure (:func:`units.kind_of_unit`), or a UCUM code where only that unit will do;
  empty where the result has no unit.
- ``specimen``: blood (also serum and plasma, and what is meant where nothing is printed), urine, arterial, venous,
  capillary, csf, or empty where none belongs to the test. Tests made elsewhere have no code.
- ``needs``: what must be printed beside the name, because the name alone means several things: its ``unit``, its
  ``specimen``, or a result in ``words`` (leukocytes are "2+" on a strip only);
  ``level`` is the unit too, for a name that is first of all another thing's (vancomycin, C4): alone it is
  no test's name.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from include.fhir.terminology.units import kind_of_unit, looks_like_a_unit, ucum

LOINC = "http://loinc.org"
BLOOD_PRESSURE, SYSTOLIC, DIASTOLIC = "85354-9", "8480-6", "8462-4"
PULSE_OXIMETRY, OXYGEN_SATURATION = "59408-5", "2708-6"
SMOKING_STATUS, ALCOHOL_USE = "72166-2", "11331-6"

_PANEL = "panel"
_LONGEST = 8
# A word of a name that only says in what the test was made.
_SPECIMEN_WORDS = {
    **dict.fromkeys(("serum", "plasma", "blood", "ser", "plas", "bld", "blut", "suero", "sangre"), "blood"),
    # The others are headings within a urinalysis.
    **dict.fromkeys(("urine", "urinary", "ur", "urin", "harn", "orina", "urinalysis", "ua", "macroscopic",
                     "microscopic", "dipstick"), "urine"),
    **dict.fromkeys(("csf", "cerebrospinal", "liquor"), "csf"),
    "arterial": "arterial", "venous": "venous", "capillary": "capillary",
    **dict.fromkeys(("pleural", "peritoneal", "ascites", "ascitic", "synovial", "joint", "amniotic", "stool", "feces",
                     "sputum", "saliva", "swab", "fluid", "marrow", "bronchial", "lavage", "pericardial", "semen",
                     "vitreous", "dialysate", "cord", "wound", "throat", "nasopharyngeal", "vaginal", "hair",
                     "biopsy", "bile", "gastric"), "elsewhere"),
}
# Blood drawn from a vein or a fingertip is the blood that most tests are made in; an artery's is named on purpose.
_ALSO_BLOOD = frozenset(("venous", "capillary"))
# In small letters these are units or words ("500 mg", "every 4 hr"), with a capital the symbol of a test.
_NEED_A_CAPITAL = frozenset(("mg", "k", "na", "cl", "ca", "fe", "cr", "p", "t", "map", "rf", "lh", "tc", "tg", "hr",
                             "ck", "sg", "le"))
# With one capital these are words, names and short forms: "Alt", "Ana", "Got", "Pt" (patient).
_NEED_ALL_CAPITALS = frozenset(("alt", "ast", "got", "gpt", "ana", "dat", "pt", "ige", "acr", "amh"))
# Capitals without a unit name the gene: "EGFR: exon 19 deletion" is no filtration rate.
_GENES = frozenset(("EGFR",))
# What OCR reads for what is printed.
_LOOK_ALIKE = (("l", "I"), ("I", "l"), ("1", "l"), ("0", "O"), ("O", "0"), ("|", "l"), ("|", "I"), ("rn", "m"),
               ("vv", "w"), ("5", "S"), ("8", "B"))
_FILLERS = frozenset(("level", "levels", "test", "of", "the", "value", "result", "in", "automated", "auto",
                      "count", "im", "en", "random", "spot", "qn", "quantitative", "quant"))
_SAME_WORD = {"tot": "total", "bili": "bilirubin", "creat": "creatinine",
              "abs": "absolute", "calc": "calculated", "cal": "calculated", "chol": "cholesterol",
              "haemoglobin": "hemoglobin", "hgb": "hemoglobin", "haematocrit": "hematocrit", "leucocytes": "leukocytes"}


_ORDERED = re.compile(
    r"[\s,;(\[-]+(?:w\s?/\s?|with\s+)?(?:an?\s+)?(?:rfx|rflx|refl|reflex(?:ed|ive)?)\b.*$|"
    r"[\s,;(\[-]+(?:w\s?/\s?o?\s*|with(?:out)?\s+)(?:auto(?:mated)?\s+|manual\s+)?"
    r"(?:diff|differential|plt|platelets?|egfr|gfr|interpretation|confirmation|titer)\b.*$", re.I)
"""What a name of an order says of further tests: made if this one is abnormal (``reflex``), or in the same run."""


_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?")
"""``S.G.``, ``E.S.R``: letters with a point behind each are one word."""
_IN_WORDS = re.compile(r"(?:(?:none|not|non|weakly|strongly)[ -]?)?(?:neg|negative|pos|positive|trace|reactive|"
                       r"detected|"
                       r"seen|present|absent|small|moderate|large|few|many|rare|occasional|none|\+{1,4}|[1-4]\+)"
                       r"(?:\s*\([^)]*\))?", re.I)


@dataclass(frozen=True, slots=True)
class TestTerm:
    """``category`` is an observation category, or ``panel``; ``specimen`` is empty where none belongs to the test."""

    loinc: str
    display: str
    category: str
    specimen: str
    kinds: frozenset[str]
    needs: str

    __test__ = False  # pytest would collect a class of this name


@lru_cache(maxsize=4096)
def find_test(name: str, unit: str | None = None, specimen: str | None = None,
              result: str | None = None) -> TestTerm | None:
    """The test that a printed name, unit and specimen mean for certain, or None.

    :param unit: as printed; decides between percent and absolute, mass and moles. One that fits no test of the name
        leaves it without a code.
    :param specimen: as printed: a specimen or a heading that names one (``Urine``, ``URINALYSIS``).
    :param result: as printed; one in words (``Negative``, ``2+``) is no result of a test that measures.
    """
    if not unit and name.strip(" .:") in _GENES:
        return None
    stated, candidates = _candidates(name, specimen)
    candidates = tuple(term for term in candidates if term.category != _PANEL)
    if result and not unit and _IN_WORDS.fullmatch(result.strip()):
        # The words name the specimen, as a unit does: glucose is "negative" on a strip of urine only.
        candidates = tuple(term for term in candidates if not term.kinds)
    else:
        candidates = tuple(term for term in candidates if term.needs != "words")
    found = _by_unit(_fitting(candidates, stated), unit)
    if found is None and unit and not stated:
        # "/HPF" is counted in urine only: the unit names the specimen.
        elsewhere = tuple(term for term in candidates if term.needs)
        return _by_unit(elsewhere, unit) if len({term.specimen for term in elsewhere}) == 1 else None
    return found


def find_panel(name: str) -> TestTerm | None:
    """The panel (complete blood count, lipid panel ...) that a printed heading names, or None."""
    return next((term for term in _candidates(name, None)[1] if term.category == _PANEL), None)


def is_test_name(text: str) -> bool:
    """Whether a printed text is the name of a single test, a vital sign or a habit; panels and medicines are not."""
    return any(term.category != _PANEL and term.needs != "level" for term in _candidates(text, None)[1])


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


def read_right(name: str) -> str:
    """A test's name in which OCR took one letter for another that looks like it (``lonized Calcium``, ``HC03``), with
    the letters that make it a known name; any other name as it is."""
    if is_test_name(name):
        return name
    words = name.split()
    for place, word in enumerate(words):
        if len(word) < 3 or _vocabulary().issuperset(_words(word)):
            continue
        for taken, meant in _LOOK_ALIKE:
            mended = " ".join([*words[:place], word.replace(taken, meant, 1), *words[place + 1 :]])
            if taken in word and is_test_name(mended):
                return mended
    return name


def is_loinc(code: str) -> bool:
    """Whether a printed code has LOINC's form and its check digit (mod 10; LOINC Users' Guide, appendix C)."""
    found = re.fullmatch(r"(\d{1,7})-(\d)", code.strip())
    if not found:
        return False
    digits = found[1][::-1]
    total = sum(map(int, str(int(digits[0::2]) * 2) + digits[1::2]))
    return (10 - total % 10) % 10 == int(found[2])


def _fitting(terms: tuple[TestTerm, ...], stated: str | None) -> tuple[TestTerm, ...]:
    """The terms made in the stated specimen; without one in blood, or in the only specimen that the name knows."""
    if stated:
        exact = tuple(sorted((term for term in terms if term.specimen in (stated, "")), key=lambda t: not t.specimen))
        return exact or (_fitting(terms, "blood") if stated in _ALSO_BLOOD else ())
    known = {term.specimen for term in terms}
    open_to = known if len(known) == 1 else {"blood", ""}
    return tuple(term for term in terms if term.specimen in open_to and term.needs != "specimen")


def _by_unit(terms: tuple[TestTerm, ...], unit: str | None) -> TestTerm | None:
    code = ucum(unit) if unit else None
    if code is not None:
        wanted = {code, kind_of_unit(code)}
        return next((term for term in terms if wanted & term.kinds), None)
    if unit and looks_like_a_unit(unit):
        return None
    return next((term for term in terms if term.needs not in ("unit", "level")), None)


@lru_cache(maxsize=8192)
def _candidates(name: str, specimen: str | None) -> tuple[str | None, tuple[TestTerm, ...]]:
    """The specimen that name or heading state, and every term that has this name."""
    printed = _specimen_of(_words(specimen or ""))
    bare_name = name.strip(" .:")
    if bare_name in _NEED_A_CAPITAL or (bare_name.casefold() in _NEED_ALL_CAPITALS and not bare_name.isupper()):
        return printed, ()
    for spelling in _spellings(name):
        words = _words(spelling)
        stated = _specimen_of(words) if any(word not in _SPECIMEN_WORDS for word in words) else None
        if terms := _terms().get(_key(words)):
            # "Urine glucose" is a name of its own; only its specimen is in question.
            return _agreed(stated, printed), terms
        bare = [word for word in words if word not in _SPECIMEN_WORDS and word not in _FILLERS]
        if bare and len(bare) < len(words) and (terms := _terms().get(_key(bare))):
            return _agreed(stated, printed), terms
    return printed, ()


def _agreed(name: str | None, heading: str | None) -> str | None:
    """The name's specimen goes before the heading's; but "plasma cells" of a pleural fluid are not blood's."""
    return "elsewhere" if heading == "elsewhere" and name in (None, "blood") else name or heading


def without_order(name: str) -> str:
    """The name of a test without what was ordered beside it: ``TSH W/REFLEX TO FT4`` is a TSH."""
    return _ORDERED.sub("", name).strip(" ,;-") or name


def _spellings(name: str) -> Iterator[str]:
    """The name; without its parentheses; and an abbreviation in parentheses that its words spell out."""
    yield name
    if (bare := without_order(name)) != name:
        yield from _spellings(bare)
        return
    if found := re.fullmatch(r"(.+),\s*[SPB]", name):  # "Alkaline Phosphatase, S": serum, plasma, blood
        yield found[1]
    if found := re.fullmatch(r"(.+\S)\s+0\d", name):  # "TSH 01": the number of the laboratory that made the test
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


def _specimen_of(words: Sequence[str]) -> str | None:
    """The specimen that the words name: the narrowest, for "blood" stands also in "arterial blood gas"."""
    found = [_SPECIMEN_WORDS[word] for word in words if word in _SPECIMEN_WORDS]
    order = ("csf", "elsewhere", "urine", "arterial", "venous", "capillary", "blood")
    return next((specimen for specimen in order if specimen in found), None)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    plain = _DOTTED.sub(lambda found: found[0].replace(".", ""), plain)
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
def _terms() -> dict[tuple[str, ...], tuple[TestTerm, ...]]:
    table: dict[tuple[str, ...], tuple[TestTerm, ...]] = {}
    with (Path(__file__).parent / "loinc.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            term = TestTerm(row["loinc"], row["display"], row["category"], row["specimen"],
                            frozenset(row["kind"].split()), row["needs"])
            for name in row["names"].split("|"):
                key = _key(_words(name))
                if term not in table.get(key, ()):
                    table[key] = (*table.get(key, ()), term)
    return table
