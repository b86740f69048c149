"""Pages that speak to the patient: summaries of a visit, intake forms, prescriptions, and leaflets about nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.fhir.extraction.page.sections import Kind, heading_of
from include.fhir.facts import DocumentFacts, MedicationStatus

Read = Callable[..., DocumentFacts]
_HEAD = "Ada Lane • Date of birth 9/30/1984 • Visit: 1/22/2025 with Dr. Bea\nMoss, Family Medicine\n\n"


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Your medicines", Kind.MEDICATIONS), ("KEEP taking", Kind.MEDICATIONS),
        ("Medications / vitamins / birth control", Kind.MEDICATIONS),
        ("Medicines you take (name / strength / how often)", Kind.MEDICATIONS),
        ("Please list all medications you are taking", Kind.MEDICATIONS),
        ("Allergies we have on file", Kind.ALLERGIES), ("Do you have any allergies?", Kind.ALLERGIES),
        ("Shots you got today", Kind.IMMUNIZATIONS), ("Vaccines due / forecast", Kind.PLAN),
        ("Upcoming immunizations", Kind.PLAN), ("Surgeries / hospital stays", Kind.PROCEDURES),
        ("Your numbers today", Kind.VITALS), ("What we talked about", Kind.CONDITIONS),
        ("Have you ever had, or do you now have:", Kind.CONDITIONS),
        ("Your health – check all that apply to you", Kind.CONDITIONS),
        ("Has any blood relative had the following?", Kind.FAMILY), ("Today", None), ("Your", None),
    ],
)  # fmt: skip
def test_a_heading_is_known_when_it_speaks_to_the_reader(heading: str, kind: Kind | None) -> None:
    assert heading_of(heading) is kind


def test_the_header_of_a_summary_names_patient_and_doctor_between_signs(read: Read) -> None:
    facts = read(_HEAD + "Your medicines\nlisinopril 10 mg daily\n")
    [patient] = facts.patients
    assert (patient.name, patient.birth_date and patient.birth_date.value) == ("Ada Lane", "1984-09-30")
    assert [p.name for p in facts.practitioners] == ["Bea Moss"]


def test_a_summary_states_what_was_found_and_not_what_is_wished_for_or_feared(read: Read) -> None:
    facts = read(_HEAD + """
What we talked about
Iron deficiency anemia – getting better
Your blood sugar test does not show diabetes. Your A1c was 5.4%. (Below
5.7% is normal; 6.5% or more means diabetes.)

Your goals
We would like your weight to come down to 160 lb by summer.

Allergies we have on file
Codeine – itching. Shellfish – throat
tightness.

Shots you got today
Flu vaccine (Fluzone), left arm, lot
UT7782KA

Coming up
You are due for a Tdap booster in 2026.
""")
    assert [fact.name for fact in facts.conditions] == ["Iron deficiency anemia"]
    assert [(fact.name, fact.value.printed) for fact in facts.observations if fact.value] == [("A1c", "5.4")]
    assert [(fact.substance, fact.reaction) for fact in facts.allergies] == [
        ("Codeine", "itching"), ("Shellfish", "throat tightness")]
    assert [(fact.vaccine, fact.lot, fact.date.value if fact.date else None) for fact in facts.immunizations] == [
        ("Flu vaccine", "UT7782KA", "2025-01-22")]


def test_each_medicine_of_a_wrapped_list_is_its_own(read: Read) -> None:
    facts = read(_HEAD + """
START taking
amlodipine 5 mg tablet – take 1 tablet by
mouth every morning for blood pressure
omeprazole 20 mg capsule – take 1
capsule by mouth once a day
STOP taking
naproxen 500 mg
""")
    assert [(fact.name, fact.dose, fact.status) for fact in facts.medications] == [
        ("amlodipine", "5 mg", MedicationStatus.ACTIVE), ("omeprazole", "20 mg", MedicationStatus.ACTIVE),
        ("naproxen", "500 mg", MedicationStatus.STOPPED)]


def test_feet_and_inches_stay_one_printed_value(read: Read) -> None:
    facts = read(_HEAD + "Vitals\nHt 5' 4\" (1.626 m)   Wt 176 lb 8 oz   Pulse 74\n")
    values = {fact.name: fact.value for fact in facts.observations if fact.value}
    assert {name: (value.printed, value.number, value.unit) for name, value in values.items() if name != "Pulse"} == {
        "Ht": ("5' 4\"", None, None), "Wt": ("176 lb 8 oz", None, None)}


def test_a_list_dosed_so_often_a_day_holds_medicines_whatever_it_stands_under(read: Read) -> None:
    facts = read(_HEAD + """
