"""Measurements with names that are no known tests: by place, by side, of skin tests, in lists of names and values."""

from __future__ import annotations

import pytest

from include.fhir.facts import Category
from tests.fhir.extraction.ruled_tables import read_with_table

_PATIENT = "Patient: Jane Roe    DOB: 03/04/1970\n\n"
Rows = list[list[str]]


def found(rows: Rows, caption: str = "") -> list[tuple[str, str, str | None, str | None]]:
    facts = read_with_table(_PATIENT + caption, rows).observations
    return [(fact.name, fact.value.printed, fact.value.unit, fact.flag) for fact in facts if fact.value]


@pytest.mark.parametrize("head", ["Region", "Site", "Level", "Skeletal site", "Joint"])
def test_a_measure_of_a_place_is_named_by_both(head: str) -> None:
    assert found([
        [head, "BMD (g/cm2)", "T-score", "% Young adult", "Previous BMD"],
        ["Left hip", "0.731", "-2.2", "76", "0.745"],
        ["Spine", "0.885", "-1.8", "81", "0.902"],
        ["Reference", "0.950", "0.0", "100", "0.950"],
    ]) == [
        ("BMD Left hip", "0.731", "g/cm2", None), ("T-score Left hip", "-2.2", None, None),
        ("BMD Spine", "0.885", "g/cm2", None), ("T-score Spine", "-1.8", None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(("right", "left"), [("OD", "OS"), ("Right", "Left"), ("R", "L"), ("Right ear", "Left ear")])
def test_rows_of_sides_cross_columns_of_measures(right: str, left: str) -> None:
    assert found([["", "Sphere", "Axis", "Prism"], [right, "-2.25", "175", ""], [left, "+1.00", "010", ""]]) == [
        (f"Sphere {right}", "-2.25", None, None), (f"Axis {right}", "175", None, None),
        (f"Sphere {left}", "+1.00", None, None), (f"Axis {left}", "010", None, None),
    ]  # fmt: skip


@pytest.mark.parametrize("rows", [
    [["Class", "From", "To"], ["Mild", "5", "14"], ["Severe", "30", "60"]],
    [["Site", "Qty", "Price"], ["Clinic", "2", "40"], ["Ward", "3", "60"]],
    [["Region", "Goal", "Next"], ["Hip", "160", "150"], ["Spine", "150", "140"]],
])  # fmt: skip
def test_numbers_that_measure_no_place_are_no_results(rows: Rows) -> None:
    assert found(rows) == []


@pytest.mark.parametrize("goal", ["Goal (12 wks)", "Target", "Normal", "Previous"])
@pytest.mark.parametrize("caption", ["Knee range of motion (degrees)", "Knee motion in degrees", "Knee, degrees"])
def test_sides_take_the_unit_of_the_caption_and_leave_the_goal(goal: str, caption: str) -> None:
    rows = [["Motion", "Left", "Right", goal], ["Flexion", "138", "92", "130"], ["Extension", "0", "-12", "0"]]
    assert found(rows, caption) == [
        ("Flexion Left", "138", "degrees", None), ("Flexion Right", "92", "degrees", None),
        ("Extension Left", "0", "degrees", None), ("Extension Right", "-12", "degrees", None),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["Allergen", "Extract", "Antigen", "Substance"])
def test_the_size_of_a_reaction_is_its_result_and_the_judgement_its_flag(name: str) -> None:
    head = [name, "Wheal (mm)", "Result"]
    assert found([head * 2, ["Ash", "8", "POS", "Elm", "0", "neg"], ["Sage", "5", "POS", "Milk", "0", "neg"]]) == [
        ("Ash", "8", "mm", "POS"), ("Elm", "0", "mm", "neg"), ("Sage", "5", "mm", "POS"), ("Milk", "0", "mm", "neg"),
    ]  # fmt: skip


def test_the_redness_around_a_reaction_is_not_its_size() -> None:
    head = ["Allergen", "Wheal (mm)", "Flare (mm)", "Interpretation"]
    rows = [head, ["Ash", "8", "20", "POS"], ["Elm", "0", "2", "neg"]]
    assert found(rows) == [("Ash", "8", "mm", "POS"), ("Elm", "0", "mm", "neg")]


_SLEEP = [
    ["Latency to stage two", "12.5 min"], ["Arousal index", "31.5 /h"], ["Time below 88%", "3 min"],
    ["Mean oxygen SpO2", "93 %"], ["Limb movements", "41"],
]  # fmt: skip


def test_a_list_of_names_and_numbers_with_units_is_measured() -> None:
    assert found([["Sleep architecture", ""], *_SLEEP]) == [
        ("Latency to stage two", "12.5", "min", None), ("Arousal index", "31.5", "/h", None),
        ("Time below 88%", "3", "min", None), ("Mean oxygen SpO2", "93", "%", None),
        ("Limb movements", "41", None, None),
    ]  # fmt: skip


@pytest.mark.parametrize("row", [
    ["Losartan", "50 mg"], ["Goal", "30 min"], ["Severe above 30", "40 %"], ["Copay", "20"], ["Arousals", "many"],
])  # fmt: skip
def test_a_list_with_anything_else_in_it_is_not(row: list[str]) -> None:
    names = {name for name, *_ in found([*_SLEEP, row])}
    assert not {"Arousal index", "Latency to stage two", "Limb movements", row[0]} & names


def test_measures_of_places_are_examinations_and_no_laboratory_results() -> None:
    rows = [["Region", "BMD (g/cm2)", "T-score"], ["Left hip", "0.731", "-2.2"], ["Spine", "0.885", "-1.8"]]
    assert {fact.category for fact in read_with_table(_PATIENT, rows).observations} == {Category.EXAM}
