"""Laboratory results: tables with and without lines, single lines, running text."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from include.fhir.facts import Category, DocumentFacts, ObservationFact, UnmappedReason

Read = Callable[..., DocumentFacts]
_HEAD = "Patient Name: Ada Lane    DOB: 03/14/1975    MRN: 4711\n"


def named(facts: DocumentFacts, name: str) -> ObservationFact:
    return next(fact for fact in facts.observations if fact.name == name)


def test_columns_are_known_by_their_headers_in_any_order(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Units       Flag     Test            Reference Range     Result
g/dL        L        Hemoglobin      12.0-16.0           10.9
"""
    )
    [fact] = facts.observations
    assert fact.value is not None
    assert (fact.name, fact.value.number, fact.value.unit) == ("Hemoglobin", Decimal("10.9"), "g/dL")
    assert (fact.flag, fact.reference_range) == ("L", "12.0-16.0")


def test_a_row_without_values_heads_the_panel_below_it(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Test            Result     Units      Reference Range
LIPID PANEL
Cholesterol     245        mg/dL      <200
"""
    )
    assert named(facts, "Cholesterol").panel == "LIPID PANEL"


def test_in_range_and_out_of_range_columns_are_one_result(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Test Name          In Range      Out Of Range     Reference Range
Glucose            99                             65-99 mg/dL
Potassium                        5.9 H            3.5-5.1 mmol/L
"""
    )
    assert [(f.name, f.flag) for f in facts.observations] == [("Glucose", None), ("Potassium", "H")]


def test_columns_of_dates_are_results_of_these_days(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Test           01.03.2021    13.06.2021    Units
Creatinine     1.1           1.3           mg/dL
"""
    )
    assert [f.effective.value for f in facts.observations if f.effective] == ["2021-03-01", "2021-06-13"]


def test_a_table_with_a_column_for_each_vital_sign_gives_each_row_its_date(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Date           BP          HR      SpO2
01/15/2022     120/80      72      98%
01/20/2022     118/76      70      99%
"""
    )
    assert [f.name for f in facts.observations[:4]] == [
        "Systolic blood pressure", "Diastolic blood pressure", "HR", "SpO2",
    ]  # fmt: skip
    assert facts.observations[-1].effective and facts.observations[-1].effective.value == "2022-01-20"


def test_a_list_of_tests_with_only_a_status_has_no_values(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Test              Status      Date
Lipid Panel       Done        11/13/2024
ECG               Pending     11/15/2024
"""
    )
    assert not [f for f in facts.observations if f.value]
    assert sum(row.reason is UnmappedReason.STATUS_ONLY for row in facts.unmapped) == 2


def test_a_pending_result_is_registered_without_a_value(read: Read) -> None:
    facts = read(_HEAD + "\nTest        Result      Units\nCulture     Pending\nGlucose     95          mg/dL")
    assert (named(facts, "Culture").value, named(facts, "Culture").status) == (None, "registered")


def test_lines_under_a_laboratory_heading_are_results(read: Read) -> None:
    facts = read(
        _HEAD
        + """
LABORATORY DATA:
Sodium 136 mmol/L (135-145)
Potassium 3.2 L mmol/L 3.5-5.1
BNP 850 pg/mL H <100
"""
    )
    potassium, bnp = named(facts, "Potassium"), named(facts, "BNP")
    assert potassium.value and potassium.value.unit == "mmol/L" and potassium.flag == "L"
    assert (bnp.flag, bnp.reference_range) == ("H", "<100")


def test_results_in_running_text_have_no_unit_that_is_not_printed(read: Read) -> None:
    facts = read(
        _HEAD
        + "HISTORY: Laboratory data showed a white blood cell count elevated at 19.4; hemoglobin 13.3; sodium 141."
    )
    assert [(f.name, f.value.number, f.value.unit) for f in facts.observations if f.value] == [
        ("white blood cell count", Decimal("19.4"), None),
        ("hemoglobin", Decimal("13.3"), None),
        ("sodium", Decimal("141"), None),
    ]


def test_respective_values_are_given_to_their_names(read: Read) -> None:
    facts = read(_HEAD + "COURSE: AST and ALT were elevated as well at 312 and 150 respectively.")
    assert {f.name: f.value.number for f in facts.observations if f.value} == {"AST": Decimal(312), "ALT": Decimal(150)}


def test_a_number_before_the_next_name_does_not_belong_to_the_name_before(read: Read) -> None:
    facts = read(_HEAD + "COURSE: The count showed platelets 312,000, 7 bands, 68 neutrophils.")
    assert [(f.name, f.value.number) for f in facts.observations if f.value] == [("platelets", Decimal(312000))]


def test_a_second_set_of_results_in_running_text_is_kept_though_values_repeat(read: Read) -> None:
    first = "COURSE: On arrival the sodium was 138, potassium 7.2, chloride 107, glucose of 50, which was repeated."
    second = (
        "Later the sodium was again 138, potassium 5.0, chloride 107, and glucose normal at 88 in the same patient."
    )
    facts = read(_HEAD + first + "\n" + second)
    assert [f.name for f in facts.observations].count("sodium") == 2


def test_a_goal_is_no_result(read: Read) -> None:
    assert not read(_HEAD + "PLAN: Goal hemoglobin A1c 7.0 within three months.").observations


def test_elevated_without_a_number_is_no_observation(read: Read) -> None:
    assert not read(_HEAD + "VITALS REVIEWED\nBlood Pressure: Elevated.").observations


def test_labelled_vital_signs_take_unit_words_from_the_label_and_the_recorded_date(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Patient Vitals
Temperature Celsius: 36.7
Blood Pressure: 130/85 mmHg
Recorded Date: 15/11/2024
"""
    )
    temperature, systolic, diastolic = facts.observations
    assert temperature.value and (temperature.name, temperature.value.unit) == ("Temperature", "Celsius")
    assert {f.category for f in facts.observations} == {Category.VITAL_SIGNS}
    assert systolic.value and diastolic.value and systolic.source == diastolic.source
    assert temperature.effective and temperature.effective.value == "2024-11-15"


