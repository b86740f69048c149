"""Whose the specimens are, and what is measured on each page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

GROUP = 10
"""Documents that come together: of 7 patients, one with three documents, one with two, five with one each."""
_OWNERS = (0, 0, 0, 1, 1, 2, 3, 4, 5, 6)
_PATIENTS = max(_OWNERS) + 1

_GIVEN = ("Tamsin", "Alaric", "Briony", "Caspian", "Delphine", "Emeric", "Fenella", "Gideon", "Hesper", "Ignatius",
          "Jessamy", "Kerensa", "Lysander", "Morwenna", "Nicodemus", "Ophelia", "Peregrine", "Quenby", "Rowena")
_FAMILY = ("Oakenshaw", "Brambleby", "Candlewick", "Dunmerrow", "Elderwhistle", "Foxcombe", "Greymantle", "Hollinbury",
           "Inkpenfold", "Jessopdale", "Kettlethorn", "Larkspurn", "Mistlebrook", "Nettlefield", "Otterbourne",
           "Pennywhistle", "Quillfeather")
_FIRST_BIRTH, _FIRST_COLLECTION = date(1931, 1, 4), date(2024, 1, 2)


@dataclass(frozen=True, slots=True)
class Patient:
    """An invented person."""

    name: str
    record_number: str
    born: date


@dataclass(frozen=True, slots=True)
class Measured:
    """One result as printed; ``low`` and ``high`` are its reference range, and it lies within."""

    test: str
    value: str
    unit: str
    low: str
    high: str

    @property
    def reference(self) -> str:
        return f"{self.low}-{self.high}"


@dataclass(frozen=True, slots=True)
class _Test:
    """``decimals`` are those of the printed value and range."""

    name: str
    unit: str
    low: float
    high: float
    decimals: int = 0


def patient_of(document: int) -> Patient:
    """The person whose document this is."""
    number = document // GROUP * _PATIENTS + _OWNERS[document % GROUP]
    name = f"{_GIVEN[number % len(_GIVEN)]} {_FAMILY[number % len(_FAMILY)]}"
    return Patient(name, f"SPC-{700_000 + number}", _FIRST_BIRTH + timedelta(days=number * 13 % 25_000))


def collected_on(document: int) -> date:
    """The day of all results of a document; two documents of one patient have different days."""
    return _FIRST_COLLECTION + timedelta(days=document * 3 % 730)


def measured(document: int, page: int) -> tuple[Measured, ...]:
    """The results on a page; no test is on two pages of a document of at most 20 pages."""
    drawn = Random(f"{document} {page}")  # noqa: S311 - results, not secrets
    first = 2 * (page - 1)
    return tuple(_drawn(_TESTS[(first + place) % len(_TESTS)], drawn) for place in range(2))


def _drawn(test: _Test, drawn: Random) -> Measured:
    low, high, value = (
        f"{number:.{test.decimals}f}" for number in (test.low, test.high, drawn.uniform(test.low, test.high)))
    return Measured(test.name, value, test.unit, low, high)


_TESTS = (
    _Test("Glucose", "mg/dL", 65, 99), _Test("Creatinine", "mg/dL", 0.5, 1.05, 2),
    _Test("Hemoglobin", "g/dL", 11.7, 15.5, 1), _Test("Platelets", "K/uL", 140, 400),
    _Test("Sodium", "mmol/L", 135, 146), _Test("Potassium", "mmol/L", 3.5, 5.3, 1),
    _Test("Chloride", "mmol/L", 98, 110), _Test("CO2", "mmol/L", 20, 32),
    _Test("Calcium", "mg/dL", 8.6, 10.4, 1), _Test("Total Protein", "g/dL", 6.1, 8.1, 1),
    _Test("Albumin", "g/dL", 3.6, 5.1, 1), _Test("Bilirubin, Total", "mg/dL", 0.2, 1.2, 1),
    _Test("Alkaline Phosphatase", "U/L", 37, 153), _Test("AST", "U/L", 10, 35),
    _Test("ALT", "U/L", 6, 29), _Test("BUN", "mg/dL", 7, 25),
    _Test("WBC", "K/uL", 4.0, 10.5, 1), _Test("RBC", "M/uL", 3.8, 5.1, 2),
    _Test("Hematocrit", "%", 35.0, 45.0, 1), _Test("MCV", "fL", 80.0, 100.0, 1),
    _Test("MCH", "pg", 27.0, 33.0, 1), _Test("MCHC", "g/dL", 32.0, 36.0, 1),
    _Test("RDW", "%", 11.0, 15.0, 1), _Test("MPV", "fL", 7.5, 12.5, 1),
    _Test("Neutrophils", "%", 40.0, 70.0, 1), _Test("Lymphocytes", "%", 20.0, 45.0, 1),
    _Test("Monocytes", "%", 2.0, 10.0, 1), _Test("Eosinophils", "%", 0.1, 6.0, 1),
    _Test("Basophils", "%", 0.1, 2.0, 1), _Test("Hemoglobin A1c", "%", 4.0, 5.6, 1),
    _Test("Cholesterol, Total", "mg/dL", 120, 199), _Test("HDL Cholesterol", "mg/dL", 41, 90),
    _Test("LDL Cholesterol", "mg/dL", 40, 99), _Test("Triglycerides", "mg/dL", 40, 149),
    _Test("TSH", "mIU/L", 0.40, 4.50, 2), _Test("Free T4", "ng/dL", 0.8, 1.8, 1),
    _Test("Iron", "ug/dL", 45, 160), _Test("TIBC", "ug/dL", 250, 450),
    _Test("Ferritin", "ng/mL", 16, 232), _Test("Magnesium", "mg/dL", 1.6, 2.4, 1))
"""What a laboratory measures, with the range that its reports print."""
