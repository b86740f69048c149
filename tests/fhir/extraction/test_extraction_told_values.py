"""Values in running text: what stands between a name and its value, earlier values, vital signs told by a verb."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.fhir.facts import DocumentFacts

Read = Callable[..., DocumentFacts]
_HEAD = "Patient Name: Ada Lane    DOB: 03/14/1975    MRN: 4711\n\nHospital Course\n"


def _values(facts: DocumentFacts) -> list[tuple[str, str, str | None]]:
    return [(o.name, o.value.printed, o.value.unit) for o in facts.observations if o.value]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The INR from last week was 2.4.", [("INR", "2.4", None)]),
        ("Total cholesterol in June was 262 mg/dL.", [("Total cholesterol", "262", "mg/dL")]),
        ("Weight at last visit 15.2 kg.", [("Weight", "15.2", "kg")]),
        ("Creatinine on 3/14/2024 was 1.2 mg/dL.", [("Creatinine", "1.2", "mg/dL")]),
        ("An A1c in 2023 was 7.1 %.", [("A1c", "7.1", "%")]),
        ("Her ejection fraction was estimated at 32%.", [("ejection fraction", "32", "%")]),
        ("PHQ-9 total 17 today.", [("PHQ-9", "17", None)]),
        (
            "The blood pressure, averaged over three seated readings, was 148/84.",
            [("Systolic blood pressure", "148", None), ("Diastolic blood pressure", "84", None)],
        ),
    ],
)
def test_a_value_follows_its_name_over_a_time_or_a_place(
    read: Read, sentence: str, expected: list[tuple[str, str, str | None]]
) -> None:
    assert _values(read(_HEAD + sentence)) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("A1c today 8.4% (was 9.1% in March).", [("A1c", "8.4", "%"), ("A1c", "9.1", "%")]),
        ("A1c 8.4 % (9.1 % in Jan).", [("A1c", "8.4", "%"), ("A1c", "9.1", "%")]),
        ("PHQ-9 today 17, previously 21.", [("PHQ-9", "17", None), ("PHQ-9", "21", None)]),
        ("PHQ-9 total 17 today (August: 21).", [("PHQ-9", "17", None), ("PHQ-9", "21", None)]),
        (
            "Creatinine was 2.1 mg/dL, up from 1.7 mg/dL a year earlier.",
            [("Creatinine", "2.1", "mg/dL"), ("Creatinine", "1.7", "mg/dL")],
        ),
        ("Hemoglobin was 11.6, up from 10.2 in October.", [("Hemoglobin", "11.6", None), ("Hemoglobin", "10.2", None)]),
        (
            "Creatinine rose from 1.1 to 1.6 mg/dL.",
            [("Creatinine", "1.1", "mg/dL"), ("Creatinine", "1.6", "mg/dL")],
        ),
    ],
)
def test_an_earlier_value_is_a_result_of_its_own(
    read: Read, sentence: str, expected: list[tuple[str, str, str | None]]
) -> None:
    assert _values(read(_HEAD + sentence)) == expected


def test_an_earlier_value_has_the_date_printed_beside_it_and_no_other(read: Read) -> None:
    facts = read(
        "Patient Name: Ada Lane    DOB: 03/14/1975    Collected: 05/20/2024\n\nLabs\n"
        "Hemoglobin 9.8 g/dL (10.4 on 01/22/2024), ferritin 12 ng/mL (prior 20)."
    )
    days = [(o.value.printed, o.effective.value if o.effective else None) for o in facts.observations if o.value]
    assert days == [("9.8", "2024-05-20"), ("10.4", "2024-01-22"), ("12", "2024-05-20"), ("20", None)]


def test_a_change_of_weight_is_no_weight(read: Read) -> None:
    assert _values(read(_HEAD + "Weight 61.3 kg (up 1.5 kg). Her weight has gone down by 5 kg.")) == [
        ("Weight", "61.3", "kg")
    ]


def test_a_verb_or_an_adjective_names_a_vital_sign(read: Read) -> None:
    told = "She weighed 84.6 kg, was febrile to 38.6 C, tachycardic to 118 and saturating 89% on room air."
    assert sorted(_values(read(_HEAD + told))) == [
        ("Heart rate", "118", None), ("Oxygen saturation", "89", "%"), ("Temperature", "38.6", "C"),
        ("Weight", "84.6", "kg"),
    ]  # fmt: skip


def test_thresholds_and_wishes_are_no_vital_signs(read: Read) -> None:
    told = "Keep saturation above 92%. Return for fever over 101 F. We would like her weight to come down to 160 lb."
    assert _values(read(_HEAD + told)) == []


def test_a_flag_in_brackets_behind_a_value_is_its_flag(read: Read) -> None:
    facts = read(_HEAD + "Labs: WBC 14.2 (H), Hgb 11.8.")
    assert [(o.name, o.flag) for o in facts.observations] == [("WBC", "H"), ("Hgb", None)]


def test_a_compact_line_of_vital_signs_has_all_of_them(read: Read) -> None:
    facts = read(
        """
Pt: LANE, ADA     DOB 03/14/1975
S: Feels well.
O: BP 138/86   P 76   R 14   T 98.2 F   Wt 221 lb   BMI 33.6
A/P: Doing well.
"""
    )
    assert [value for _, value, _ in _values(facts)] == ["138", "86", "76", "14", "98.2", "221", "33.6"]


def test_the_end_of_a_unit_is_no_flag_and_a_lone_letter_behind_a_value_is_one(read: Read) -> None:
    told = "Creatinine remained stable at 0.9 mg/dL. FEV1 of 2.1 L. Labs: WBC 15.8 H, Hgb 10.9 L, Plt 310."
    facts = read(_HEAD + told)
    assert [(o.name, o.value.unit, o.flag) for o in facts.observations if o.value] == [
        ("Creatinine", "mg/dL", None), ("FEV1", "L", None), ("WBC", None, "H"), ("Hgb", None, "L"), ("Plt", None, None)
    ]  # fmt: skip


def test_a_grade_with_a_plus_is_a_word_and_no_number(read: Read) -> None:
    facts = read("Patient Name: Ada Lane    DOB: 03/14/1975\n\nLABS\nUA blood          3+\nUA nitrite        neg")
    assert _values(facts) == [("UA blood", "3+", None), ("UA nitrite", "neg", None)]