def test_a_vital_sign_whose_first_letter_is_lost_is_still_known(read: Read) -> None:
    assert read(_HEAD + "Patient Vitals\nemperature Celsius: 36.8").observations[0].name == "Temperature"


def test_the_same_result_in_two_places_is_one_fact(read: Read) -> None:
    line = "Patient Vitals\nHeart Rate: 72"
    assert len(read(_HEAD + line, _HEAD + line).observations) == 1


def test_separate_columns_for_the_limits_are_one_range(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Analyte      Value     Ref. Low     Ref. High     Units
Sodium       140       135          145           mmol/L
"""
    )
    assert facts.observations[0].reference_range == "135-145"


def test_a_value_under_the_next_header_is_cut_from_its_name(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Test             Result           Reference
Specific Gravity 1.025            1.005-1.030
pH               6.0              5.0-8.0
"""
    )
    assert [f.name for f in facts.observations] == ["Specific Gravity", "pH"]


def test_vital_signs_of_one_line_are_all_read(read: Read) -> None:
    facts = read(_HEAD + "VITALS: T 100.4 F, BP 142/88, HR 96, RR 22, O2 sat 93% RA")
    assert [(f.name, f.value.unit) for f in facts.observations if f.value] == [
        ("T", "F"),
        ("Systolic blood pressure", None),
        ("Diastolic blood pressure", None),
        ("HR", None),
        ("RR", None),
        ("O2 sat", "%"),
    ]


def test_a_word_result_keeps_its_expected_word_and_flag(read: Read) -> None:
    [ketones] = read(_HEAD + "Urinalysis\nKetones Trace Negative A").observations
    assert ketones.value and (ketones.value.printed, ketones.reference_range, ketones.flag) == (
        "Trace",
        "Negative",
        "A",
    )


@pytest.mark.parametrize(("printed", "status"), [
    ("CORRECTED REPORT", "corrected"),
    ("*** Amended Laboratory Report ***", "amended"),
    ("Report Status: Preliminary", "preliminary"),
    ("Final Report", "final"),
    ("The corrected calcium is not part of this panel", "final"),
])
def test_a_report_says_of_itself_whether_its_results_are_final(read: Read, printed: str, status: str) -> None:
    facts = read(f"""
{printed}
{_HEAD}
Test           Result     Units      Reference Range
Glucose        98         mg/dL      70-99
Sodium         140        mmol/L     135-145
""")
    assert [fact.status for fact in facts.observations] == [status] * 2


def test_a_status_column_says_which_result_was_corrected(read: Read) -> None:
    facts = read(f"""
{_HEAD}
Test           Result     Units      Reference Range     Status
Glucose        98         mg/dL      70-99               Final
Sodium         140        mmol/L     135-145             Corrected
""")
    assert [fact.status for fact in facts.observations] == ["final", "corrected"]
