"""Patients whose labels are missing, in another language, in two languages, or without a colon."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.fhir.facts import DocumentFacts

Read = Callable[..., DocumentFacts]



@pytest.mark.parametrize(
    ("strip", "gender"),
    [("14.06.1952, Mann", "male"), ("14.06.1952, weiblich", "female"), ("14/06/1952, femme", "female"),
     ("14/06/1952, Hombre", "male"), ("* 14.06.1952, w", "female"), ("14.06.1952, 71 Jahre, m", "male")],
)
def test_a_sex_beside_a_bare_date_is_read_in_any_language_of_the_forms(read: Read, strip: str, gender: str) -> None:
    patient = read(f"""
Berger Anna                        Grösse: 178 cm
{strip}
Gewicht: 83 kg
""").patients[0]
    assert patient.birth_date is not None
    assert (patient.name, patient.birth_date.value, patient.gender) == ("Berger Anna", "1952-06-14", gender)


@pytest.mark.parametrize("label", ["Born", "born", "Born on", "Geboren"])
def test_born_before_a_date_needs_no_colon(read: Read, label: str) -> None:
    patient = read(f"""
Larsen, Mia
{label} 02.12.1992   Sex F
Hemoglobin: 13.1 g/dL
""").patients[0]
    assert patient.birth_date is not None
    assert (patient.name, patient.birth_date.value, patient.gender) == ("Larsen, Mia", "1992-12-02", "female")


@pytest.mark.parametrize(
    "lines",
    ["date of birth / né(e) le 19 AUG 1988 sex / de sexe F nationality / et de nationalité Danish",
     "Date of birth / Geburtsdatum 19 AUG 1988   Sex / Geschlecht F",
     "date of birth / né(e) le_19 AUG 1988sex / de sexeFnationality / et de nationalitéDanish",
     "Date of birth / Date de naissance 19 AUG 1988 sex / sexe F"],
)
def test_labels_in_two_languages_are_read_without_a_colon(read: Read, lines: str) -> None:
    facts = read(f"""
This is to certify that / Nous certifions que Mia Greta LARSEN
{lines}
national identification document / document d'identification nationale DK-305192
Hemoglobin: 13.1 g/dL
""")
    patient = facts.patients[0]
    assert patient.birth_date is not None
    assert (patient.name, patient.birth_date.value, patient.gender) == ("Mia Greta LARSEN", "1988-08-19", "female")
    assert [identifier.value for identifier in patient.identifiers] == ["DK-305192"]


def test_who_certifies_is_not_the_patient(read: Read) -> None:
    facts = read("""
I certify that Medicare Part B covers the service.
Born 02.12.1992   Sex F
Hemoglobin: 13.1 g/dL
""")
    assert [patient.name for patient in facts.patients] == [None]


def test_vaccines_with_day_and_lot_are_somebodys_whatever_the_labels(read: Read) -> None:
    facts = read("""
Disease targeted       Date           Vaccine       Batch no.
Typhoid                14 OCT 2022    Typhim Vi     R1C77
Hepatitis A            02 MAY 2023    Havrix        AHAVC018
Cholera
""")
    given = [(fact.vaccine, fact.date.value if fact.date else None, fact.lot) for fact in facts.immunizations]
    assert given == [("Typhoid", "2022-10-14", "R1C77"), ("Hepatitis A", "2023-05-02", "AHAVC018")]
