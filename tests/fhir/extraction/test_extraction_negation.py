"""A denial denies all that it lists; a thing's weight is not the patient's."""

from __future__ import annotations

import re

import pytest

from include.documents.content import Box, DocumentContent, Line, Origin, PageContent, Word
from include.fhir.extraction import extract
from include.fhir.facts import DocumentFacts
from include.fhir.terminology.tests import find_test

HEAD = ("Patient: Tamsin Oakenshaw", "Date of birth: 03/27/1971", "MRN: 55120987")


def facts_of(*lines: str) -> DocumentFacts:
    content = []
    for number, text in enumerate((*HEAD, *lines)):
        top = 0.05 + 0.03 * number
        words = tuple(Word(found.group(), Box(0.1 + 0.01 * found.start(), top, 0.01 * len(found.group()), 0.02))
                      for found in re.finditer(r"\S+", text))
        content.append(Line(" ".join(text.split()), Box(0.1, top, 0.01 * len(text), 0.02), 100.0, words))
    return extract(DocumentContent("doc-1", (PageContent(1, Origin.EMBEDDED, tuple(content)),)))


@pytest.mark.parametrize("line", [
    "1. No pneumonia, pulmonary embolism or pleural effusion.",
    "1. No evidence of pneumonia, pleural effusion, and pneumothorax.",
    "1. Remarks: no sign of pneumonia, pleural effusion or embolism.",
    "1. Without pneumonia or pleural effusion."])
def test_a_denial_denies_all_that_it_lists(line: str) -> None:
    named = [fact.name for fact in facts_of("IMPRESSION:", line, "2. Cholelithiasis.").conditions]
    assert named == ["Cholelithiasis"]


def test_what_follows_a_turn_is_not_denied() -> None:
    named = [fact.name.casefold() for fact in facts_of("Diagnoses:", "Hypertension, asthma, and gout").conditions]
    assert sorted(named) == ["asthma", "gout", "hypertension"]


def test_the_weight_of_a_thing_is_not_the_patients() -> None:
    facts = facts_of("Operative note", "Three fibroids, aggregate weight 310 g.", "Preoperative weight 71 kg.")
    assert [str(fact.value.number) for fact in facts.observations if fact.value and "eight" in fact.name] in (
        [], ["71"])


def test_headings_within_a_urinalysis_name_its_specimen() -> None:
    found = find_test("Glucose", "mg/dL", "Macroscopic")
    assert found is None or found.loinc != "2345-7"
