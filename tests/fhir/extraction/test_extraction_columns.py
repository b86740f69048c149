"""Sections side by side: each column is read to its end."""

from __future__ import annotations

from collections.abc import Callable

from include.fhir.facts import DocumentFacts

Read = Callable[..., DocumentFacts]

_HEAD = "Patient: Ada Lane      DOB: 03/14/1975      MRN: 4711\n\n"
_SIDE_BY_SIDE = _HEAD + """
Allergies                                    Social History
Penicillin - hives                           Tobacco: never smoker
Past Surgical History                        Vital Signs
Appendectomy 4/11/2003                       BP 142/84   Pulse 76
Colonoscopy 1/16/2019                        Resp 16   SpO2 97%
Family History                               Current Medications
Mother: lupus                                lisinopril 10 mg daily
"""


def test_sections_side_by_side_are_read_one_column_after_the_other(read: Read) -> None:
    facts = read(_SIDE_BY_SIDE)
    assert [(fact.substance, fact.reaction) for fact in facts.allergies] == [("Penicillin", "hives")]
    assert [fact.name for fact in facts.procedures] == ["Appendectomy", "Colonoscopy"]
    assert [fact.name for fact in facts.medications] == ["lisinopril"]
    assert facts.conditions == ()
    vitals = {fact.name: fact.value.printed for fact in facts.observations if fact.value}
    assert {"Pulse": "76", "Resp": "16", "SpO2": "97"}.items() <= vitals.items()


def test_columns_go_on_at_the_top_of_the_next_page(read: Read) -> None:
    second = """
Mother: lupus                                amlodipine 5 mg daily
Father: gout                                 metformin 500 mg daily
"""
    assert [fact.name for fact in read(_SIDE_BY_SIDE, second).medications] == ["lisinopril", "amlodipine", "metformin"]


def test_the_columns_of_a_table_are_no_columns_of_sections(read: Read) -> None:
    facts = read(_HEAD + """
Problem List
Diagnosis                     ICD-10        Noted
Essential hypertension        I10           8/19/2009
Hypothyroidism                E03.9         11/5/2018

Medication                    Dose          Indication
lisinopril                    10 mg         hypertension
levothyroxine                 50 mcg        hypothyroidism
""")
    assert [(fact.name, fact.code_printed) for fact in facts.conditions] == [
        ("Essential hypertension", "I10"), ("Hypothyroidism", "E03.9")]
    assert [(fact.name, fact.dose) for fact in facts.medications] == [
        ("lisinopril", "10 mg"), ("levothyroxine", "50 mcg")]
