"""Specimens: documents of five kinds, each with what a reader has to find in it.

In each ten documents: four typed, three scans of a page (PNG, PDF, TIFF), two of a typed and a scanned page, one of 16
scanned pages, which with the default settings goes to OCR as an asynchronous job.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from include.samples.specimens import drawing
from include.samples.specimens.patients import GROUP, Measured, Patient, collected_on, measured, patient_of
from include.samples.specimens.squares import PageNumber

Json = Mapping[str, Any]
_Statement = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    """``pages`` of which those from ``first_scanned`` (from 1) on are pictures."""

    name: str
    suffix: str
    pages: int
    first_scanned: int
    make: Callable[[tuple[PageNumber, ...]], bytes]


_TEXT = _Kind("text", "pdf", 2, 3, drawing.typed_pdf)
_PNG = _Kind("scan", "png", 1, 1, lambda pages: drawing.scanned_png(pages[0]))
_TIFF = _Kind("scan", "tiff", 1, 1, lambda pages: drawing.scanned_tiff(pages[0]))
_PDF = _Kind("scan", "pdf", 1, 1, drawing.scanned_pdf)
_HYBRID = _Kind("hybrid", "pdf", 2, 2, lambda pages: drawing.joined(
    drawing.typed_pdf(pages[:1]), drawing.scanned_pdf(pages[1:])))
_JOB = _Kind("job", "pdf", 16, 1, drawing.scanned_pdf)
_KINDS = (_TEXT, _PNG, _TEXT, _HYBRID, _TEXT, _PDF, _JOB, _TEXT, _TIFF, _HYBRID)


@dataclass(frozen=True, slots=True)
class Specimen:
    """One document by its number, from 0."""

    number: int

    @property
    def _kind(self) -> _Kind:
        # Each ten begin one kind later, so that every kind meets every patient of the ten.
        return _KINDS[(self.number + self.number // GROUP) % len(_KINDS)]

    @property
    def kind(self) -> str:
        """``text``, ``scan``, ``hybrid`` or ``job``."""
        return self._kind.name

    @property
    def file_name(self) -> str:
        return f"{self.number:06d}.{self._kind.suffix}"

    @property
    def pages(self) -> int:
        return self._kind.pages

    @property
    def pages_to_ocr(self) -> int:
        """Those that are pictures: what has to be billed, once."""
        return max(0, self._kind.pages - self._kind.first_scanned + 1)

    @property
    def patient(self) -> Patient:
        return patient_of(self.number)

    def results(self) -> tuple[Measured, ...]:
        """Of all pages, in printed order."""
        return tuple(result for page in range(1, self.pages + 1) for result in measured(self.number, page))

    def body(self) -> bytes:
        """The file."""
        return self._kind.make(tuple(PageNumber(self.number, page) for page in range(1, self.pages + 1)))

    def statements(self) -> Counter[_Statement]:
        """What its bundle has to say: the results, each with its day."""
        day = collected_on(self.number).isoformat()
        return Counter((result.test, float(result.value), result.unit, float(result.low), float(result.high), day)
                       for result in self.results())


def problems(documents: Iterable[Specimen], resources: Iterable[Json]) -> list[str]:
    """Where FHIR resources say less, more or other than these documents of one patient print; empty where they agree.

    Words of ours alone: nothing of a patient is quoted.

    :raises ValueError: the documents are of several patients, or there are none.
    """
    asked = list(documents)
    patients = {document.patient for document in asked}
    if len(patients) != 1:
        raise ValueError("documents of one patient")
    stated = list(resources)
    due: Counter[_Statement] = sum((document.statements() for document in asked), Counter())
    said = Counter(_statement(each) for each in stated if each["resourceType"] == "Observation")
    found = [f"{(due - said).total()} results are missing"] if due - said else []
    if said - due:
        found.append(f"{(said - due).total()} results are not printed")
    if not _says(stated, next(iter(patients))):
        found.append("the patient is another, or not one alone")
    return found


def _says(resources: list[Json], patient: Patient) -> bool:
    people = [each for each in resources if each["resourceType"] == "Patient"]
    if len(people) != 1:
        return False
    numbers = {identifier.get("value") for identifier in people[0].get("identifier", ())}
    names = {name.get("text") for name in people[0].get("name", ())}
    return (people[0].get("birthDate"), names) == (patient.born.isoformat(), {patient.name}) and (
        patient.record_number in numbers)


def _statement(observation: Json) -> _Statement:
    quantity = observation.get("valueQuantity", {})
    limits: Json = next(iter(observation.get("referenceRange", ())), {})
    sides = (limits.get(side, {}).get("value") for side in ("low", "high"))
    return (observation["code"].get("text"), _number(quantity.get("value")), quantity.get("unit"),
            *map(_number, sides), str(observation.get("effectiveDateTime", ""))[:10])


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
