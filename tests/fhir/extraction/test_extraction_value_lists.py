"""Names in one column with their values beside them, as synoptic reports of tumors and panels of markers print them."""

from __future__ import annotations

import pytest

from tests.fhir.extraction.conftest import Read

_HEAD = "Name: Jane Roe     DOB: 05/02/1949\n\n"


@pytest.mark.parametrize("heading", ["SYNOPTIC REPORT", "BIOMARKERS", "RECEPTOR STATUS", "Immunohistochemistry:"])
def test_what_stands_beside_a_name_in_a_list_of_results_is_its_value(read: Read, heading: str) -> None:
    facts = read(f"{_HEAD}{heading}\n"
                 "Greatest dimension            14 mm\n"
                 "Perineural invasion           Not identified\n"
                 "Nodes examined                12\n"
                 "Receptor (ER)                 95 %      strong\n"
                 "Marker (IHC)                  1+\n")
    assert [(o.name, o.value.printed, o.value.unit) for o in facts.observations if o.value] == [
        ("Greatest dimension", "14", "mm"), ("Nodes examined", "12", None), ("Receptor (ER)", "95", "%"),
        ("Marker (IHC)", "1+", None),
    ]  # fmt: skip
    assert facts.conditions == ()


def test_limits_dates_and_places_in_such_a_list_are_no_results(read: Read) -> None:
    facts = read(f"{_HEAD}BIOMARKERS\n"
                 "Cut-off                       1 %\n"
                 "Age                           64 years\n"
                 "Block                         4\n"
                 "Recurrence risk               12 %\n")
    assert facts.observations == ()


@pytest.mark.parametrize(
    "entry", ["MARGINS NEGATIVE", "TWO LYMPH NODES, NEGATIVE FOR METASTATIC CARCINOMA", "Margins uninvolved",
              "Three nodes, no evidence of carcinoma", "Vascular invasion not identified"]
)  # fmt: skip
def test_what_was_looked_at_and_found_free_is_no_condition(read: Read, entry: str) -> None:
    facts = read(f"{_HEAD}FINAL DIAGNOSIS\n- INVASIVE DUCTAL CARCINOMA\n- {entry}\n- Migraine without aura")
    assert [c.name for c in facts.conditions] == ["INVASIVE DUCTAL CARCINOMA", "Migraine without aura"]
