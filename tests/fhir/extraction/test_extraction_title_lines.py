"""Headings that are known by where they stand or by what neutral words stand beside what they name."""

from __future__ import annotations

import pytest

from include.fhir.extraction.page.headings import heading_of
from include.fhir.extraction.page.sections import Kind

from .conftest import Read

_NOTE = """
Name: Ada Roe   DOB: 04/05/1960

Complaint       "I cannot sleep." She wakes at four every night.
PMH             Asthma; gout; hypertension. Denies any seizures here.
Past surgical   Appendectomy 1977, cataract surgery 2021
history
Home Rx         lisinopril 20 mg PO daily; allopurinol 100 mg PO
                daily
Allergies       Vancomycin (red man syndrome), IV contrast (hives)
FHx             Mother with breast cancer and a father with epilepsy
"""


def test_headings_in_a_column_left_of_the_text_head_it(read: Read) -> None:
    facts = read(_NOTE)
    assert [fact.name for fact in facts.conditions] == ["Asthma", "gout", "hypertension"]
    assert [(fact.name, fact.frequency) for fact in facts.medications] == [
        ("lisinopril", "daily"), ("allopurinol", "daily")]
    assert [(fact.substance, fact.reaction) for fact in facts.allergies] == [
        ("Vancomycin", "red man syndrome"), ("IV contrast", "hives")]


def test_a_heading_in_a_column_may_take_two_lines(read: Read) -> None:
    assert [fact.name for fact in read(_NOTE).procedures] == ["Appendectomy", "cataract surgery"]


def test_lines_that_stand_alone_above_paragraphs_head_them(read: Read) -> None:
    facts = read("""
Name: Ada Roe   DOB: 04/05/1960

Diagnoses this admission
Community acquired pneumonia. Gout. Asthma since her childhood years.

Her story
She came with cough. Sepsis was excluded. Her sister has epilepsy at home.

Allergies and intolerances
Doxycycline: rash. She told us that she is not allergic to penicillin.
""")
    assert [fact.name for fact in facts.conditions if not fact.symptom] == [
        "Community acquired pneumonia", "Gout", "Asthma"]
    assert [fact.substance for fact in facts.allergies if not fact.denied] == ["Doxycycline"]


@pytest.mark.parametrize(("text", "kind"), [
    ("Diagnoses this admission", Kind.CONDITIONS),
    ("Other active problems", Kind.CONDITIONS),
    ("Main diagnoses on discharge", Kind.CONDITIONS),
    ("Diagnosis given", Kind.CONDITIONS),
    ("Medicines on leaving us", Kind.MEDICATIONS),
    ("Medicines to take home", Kind.MEDICATIONS),
    ("Regular medications on admission", Kind.MEDICATIONS),
    ("Actions for the GP", None),
    ("Stopped medications", Kind.STOPPED),
    ("Family history", Kind.FAMILY),
])  # fmt: skip
def test_words_that_say_when_or_which_do_not_change_what_a_heading_names(text: str, kind: Kind | None) -> None:
    assert heading_of(text) is kind


def test_a_heading_that_begins_at_the_end_of_a_line_ends_with_its_colon_in_the_next(read: Read) -> None:
    facts = read("""
Name: Ada Roe   DOB: 04/05/1960
Past history: hypothyroidism. Tonsillectomy as a child. Current
medicines: levothyroxine 112 mcg daily. Drug allergies: nitrofurantoin (rash).
""")
    assert [fact.name for fact in facts.conditions] == ["hypothyroidism"]
    assert [fact.name for fact in facts.medications] == ["levothyroxine"]
    assert [fact.substance for fact in facts.allergies] == ["nitrofurantoin"]


def test_a_label_before_one_coded_diagnosis_heads_nothing_else(read: Read) -> None:
    facts = read("""
Member: Ada Roe   Date of birth: 04/05/1960
Diagnosis given         Lumbar radiculopathy (M54.16)
Valid                   04/07/2025 through 07/06/2025
Members with diabetes can join our program.
""")
    assert [(fact.name, fact.code_printed) for fact in facts.conditions] == [("Lumbar radiculopathy", "M54.16")]
