"""What Comprehend Medical finds becomes facts in the printed words, marked with their source and confidence.

The answers were composed from the API's documentation, not recorded from AWS (``recorded.py``).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from include.documents.content import DocumentContent
from include.fhir.analyzers import combined
from include.fhir.comprehend_medical.analyzer import ComprehendMedical
from include.fhir.comprehend_medical.mentions import mentions_in
from include.fhir.comprehend_medical.operations import Operation
from include.fhir.comprehend_medical.texts import Piece, Text
from include.fhir.extraction import extract
from include.fhir.facts import (
    AllergyFact,
    ConditionFact,
    DocumentFacts,
    InferredCode,
    MeasuredValue,
    MedicationFact,
    MedicationStatus,
    ObservationFact,
    ProcedureFact,
    UnmappedReason,
)
from tests.fhir.comprehend_medical.recorded import Recorded, Scripted, attribute, entity, note, page

MEDICATION, CONDITION, TEST, SOCIAL = (
    "MEDICATION", "MEDICAL_CONDITION", "TEST_TREATMENT_PROCEDURE", "BEHAVIORAL_ENVIRONMENTAL_SOCIAL")
HEAD = "Patient: Tamsin Oakenshaw\nDate of birth: 03/27/1971\nMRN: 55120987\n"


def added(document: DocumentContent, service: Recorded | Scripted, threshold: float = 80.0) -> DocumentFacts:
    """What the analyzer adds to the facts of the rules."""
    rules, facts = extract(document), combined(document, [ComprehendMedical(service.ask, threshold)])
    return DocumentFacts(
        observations=facts.observations[len(rules.observations):], medications=facts.medications[
            len(rules.medications):], conditions=facts.conditions[len(rules.conditions):],
        allergies=facts.allergies[len(rules.allergies):], procedures=facts.procedures[len(rules.procedures):],
        unmapped=facts.unmapped[len(rules.unmapped):])


def of(text: str, *entities: dict[str, Any]) -> DocumentFacts:
    """What is added to a document of one patient."""
    return added(DocumentContent("doc-1", (page(f"{HEAD}Hospital course\n{text}"),)), Scripted(*entities))


def test_a_note_gets_the_facts_that_the_rules_do_not_read() -> None:
    rxnorm = InferredCode("http://www.nlm.nih.gov/research/umls/rxnorm", "2264117", "cefiderocol", "comprehend_medical")
    icd10 = InferredCode("http://hl7.org/fhir/sid/icd-10-cm", "R06.02", "Shortness of breath", "comprehend_medical")
    found = added(note(), Recorded())
    assert found.medications == (
        MedicationFact("cefiderocol", dose="2 g", route="drip", frequency="every 8 hours", duration="for 7 days",
                       inferred_codes=(rxnorm,)),
        MedicationFact("Zolinza", status=MedicationStatus.COMPLETED))
    assert found.conditions == (
        ConditionFact("shortness of breath", symptom=True, inferred_codes=(icd10,)),
        ConditionFact("chronic pain in the left leg", symptom=True))
    assert found.observations == (ObservationFact("Galactomannan", MeasuredValue("0.9", Decimal("0.9"))),)
    assert found.procedures == (ProcedureFact("bronchoscopy", status="preparation"),)
    assert found.allergies == (AllergyFact("bananas"),)
    assert [(each.source.text, each.reason) for each in found.unmapped] == [
        ("Vancomycin", UnmappedReason.MAYBE_ALLERGY)]


def test_a_fact_is_marked_with_its_place_its_analyzer_and_the_lowest_score_of_its_parts() -> None:
    [drug, _] = added(note(), Recorded()).medications
    assert drug.source is not None
    assert drug.source.text == "cefiderocol 2 g through the drip every 8 hours, for 7 days"
    assert (drug.source.page, drug.source.analyzer) == (1, "comprehend_medical")
    assert (drug.source.confidence, drug.source.code_confidence) == (91.0, 91.0)
    assert drug.source.box is not None
    assert round(drug.source.box.left, 2) == 0.08


def test_the_confidence_is_no_higher_than_that_of_the_reading() -> None:
    document = DocumentContent("doc-1", (page(f"{HEAD}Hospital course\nThen came xyzamab.", confidence=86.0),))
    [drug] = added(document, Scripted(entity(MEDICATION, "GENERIC_NAME", "xyzamab"))).medications
    assert drug.source is not None
    assert drug.source.confidence == 86.0


def test_a_relationship_that_is_uncertain_makes_the_fact_so() -> None:
    [drug] = of("Then came 2 g out of xyzamab.", entity(
        MEDICATION, "GENERIC_NAME", "xyzamab", attribute("STRENGTH", "2 g", 0.99, 0.3))).medications
    assert drug.source is not None
    assert (drug.dose, drug.source.confidence) == ("2 g", 30.0)


def test_a_code_below_the_threshold_is_no_code() -> None:
    assert [fact.inferred_codes for fact in added(note(), Recorded(), threshold=99.0).medications] == [(), ()]


def test_only_what_the_rules_leave_open_is_sent_and_codes_are_asked_for_new_facts_alone() -> None:
    service = Recorded()
    added(note(), service)
    assert [operation for operation, _ in service.asked] == [
        Operation.DETECT_ENTITIES, Operation.INFER_RXNORM, Operation.INFER_ICD10CM]
    for settled in ("Tamsin", "55120987", "03/27/1971", "136-145"):
        assert settled not in service.asked[0][1]
    service_without_news = Scripted(entity(MEDICATION, "GENERIC_NAME", "Lisinopril"))
    added(note(), service_without_news)
    assert [operation for operation, _ in service_without_news.asked] == [Operation.DETECT_ENTITIES]


def test_codes_are_asked_only_of_the_page_with_the_new_fact() -> None:
    service = Scripted(entity(MEDICATION, "GENERIC_NAME", "xyzamab"))
    added(DocumentContent("doc-1", (
        page(f"{HEAD}Hospital course\nThen came xyzamab."), page("She went home the next day.", 2))), service)
    assert [(operation, "xyzamab" in text) for operation, text in service.asked] == [
        (Operation.DETECT_ENTITIES, True), (Operation.DETECT_ENTITIES, False), (Operation.INFER_RXNORM, True)]


@pytest.mark.parametrize(("heading", "category", "kind", "found"), [
    ("Immunizations", MEDICATION, "GENERIC_NAME", DocumentFacts()),
    ("Discontinued medications", MEDICATION, "GENERIC_NAME",
     DocumentFacts(medications=(MedicationFact("xyzzy", status=MedicationStatus.STOPPED),))),
    ("Resolved problems", CONDITION, "DX_NAME",
     DocumentFacts(conditions=(ConditionFact("xyzzy", clinical_status="resolved"),))),
])
def test_the_section_says_what_a_line_alone_does_not(
        heading: str, category: str, kind: str, found: DocumentFacts) -> None:
    document = DocumentContent("doc-1", (page(f"{HEAD}{heading}\nand the clinic was told (xyzzy too) by the nurse."),))
    rules = extract(document)
    more = added(document, Scripted(entity(category, kind, "xyzzy")))
    assert (rules.medications, rules.conditions, rules.immunizations) == ((), (), ())
    assert more == found


@pytest.mark.parametrize("trait", ["NEGATION", "HYPOTHETICAL", "PERTAINS_TO_FAMILY", "LOW_CONFIDENCE"])
@pytest.mark.parametrize(("category", "kind"), [
    (CONDITION, "DX_NAME"), (MEDICATION, "BRAND_NAME"), (TEST, "PROCEDURE_NAME"), (TEST, "TEST_NAME")])
def test_what_is_not_said_of_the_patient_is_no_fact(category: str, kind: str, trait: str) -> None:
    said = attribute("TEST_VALUE", "7")
    assert of("The xyzzy was 7 then.", entity(category, kind, "xyzzy", said, traits=(trait,))) == DocumentFacts()
    assert of("The xyzzy was 7 then.", entity(category, kind, "xyzzy", said)) != DocumentFacts()


def test_a_family_s_history_is_not_the_patient_s_whatever_the_traits_say() -> None:
    document = DocumentContent("doc-1", (page(f"{HEAD}Family history\nMother with xyzzy syndrome"),))
    assert added(document, Scripted(entity(CONDITION, "DX_NAME", "xyzzy syndrome"))) == DocumentFacts()


@pytest.mark.parametrize(("traits", "symptom"), [
    (("SYMPTOM",), True), (("SIGN",), True), (("DIAGNOSIS",), False), (("SIGN", "DIAGNOSIS"), False), ((), False),
    (("PAST_HISTORY", "DIAGNOSIS"), False)])
def test_a_sign_or_symptom_is_a_complaint(traits: tuple[str, ...], symptom: bool) -> None:
    [fact] = of("She felt xyzzy then.", entity(CONDITION, "DX_NAME", "xyzzy", traits=traits)).conditions
    assert fact == ConditionFact("xyzzy", symptom=symptom)


def test_the_name_of_a_condition_takes_only_the_words_beside_it() -> None:
    [fact] = of("Left was the xyzzy, not in the arm.", entity(
        CONDITION, "DX_NAME", "xyzzy", attribute("DIRECTION", "Left"), attribute("SYSTEM_ORGAN_SITE", "arm"))
    ).conditions
    assert fact.name == "xyzzy"


def test_an_attribute_that_is_negated_is_left_out() -> None:
    [fact] = of("Then came xyzamab, not 5 mg.", entity(
        MEDICATION, "GENERIC_NAME", "xyzamab", attribute("STRENGTH", "5 mg", traits=("NEGATION",)))).medications
    assert fact == MedicationFact("xyzamab")


def test_strength_and_amount_are_both_kept_as_printed() -> None:
    [fact] = of("Then came 2 tablets, each 500 mg, out of xyzamab.", entity(
        MEDICATION, "GENERIC_NAME", "xyzamab", attribute("STRENGTH", "500 mg"), attribute("DOSAGE", "2 tablets"))
    ).medications
    assert fact.dose == "2 tablets, 500 mg"


def test_a_test_without_a_value_is_only_mentioned() -> None:
    assert of("A xyzzy level was sent.", entity(TEST, "TEST_NAME", "xyzzy level")) == DocumentFacts()


def test_each_value_of_a_test_has_the_unit_behind_it() -> None:
    found = of("A xyzzy level of 7 mg/dL, later 9 mg/L was seen.", entity(
        TEST, "TEST_NAME", "xyzzy level", attribute("TEST_VALUE", "7"), attribute("TEST_UNIT", "mg/dL"),
        attribute("TEST_VALUE", "9"), attribute("TEST_UNIT", "mg/L"))).observations
    assert [(each.value.printed, each.value.unit) for each in found if each.value] == [("7", "mg/dL"), ("9", "mg/L")]


@pytest.mark.parametrize("text", ["120/80", "7 or 8", "about 9"])
def test_a_value_is_a_number_only_where_all_of_it_is_one(text: str) -> None:
    [fact] = of(f"The xyzzy level was {text} then.", entity(
        TEST, "TEST_NAME", "xyzzy level", attribute("TEST_VALUE", text))).observations
    assert fact.value == MeasuredValue(text)


@pytest.mark.parametrize(("words", "substance"), [
    ("latex", "latex"), ("allergic reactions to latex", "latex"), ("allergies: latex", "latex"),
    ("reacts to latex", "latex")])
def test_an_allergy_is_the_printed_substance(words: str, substance: str) -> None:
    found = of(f"She says {words}.", entity(SOCIAL, "ALLERGIES", words))
    assert found.allergies == (AllergyFact(substance),)


def test_a_medication_behind_the_word_for_an_allergy_is_the_substance_and_no_medication() -> None:
    found = of("Cannot tolerate xyzamab.", entity(SOCIAL, "ALLERGIES", "Cannot tolerate"),
               entity(MEDICATION, "GENERIC_NAME", "xyzamab"))
    assert (found.allergies, found.medications) == ((AllergyFact("xyzamab"),), ())


def test_a_medication_that_is_tolerated_is_no_substance() -> None:
    found = of("Cannot tolerate xyzamab.", entity(SOCIAL, "ALLERGIES", "Cannot tolerate"),
               entity(MEDICATION, "GENERIC_NAME", "xyzamab", traits=("NEGATION",)))
    assert found.allergies == ()


def test_what_stands_among_the_allergies_is_no_medication() -> None:
    document = DocumentContent("doc-1", (page(f"{HEAD}Allergies\nand the clinic was told (xyzzy too) by the nurse."),))
    found = added(document, Scripted(entity(MEDICATION, "GENERIC_NAME", "xyzzy")))
    assert found.medications == ()


def test_a_negated_allergy_is_a_denial() -> None:
    found = of("Has none that she knows.", entity(SOCIAL, "ALLERGIES", "none that she knows", traits=("NEGATION",)))
    assert found.allergies == (AllergyFact("none that she knows", denied=True),)


def test_a_reaction_is_no_condition() -> None:
    found = of("Latex gives her xyzzy.", entity(SOCIAL, "ALLERGIES", "Latex"), entity(CONDITION, "DX_NAME", "xyzzy"))
    assert (found.allergies, found.conditions) == ((AllergyFact("Latex"),), ())
    assert [each.reason for each in found.unmapped] == [UnmappedReason.MAYBE_ALLERGY]


def test_personal_data_is_passed_over() -> None:
    text = Text("Rosa Marsh called", (Piece(0, 0, 0, "Rosa Marsh called"),))
    name = {"Category": "PROTECTED_HEALTH_INFORMATION", "Type": "NAME", "BeginOffset": 0, "EndOffset": 10, "Score": 0.9}
    assert list(mentions_in({"Entities": [name]}, text)) == []
    assert len(list(mentions_in({"Entities": [{**name, "Category": CONDITION}]}, text))) == 1


def test_an_option_beside_an_empty_box_is_not_sent() -> None:
    service = Scripted(entity(CONDITION, "DX_NAME", "Asthma"))
    document = DocumentContent("doc-1", (page(
        f"{HEAD}Medical history\n☐ Asthma\n☒ Diabetes\n☐ Stroke\nHospital course\nShe was well."),))
    assert added(document, service).conditions == ()
    assert service.asked
    assert all("Asthma" not in text for _, text in service.asked)
