"""Lines of labels in capitals without colons, as pads and cards print them: ``NAME Jane Roe  AGE 41  SEX F``.

A line has to begin with such a label and to hold two of them at least: one word in capitals alone may be anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from include.documents.content import Box, Word
from include.fhir.extraction.forms.fitting import fits
from include.fhir.extraction.forms.labelled_boxes import Labelled, is_label
from include.fhir.extraction.forms.labels import meaning_of
from include.fhir.extraction.page.reading import PrintedLine, Segment, around

_MOST_WORDS = 4
_READ_AS_SMALL = 4
_GLUED = re.compile(r"(?P<label>[A-Z]{2,12}?)(?P<value>[MF]|[A-Z][a-z]\S*|\d\S*)")
"""A short value, or its first word, that OCR read into its label (``SEXM``, ``DXAcute``)."""
_JOINS = re.compile(r"(?:\W|AND|OR|OF|FOR|WITH|THE|TO|IN|&)*")
"""Words between two labels that are words of a title (``PROBLEMS AND ALLERGIES``)."""
_UNDERLINE = re.compile(r"_+")


def labelled_lines(lines: Sequence[PrintedLine]) -> Iterator[Labelled]:
    """The labels and values of such lines; a label without a value is none of them."""
    for line in lines:
        if ":" in line.text:
            continue
        words = [part for word in line.line.words for part in _parts(word)]
        starts = list(_labels(words))
        if len(starts) < 2 or starts[0][0] != 0:
            continue
        ends = [*(start for start, _ in starts[1:]), len(words)]
        found = [
            Labelled(_segment(words[start:middle], line), (_segment(words[middle:end], line),))
            for (start, middle), end in zip(starts, ends, strict=True)
            if middle < end
        ]
        filled = [entry for entry in found if not _JOINS.fullmatch(entry.value)]
        if len(filled) > 1 or any(re.search(r"[a-z\d]", entry.value) for entry in filled):
            yield from (entry for entry in filled if fits(meaning_of(entry.label.text), entry.value))


def _parts(word: Word) -> Iterator[Word]:
    """A word, or label and value that stand in one."""
    text = _UNDERLINE.sub("", word.text)
    glued = _GLUED.fullmatch(text)
    if glued and not _is_known(text) and _is_known(glued["label"]):
        cut = word.box.left + word.box.width * len(glued["label"]) / len(text)
        left = Box(word.box.left, word.box.top, cut - word.box.left, word.box.height)
        right = Box(cut, word.box.top, word.box.right - cut, word.box.height)
        yield Word(glued["label"], left, word.confidence)
        yield Word(glued["value"], right, word.confidence)
    elif text:
        yield Word(text, word.box, word.confidence)


def _labels(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """(first word, first word behind) of each label, the longest where several begin."""
    at = 0
    while at < len(words):
        size = next(
            (n for n in range(_MOST_WORDS, 0, -1) if _is_known(" ".join(word.text for word in words[at : at + n]))), 0)
        if size:
            yield at, min(at + size, len(words))
        at += size or 1


def _is_known(text: str) -> bool:
    """A label in capitals; OCR reads the last of them as a small letter now and then."""
    letters = re.sub(r"[^A-Za-z]", "", text)
    loud = letters.isupper() or (len(letters) > _READ_AS_SMALL and letters[:-1].isupper())
    return len(letters) > 1 and loud and is_label(text)


def _segment(words: Sequence[Word], line: PrintedLine) -> Segment:
    return Segment(" ".join(word.text for word in words), around([word.box for word in words]), line, tuple(words))
