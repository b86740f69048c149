"""Tables of devices and diaries, and of dental procedures."""

from __future__ import annotations

import pytest

from include.fhir.extraction import extract
from include.fhir.extraction.statements.dosing import read_line
from include.fhir.extraction.tables.grouped_headers import with_groups
from tests.fhir.extraction.conftest import Read
from tests.fhir.extraction.test_extraction_forms import PATIENT, document, grid


def measured(rows: list[list[str]]) -> list[tuple[str, str, str | None, str | None]]:
    table, lines = grid(rows, 0.2, header=False)
    facts = extract(document(PATIENT + lines, [table])).observations
    return [(o.name, o.value.printed, o.value.unit, o.note) for o in facts if o.value]


def test_what_is_predicted_is_no_result() -> None:
    assert measured([
        ["", "", "Pre-Bronch", "", "Post-Bronch"],
        ["", "Pred", "Actual", "%Pred", "Actual"],
        ["FVC (L)", "4.12", "3.26", "79", "3.41"],
        ["PEF (L/s)", "8.05", "5.71", "71", "6.33"],
        ["FEV1/FVC (%)", "80", "63", "", "70"],
    ]) == [
        ("FVC", "3.26", "L", "Pre-Bronch"), ("FVC", "3.41", "L", "Post-Bronch"),
        ("PEF", "5.71", "L/s", "Pre-Bronch"), ("PEF", "6.33", "L/s", "Post-Bronch"),
        ("FEV1/FVC", "63", "%", "Pre-Bronch"), ("FEV1/FVC", "70", "%", "Post-Bronch"),
    ]  # fmt: skip


@pytest.mark.parametrize("headers", [
    ["", "Ref", "Best", "% Ref", "LLN"], ["Parameter", "Predicted", "Measured", "% Predicted", "Z-score"],
    ["Test", "Pred", "Meas", "%Pred", "LLN"],
])  # fmt: skip
def test_a_value_stands_among_its_references(headers: list[str]) -> None:
    found = measured([headers, ["FVC (L)", "4.12", "3.26", "79", "3.20"], ["FEV1 (L)", "3.31", "2.04", "62", "2.60"]])
    assert [(name, value) for name, value, _, _ in found] == [("FVC", "3.26"), ("FEV1", "2.04")]


def test_a_group_counts_only_where_each_has_one_column_of_results() -> None:
    lower = {2: "Pred", 3: "Actual", 4: "%Pred", 5: "Actual"}
    assert with_groups({3: "Pre", 5: "Post"}, lower) == {2: "Pred", 3: "Pre Actual", 4: "%Pred", 5: "Post Actual"}
    assert with_groups({3: "Pre"}, lower) == lower
    assert with_groups({3: "Pre", 5: "Post"}, {2: "Test", 3: "Result"}) is None


def test_a_header_printed_on_a_table_heads_its_columns() -> None:
    table, lines = grid([
        ["Mon 3/4", "132", "168", "121"], ["Tue 3/5", "141", "190", "172"], ["Wed 3/6", "127", "161", "109"],
    ], 0.23, header=False)  # fmt: skip
    header, above = grid([["Day", "Before breakfast", "Before dinner", "Bedtime"]], 0.2)
    assert header.cells
    title, titles = grid([["My Blood Glucose Diary"]], 0.15)
    week, weeks = grid([["Week of March 4, 2024"]], 0.17)
    unit, units = grid([["All values in mg/dL."]], 0.4)
    assert title.cells and week.cells and unit.cells
    facts = extract(document(PATIENT + titles + weeks + above + lines + units, [table])).observations
    assert [(o.value.printed, o.value.unit) for o in facts if o.value][:2] == [("132", "mg/dL"), ("168", "mg/dL")]
    assert len(facts) == 9


def test_codes_of_dental_procedures_tell_what_a_table_lists() -> None:
    done, lines = grid([
        ["Date", "Tooth", "Code", "Description"], ["01/15/2024", "", "D0120", "Periodic oral evaluation"],
        ["01/29/2024", "30", "D2392", "Resin composite"],
    ], 0.2)  # fmt: skip
    facts = extract(document(PATIENT + lines, [done])).procedures
    assert [(p.name, p.code_printed, p.location) for p in facts] == [
        ("Periodic oral evaluation", "D0120", None), ("Resin composite", "D2392", "30")]


def test_proposed_procedures_are_none() -> None:
    plan, lines = grid([["Tooth", "Code", "Description", "Estimate"], ["19", "D2740", "Crown", "1350.00"]], 0.2)
    assert extract(document(PATIENT + lines, [plan])).procedures == ()


@pytest.mark.parametrize(("text", "name", "dose"), [
    ("Diclofenac 1% gel, 100 g tube Sig: apply 2 g to low back QID", "Diclofenac 1% gel", "2 g"),
    ("Chlorhexidine 0.12% rinse, 15 mL twice daily", "Chlorhexidine 0.12% rinse", "15 mL"),
    ("Hydrocortisone 1% cream twice daily", "Hydrocortisone", "1%"),
])  # fmt: skip
def test_a_strength_in_percent_is_of_the_name_where_the_amount_of_a_dose_follows(
    text: str, name: str, dose: str
) -> None:
    line = read_line(text)
    assert (line.name, line.dose) == (name, dose)


def test_a_table_of_contents_makes_no_columns(read: Read) -> None:
    facts = read("""
Patient: Jane Roe   MRN: 4471
Table of Contents
   Allergies                  Immunizations               Family History
   Medications                Vital Signs                 Plan of Care
   Problems                   Results
Allergies
Codeine - rash
Medications
lisinopril 10 mg daily
""")
    assert [fact.name for fact in facts.medications] == ["lisinopril"]
    assert [fact.substance for fact in facts.allergies] == ["Codeine"]


def test_which_of_the_diagnoses_an_entry_is_is_no_part_of_its_name(read: Read) -> None:
    facts = read("Patient: Jane Roe   MRN: 4471\nDIAGNOSES\nPrimary: Pneumonia\nOther: Gout; Asthma\n")
    assert [fact.name for fact in facts.conditions] == ["Pneumonia", "Gout", "Asthma"]


def test_words_over_a_table_tell_that_its_procedures_are_only_recommended() -> None:
    plan, lines = grid([["Tooth", "Code", "Procedure", "Fee"], ["3", "D2750", "Crown", "1210.00"]], 0.2)
    _, above = grid([["Recommended Treatment"]], 0.17)
    assert extract(document(PATIENT + above + lines, [plan])).procedures == ()
    _, done = grid([["Services Rendered"]], 0.17)
    assert [p.name for p in extract(document(PATIENT + done + lines, [plan])).procedures] == ["Crown"]


def test_a_row_for_two_measurements_has_two_values() -> None:
    rows = [["Test", "Result", "Units"], ["QRS Dur", "92", "ms"], ["QT/QTc-Baz", "340/464", "ms"]]
    assert [(name, value, unit) for name, value, unit, _ in measured(rows)] == [
        ("QRS Dur", "92", "ms"), ("QT", "340", "ms"), ("QTc-Baz", "464", "ms")]


def test_a_list_ends_where_a_labelled_value_follows_on_its_line(read: Read) -> None:
    facts = read("Patient: Jane Roe   MRN: 4471\nMedical history: Asthma. Allergies: Latex. Dentist: Wei Lin, DMD\n")
    assert [fact.substance for fact in facts.allergies] == ["Latex"]
    assert [fact.name for fact in facts.conditions] == ["Asthma"]
