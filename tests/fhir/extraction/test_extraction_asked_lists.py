"""Lists that a form asks for, entries numbered within text, and what stands in brackets behind an illness."""

from __future__ import annotations

import pytest

from tests.fhir.extraction.conftest import Read

_HEAD = "Name: Jane Roe     DOB: 05/02/1949\n\n"


@pytest.mark.parametrize(
    ("question", "listed", "kind", "expected"),
    [
        ("2. Do you have allergies to medicines or food?", "If yes, list: Neomycin - rash", "allergies", "Neomycin"),
        ("Are you allergic to anything?", "If so, what: Neomycin", "allergies", "Neomycin"),
        ("5. Do you have a long-term health problem (heart, lung)?", "If yes, list: asthma", "conditions", "asthma"),
        ("Any chronic illness?", "Please list: asthma", "conditions", "asthma"),
        ("Have you been diagnosed with a disease?", "If yes, please describe: asthma", "conditions", "asthma"),
    ],
)  # fmt: skip
def test_a_filled_list_is_what_its_question_asks_for(
    read: Read, question: str, listed: str, kind: str, expected: str
) -> None:
    facts = read(_HEAD + f"{question}\n    {listed}\n3. Have you had a reaction?")
    found = facts.allergies if kind == "allergies" else facts.conditions
    assert [getattr(fact, "substance", None) or getattr(fact, "name", None) for fact in found] == [expected]


@pytest.mark.parametrize("listed", ["If yes, list:", "If yes, list: ______", "If yes, list: none", "If yes, list: n/a"])
def test_an_empty_list_says_nothing(read: Read, listed: str) -> None:
    facts = read(_HEAD + f"2. Do you have allergies to medicines?\n    {listed}\n5. Any chronic illness?\n   {listed}")
    assert (facts.allergies, facts.conditions) == ((), ())


def test_entries_numbered_within_text_are_read_one_by_one(read: Read) -> None:
    facts = read(_HEAD + """
Assessment: 1. Open-angle glaucoma, both eyes, stable. 2. Nuclear sclerotic
cataract, right eye. 3. Type 2 diabetes without retinopathy; no
macular edema. 4. Presbyopia.
""")
    assert [c.name for c in facts.conditions] == [
        "Open-angle glaucoma", "Nuclear sclerotic cataract", "Type 2 diabetes without retinopathy", "Presbyopia"
    ]  # fmt: skip


@pytest.mark.parametrize("heading", ["Conclusions", "Conclusion", "Overall impression"])
def test_conclusions_of_a_report_list_what_was_found(read: Read, heading: str) -> None:
    facts = read(_HEAD + f"{heading}\n1. Severe aortic stenosis.\n2. Preserved systolic function.\n3. No effusion.")
    assert [c.name for c in facts.conditions] == ["Severe aortic stenosis"]


@pytest.mark.parametrize("purpose", ["evaluate for", "assess for", "looking for", "exclude"])
def test_what_an_examination_looks_for_is_not_found(read: Read, purpose: str) -> None:
    facts = read(_HEAD + f"Indication: Systolic murmur; {purpose} aortic stenosis.")
    assert [c.name for c in facts.conditions] == ["Systolic murmur"]


def test_a_value_in_brackets_is_a_result_and_no_part_of_the_illness(read: Read) -> None:
    facts = read(_HEAD + "General health: hypertension, type 2 diabetes (last A1c 7.1%).")
    assert [c.name for c in facts.conditions] == ["hypertension", "type 2 diabetes"]
    assert [(o.name, o.value.printed) for o in facts.observations if o.value] == [("A1c", "7.1")]


@pytest.mark.parametrize("said", ["good", "Excellent", "very good", "well"])
def test_how_somebody_is_is_no_condition(read: Read, said: str) -> None:
    assert read(_HEAD + f"General health: {said}").conditions == ()
