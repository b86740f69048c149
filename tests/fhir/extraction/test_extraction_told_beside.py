"""What histories, letters and reports tell in one breath with something else."""

from __future__ import annotations

import pytest

from include.fhir.facts import MedicationStatus

from .conftest import Read

_HEAD = "Name: Ada Roe   DOB: 04/05/1960\n"


def test_a_history_tells_medicines_habits_and_operations_beside_illnesses(read: Read) -> None:
    facts = read(_HEAD + """
Background:
ADHD. Vyvanse 40 mg each morning. Allergic to sulfa (rash).
Never smoker, no vaping; drinks at parties.
Wisdom teeth out 2018.
""")
    assert [fact.name for fact in facts.conditions] == ["ADHD"]
    assert [(fact.name, fact.frequency) for fact in facts.medications] == [("Vyvanse", "each morning")]
    assert [(fact.name, fact.date and fact.date.value) for fact in facts.procedures] == [("Wisdom teeth out", "2018")]
    assert [fact.substance for fact in facts.allergies] == ["sulfa"]


@pytest.mark.parametrize(("sentence", "value"), [
    ("When first assessed the temperature was 38.9 and she was tired.", "38.9"),
    ("Before she went home she was holding 92% on air.", "92"),
    ("She is maintaining 91% on room air.", "91"),
    ("Home readings: oxygen 98% (smart watch).", "98"),
])  # fmt: skip
def test_a_vital_sign_is_told_without_its_usual_words(read: Read, sentence: str, value: str) -> None:
    told = read(f"{_HEAD}Hospital course:\n{sentence}\n").observations
    assert [fact.value.printed for fact in told if fact.value] == [value]


@pytest.mark.parametrize("sentence", [
    "Call us when the temperature is 38.9 or more.",
    "Oxygen 40% via Venturi mask was given.",
    "She should be holding 92% on air before discharge.",
])  # fmt: skip
def test_a_limit_or_a_setting_is_no_vital_sign(read: Read, sentence: str) -> None:
    assert read(f"{_HEAD}Hospital course:\n{sentence}\n").observations == ()


def test_a_symbol_in_a_list_of_results_is_a_test(read: Read) -> None:
    told = read(f"{_HEAD}Hospital course:\nOn arrival Hgb 7.4, WBC 9.2, INR 1.7, Na 131, K 4.4, BUN 41.\n")
    names = [fact.name for fact in told.observations]
    assert {"Na", "K"} <= set(names)


def test_limits_in_a_bracket_behind_a_value_are_its_range(read: Read) -> None:
    told = read(f"{_HEAD}Clinical history:\nElevated PSA 8.7 ng/mL (08/2024; reference 0.0-4.0).\n").observations
    assert [(fact.name, fact.reference_range) for fact in told] == [("PSA", "0.0-4.0")]


@pytest.mark.parametrize(("sentence", "expected"), [
    ("ANA was negative.", [("ANA", "negative")]),
    ("If ANA is negative, call us.", []),
    ("ANA is pending.", []),
])  # fmt: skip
def test_a_word_right_behind_a_test_is_its_result(read: Read, sentence: str, expected: list[tuple[str, str]]) -> None:
    told = read(f"{_HEAD}Hospital course:\n{sentence}\n").observations
    assert [(fact.name, fact.value.printed) for fact in told if fact.value] == expected


@pytest.mark.parametrize(("sentence", "expected"), [
    ("She may take oxycodone 5 mg every 6 hours as needed.", [("oxycodone", MedicationStatus.ACTIVE)]),
    ("Please bear that in mind before methotrexate is chosen.", []),
    ("She tried methotrexate 15 mg weekly and it did not help.", []),
    ("She was given a prednisone taper in January, now finished.", [("prednisone", MedicationStatus.COMPLETED)]),
])  # fmt: skip
def test_a_medicine_is_taken_finished_or_only_thought_of(
    read: Read, sentence: str, expected: list[tuple[str, MedicationStatus]]
) -> None:
    told = read(f"{_HEAD}Hospital course:\n{sentence}\n").medications
    assert [(fact.name, fact.status) for fact in told] == expected


def test_a_column_when_says_how_often_and_any_cell_that_a_medicine_was_stopped(read: Read) -> None:
    told = read(_HEAD + """
Discharge medications
Medicine          Dose        When                  Remarks
Amoxicillin       500 mg      three times a day     New
Aspirin           75 mg       once daily            Unchanged
Bisoprolol                                          Stopped - low blood pressure
""").medications
    assert [(fact.name, fact.frequency, fact.status) for fact in told] == [
        ("Amoxicillin", "three times a day", MedicationStatus.ACTIVE),
        ("Aspirin", "once daily", MedicationStatus.ACTIVE),
        ("Bisoprolol", None, MedicationStatus.STOPPED),
    ]


