"""Medications, conditions, allergies, immunizations, procedures: from tables, lists and running text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.fhir.facts import DocumentFacts, MedicationStatus

Read = Callable[..., DocumentFacts]
_HEAD = "Patient Name: Ada Lane    DOB: 03/14/1975    MRN: 4711\n"


def test_a_numbered_medication_list(read: Read) -> None:
    facts = read(
        _HEAD
        + """
DISCHARGE MEDICATIONS:
1. Furosemide 40 mg PO twice daily
2. Acetaminophen 500 mg by mouth every 6 hours as needed for pain
"""
    )
    first, second = facts.medications
    assert (first.name, first.dose, first.route, first.frequency) == ("Furosemide", "40 mg", "PO", "twice daily")
    assert second.as_needed and second.reason == "pain"


def test_a_medication_table_by_its_headers(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Medication        Dosage      Frequency
Metformin         500mg       Twice daily
_______           ____        ____
"""
    )
    assert [(m.name, m.dose, m.frequency) for m in facts.medications] == [("Metformin", "500mg", "Twice daily")]


def test_a_medication_plan_with_a_count_for_each_time_of_day(read: Read) -> None:
    facts = read(
        """
Patientin: Erika Muster     Geburtsdatum: 17. Mai 1944
Wirkstoff         Handelsname      Stärke     morgens   mittags   abends   nachts
Metoprolol        Betaz            95 mg      1         0         0.5      0
"""
    )
    [plan] = facts.medications
    assert (plan.name, plan.dose, plan.frequency) == ("Betaz", "95 mg", "1-0-0.5-0")


def test_a_prescriptions_directions_belong_to_the_line_above(read: Read) -> None:
    facts = read(_HEAD + "Rx\nAmoxicillin 500 mg capsule\nSig: Take 1 capsule by mouth three times daily for 10 days")
    [drug] = facts.medications
    assert (drug.name, drug.duration) == ("Amoxicillin", "10 days")


def test_a_stopped_medication_is_not_active(read: Read) -> None:
    facts = read(_HEAD + "Meds: Aleve once/week. Tums previously.")
    assert [m.status for m in facts.medications] == [MedicationStatus.ACTIVE, MedicationStatus.STOPPED]


def test_medications_in_running_text(read: Read) -> None:
    facts = read(_HEAD + "PLAN: We will increase her losartan to 100 mg daily and initiate Zocor 20 mg daily.")
    assert [(m.name, m.dose) for m in facts.medications] == [("losartan", "100 mg"), ("Zocor", "20 mg")]


def test_a_history_in_running_text_names_conditions(read: Read) -> None:
    facts = read(_HEAD + "HISTORY: She has a history significant for heart failure, depression, and hypertension.")
    assert [c.name for c in facts.conditions] == ["heart failure", "depression", "hypertension"]


def test_what_is_denied_feared_or_a_relatives_is_no_condition(read: Read) -> None:
    facts = read(
        _HEAD
        + """
HISTORY: The patient denies any chest pain, shortness of breath, or fever. Pneumonia was ruled out.
PAST MEDICAL HISTORY: Hypertension. No history of stroke.
FAMILY HISTORY: Uncle has gout. Mother had breast cancer.
"""
    )
    assert [c.name for c in facts.conditions] == ["Hypertension"]


