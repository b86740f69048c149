"""The same statement met twice is one fact; two rows of one table are two."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from include.fhir.facts import DocumentFacts

Read = Callable[..., DocumentFacts]
HEAD = """
Laboratory Report
Patient: Jane Roe     DOB: 03/14/1961     MRN: 12345
Collected: 05/16/2024

Test           Result     Units      Reference Range
"""


def test_equal_rows_of_one_table_are_as_many_results(read: Read) -> None:
    equal = "Glucose        98         mg/dL      70-99\n" * 3
    facts = read(HEAD + equal + "Sodium         140        mmol/L     135-145\n")
    assert [fact.name for fact in facts.observations] == ["Glucose"] * 3 + ["Sodium"]


def test_a_result_that_a_second_table_repeats_is_one(read: Read) -> None:
    page = HEAD + "Glucose        98         mg/dL      70-99\nSodium         140        mmol/L     135-145\n"
    facts = read(page, page)
    assert [(fact.name, fact.value.number) for fact in facts.observations if fact.value] == [
        ("Glucose", Decimal(98)), ("Sodium", Decimal(140))]


def test_the_richer_of_two_mentions_is_kept(read: Read) -> None:
    facts = read("""
Patient: Jane Roe     DOB: 03/14/1961

Medications:
Metformin 500 mg
Metformin 500 mg by mouth twice daily
""")
    assert [(fact.name, fact.dose, fact.frequency) for fact in facts.medications] == [
        ("Metformin", "500 mg", "twice daily")]