def test_a_specimen_s_label_names_the_operation_and_not_its_diagnosis(read: Read) -> None:
    facts = read(_HEAD + """
Collected: 10/21/2024

FINAL DIAGNOSIS
A. Prostate, left base, needle core biopsy:
 - Prostatic adenocarcinoma, Gleason score 3+4=7, involving 2 of 3 cores.
B. Prostate, right apex, needle core biopsy:
 - Benign prostatic tissue with chronic inflammation.
""")
    assert [fact.name for fact in facts.conditions] == ["Prostatic adenocarcinoma"]
    assert [(fact.name, fact.date and fact.date.value) for fact in facts.procedures] == [
        ("Prostate, needle core biopsy", "2024-10-21")]


def test_what_an_assessment_calls_unlikely_is_no_condition(read: Read) -> None:
    facts = read(f"{_HEAD}Assessment:\nAcute cystitis. Pyelonephritis unlikely.\n")
    assert [fact.name for fact in facts.conditions] == ["Acute cystitis"]


def test_a_stay_is_told_by_its_two_dates(read: Read) -> None:
    facts = read(f"{_HEAD}Admitted 11/14/2023 as an emergency; discharged home 11/20/2023\nDiagnosis: gout\n")
    encounter = facts.encounters[0]
    assert (encounter.start and encounter.start.value, encounter.end and encounter.end.value) == (
        "2023-11-14", "2023-11-20")


def test_a_name_before_born_may_carry_pronouns(read: Read) -> None:
    facts = read("Augustin Delacroix-Meyer (he/him), born on July 14th, 1999.\nAssessment:\n1. Asthma.\n")
    assert [(fact.name, fact.birth_date and fact.birth_date.value) for fact in facts.patients] == [
        ("Augustin Delacroix-Meyer", "1999-07-14")]


def test_sentences_under_a_heading_for_diagnoses_are_told_and_not_listed(read: Read) -> None:
    facts = read(_HEAD + """
Indication:
Mr. Roe is a 58-year-old man with a symptomatic right inguinal hernia.
He has a history of hypertension and type 2 diabetes (A1c 6.9%).
The risks including bleeding, infection and chronic pain were discussed.
""")
    assert [fact.name for fact in facts.conditions] == [
        "symptomatic right inguinal hernia", "hypertension", "type 2 diabetes"]


@pytest.mark.parametrize(("entry", "expected"), [
    ("T1DM / hypothyroidism / depression", ["T1DM", "hypothyroidism", "depression"]),
    ("Acid reflux / hiatal hernia", ["Acid reflux / hiatal hernia"]),
    ("Low suspicion for sepsis.", []),
])  # fmt: skip
def test_two_slashes_list_and_one_names_the_same_twice(read: Read, entry: str, expected: list[str]) -> None:
    assert [fact.name for fact in read(f"{_HEAD}Past medical history:\n{entry}\n").conditions] == expected


@pytest.mark.parametrize("change", ["Stopped - kidney function", "WITHHELD until review", "On hold"])
def test_a_medicine_that_is_not_taken_now_is_stopped(read: Read, change: str) -> None:
    told = read(f"{_HEAD}Discharge medications\nMedicine        Dose       Frequency        Status\n"
                f"Aspirin         75 mg      once daily       New\n"
                f"Clopidogrel     75 mg      once daily       {change}\n").medications
    assert [(fact.name, fact.status) for fact in told] == [
        ("Aspirin", MedicationStatus.ACTIVE), ("Clopidogrel", MedicationStatus.STOPPED)]


@pytest.mark.parametrize("salt", ["V potassium", "VK", "G benzathine", "V"])
def test_the_salt_between_a_medicine_and_its_dose_belongs_to_its_name(read: Read, salt: str) -> None:
    facts = read(f"Name: Jane Roe     DOB: 05/02/1949\n\nPLAN\n1. Penicillin {salt} 500 mg by mouth twice daily.")
    assert [(m.name, m.dose) for m in facts.medications] == [(f"Penicillin {salt}", "500 mg")]


@pytest.mark.parametrize("degree", ["Centor 4", "McIsaac 3", "Wells 2"])
def test_what_is_said_of_another_illness_behind_a_number_denies_not_the_coded_one(read: Read, degree: str) -> None:
    facts = read("Name: Jane Roe     DOB: 05/02/1949\n\nASSESSMENT\n"
                 f"Streptococcal pharyngitis (J02.0), {degree}. Infectious mononucleosis felt unlikely.")
    assert [(c.name, c.code_printed) for c in facts.conditions] == [("Streptococcal pharyngitis", "J02.0")]
