"""Fields and tick boxes of the file on a page that OCR read."""

from __future__ import annotations

import random

from include.documents.content import Box, FormField, Origin, PageContent, TickBox
from include.ocr.joining import with_fields_of

HERE, THERE = Box(0.3, 0.1, 0.2, 0.02), Box(0.3, 0.5, 0.2, 0.02)
PRINTED = Box(0.1, 0.1, 0.1, 0.02)


def page(*fields: FormField, ticks: tuple[TickBox, ...] = ()) -> PageContent:
    return PageContent(1, Origin.OCR, fields=fields, tick_boxes=ticks)


def joined(read: PageContent, own: PageContent) -> list[tuple[str, str]]:
    return [(field.key, field.value) for field in with_fields_of(read, own).fields]


def test_a_filled_in_field_takes_the_place_of_what_ocr_read_there_and_keeps_the_printed_key() -> None:
    read = page(FormField("Record no.:", "l23", PRINTED, HERE, confidence=60.0, handwritten=True))
    own = page(FormField("txtMrn_2", "123", value_box=Box(0.31, 0.1, 0.1, 0.02)))
    [field] = with_fields_of(read, own).fields
    assert (field.key, field.value, field.confidence, field.handwritten) == ("Record no.:", "123", 100.0, False)


def test_without_a_place_it_takes_that_of_the_same_label() -> None:
    read = page(FormField("MRN:", "l23", PRINTED, HERE), FormField("Name", "Ada", PRINTED, THERE))
    assert joined(read, page(FormField("mrn", "123"))) == [("MRN:", "123"), ("Name", "Ada")]


def test_a_label_that_stands_twice_decides_nothing() -> None:
    read = page(FormField("Phone", "1", PRINTED), FormField("Phone", "2", PRINTED))
    own = page(FormField("Phone", "2"), FormField("Phone", "3"))
    assert joined(read, own) == [("Phone", "1"), ("Phone", "2"), ("Phone", "3")]


def test_two_fields_of_the_file_never_take_the_same_place() -> None:
    read = page(FormField("Ward", "?", PRINTED, HERE))
    own = page(FormField("txt_1", "B 12", value_box=HERE), FormField("Ward", "C 3", value_box=THERE))
    assert joined(read, own) == [("Ward", "B 12"), ("Ward", "C 3")]


def test_a_field_that_ocr_lacks_is_added() -> None:
    assert joined(page(), page(FormField("Allergies", "none", value_box=HERE))) == [("Allergies", "none")]


def test_an_empty_field_of_the_file_does_not_erase_what_was_written_by_hand() -> None:
    read = page(FormField("Name", "Ada", PRINTED, HERE))
    assert joined(read, page(FormField("Name", "", value_box=HERE))) == [("Name", "Ada")]


def test_a_pair_of_printed_texts_only_fills_what_ocr_left_out() -> None:
    read = page(FormField("Name:", "Ada", PRINTED, HERE))
    own = page(FormField("Name", "Date:", PRINTED, THERE), FormField("Ward", "B 12", PRINTED, THERE))
    assert joined(read, own) == [("Name:", "Ada"), ("Ward", "B 12")]


def test_the_files_tick_box_says_how_it_is_and_ocr_what_is_printed_beside_it() -> None:
    read = page(ticks=(TickBox("Smoker", False, HERE, 70.0),))
    own = page(ticks=(TickBox("chk_1", True, HERE), TickBox("Pregnant", False, THERE)))
    assert with_fields_of(read, own).tick_boxes == (
        TickBox("Smoker", True, HERE), TickBox("Pregnant", False, THERE))


def test_joining_twice_equals_joining_once_and_loses_nothing() -> None:
    for seed in range(400):
        chance = random.Random(seed)

        def some(chance: random.Random = chance) -> PageContent:
            places = [Box(0.3, 0.1 * number, 0.2, 0.02) for number in range(1, 6)]
            chance.shuffle(places)
            fields = [
                FormField(chance.choice(["A", "a:", "B", ""]), chance.choice(["x", "y", "z", ""]),
                          chance.choice([None, PRINTED]), places[number] if chance.random() < 0.8 else None)
                for number in range(chance.randrange(5))
            ]
            ticks = tuple(TickBox(chance.choice(["", "t"]), chance.random() < 0.5, places[n]) for n in range(3))
            return page(*fields, ticks=ticks)

        read, own = some(), some()
        once = with_fields_of(read, own)
        assert with_fields_of(once, own) == once
        assert [field.key for field in once.fields[:len(read.fields)]] == [field.key for field in read.fields]
        values = {field.value for field in own.fields if field.key_box is None and field.value}
        assert values <= {field.value for field in once.fields}
        assert len(once.tick_boxes) >= len(read.tick_boxes)
