"""Does extracted text read like writing, or like the output of a broken font or a bad OCR layer?

The measure is how well the letters of words follow each other: for each pair of neighbouring letters, log2 of how often
languages written in Latin letters have it, against letters drawn by lot (``letter_pairs.txt``). Over a hundred pairs,
plain text of nineteen languages, drug names and anatomy have a mean between 0.5 and 2 (Polish, the lowest, -0.3), text
whose letters stand for others one between -4 and -0.5. Other scripts and numbers are not judged by it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

_WORDS_FILE = Path(__file__).with_name("common_words.txt")
_PAIRS_FILE = Path(__file__).with_name("letter_pairs.txt")
_NO_MEANINGS = ((0x00, 0x01), (0x03, 0x08), (0x0E, 0x1F), (0xD800, 0xDFFF), (0xE000, 0xF8FF), (0xFFF0, 0xFFFF))
"""Control characters but PDFium's hyphen (2), half characters, private use, U+FFFD and its neighbours."""
_NO_WRITING = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _NO_MEANINGS) + "]")
_SHIFTED = re.compile("[\x0e-\x1f]{2}")
"""Figures of a font without a map: their places in the font, which begins with the blank at 3, stand for them."""
_SIGNS = "[]{}|\\~^<>=\"$;!?#"
_MIXED_UP = re.compile(f"[A-Za-z][{re.escape(_SIGNS)}][A-Za-z]")
"""Signs inside a word, as where letters are shifted along the alphabet of ASCII."""
PLAIN_FROM = 0.0
"""Mean, codes and short words included, of text that needs no closer look."""
MIXED_UP_WORDS = 6
_CODE = re.compile(r"\S*\d\S*|\S{30,}")
"""Codes, sequences and addresses are spelt as they like; the longest German words have 30 letters."""
LONG_TOKEN = 30
_LONG = re.compile(r"[!-~]{30,}")
LONG_SHARE = 0.5
"""Share of a page's characters in such long tokens from which blanks, too, stand for something else."""
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’.-][A-Za-z\u00c0-\u024f]+)*")
_NUMBER = re.compile(r"[<>≤≥±~+-]?\d[\d.,:/%^*x-]*[A-Za-zµ%°/]{0,8}")
_OUTER = ".,;:!?()[]{}\"'“”‘’*•…-–—/_|"

BROKEN_SHARE = 0.3
"""Share of characters without a meaning above which a font's map is taken to be broken."""
BROKEN_PART = 0.06
"""The same from which a part of the text is, such as figures set in a font of their own."""
FOREIGN_SHARE = 0.5
"""Share of accented letters among Latin ones above which another script was read as Latin."""
WINDOW = 100
"""Pairs of letters over which a mean is taken: four or five lines of a table."""
FEWEST = 40
"""Fewer pairs are no sample."""
GARBLED_BELOW = -0.5
FORM_SHARE = 0.8
KNOWN_SHARE = 0.45
MIN_WORDS = 12
"""Fewer words than this are no sample of an OCR layer."""

_ACCENTED = 32
"""Added to a letter's number (1 to 26) where it has an accent."""
_SIGN, _NO_MEANING = 30, 31
_NO_PAIR = np.float32(99)
Values = npt.NDArray[np.float32]
Classes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Legibility:
    """``garbled_share``: share (0 to 1) of the text that cannot be what the page shows."""

    garbled_share: float

    @property
    def garbled(self) -> bool:
        """So much that the text is of no use."""
        return self.garbled_share > 0.5

    @property
    def garbled_part(self) -> bool:
        """A part of it, such as the lines set in one of several fonts."""
        return self.garbled_share > 0


def legibility(text: str) -> Legibility:
    """How much of a page's text can be read."""
    if not text or not _doubtful(_classes_of(text)):
        return Legibility(0.0)
    whole = sum(map(len, text.split()))
    broken = len(_NO_WRITING.findall(text))
    # The blank of a font that begins with it at 3.
    values, foreign = pair_values(text.replace("\x03", " "))
    if broken > BROKEN_SHARE * whole or foreign > FOREIGN_SHARE:
        return Legibility(1.0)
    share = _garbled_share(values)
    if broken > BROKEN_PART * whole or _SHIFTED.search(text):
        share = max(share, broken / whole)
    mixed_up = len(_MIXED_UP.findall(text))
    if mixed_up >= MIXED_UP_WORDS:
        share = max(share, min(1.0, 8 * mixed_up / len(text)))
    return Legibility(share)


