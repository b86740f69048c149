"""Texts keep the limit in bytes, lose nothing, and every offset leads back to its line.

"The 0-based character offset in the input text ... The offset returns the UTF-8 code point in the string"
(https://docs.aws.amazon.com/comprehend-medical/latest/api/API_Entity.html).
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from include.documents.content import Box, Line, Word
from include.fhir.comprehend_medical.places import printed, source_of
from include.fhir.comprehend_medical.texts import Span, texts_of
from include.fhir.extraction.page.reading import PrintedLine

BOX = Box(0.25, 0.25, 0.5, 0.125)
_LETTERS = st.sampled_from("ab é€µ𝛽😀 ")
_LINES = st.lists(st.tuples(st.integers(1, 3), st.text(_LETTERS, max_size=30)), max_size=12)


def lines_of(pages: list[tuple[int, str]]) -> list[PrintedLine]:
    return [PrintedLine(page, at, Line(text, BOX)) for at, (page, text) in enumerate(sorted(pages, key=lambda p: p[0]))]


@given(_LINES, st.integers(4, 40))
def test_no_text_passes_the_limit_and_nothing_printed_is_lost_or_sent_twice(
        pages: list[tuple[int, str]], limit: int) -> None:
    lines = lines_of(pages)
    texts = texts_of(lines, limit)
    assert [text for text in texts if len(text.text.encode()) > limit or not text.text.strip()] == []
    sent = [(piece.at, piece.start + n) for text in texts for piece in text.pieces for n in range(len(piece.text))]
    words = [(line.at, n) for line in lines for n, character in enumerate(line.text) if character != " "]
    assert sorted(sent) == sent == sorted(set(sent))
    assert set(words) <= set(sent)


@given(_LINES, st.integers(4, 40), st.data())
def test_an_offset_counts_code_points_and_leads_to_its_characters(
        pages: list[tuple[int, str]], limit: int, data: st.DataObject) -> None:
    lines = lines_of(pages)
    for text in texts_of(lines, limit):
        begin = data.draw(st.integers(0, len(text.text)))
        end = data.draw(st.integers(begin, len(text.text)))
        found = "".join(lines[span.at].text[span.start : span.end] for span in text.spans(begin, end))
        assert found == text.text[begin:end].replace("\n", "")


@given(_LINES, st.integers(4, 40))
def test_a_text_is_of_one_page_and_a_line_is_cut_only_where_it_is_too_long(
        pages: list[tuple[int, str]], limit: int) -> None:
    lines = lines_of(pages)
    for text in texts_of(lines, limit):
        assert len({lines[piece.at].page for piece in text.pieces}) == 1
        assert [piece for piece in text.pieces
                if piece.text != lines[piece.at].text and len(lines[piece.at].text.encode()) <= limit] == []


def test_a_long_line_is_cut_at_a_blank() -> None:
    [line] = lines_of([(1, "one two three")])
    assert [text.text for text in texts_of([line], 9)] == ["one two ", "three"]


def test_what_is_no_character_is_replaced_one_to_one() -> None:
    [line] = lines_of([(1, "a\ud800b pain")])
    [text] = texts_of([line], 100)
    assert text.text == "a\ufffdb pain"
    assert text.spans(4, 8) == (Span(0, 4, 8),)


def line_of(*words: str, at: int = 0) -> PrintedLine:
    boxes = [Box(0.1 * n, 0.02 * at, 0.08, 0.02) for n in range(len(words))]
    made = tuple(Word(word, box, 90.0 - n) for n, (word, box) in enumerate(zip(words, boxes, strict=True)))
    return PrintedLine(2, at, Line(" ".join(words), Box(0.0, 0.02 * at, 0.9, 0.02), 90.0, made))


def test_evidence_has_the_page_the_printed_words_their_box_and_the_lower_confidence() -> None:
    lines = [line_of("her", "shortness"), line_of("of", "breath", "today", at=1)]
    spans = [Span(0, 4, 13), Span(1, 0, 9)]
    assert printed(lines, spans) == "shortness of breath"
    source = source_of(lines, spans, 96.0, "x")
    assert (source.page, source.text, source.confidence, source.analyzer) == (2, "shortness of breath", 89.0, "x")
    assert source.box is not None
    assert [round(n, 2) for n in (source.box.left, source.box.top, source.box.right, source.box.bottom)] == [
        0.0, 0.0, 0.18, 0.04]
    assert source_of(lines, spans, 40.0, "x").confidence == 40.0


def test_a_line_whose_words_have_no_places_is_the_evidence_as_a_whole() -> None:
    line = PrintedLine(1, 0, Line("much pain", BOX, 70.0))
    source = source_of([line], [Span(0, 5, 9)], 99.0, "x")
    assert (source.text, source.box, source.confidence) == ("pain", BOX, 70.0)
