"""Labels in small print over their values, lines of labels in capitals, prescribed medicines."""

from __future__ import annotations

from tests.fhir.extraction.conftest import Read

_SHEET = """
                    FACE SHEET
PATIENT NAME                  MED REC #        ACCOUNT          ADMIT DATE
ROE, JANE                     M4471            A9912            10/13/23
DATE OF BIRTH                 LEGAL SEX        PRIMARY CARE
07/04/1938                    Female           Kim Poe, MD
ALLERGIES                     DIAGNOSIS              HT / WT
Codeine - rash; Latex         Pneumonia; Gout        155 cm / 58.6 kg
CODE STATUS                   ISOLATION
DNR                           Contact
"""


def test_a_value_belongs_to_the_label_in_small_print_above_it(read: Read) -> None:
    facts = read(_SHEET)
    assert {identifier.value for identifier in facts.patients[0].identifiers} == {"M4471", "A9912"}
    assert [(fact.substance, fact.reaction) for fact in facts.allergies] == [("Codeine", "rash"), ("Latex", None)]
    assert [fact.name for fact in facts.conditions] == ["Pneumonia", "Gout"]
    assert [doctor.name for doctor in facts.practitioners] == ["Kim Poe, MD"]


def test_a_label_for_two_measurements_has_two_values(read: Read) -> None:
    measured = [(fact.name, fact.value and (fact.value.printed, fact.value.unit)) for fact in read(_SHEET).observations]
    assert measured == [("HT", ("155", "cm")), ("WT", ("58.6", "kg"))]


def test_years_of_births_alone_do_not_say_in_which_century_a_document_is(read: Read) -> None:
    start = read(_SHEET).encounters[0].start
    assert start is not None and start.value == "2023-10-13"


def test_labels_over_several_rows_of_values_are_the_header_of_a_table(read: Read) -> None:
    facts = read("""
Patient: Jane Roe   MRN: 4471
Allergies      Diagnosis
Codeine        Gout
Latex          Pneumonia
""")
    assert not {"Gout", "Pneumonia"} & {fact.substance for fact in facts.allergies}


_PAD = """
            KIM POE, M.D.
NAME Jane Roe          AGE 41   SEXF
ADDRESS 1 Elm St, Erie PA       DATE 10/22/2024
WT 184 lb   ALLERGIES Sulfa   DXMigraine
1. Naproxen 500 mg tabs, #28
   Sig: 1 tab po BID with food
2. Omeprazole 20 mg caps, #14
   Sig: 1 cap po daily
REFILL 0 1 2 3
"""


def test_labels_in_capitals_need_no_colon_where_a_line_is_made_of_them(read: Read) -> None:
    facts = read(_PAD)
    patient = facts.patients[0]
    assert (patient.name, patient.gender, patient.birth_date) == ("Jane Roe", "female", None)
    assert [fact.substance for fact in facts.allergies] == ["Sulfa"]
    assert [fact.name for fact in facts.conditions] == ["Migraine"]
    assert [(fact.name, fact.value and fact.value.unit) for fact in facts.observations] == [("WT", "lb")]


def test_an_entry_with_its_directions_below_is_prescribed_though_no_heading_says_so(read: Read) -> None:
    found = [(fact.name, fact.dose, fact.frequency) for fact in read(_PAD).medications]
    assert found == [
        ("Naproxen", "500 mg", "1 tab po BID with food"),
        ("Omeprazole", "20 mg", "1 cap po daily"),
    ]


def test_a_title_in_capitals_that_names_two_parts_has_no_values(read: Read) -> None:
    assert read("PROBLEM LIST AND ALLERGIES\nPatient: Jane Roe   MRN: 4471\n").conditions == ()