def test_a_problem_table_with_codes_and_status(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Problem                        ICD-10     Onset Date     Status
Essential hypertension         I10        2015           Active
Kidney stone                   N20.0      2012           Resolved
"""
    )
    assert [(c.code_printed, c.clinical_status) for c in facts.conditions] == [("I10", "active"), ("N20.0", "resolved")]
    assert facts.conditions[0].onset and facts.conditions[0].onset.value == "2015"


def test_a_diagnosis_list_and_its_mention_in_the_text_are_one_condition(read: Read) -> None:
    facts = read(
        _HEAD + "DIAGNOSIS:\nType 2 Diabetes Mellitus\nNOTES:\nPatient with Type 2 Diabetes Mellitus, well-controlled."
    )
    assert [c.name for c in facts.conditions] == ["Type 2 Diabetes Mellitus"]


def test_allergies_with_reactions(read: Read) -> None:
    facts = read(_HEAD + "ALLERGIES: Penicillin (rash), sulfa drugs - hives, latex")
    assert [(a.substance, a.reaction) for a in facts.allergies] == [
        ("Penicillin", "rash"),
        ("sulfa drugs", "hives"),
        ("latex", None),
    ]


def test_denied_allergies_are_a_denial(read: Read) -> None:
    for printed in ("NKDA", "No known drug allergies", "Denied."):
        facts = read(_HEAD + f"ALLERGIES: {printed}")
        assert [a.denied for a in facts.allergies] == [True]


def test_empty_vaccination_rows_make_no_immunization(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Vaccine            Date Given      Lot Number     Manufacturer
MMR                05/25/2016      M12345         Merck
Varicella
Other              __/__/__
"""
    )
    [shot] = facts.immunizations
    assert (shot.vaccine, shot.lot, shot.manufacturer) == ("MMR", "M12345", "Merck")


def test_tables_side_by_side_under_one_header_are_both_read(read: Read) -> None:
    facts = read(
        _HEAD
        + """
VACCINATIONS
Name          Date          Name          Date
TETANUS       03/13/05      POLIO         01/19/07
"""
    )
    assert [i.vaccine for i in facts.immunizations] == ["TETANUS", "POLIO"]


def test_a_scheduled_procedure_is_not_done(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Procedure        Hospital         Date          Notes
Biopsy           City Clinic      02/14/20      scheduled
"""
    )
    assert [(p.name, p.status) for p in facts.procedures] == [("Biopsy", "preparation")]


def test_smoking_and_alcohol_are_social_history(read: Read) -> None:
    facts = read(_HEAD + "Patient Lifestyle\nSmoking Status: Never\nAlcohol Consumption: Rarely")
    assert [(o.name, o.value.printed) for o in facts.observations if o.value] == [
        ("Smoking Status", "Never"),
        ("Alcohol Consumption", "Rarely"),
    ]


def test_a_leaflet_states_nothing_about_anybody(read: Read) -> None:
    facts = read(
        """
Understanding Your Cholesterol
Your doctor can test your blood. Ask your doctor what you can do.
Test                Result         Reference Range
LDL                 160 mg/dL      <100 mg/dL
If you have diabetes, you should take atorvastatin 20 mg daily.
"""
    )
    assert not (facts.patients or facts.observations or facts.medications or facts.conditions)


def test_a_blank_form_states_nothing(read: Read) -> None:
    facts = read(
        """
PATIENT INTAKE FORM
Patient Name: ____________________   Date of Birth: ____/____/____
Medication          Dose          Frequency
_______________     _________     _________
Allergies: _______________________
Signature: ______________   Date: ___________
"""
    )
    assert not (facts.patients or facts.medications or facts.allergies)
    assert facts.rows_in == facts.rows_out


def test_the_numbered_problems_of_an_assessment_are_conditions(read: Read) -> None:
    facts = read(_HEAD + "Assessment:\n1. Atrial fibrillation - rate controlled\n2. Gout\n3. No pneumonia")
    assert [c.name for c in facts.conditions] == ["Atrial fibrillation", "Gout"]


def test_a_condition_ends_before_the_next_label_of_its_line(read: Read) -> None:
    facts = read(_HEAD + "Diagnosis: Lung adenocarcinoma          Specimen Collected: 03/15/2022")
    assert [c.name for c in facts.conditions] == ["Lung adenocarcinoma"]


@pytest.mark.parametrize("said", [
    "There is no smoking at home.", "No tobacco exposure.", "No second-hand smoke.", "No smokers in the house."])
def test_smoke_around_the_patient_is_no_habit_of_the_patient(read: Read, said: str) -> None:
    facts = read(f"Patient: Ada Lane    DOB: 03/14/1975\nSOCIAL HISTORY: Lives with her mother. {said}\n")
    assert [fact.name for fact in facts.observations] == []
