"""What belongs to the sheet is no statement: footers, page numbers, and what stands below the table of a list."""

from __future__ import annotations

from collections.abc import Callable

from include.fhir.facts import DocumentFacts

Read = Callable[..., DocumentFacts]
_HEAD = "Patient Name: Ada Lane    DOB: 03/14/1975    MRN: 4711\n"
_TABLE = "Allergies\nSubstance          Reaction\nCodeine            Nausea\nLatex              Hives\n"


def test_a_list_ends_at_the_small_print_of_the_page(read: Read) -> None:
    facts = read(_HEAD + "Allergies: Codeine" + "\n" * 44 + "Printed for Ada, Berta and Clara          Page 1")
    assert [fact.substance for fact in facts.allergies] == ["Codeine"]


def test_a_list_ends_with_its_table(read: Read) -> None:
    facts = read(_HEAD + _TABLE + "\n\n\n\n\nPeacock, Heron\n")
    assert [fact.substance for fact in facts.allergies] == ["Codeine", "Latex"]


def test_a_sentence_lists_no_substances(read: Read) -> None:
    facts = read(_HEAD + "Allergies:\nEvery entry, mark and number is checked by the clinic.\n")
    assert facts.allergies == ()


def test_a_sentence_may_name_a_known_substance(read: Read) -> None:
    facts = read(_HEAD + "Allergies: She reports hives with sulfa.\n")
    assert [(fact.substance, fact.reaction) for fact in facts.allergies] == [("sulfa", "hives")]


def test_a_list_that_fills_the_page_to_its_end_is_read_whole(read: Read) -> None:
    names = ["Lisinopril", "Metformin", "Atorvastatin", "Sertraline"]
    rows = [f"- {names[n % 4]} {n + 1} mg daily" for n in range(44)]
    facts = read(_HEAD + "Medications:\n" + "\n".join(rows))
    assert len(facts.medications) == 44