Allergies
Allergic to          What happened
Clindamycin          rash all over

Pills and the like
Name                 Strength        How often
Sumatriptan          50 mg           as needed
Norethindrone        5 mg            1 daily
""")
    assert [(fact.substance, fact.reaction) for fact in facts.allergies] == [("Clindamycin", "rash all over")]
    assert [(fact.name, fact.dose) for fact in facts.medications] == [
        ("Sumatriptan", "50 mg"), ("Norethindrone", "5 mg")]


def test_what_a_prescription_tells_the_pharmacy_is_no_illness(read: Read) -> None:
    facts = read("""Name: Ada Lane     DOB: 2/28/1980
Rx
1. Benzonatate 100 mg cap
   Sig: 1 cap PO TID PRN cough
   Disp: #30 (thirty)    Refills: 1
Dx: Acute bacterial sinusitis (J01.90)
[X] Substitution permitted [ ] Dispense as written
J. R. Moss MD
""")
    assert [(fact.name, fact.code_printed) for fact in facts.conditions] == [("Acute bacterial sinusitis", "J01.90")]
    assert [(fact.name, fact.dose) for fact in facts.medications] == [("Benzonatate", "100 mg")]


def test_an_illness_asked_for_and_answered_no_is_none(read: Read) -> None:
    facts = read(_HEAD + "Exemptions: none on file. History of chickenpox disease: No. History of asthma: yes\n")
    assert [fact.name for fact in facts.conditions] == ["asthma"]


def test_a_leaflet_that_a_committee_reviewed_is_about_nobody(read: Read) -> None:
    facts = read("""Living well with high blood pressure
Your doctor may prescribe a statin such as atorvastatin 20 mg once a day. Do you have
questions? Ask your doctor about your goal and your diet. You can call us.
Gloria quit smoking and now she is at 124/78. Tell your doctor if you feel dizzy.
Reviewed by the
Patient Education Committee, 05/2023
""")
    assert (facts.patients, facts.medications, facts.observations) == ((), (), ())


def test_refills_beside_what_is_dispensed_are_no_rheumatoid_factor(read: Read) -> None:
    facts = read(_HEAD + "Rx\nLisinopril 20 mg tab          Sig: 1 tab PO qday           Disp: #90    RF: 3\n")
    assert facts.observations == ()
    assert [(fact.name, fact.dose) for fact in facts.medications] == [("Lisinopril", "20 mg")]


def test_a_percentile_is_no_part_of_a_measurement_and_a_letter_is_the_unit_of_a_temperature(read: Read) -> None:
    facts = read(_HEAD + "Wt: 7.9 kg (45%ile)    Temp: 36.9 C\n")
    assert [(fact.value.printed, fact.value.unit, fact.flag) for fact in facts.observations if fact.value] == [
        ("7.9", "kg", None), ("36.9", "C", None)]


def test_a_reaction_that_is_unknown_leaves_its_substance(read: Read) -> None:
    facts = read(_HEAD + "Allergies: Latex (rash), PCN -> hives, shellfish (unknown reaction)\n")
    assert [fact.substance for fact in facts.allergies] == ["Latex", "PCN", "shellfish"]


def test_instructions_that_tell_a_named_reader_what_happened_are_about_somebody(read: Read) -> None:
    facts = read("""Discharge Instructions
Name: Ada Lane   Date: 05/05/2024
You were seen today for: ankle sprain
Take ibuprofen 400 mg by mouth every 6 hours as needed for pain. You can ice your ankle.
Return if you have numbness. You are allergic to penicillin. Your X-ray did not show a fracture.
""")
    assert [patient.name for patient in facts.patients] == ["Ada Lane"]
    assert [fact.substance for fact in facts.allergies] == ["penicillin"]


def test_a_list_in_low_case_has_an_entry_a_line(read: Read) -> None:
    facts = read(_HEAD + "Allergies\npenicillin - rash\nlatex - hives\n\nOperations\ngallbladder removal 2011\n"
                 "tubal ligation 1999\nDo you use tobacco?  No\n")
    assert [(fact.substance, fact.reaction) for fact in facts.allergies] == [("penicillin", "rash"), ("latex", "hives")]
    assert [fact.name for fact in facts.procedures] == ["gallbladder removal", "tubal ligation"]
