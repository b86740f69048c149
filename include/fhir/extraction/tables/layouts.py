"""What the rows of a table are, and which of its columns hold what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Subject(StrEnum):
    """What the rows of a table are."""

    RESULTS = "results"
    VITALS = "vitals"
    MEDICATIONS = "medications"
    CONDITIONS = "conditions"
    ALLERGIES = "allergies"
    IMMUNIZATIONS = "immunizations"
    PROCEDURES = "procedures"
    VISITS = "visits"
    FAMILY = "family"
    MATRIX = "matrix"
    """A column for each test, a row for each date."""
    CROSSED = "crossed"
    """A column for each measure, a row for each place of the body."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Layout:
    """The header of a table: role by column number (from 1), and the dates that head result columns."""

    subject: Subject
    roles: Mapping[int, str]
    header_rows: int
    titles: Mapping[int, str]
    measure: str | None = None
    """The one test that all cells of a diary are values of."""
    unit: str | None = None
    """The unit of all values, as the table's caption prints it."""

    def column(self, role: str) -> int | None:
        return next((number for number, own in sorted(self.roles.items()) if own == role), None)

    @property
    def key(self) -> int:
        """The column that names what a row is about."""
        named = (self.column(role) for role in (*dict(BY_ROLE), "name"))
        return next((column for column in named if column is not None), 1)

    def columns(self, role: str) -> list[int]:
        return sorted(number for number, own in self.roles.items() if own == role)


BY_ROLE = (
    ("vaccine", Subject.IMMUNIZATIONS),
    ("medication", Subject.MEDICATIONS),
    ("substance", Subject.ALLERGIES),
    ("procedure", Subject.PROCEDURES),
    ("vital", Subject.VITALS),
    ("test", Subject.RESULTS),
    ("condition", Subject.CONDITIONS),
)
