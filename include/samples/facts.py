"""People, results and the form in which a sample's printed facts are written down (``<file>.expected.json``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Facts = dict[str, Any]
"""The content of an expected file: JSON."""

SMALL_PRINT = "FICTIONAL SAMPLE - every person, place and number on this page is invented."
"""Stands at the foot of every page made here."""


@dataclass(frozen=True, slots=True)
class Person:
    """An invented patient. ``birth_date`` is ``YYYY-MM-DD``; ``born`` is how the document prints it."""

    given: str
    family: str
    birth_date: str
    born: str
    gender: str
    mrn: str
    phone: str
    address: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def reversed_name(self) -> str:
        return f"{self.family}, {self.given}"

    @property
    def sex(self) -> str:
        return self.gender.capitalize()

    def facts(self, **more: object) -> Facts:
        """The patient's part of the expected facts."""
        return {"name": self.name, "birthDate": self.birth_date, "gender": self.gender, "mrn": self.mrn, **more}


@dataclass(frozen=True, slots=True)
class Result:
    """One result as printed. ``loinc``: every code that would be right for it."""

    test: str
    value: str
    unit: str = ""
    range: str = ""
    flag: str = ""
    loinc: tuple[str, ...] = ()

    def fact(self, date: str | None) -> Facts:
        """The expected observation: a number where the print is one, else the printed text."""
        is_number = re.fullmatch(r"-?\d+(\.\d+)?", self.value)
        printed = {"unit": self.unit, "range": self.range, "flag": self.flag, "date": date}
        return {
            "test": self.test,
            "value": (float(self.value) if "." in self.value else int(self.value)) if is_number else self.value,
            **{key: value for key, value in printed.items() if value},
            "loinc_accept": list(self.loinc),
        }


@dataclass(frozen=True, slots=True)
class Panel:
    """Results under one section row; ``date`` (``YYYY-MM-DD``) is when the specimen was collected."""

    title: str
    results: tuple[Result, ...]
    date: str | None = None

    def facts(self) -> list[Facts]:
        return [result.fact(self.date) for result in self.results]


def observations(panels: Sequence[Panel]) -> list[Facts]:
    """The observations of several panels in printed order."""
    return [fact for panel in panels for fact in panel.facts()]


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample document.

    :param name: its file name.
    :param make: makes its bytes, the same on every call.
    :param doc_type: what a reader would call it.
    :param pages: truth of each page, ``text``, ``image``, ``mixed`` or ``blank``; None where the file has none to read.
    :param route: the route that it has to take; None where it is refused before it has one.
    :param error_code: code of the error registry that it has to end with; None where it is processed.
    :param facts: the facts printed on it.
    :param large: made on demand, not committed.
    """

    name: str
    make: Callable[[], bytes]
    doc_type: str
    pages: tuple[str, ...] | None
    route: str | None = None
    error_code: str | None = None
    facts: Facts = field(default_factory=dict)
    large: bool = False

    def expected(self) -> Facts:
        """The content of its expected file."""
        return {
            "file": self.name,
            "source": "made by include/samples",
            "doc_type": self.doc_type,
            "expect": {
                "outcome": "rejected" if self.error_code else "processed",
                "pages": len(self.pages) if self.pages else None,
                "error_codes": [self.error_code] if self.error_code else [],
            },
            "route": self.route,
            "state": "failed" if self.error_code else "success",
            "page_truth": list(self.pages) if self.pages else None,
            **self.facts,
        }
