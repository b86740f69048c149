"""Cultures and the susceptibility of what grew."""

from __future__ import annotations

from collections.abc import Callable

from include.fhir.facts import DocumentFacts
from include.fhir.resources.observations import term_of

Read = Callable[..., DocumentFacts]
_HEAD = "Patient Name: Ada Lane    DOB: 03/14/1975    MRN: 4711\n"
_PAGE = (
    _HEAD
    + """
CULTURE, URINE    Status: FINAL
Source: Urine, clean catch
Result: >100,000 CFU/mL Escherichia coli

Escherichia coli
Antimicrobial       MIC (mcg/mL)      Interp
Ampicillin          >=32              R
Gentamicin          2                 S
Vancomycin          1                 S

S = Susceptible, R = Resistant. Colony counts >=10,000 CFU/mL are considered significant.
"""
)


def test_a_culture_is_named_by_its_heading_and_its_growth_is_its_value(read: Read) -> None:
    facts = read(_PAGE)
    [culture] = [o for o in facts.observations if "CULTURE" in o.name]
    assert culture.value and (culture.name, culture.value.printed) == (
        "CULTURE, URINE", ">100,000 CFU/mL Escherichia coli",
    )  # fmt: skip


def test_each_antibiotic_of_an_isolate_has_its_concentration_and_interpretation(read: Read) -> None:
    facts = read(_PAGE)
    tested = [o for o in facts.observations if o.method == "MIC"]
    found = [(o.name, o.value.printed, o.value.unit, o.flag) for o in tested if o.value]
    assert found == [
        ("Ampicillin", ">=32", "mcg/mL", "R"), ("Gentamicin", "2", "mcg/mL", "S"), ("Vancomycin", "1", "mcg/mL", "S"),
    ]  # fmt: skip
    assert not facts.medications


def test_the_concentration_that_stops_an_isolate_is_no_level_in_blood(read: Read) -> None:
    assert [term_of(o) for o in read(_PAGE).observations if o.method == "MIC"] == [None, None, None]


def test_every_organism_of_a_culture_is_a_result(read: Read) -> None:
    facts = read(
        _HEAD
        + """
WOUND CULTURE
Organism 1: Staphylococcus aureus, heavy growth
Organism 2: Pseudomonas aeruginosa, moderate growth
"""
    )
    assert [o.value.printed for o in facts.observations if o.value] == [
        "Staphylococcus aureus, heavy growth", "Pseudomonas aeruginosa, moderate growth",
    ]  # fmt: skip


def test_a_culture_that_was_only_sent_has_no_result(read: Read) -> None:
    facts = read(_HEAD + "\nUrine culture was sent to the reference laboratory.\nResult: pending review by Dr. Roe\n")
    assert not [o for o in facts.observations if o.value]