def _doubtful(classes: Classes) -> bool:
    """Quick and on the safe side: nearly every page's text is plain at first sight."""
    marks = classes.tobytes()
    if _NO_MEANING in marks:
        return True
    if marks.count(_SIGN) >= MIXED_UP_WORDS:
        letters = _letters(classes)
        if int(np.count_nonzero(letters[:-2] & (classes[1:-1] == _SIGN) & letters[2:])) >= MIXED_UP_WORDS:
            return True
    if int(np.count_nonzero(classes >= _ACCENTED)) * 4 > FOREIGN_SHARE * len(classes):
        return True
    folded = classes & (_ACCENTED - 1)
    pairs = folded[:-1].astype(np.uint16) * _ACCENTED + folded[1:]
    values = _pair_table().take(pairs)
    values = values[values != _NO_PAIR]
    if len(values) < FEWEST:
        return len(classes) >= LONG_TOKEN
    part = min(len(values), WINDOW // 2)
    parts = np.add.reduceat(values[: len(values) // part * part], np.arange(0, len(values) // part * part, part))
    return bool(min(parts.min(), values[-part:].sum()) < PLAIN_FROM * part)


def _letters(classes: Classes) -> npt.NDArray[np.bool_]:
    folded = classes & (_ACCENTED - 1)
    return (folded > 0) & (folded < _SIGN)


def pair_values(text: str) -> tuple[Values, float]:
    """The value of each pair of neighbouring letters within words of four letters and more, in the text's order; the
    share of accented letters among the Latin ones, of which there are at least FEWEST."""
    if sum(map(len, _LONG.findall(text))) <= LONG_SHARE * len(text):
        text = _CODE.sub(" ", text)
    classes = _classes_of(text)
    codes = np.where(_letters(classes), classes & (_ACCENTED - 1), 0)
    foreign = float((classes >= _ACCENTED).sum()) / max(FEWEST, int((codes > 0).sum()))
    steps = np.diff(np.concatenate(([0], codes > 0, [0])).astype(np.int8))
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    long = ends - starts >= 4
    inside = np.zeros(len(codes) + 1, dtype=np.int8)
    inside[starts[long]], inside[ends[long] - 1] = 1, -1
    chosen = np.cumsum(inside)[: max(0, len(codes) - 1)] > 0
    return _table()[codes[:-1], codes[1:]][chosen], foreign


def _classes_of(text: str) -> Classes:
    """For each UTF-16 unit its letter's number (1 to 26, _ACCENTED more with an accent), _SIGN, _NO_MEANING or 0."""
    return _classes().take(np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16))


def _garbled_share(values: Values) -> float:
    if len(values) < FEWEST:
        return 0.0
    if len(values) <= WINDOW:
        return float(values.mean() < GARBLED_BELOW)
    sums = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    bad = np.flatnonzero((sums[WINDOW:] - sums[:-WINDOW]) < GARBLED_BELOW * WINDOW)
    if not len(bad):
        return 0.0
    covered = np.zeros(len(values) + 1, dtype=np.int32)
    np.add.at(covered, bad, 1)
    np.add.at(covered, bad + WINDOW, -1)
    return float((np.cumsum(covered)[:-1] > 0).mean())


@cache
def _classes() -> Classes:
    """The class of each UTF-16 unit; accented letters are those of Latin-1."""
    numbers = np.zeros(0x10000, dtype=np.uint8)
    for code in range(256):
        plain = unicodedata.normalize("NFD", chr(code).lower())[0]
        plain = {"ß": "s", "ø": "o", "æ": "a", "ð": "d", "þ": "t"}.get(plain, plain)
        if "a" <= plain <= "z":
            numbers[code] = ord(plain) - 96 + (_ACCENTED if code > 127 else 0)
    numbers[[ord(sign) for sign in _SIGNS]] = _SIGN
    for first, last in _NO_MEANINGS:
        numbers[first : last + 1] = _NO_MEANING
    return numbers


@cache
def _pair_table() -> Values:
    """The values by ``class * 32 + class``, _NO_PAIR where one of the two is no letter."""
    table = np.full((_ACCENTED, _ACCENTED), _NO_PAIR, dtype=np.float32)
    table[1:27, 1:27] = _table()[1:, 1:]
    return table.ravel()


@cache
def _table() -> Values:
    """27 x 27; the row and column 0 are not used."""
    rows = [line.split()[1:] for line in _PAIRS_FILE.read_text().splitlines()[3:]]
    table = np.zeros((27, 27), dtype=np.float32)
    table[1:, 1:] = np.array(rows, dtype=np.float32)
    return table


def reads_like_language(text: str) -> bool:
    """Good enough to stand for a scan: enough words, nearly all tokens words or numbers by their form, no garbled part,
    and so many of the words known as in plain prose.

    The words are what tells a good OCR layer from one whose words only look like words: 53 % and more of those of real
    letters and lab reports are in the list, 36 % and less of those read from a degraded picture. The list is English:
    layers in other languages are read again by OCR.
    """
    return reads_plainly(text) and known_share(text) >= KNOWN_SHARE


def reads_plainly(text: str) -> bool:
    """Enough words, nearly all tokens words or numbers by their form, no garbled part; in any language."""
    enough = len(text.split()) >= MIN_WORDS and word_share(text) >= FORM_SHARE
    return enough and not legibility(text).garbled_part


def known_share(text: str) -> float:
    """Share (0 to 1) of the words of four letters and more that are in ``common_words.txt``."""
    words = re.findall("[a-z]{4,20}", text.lower())
    return sum(word in _common_words() for word in words) / len(words) if words else 0.0


@cache
def _common_words() -> frozenset[str]:
    return frozenset(_WORDS_FILE.read_text().splitlines()[1:])


def word_share(text: str) -> float:
    """Share (0 to 1) of the blank-separated tokens, by length, that are words or numbers by their form."""
    tokens = [raw.strip(_OUTER) or raw for raw in text.split()]
    total = sum(map(len, tokens))
    return sum(len(t) for t in tokens if _reads(t)) / total if total else 0.0


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
    return not re.search(r"[a-z][A-Z]{2,}[a-z]", part) and bool(re.search(r"[aeiouyAEIOUY\u00c0-\u024f]", part))
