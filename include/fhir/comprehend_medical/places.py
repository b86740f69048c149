"""What is printed where an answer points, and its place on the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from include.documents.content import Line, Word
from include.fhir.comprehend_medical.texts import Span
from include.fhir.extraction.page.reading import PrintedLine, around
from include.fhir.facts import Source


def printed(lines: Sequence[PrintedLine], spans: Iterable[Span]) -> str:
    """The printed characters; what runs over a line end is joined by a blank."""
    return " ".join(lines[span.at].text[span.start : span.end] for span in sorted(spans)).strip()


def source_of(lines: Sequence[PrintedLine], spans: Iterable[Span], confidence: float, analyzer: str) -> Source:
    """The evidence of parts that stand on one page: on each line, from the first of them to the last.

    :param confidence: percent, the analyzer's; the reading of the words can be less certain.
    """
    stretches = _stretches(spans)
    words = [word for span in stretches for word in _words(lines[span.at].line, span)]
    box = around([word.box for word in words])
    return Source(lines[stretches[0].at].page, printed(lines, stretches), box,
                  min(confidence, *(word.confidence for word in words)), analyzer)


def _stretches(spans: Iterable[Span]) -> list[Span]:
    by_line: dict[int, list[Span]] = {}
    for span in spans:
        by_line.setdefault(span.at, []).append(span)
    return [Span(at, min(s.start for s in own), max(s.end for s in own)) for at, own in sorted(by_line.items())]


def _words(line: Line, span: Span) -> Sequence[Word]:
    """The words of a stretch; the line itself where its words cannot be found in its text."""
    found: list[Word] = []
    position = 0
    for word in line.words:
        begin = line.text.find(word.text, position)
        if begin < 0:
            found = []
            break
        position = begin + len(word.text)
        if begin < span.end and position > span.start:
            found.append(word)
    return found or [Word(line.text, line.box, line.confidence)]
