"""Operations in running text: done, with the date beside them; what is planned or somebody else's is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.fhir.facts import DocumentFacts

Read = Callable[..., DocumentFacts]
_HEAD = "Patient Name: Ada Lane    DOB: 03/14/1975    MRN: 4711\n\nHistory of Present Illness\n"


@pytest.mark.parametrize(
    ("sentence", "name", "date"),
    [
        ("She had a cholecystectomy in 1998.", "cholecystectomy", "1998"),
        ("She underwent coronary artery bypass grafting in 2017.", "coronary artery bypass grafting", "2017"),
        ("In 2014 she underwent an aortic valve replacement.", "aortic valve replacement", "2014"),
        ("CAD s/p CABG 2014.", "CABG", "2014"),
        ("She had a pacemaker implanted on 02/16/2020.", "pacemaker implanted", "2020-02-16"),
        ("Had ear tubes placed 6/2023.", "ear tubes placed", "2023-06"),
        ("She had her gallbladder removed in 2009.", "gallbladder removed", "2009"),
        ("Left total hip arthroplasty in May 2019.", "Left total hip arthroplasty", "2019-05"),
        ("Tonsillectomy at age 6.", "Tonsillectomy", None),
    ],
)
def test_an_operation_that_is_told_is_one(read: Read, sentence: str, name: str, date: str | None) -> None:
    facts = read(_HEAD + sentence)
    assert [(p.name, p.date.value if p.date else None) for p in facts.procedures] == [(name, date)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Coronary angioplasty is scheduled for July 23.",
        "Colonoscopy due 2025.",
        "Her mother had a hysterectomy in 1990.",
        "I recommended a hip replacement.",
        "She has not had a hysterectomy.",
        "She received potassium replacement.",
        "No prior surgery.",
    ],
)
def test_what_is_planned_denied_or_a_relatives_is_no_operation(read: Read, sentence: str) -> None:
    assert read(_HEAD + sentence).procedures == ()


def test_a_list_of_illnesses_names_operations_beside_them(read: Read) -> None:
    facts = read("Patient Name: Ada Lane    DOB: 03/14/1975\n\nPMH: CAD s/p CABG 2014, HTN, T2DM")
    assert [c.name for c in facts.conditions] == ["CAD", "HTN", "T2DM"]
    assert [p.name for p in facts.procedures] == ["CABG"]
