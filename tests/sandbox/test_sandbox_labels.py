"""Which words are a label and which its value, by where they stand."""

from __future__ import annotations

from collections.abc import Sequence

from include.sandbox.fields import colon_fields
from include.sandbox.form_boxes import boxed_fields
from include.sandbox.geometry import Box, Item, Line, Tick, Word
from include.sandbox.layout import Field
from include.sandbox.rereading import parted_at_ticks, reread
from include.sandbox.tick_labels import tick_fields

HEIGHT = 30.0


def line(text: str, left: float, top: float, size: float = HEIGHT, confidence: float = 99.0) -> Line:
    """A printed line, half as wide a character as it is high."""
    words, x = [], left
    for part in text.split():
        words.append(Word(part, confidence, Box(x, top, x + len(part) * size / 2, top + size)))
        x += (len(part) + 1) * size / 2
    return Line(tuple(words))


def text_of(items: Sequence[Item]) -> str:
    return " ".join(item.text for item in items if isinstance(item, Word))


def as_text(fields: Sequence[Field]) -> list[tuple[str, str]]:
    return [(text_of(field.key), text_of(field.value)) for field in fields]


def test_a_label_over_two_lines_keeps_both_and_the_value_its_first_lines() -> None:
    lines = [
        line("Symptoms and History", 100, 100), line("of the illness:", 100, 134),
        line("Pain for two weeks, worse", 460, 96), line("in the morning; no fever", 460, 130),
        line("and no cough.", 460, 164)]
    assert as_text(colon_fields(lines, HEIGHT, 1200)) == [(
        "Symptoms and History of the illness:",
        "Pain for two weeks, worse in the morning; no fever and no cough.")]


def test_a_heading_above_a_label_is_no_part_of_it() -> None:
    lines = [line("Admission", 100, 100), line("Date: 2024-05-01", 100, 134)]
    assert as_text(colon_fields(lines, HEIGHT, 1200)) == [("Date:", "2024-05-01")]


def test_a_value_ends_with_its_paragraph() -> None:
    lines = [
        line("Plan: continue the tablets for another", 100, 100), line("week and return.", 100, 134),
        line("The ward was told by telephone.", 100, 168)]
    assert as_text(colon_fields(lines, HEIGHT, 1200)) == [
        ("Plan:", "continue the tablets for another week and return.")]


def test_what_goes_on_below_two_labels_of_a_row_belongs_to_the_last() -> None:
    lines = [line("Work: builder Habits: smokes since youth,", 100, 100), line("drinks little", 100, 134)]
    assert as_text(colon_fields(lines, HEIGHT, 1200)) == [
        ("Work:", "builder"), ("Habits:", "smokes since youth, drinks little")]


def test_text_of_another_box_is_no_label() -> None:
    boxes = [Box(100, 100, 500, 160), Box(100, 160, 500, 220)]
    lines = [line("NPI", 110, 130, 22), line("NPI", 110, 185, 22)]
    assert boxed_fields(boxes, lines, HEIGHT) == []


def test_a_heading_in_the_middle_of_a_box_labels_nothing_below_it() -> None:
    box = Box(100, 100, 900, 240)
    heading = line("READ THIS BEFORE SIGNING", 400, 105, 20)
    value = line("Signature on file", 110, 190, 34)
    assert boxed_fields([box], [heading, value], HEIGHT) == []
    assert as_text(boxed_fields([box], [line("SIGNED BY", 110, 105, 20), value], HEIGHT)) == [
        ("SIGNED BY", "Signature on file")]


def box_at(left: float, top: float) -> Tick:
    return Tick(Box(left, top, left + 30, top + 30), False, 99.0)


def test_the_label_of_a_tick_box_ends_where_the_print_changes_its_size() -> None:
    ticks = [box_at(300, 100)]
    lines = [line("1970", 190, 95, 45), line("M", 280, 102, 26)]
    assert as_text(tick_fields(ticks, lines, HEIGHT)) == [("M", "")]


def test_a_tick_box_takes_no_label_from_the_box_beside_its_own() -> None:
    ticks = [box_at(300, 100)]
    rooms = [Box(100, 80, 340, 150), Box(340, 80, 600, 150)]
    assert tick_fields(ticks, [line("Charges", 345, 100)], HEIGHT, rooms) == []


def test_a_tick_box_with_nothing_beside_it_has_the_word_above_it() -> None:
    ticks = [box_at(300, 100), box_at(400, 100)]
    lines = [line("SSN", 295, 72, 24), line("EIN", 395, 72, 24)]
    assert as_text(tick_fields(ticks, lines, HEIGHT)) == [("SSN", ""), ("EIN", "")]


def test_a_line_is_cut_at_its_tick_boxes_and_loses_what_was_read_in_them() -> None:
    ticks = [box_at(400, 100), box_at(600, 100)]
    row = Line((*line("Smoker?", 100, 100).words, *line("□ Yes", 408, 100).words, *line("XNo", 608, 100).words))
    assert [part.text for part in parted_at_ticks([row], ticks)] == ["Smoker?", "Yes", "No"]


def test_doubtful_words_right_beside_a_tick_box_are_read_again_without_it() -> None:
    asked: list[Box] = []

    def read(box: Box) -> tuple[str, float]:
        asked.append(box)
        return "Yes", 99.5

    ticks = [box_at(400, 100)]
    again = reread([line("res", 440, 100, confidence=54.0), line("res", 440, 100)], ticks, read)
    assert [(part.text, part.confidence) for part in again] == [("Yes", 99.5), ("res", 99.0)]
    assert [box.left for box in asked] == [430]


def test_a_second_reading_elsewhere_confirms_but_never_changes_the_text() -> None:
    lines = [line("20 mg", 700, 100, confidence=54.0), line("70 mg", 700, 200, confidence=54.0)]
    again = reread(lines, [], lambda _box: ("20 mg", 99.5))
    assert [(part.text, part.confidence) for part in again] == [("20 mg", 99.5), ("70 mg", 54.0)]
