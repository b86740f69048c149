"""When two documents speak of the same patient: the rule splits rather than merges."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from include.fhir.facts import IdentifierKind, PatientFact, PrintedDate, PrintedIdentifier
from include.fhir.identity import patient_id

BORN = PrintedDate("05/24/1977", "1977-05-24")
ANN = PatientFact("Ann Lee", birth_date=BORN)
RECORD = PrintedIdentifier("4829746", IdentifierKind.MEDICAL_RECORD)


@pytest.mark.parametrize("name", ["ANN LEE", "Lee, Ann", "Ms. Ann Lee", "Änn  Léé"])
def test_order_case_accents_and_titles_of_a_name_do_not_matter(name: str) -> None:
    assert patient_id(replace(ANN, name=name)) == patient_id(ANN)


@pytest.mark.parametrize("other", [
    replace(ANN, name="Anna Lee"),
    replace(ANN, name="Ann Lee Jr"),
    replace(ANN, birth_date=PrintedDate("05/25/1977", "1977-05-25")),
])
def test_another_name_or_birth_date_is_another_patient(other: PatientFact) -> None:
    assert patient_id(other) not in (None, patient_id(ANN))


@pytest.mark.parametrize("unknown", [
    PatientFact("Ann Lee"),
    PatientFact(None, birth_date=BORN),
    PatientFact("Lee", birth_date=BORN),
    PatientFact("Unknown Patient", birth_date=BORN),
    PatientFact("Ann Lee", birth_date=PrintedDate("1977", "1977")),
    PatientFact("Ann Lee", birth_date=PrintedDate("03/04/1977", None, ambiguous=True)),
    PatientFact(None, identifiers=(RECORD,)),
    PatientFact("Ann Lee", identifiers=(PrintedIdentifier("000-00-0000", IdentifierKind.SOCIAL_SECURITY),)),
    PatientFact("Ann Lee", identifiers=(PrintedIdentifier("12345", label="Group No."),)),
])
def test_too_little_is_nobody(unknown: PatientFact) -> None:
    assert patient_id(unknown) is None


def test_a_record_number_with_the_same_birth_date_is_the_same_patient_whatever_the_name() -> None:
    one = replace(ANN, identifiers=(RECORD,))
    assert patient_id(one) == patient_id(replace(one, name="Ann Lee-Miller"))
    assert patient_id(one) == patient_id(replace(one, identifiers=(replace(RECORD, value="MRN 4829746"),)))


def test_a_record_number_of_two_hospitals_is_not_the_same() -> None:
    one = replace(ANN, identifiers=(RECORD,))
    assert patient_id(one) != patient_id(replace(one, birth_date=PrintedDate("x", "1980-01-01"), name="Bob Ray"))
    assert patient_id(one) != patient_id(replace(one, identifiers=(replace(RECORD, issuer="St. Mary"),)))


def test_a_number_labelled_as_the_patients_own_identifies_with_the_name() -> None:
    number = PrintedIdentifier("NARH-36640", label="Patient ID")
    assert patient_id(PatientFact("Ann Lee", identifiers=(number,)))
    assert patient_id(PatientFact("Ann Lee", identifiers=(number,))) != patient_id(
        PatientFact("Bob Lee", identifiers=(number,)))


def test_the_order_of_identifiers_does_not_matter() -> None:
    both = (RECORD, PrintedIdentifier("777", IdentifierKind.MEDICAL_RECORD))
    assert patient_id(replace(ANN, identifiers=both)) == patient_id(replace(ANN, identifiers=both[::-1]))


def test_nothing_can_be_read_from_a_key() -> None:
    assert re.fullmatch(r"pat-[0-9a-f]{32}", patient_id(ANN) or "")
