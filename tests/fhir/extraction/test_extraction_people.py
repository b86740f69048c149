from __future__ import annotations

from collections.abc import Callable

from include.fhir.facts import DocumentFacts, IdentifierKind

Read = Callable[..., DocumentFacts]
_FACT = "\nPatient Vitals\nHeart Rate: 72"


def test_labels_beside_their_values(read: Read) -> None:
    facts = read("Patient: Doe, Jane A     DOB: 03/14/1975     MRN: 44-55     Sex: F" + _FACT)
    [patient] = facts.patients
    assert (patient.family, patient.given, patient.gender) == ("Doe", ("Jane", "A"), "female")
    assert patient.birth_date and patient.birth_date.value == "1975-03-14"
    assert [(i.kind, i.value) for i in patient.identifiers] == [(IdentifierKind.MEDICAL_RECORD, "44-55")]


def test_labels_below_their_values_are_mapped_as_printed(read: Read) -> None:
    facts = read(
        """
Nora                Field               K
Last Name           First Name          MI
2/17/61             778812xy90  
Date of Birth       Patient number
Immunizations
Influenza vaccine 10/22/2020
"""
    )
    [patient] = facts.patients
    assert (patient.family, patient.given) == ("Nora", ("Field", "K"))
    assert patient.birth_date and patient.birth_date.value == "1961-02-17"


def test_labels_above_their_values(read: Read) -> None:
    facts = read("PATIENT NAME              PHONE\nRosa Diaz                  555-010-4455" + _FACT)
    assert facts.patients[0].name == "Rosa Diaz"


def test_a_name_does_not_tell_family_from_given_without_a_comma(read: Read) -> None:
    assert read("Name: Ida Sommer   Gender: female" + _FACT).patients[0].family is None


def test_an_emergency_contact_is_not_the_patient(read: Read) -> None:
    facts = read(
        """
Patient Information
First Name: ANNA       Last Name: ROSE      Date of Birth: 10/10/1982
Emergency Contact 1:
First Name: CARL       Last Name: SMITH     Phone: 212-555-0150
Patient Vitals
Heart Rate: 72
"""
    )
    [patient] = facts.patients
    assert (patient.family, patient.given, patient.phone) == ("ROSE", ("ANNA",), None)


def test_german_labels(read: Read) -> None:
    facts = read("Patientin: Erika Muster     Geburtsdatum: 17. Mai 1944     Geschlecht: weiblich" + _FACT)
    [patient] = facts.patients
    assert (patient.name, patient.gender) == ("Erika Muster", "female")


def test_the_first_sentence_names_a_patient_whom_no_label_names(read: Read) -> None:
    facts = read("Clara Winter is a 50-year-old female with a past medical history significant for depression.")
    assert (facts.patients[0].name, facts.patients[0].gender) == ("Clara Winter", "female")


def test_a_name_without_label_above_the_date_of_birth_is_the_patients(read: Read) -> None:
    facts = read("PATIENT INFORMATION\nDOE, JOHN\nDOB: 11/23/1980 AGE: 40" + _FACT)
    assert (facts.patients[0].family, facts.patients[0].given) == ("DOE", ("JOHN",))


def test_two_patients_keep_their_own_results(read: Read) -> None:
    page = "Patient Name: {}   MRN: {}   DOB: 01/31/1980\nTest        Result    Units\nGlucose     {}       mg/dL"
    facts = read(page.format("Adam First", "111", 101), page.format("Beth Second", "222", 99))
    assert [p.name for p in facts.patients] == ["Adam First", "Beth Second"]
    assert [o.patient for o in facts.observations] == [0, 1]


def test_the_physician_is_a_practitioner_with_role_id_and_own_phone(read: Read) -> None:
    facts = read(
        "Patient Name: Rosa Diaz\nAttending Physician: Dr. Lena Brook     Phone: 555-010-4455\nNPI: 1234567893" + _FACT
    )
    [doctor] = facts.practitioners
    assert (doctor.name, doctor.role, doctor.phone) == ("Lena Brook", "attending", "555-010-4455")
    assert doctor.identifiers[0].value == "1234567893"
    assert facts.patients[0].phone is None


def test_admission_and_discharge_make_the_encounter(read: Read) -> None:
    facts = read("Patient: Paul Stone\nAdmitted: 05-May-2019     Discharged: 09-May-2019\nDischarged to: Home" + _FACT)
    stay = facts.encounters[0]
    assert stay.start and stay.end and (stay.start.value, stay.end.value) == ("2019-05-05", "2019-05-09")
    assert stay.disposition == "Home"


def test_the_title_says_what_the_document_is(read: Read) -> None:
    facts = read("Physician Hospital Discharge Summary\nPatient Name: Paul Stone   MRN: 12-34" + _FACT)
    assert (facts.title, facts.document_type) == ("Physician Hospital Discharge Summary", "Discharge Summary")
