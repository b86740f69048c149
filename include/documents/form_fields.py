"""``Key: value`` pairs out of rows of phrases: several on one line, the value beside, below or wrapped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from include.documents.glyphs import Glyphs
from include.documents.layout import Phrase, Row

_MAX_KEY_WORDS = 6
_ALIGNED = 6.0
_BULLET = re.compile(r"^(?:[^\w(#☐☑☒]+|o) *(?=\S)")
_LETTER = re.compile(r"[^\W\d_]")
_SENTENCE = re.compile(r"[a-z]{3,}[.;,]|[.;],")
_LABEL_WORDS = frozenset((
    "accession", "account", "address", "admission", "admitted", "age", "attending", "birth", "city", "code",
    "collected", "date", "discharge", "discharged", "dob", "doctor", "email", "facility", "gender",
    "hospital", "id", "insurance", "location", "mrn", "name", "number", "patient", "phone", "physician",
    "provider", "received", "reported", "sex", "specimen", "ssn", "state", "status", "visit", "zip",
))
_LONG_LABELS = (
    "date of birth", "birth date", "date of service", "date of admission", "date of discharge", "date of visit",
    "admission date", "discharge date", "collection date", "report date", "date collected", "date received",
    "date reported", "medical record number", "medical record no", "patient id", "patient name", "patient no",
    "hospital id", "account number", "account no", "visit number", "accession number", "accession no",
    "ordering physician", "ordering provider", "attending physician", "primary care provider", "referring physician",
    "phone number", "insurance id", "specimen type", "social security number", "marital status", "last name",
    "first name", "middle name", "zip code", "lot number", "member id", "group number", "policy number",
)
"""Labels of several words; anywhere else a second key on a line is taken to be its last word."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A label without its colon, and the words that were filled in; both keep their places."""

    key: tuple[Glyphs, ...]
    value: tuple[Glyphs, ...]

    @property
    def key_text(self) -> str:
        return _BULLET.sub("", " ".join(word.text for word in self.key)).rstrip(": ").strip()

    @property
    def value_text(self) -> str:
        return " ".join(word.text for word in self.value)


def find_pairs(rows: Sequence[Row]) -> list[Pair]:
    """The pairs of a block in reading order; labels with nothing beside or below are left out."""
    pairs: list[Pair] = []
    taken: set[int] = set()
    for index, row in enumerate(rows):
        for place, phrase in enumerate(row.phrases):
            if id(phrase) in taken:
                continue
            found = split_phrase(phrase)
            if found and not found[-1].value:
                found[-1] = _with_value_nearby(found[-1], rows, index, place, taken)
            elif found:
                found[-1] = _continued(found[-1], rows, index, phrase, taken)
            pairs.extend(pair for pair in found if _says_something(pair))
    return pairs


def split_phrase(phrase: Phrase) -> list[Pair]:
    """``Sex: F Age: 46`` gives two pairs; a phrase without a label at its start gives none."""
    words = phrase.words
    ends = [i for i, word in enumerate(words) if _ends_key(word.text)]
    if not ends or ends[0] >= _MAX_KEY_WORDS or not any(_LETTER.search(w.text) for w in words[: ends[0] + 1]):
        return []
    starts = [0, *(_key_start(words, before + 1, end) for before, end in pairwise(ends))]
    pairs = []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        stop = starts[number + 1] if number + 1 < len(starts) else len(words)
        pairs.append(Pair(words[start : end + 1], words[end + 1 : stop]))
    return pairs


def is_label(text: str) -> bool:
    """A short text with a word that labels of a person, a visit or a sender use, and no digit."""
    words = re.findall(r"[a-z]+", text.lower())
    return 0 < len(words) <= 5 and not re.search(r"\d", text) and bool(_LABEL_WORDS & set(words))


def _says_something(pair: Pair) -> bool:
    """A value with a letter or digit or tick, and a label that is no piece of running text."""
    plain = not any(_SENTENCE.search(word.text) for word in pair.key)
    return plain and bool(re.search(r"[^\W_]|[☑☒✓+]", pair.value_text)) and bool(pair.key_text)


def _ends_key(text: str) -> bool:
    return text.endswith(":") and not text[:-1].isdigit()


def _key_start(words: tuple[Glyphs, ...], earliest: int, end: int) -> int:
    """Where the label that ends at ``end`` begins, behind the value of the label before it."""
    for length in (3, 2):
        start = end + 1 - length
        text = " ".join(w.text for w in words[max(start, 0) : end + 1]).rstrip(":").lower().rstrip(".")
        if start > earliest and text in _LONG_LABELS:
            return start
    return end


def _with_value_nearby(pair: Pair, rows: Sequence[Row], index: int, place: int, taken: set[int]) -> Pair:
    row = rows[index]
    if place + 1 < len(row.phrases):
        beside = row.phrases[place + 1]
        if not split_phrase(beside):
            taken.add(id(beside))
            return _continued(Pair(pair.key, beside.words), rows, index, beside, taken)
        return pair
    below = _below(rows, index, pair.key[0].x0)
    if below is None or split_phrase(below):
        return pair
    taken.add(id(below))
    return _continued(Pair(pair.key, below.words), rows, index + 1, below, taken)


def _continued(pair: Pair, rows: Sequence[Row], index: int, last: Phrase, taken: set[int]) -> Pair:
    """With the lines below that stand closer to the value than to what follows them."""
    words = pair.value
    while True:
        following = _below(rows, index, pair.key[0].x0) or _below(rows, index, last.x0)
        if following is None or split_phrase(following) or len(rows[index + 1].phrases) > 1:
            return Pair(pair.key, words)
        pitch = following.top - last.top
        after = rows[index + 2].top - following.top if index + 2 < len(rows) else None
        wraps = last.x1 >= max(r.x1 for r in rows) - 4 * last.size
        if pitch > 1.5 * (last.bottom - last.top) or not (wraps or (after is not None and pitch < 0.9 * after)):
            return Pair(pair.key, words)
        if following.bold and not last.bold:
            return Pair(pair.key, words)
        taken.add(id(following))
        words, last, index = words + following.words, following, index + 1


def _below(rows: Sequence[Row], index: int, x0: float) -> Phrase | None:
    if index + 1 >= len(rows):
        return None
    here, under = rows[index], rows[index + 1]
    if under.top - here.bottom > 1.2 * here.height:
        return None
    return next((p for p in under.phrases if abs(p.x0 - x0) <= _ALIGNED), None)
