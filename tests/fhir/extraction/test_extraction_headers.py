"""Who the document is about where no plain label says so, and the order of day and month."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.fhir.facts import DocumentFacts

Read = Callable[..., DocumentFacts]
_NOTE = "\nAssessment: 1. Asthma\n"


@pytest.mark.parametrize(
    "head",
    [
        "RE: Ada Lane, DOB 03/14/1975",
        "Chart summary printed 09/25/2024 for: Ada Lane DOB 03/14/1975",
        "Patient: Ada Lane DOB 03/14/1975 MRN 4711",
    ],
)
def test_a_name_ends_where_the_next_label_begins(read: Read, head: str) -> None:
    patient = read(head + _NOTE).patients[0]
    assert (patient.name, patient.birth_date.value if patient.birth_date else None) == ("Ada Lane", "1975-03-14")


def test_a_lone_letter_beside_the_date_of_birth_is_the_sex(read: Read) -> None:
    facts = read("Patient: Ada Lane      DOB 03/14/1975      F" + _NOTE)
    assert [patient.gender for patient in facts.patients] == ["female"]


def test_a_name_of_a_form_word_behind_its_label_is_a_name(read: Read) -> None:
    facts = read("First Name: Thaddeus     Last Name: Specimen\nMRN: 4711\n" + _NOTE)
    assert [(p.name, p.family) for p in facts.patients] == [("Thaddeus Specimen", "Specimen")]


def test_an_american_address_puts_the_month_first(read: Read) -> None:
    facts = read("72 Juniper Avenue, Flagstaff, AZ 86001\nPatient: Ada Lane    DOB: 05/06/1958\n" + _NOTE)
    assert [p.birth_date.value for p in facts.patients if p.birth_date] == ["1958-05-06"]


def test_without_any_proof_a_date_stays_ambiguous(read: Read) -> None:
    facts = read("Patient: Ada Lane    DOB: 05/06/1958\n" + _NOTE)
    assert [(p.birth_date.value, p.birth_date.ambiguous) for p in facts.patients if p.birth_date] == [(None, True)]


def test_a_negation_behind_an_illness_is_part_of_its_name(read: Read) -> None:
    facts = read("Patient: Ada Lane    DOB: 03/14/1975\nAssessment\n- Migraine without aura\n- No asthma\n")
    assert [fact.name for fact in facts.conditions] == ["Migraine without aura"]


def test_a_discharge_sentence_names_each_medicine(read: Read) -> None:
    facts = read(
        "Patient: Ada Lane    DOB: 03/14/1975\nDISCHARGE MEDICATIONS: She will go home on "
        "amoxicillin-clavulanate 875 mg twice daily, metformin 1000 mg twice daily and tiotropium 18 mcg once daily.\n"
    )
    assert [(m.name, m.dose) for m in facts.medications] == [
        ("amoxicillin-clavulanate", "875 mg"),
        ("metformin", "1000 mg"),
        ("tiotropium", "18 mcg"),
    ]


def test_a_reconciliation_tells_what_goes_on_from_what_ends(read: Read) -> None:
    facts = read(
        "Name: Ada Lane      DOB: 03/14/1975\nCONTINUE taking these medications\nEliquis 5 mg twice a day\n"
        "STOP taking these medications\nIbuprofen 400 mg\nSTART taking these medications\nFurosemide 20 mg daily\n"
    )
    assert [(m.name, m.status.value) for m in facts.medications] == [
        ("Eliquis", "active"),
        ("Ibuprofen", "stopped"),
        ("Furosemide", "active"),
    ]


def test_labelled_values_of_an_operation_are_no_procedures(read: Read) -> None:
    facts = read(
        "Name: Ada Lane      DOB: 03/14/1975\nProcedure: Laparoscopic cholecystectomy\n"
        "Estimated Blood Loss: 25 mL\nComplications: None\nIndications: Her brother has diabetes.\n"
    )
    assert [p.name for p in facts.procedures] == ["Laparoscopic cholecystectomy"]
    assert facts.conditions == ()


def test_a_dated_heading_opens_its_section(read: Read) -> None:
    facts = read(
        "Patient: Ada Lane   geb. 14.03.1975\nMedikation bei Austritt:\nTorasemid 10 mg 1-0-0-0\n"
        "Labor vom 03.02.2024: INR 1.4, CRP 45 mg/l\n"
    )
    assert [(m.name, m.frequency) for m in facts.medications] == [("Torasemid", "1-0-0-0")]
    assert [o.name for o in facts.observations] == ["INR", "CRP"]


def test_a_dose_behind_a_comma_begins_a_medicine_of_any_name(read: Read) -> None:
    facts = read(
        "Patient: Ada Lane   DOB: 03/14/1975\n"
        "Medications at discharge: thiamine 100 mg daily, folic acid 1 mg daily and cyanara 5 mg nightly.\n"
    )
    assert [(m.name, m.dose) for m in facts.medications] == [
        ("thiamine", "100 mg"),
        ("folic acid", "1 mg"),
        ("cyanara", "5 mg"),
    ]
