"""Synthetic pages, written as text: a letter is a hundredth of the page wide, a line a fiftieth of it high."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from include.documents.content import Box, DocumentContent, Line, Origin, PageContent, Word
from include.fhir.extraction import extract
from include.fhir.facts import DocumentFacts

Read = Callable[..., DocumentFacts]
_LETTER, _LINE = 0.01, 0.02


def written_page(number: int, text: str) -> PageContent:
    """A page on which every word stands where it stands in the text."""
    lines: list[Line] = []
    for row, printed in enumerate(text.strip("\n").splitlines()):
        words = tuple(
            Word(found[0], Box(found.start() * _LETTER, row * _LINE, len(found[0]) * _LETTER, _LINE * 0.7))
            for found in re.finditer(r"\S+", printed)
        )
        if words:
            left, right = words[0].box.left, words[-1].box.right
            box = Box(left, row * _LINE, right - left, _LINE * 0.7)
            lines.append(Line(" ".join(word.text for word in words), box, words=words))
    return PageContent(number, Origin.EMBEDDED, tuple(lines))


@pytest.fixture
def read() -> Read:
    """Extract the facts of pages given as text."""

    def extracted(*pages: str) -> DocumentFacts:
        content = tuple(written_page(number, text) for number, text in enumerate(pages, start=1))
        return extract(DocumentContent("doc-test", content))

    return extracted
