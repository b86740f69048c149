"""Names of tests, their units and specimens -> LOINC."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from include.fhir.terminology import tests as terminology
from include.fhir.terminology.exact_ucum import is_valid
from include.fhir.terminology.tests import find_panel, find_test, is_loinc, is_test_name, longest_test_name
from include.fhir.terminology.units import kind_of_unit, ucum

TABLE = Path(terminology.__file__).parent / "loinc.csv"


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def loinc(name: str, unit: str | None = None, specimen: str | None = None) -> str | None:
    term = find_test(name, unit, specimen)
    return term.loinc if term else None


@pytest.mark.parametrize(("name", "unit", "specimen", "code"), [
    ("Lymphocytes", "%", None, "736-9"),
    ("Lymphocytes", "K/uL", None, "731-0"),
    ("Lymphs (Absolute)", "x10E3/uL", None, "731-0"),
    ("Glucose", "mg/dL", None, "2345-7"),
    ("Glucose", "mmol/L", None, "14749-6"),
    ("Glucose", "mg/dL", "URINALYSIS", "5792-7"),
    ("Glucose", None, "Urine", "25428-4"),
    ("Glucose, Urine", "mg/dL", None, "5792-7"),
    ("WBC", "x10^3/uL", None, "6690-2"),
    ("WBC", "/HPF", None, "5821-4"),
    ("RDW", "%", None, "788-0"),
    ("RDW", "fL", None, "21000-5"),
    ("pH", None, "Urinalysis", "5803-2"),
    ("ALT", "U/L", None, "1742-6"),
    ("ALT", "IU/L", None, "1742-6"),
])
def test_unit_and_specimen_decide_between_codes(name: str, unit: str | None, specimen: str | None, code: str) -> None:
    assert loinc(name, unit, specimen) == code


@pytest.mark.parametrize(("name", "code"), [
    ("White Blood Cells (WBC)", "6690-2"),
    ("Bilirubin, Total", "1975-2"),
    ("bilirubin (direct)", "1968-7"),
    ("Alkaline Phosphatase, S", "6768-6"),
    ("Hgb A1c", "4548-4"),
    ("Creatinine, Serum", "2160-0"),
    ("Cholesterol (HDL)", "2085-9"),
    ("Neutrophils %", "770-8"),
    ("LDL Cholesterol (Calc)", "13457-7"),
    ("Blood Pressure", "85354-9"),
    ("Ejection fraction", "10230-1"),
    ("Smoking status", "72166-2"),
])
def test_spellings_of_one_test_have_one_code(name: str, code: str) -> None:
    assert loinc(name) == code


@pytest.mark.parametrize(("name", "unit", "specimen"), [
    ("Lymphocytes", None, None),
    ("pH", None, None),
    ("Sodium", "%", None),
    ("Creatinine", "mg/24 hr", None),
    ("Glucose", "mg/dL", "Pleural fluid"),
    ("Nitrite", None, "Serum"),
    ("WBC", "/HPF", "Serum"),
    ("Reaction to the medicine", None, None),
    ("Complete Blood Count", None, None),
])
def test_what_is_not_certain_has_no_code(name: str, unit: str | None, specimen: str | None) -> None:
    assert find_test(name, unit, specimen) is None


@pytest.mark.parametrize(("line", "count"), [
    ("WBC 5.4 K/uL", 1),
    ("White blood cell count 5.4", 4),
    ("Blood pressure 120/80", 2),
    ("Alk Phos 55 U/L", 2),
    ("Take with food", 0),
    ("", 0),
])
def test_the_longest_leading_name_is_counted(line: str, count: int) -> None:
    assert longest_test_name(line.split()) == count


def test_a_symbol_needs_its_capital() -> None:
    assert [is_test_name(name) for name in ("Mg", "mg", "PT", "pt")] == [True, False, True, False]


def test_a_panel_is_no_test() -> None:
    assert not is_test_name("Lipid Panel")
    panel = find_panel("LIPID PANEL")
    assert panel is not None
    assert panel.loinc == "24331-1"
    assert find_panel("Sodium") is None


def test_every_code_of_the_table_has_its_check_digit() -> None:
    assert [row["loinc"] for row in rows() if not is_loinc(row["loinc"])] == []


def test_a_code_with_a_wrong_check_digit_is_no_loinc() -> None:
    assert not is_loinc("718-8")
    assert not is_loinc("0718")


def test_a_code_has_one_display_and_names_that_find_it() -> None:
    displays: dict[str, set[str]] = {}
    for row in rows():
        displays.setdefault(row["loinc"], set()).add(row["display"])
        if row["category"] != "panel":
            known = [is_test_name(name.upper()) for name in row["names"].split("|")]
            assert all(known) or row["needs"] == "level", row["loinc"]
    assert [code for code, texts in displays.items() if len(texts) > 1] == []


def test_every_kind_of_the_table_is_what_a_printed_unit_measures_or_a_ucum_code() -> None:
    printed = ("%", "mg/dL", "mmol/L", "U/L", "K/uL", "/HPF", "mmHg", "bpm", "F", "mm/hr", "mL/min", "L/min", "pH", "s",
               "lb", "in", "kg/m2", "m2", "mOsm/kg", "EU/dL", "index", "score", "percentile", "fL", "copies/mL",
               "log10 copies/mL", "log IU/mL", "GPL", "MPL", "U/g Hb", "ng/mL FEU", "ng/mL DDU", "mg/24 hr",
               "mmol/24 hr", "U/24 hr", "mg/g creat", "mg/mmol", "mmol/mol", "umol/g", "U/mg")
    measured = {kind_of_unit(code) for unit in printed if (code := ucum(unit))}
    kinds = {kind for row in rows() for kind in row["kind"].split()}
    assert {kind for kind in kinds if kind not in measured and not is_valid(kind)} == set()


def test_a_medicine_is_a_test_only_with_its_level() -> None:
    assert not is_test_name("Vancomycin")
    assert loinc("Vancomycin") is None
    assert loinc("Vancomycin", "ug/mL") == "20578-1"


def test_at_least_300_laboratory_tests_and_vital_signs_have_a_code() -> None:
    codes = {category: {row["loinc"] for row in rows() if row["category"] == category}
             for category in ("laboratory", "vital-signs")}
    assert len(codes["laboratory"]) >= 300
    assert len(codes["vital-signs"]) >= 20


def test_the_table_carries_the_notice_that_loinc_asks_for() -> None:
    notice = (TABLE.parent / "NOTICE").read_text(encoding="utf-8")
    assert "This material contains content from LOINC (http://loinc.org)" in notice
