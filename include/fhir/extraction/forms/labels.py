"""Printed labels of form fields and what they mean (``data/labels.tsv``)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

_FILE = Path(__file__).parent.parent / "data" / "labels.tsv"
_GLUED = re.compile(r"(?:(?<=[a-z0-9])|(?<=\s[MF]))(?P<label>[A-Z][A-Za-z]+(?:[ /.]+[A-Za-z]+){0,3})(?=\s*:)")
_NUMBERED = re.compile(
    r"(?P<whose>[A-Za-z][A-Za-z .'’/-]*?)\s*(?:#|№|\b(?:nos?|nr|num|nbr|number|id|identifier|code)\b\.?)\s*:?\s*$",
    re.IGNORECASE,
)
"""A label that asks for a number, whichever word or sign it says so with (``Patient #``, ``Chart Nbr``)."""
_NUMBER_WORDS = ("number", "no", "id", "nr", "identifier")
_BOX_NUMBER = re.compile(r"\s*\d{1,2}[a-d]?\s+(?=[A-Z])")
"""The number of a form's box before its label (``8 PATIENT NAME``)."""
_SHORTEST_MISREAD = 6
"""Letters from which a label may be read with one letter missing or wrong and still be known."""


@lru_cache(maxsize=16_384)
def plain(text: str) -> str:
    """Lower-case words without punctuation: the form in which labels, headings and names are compared."""
    words = re.findall(r"[^\W_]+", text.replace("'", "").replace("’", "").lower())
    return " ".join(words)


@cache
def _meanings() -> dict[str, str]:
    table: dict[str, str] = {}
    for row in _FILE.read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            meaning, labels = row.split("\t")
            table.update((label, meaning) for label in labels.split("|"))
    return table


@cache
def meaning_of(label: str) -> str | None:
    """What a label means, or None where it is not known; form numbering (``2.``, ``a.``) and one misread letter pass.

    A meaning is a word of the first column of ``data/labels.tsv``; ``practitioner:<role>`` carries the role.
    """
    bare = re.sub(r"^\s*\(?\d{0,2}[a-z]?[.)]\s+", "", label.strip(), flags=re.IGNORECASE)
    text, table = plain(bare), _meanings()
    if bare != label.strip() and plain(label) in table:
        return table[plain(label)]  # ``F. Nac.`` is no item f of a form
    if re.search(r"[#№]\W*$", bare) and (numbered := _numbered(bare)):
        return numbered
    if text in table:
        return table[text]
    without_brackets = plain(re.sub(r"\([^)]*\)", "", bare))
    if without_brackets in table:
        return table[without_brackets]
    if (box := _BOX_NUMBER.match(label)) and (in_box := table.get(plain(label[box.end() :]))):
        return in_box
    letters = re.sub(r"(?<=[a-z])0(?=[a-z])", "o", text)  # DOB as OCR reads it
    if letters in table:
        return table[letters]
    if numbered := _numbered(bare):
        return numbered
    if len(text) < _SHORTEST_MISREAD - 1 or text in ("other", "others"):
        return None
    near = (*_by_length().get(len(text), ()), *_by_length().get(len(text) + 1, ()))
    return next((table[known] for known in near if _one_letter_apart(known, text)), None)


def _numbered(label: str) -> str | None:
    """The meaning of a label for a number, by another word for "number" than it is known with."""
    match, table = _NUMBERED.match(label), _meanings()
    if match is None:
        return None
    words = plain(match["whose"])
    return next((table[form] for end in _NUMBER_WORDS if (form := f"{words} {end}".strip()) in table), None)


@cache
def _by_length() -> dict[int, list[str]]:
    lengths: dict[int, list[str]] = {}
    for label in _meanings():
        lengths.setdefault(len(label), []).append(label)
    return lengths


def _one_letter_apart(known: str, read: str) -> bool:
    """One letter of a long label is missing or replaced, as a punch hole or OCR leaves it."""
    if len(known) < _SHORTEST_MISREAD:
        return False
    if len(known) == len(read) + 1 and (known[1:] == read or len(known) >= 10):
        cut = next((i for i, (a, b) in enumerate(zip(known, read, strict=False)) if a != b), len(read))
        return known[cut + 1 :] == read[cut:]
    return len(known) == len(read) >= 8 and sum(a != b for a, b in zip(known, read, strict=True)) == 1


def unglued(text: str) -> str:
    """``Jane RoeSex: F MRN: 4471Arrival:`` as OCR reads close words: a blank before each known label with a colon."""
    for match in reversed(list(_GLUED.finditer(text))):
        whole = re.search(r"\w*$", text[: match.start("label")])
        known = whole is not None and meaning_of(f"{whole[0]}{match['label']}") is not None
        if meaning_of(match["label"]) is not None and not known:
            text = f"{text[: match.start('label')]} {text[match.start('label') :]}"
    return text


@cache
def label_pattern() -> re.Pattern[str]:
    """Any known label as it may stand inside a line, the longest first; not for one-letter differences."""
    labels = sorted((label for label in _meanings() if len(label) > 1), key=len, reverse=True)
    parts = [r"[\s.'’/#-]*".join(map(re.escape, label.split())) for label in labels]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(parts)})(?:\s*(?:#|No\.?))?(?![^\W_])", re.IGNORECASE)
