"""Gathers a document's facts, and keeps the account of its rows and filled fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from include.fhir.extraction.dates import DateReader
from include.fhir.extraction.page.sections import Kind
from include.fhir.facts import (
    AllergyFact,
    ConditionFact,
    EncounterFact,
    ImmunizationFact,
    MedicationFact,
    ObservationFact,
    PractitionerFact,
    PrintedDate,
    ProcedureFact,
    Source,
    Unmapped,
    UnmappedReason,
)

Fact = (
    ObservationFact
    | MedicationFact
    | ConditionFact
    | AllergyFact
    | ImmunizationFact
    | ProcedureFact
    | EncounterFact
    | PractitionerFact
)


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a statement. ``at`` is its line number in the document, ``effective`` the date of its panel."""

    reader: DateReader
    at: int = 0
    patient: int = 0
    section: Kind = Kind.START
    heading: str = ""
    panel: str | None = None
    specimen: str | None = None
    effective: PrintedDate | None = None
    performed: PrintedDate | None = None
    """The labelled date of the one operation that the document reports."""
    seen: PrintedDate | None = None
    """The labelled date of the visit: what "today" means."""

    day: PrintedDate | None = None
    """The date printed for a whole table: the day of its times, and the year of its dates without one."""

    def date(self, text: str) -> PrintedDate | None:
        return self.reader.read(text, self.at)


@dataclass(slots=True)
class Collector:
    """Facts in the order found, each with the table it is a row of (None: it stands elsewhere).

    A row is accounted for once, by :meth:`row`. ``table`` is the table that is being read.
    """

    facts: list[Fact] = field(default_factory=list)
    tables: list[int | None] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    rows_out: int = 0
    table: int | None = None

    def add(self, facts: Iterable[Fact]) -> int:
        """Keep facts; returns how many they were."""
        before = len(self.facts)
        self.facts.extend(facts)
        self.tables.extend([self.table] * (len(self.facts) - before))
        return len(self.facts) - before

    def row(self, outcome: Iterable[Fact] | UnmappedReason, source: Source) -> None:
        """One table row or filled field: its facts, or why it has none."""
        if isinstance(outcome, UnmappedReason):
            self.unmapped.append(Unmapped(source, outcome))
        else:
            self.add(outcome)
        self.rows_out += 1
