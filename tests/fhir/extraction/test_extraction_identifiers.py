"""Numbers that a clinic or a register gave to the patient."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.fhir.facts import DocumentFacts

Read = Callable[..., DocumentFacts]
_NOTE = "\nAssessment: 1. Asthma\n"


def _numbers(facts: DocumentFacts) -> list[str]:
    return [identifier.value for patient in facts.patients for identifier in patient.identifiers]


@pytest.mark.parametrize(
    "label", ["Patient #:", "Patient No:", "Chart Nbr:", "Medical Record #:", "Hospital Nr.:", "Registry Number:"]
)
def test_a_label_asks_for_a_number_by_any_of_its_words_or_signs(read: Read, label: str) -> None:
    assert _numbers(read(f"Patient Name: LANE, ADA        {label} SC0091264\nBirthdate: 05/03/1986\n" + _NOTE)) == [
        "SC0091264"]


def test_a_number_stands_under_its_label_not_in_the_next_column_of_the_row_below(read: Read) -> None:
    facts = read("Patient            MRN          DOB          Sex\n"
                 "Lane, Ada          004418872    11/30/1951   F\n" + _NOTE)
    assert _numbers(facts) == ["004418872"]


def test_a_date_is_no_number_of_anybody(read: Read) -> None:
    assert _numbers(read("Patient: Ada Lane\nMRN: 11/30/1951\nDOB: 11/30/1951\n" + _NOTE)) == []


def test_a_register_number_beside_a_parent_is_the_childs(read: Read) -> None:
    facts = read("Child's name: Ada Lane        Birth date: 01/08/2019\n"
                 "Parent/Guardian: Bea Lane     Registry ID: NC-118\n" + _NOTE)
    assert _numbers(facts) == ["NC-118"]
    facts = read("Patient: Ada Lane             DOB: 01/08/2019\nSubscriber: Bea Lane     Member ID: NC-118\n" + _NOTE)
    assert _numbers(facts) == []
