"""Facts that a document states, as printed, before they become FHIR.

A fact keeps what the page prints beside what was understood of it; what is not printed is None.
``Source`` is evidence, not identity: two facts are equal when they say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from include.documents.content import Box

RULES = "rules"
"""The analyzer that reads by this project's own rules (``include/fhir/extraction``)."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact stands: page (from 1), region, the printed words, confidence in percent, and who found it.

    Page 0 is none: what a person adds stands on no page. ``verified``: a person has compared the fact with
    the page and put it right where it was wrong; ``text`` stays what is printed.

    ``code_confidence``: how sure (percent) the analyzer is of the code that it inferred for the fact, if it did.
    """

    page: int
    text: str
    box: Box | None = None
    confidence: float = 100.0
    analyzer: str = RULES
    code_confidence: float | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True)
class InferredCode:
    """A code that no page prints: an analyzer's reading of the printed words. ``system`` is a FHIR URI."""

    system: str
    code: str
    display: str | None
    analyzer: str


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date as printed. ``value`` is a FHIR date or dateTime (``YYYY[-MM[-DD[Thh:mm]]]``) of the precision
    printed, or None where the print is impossible (02/30) or ambiguous (``ambiguous`` is then True)."""

    printed: str
    value: str | None
    ambiguous: bool = False


class IdentifierKind(StrEnum):
    """HL7 v2 table 0203 codes that a label can mean; OTHER where the label names none of them."""

    MEDICAL_RECORD = "MR"
    SOCIAL_SECURITY = "SS"
    PROVIDER = "PRN"
    VISIT = "VN"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class PrintedIdentifier:
    value: str
    kind: IdentifierKind = IdentifierKind.OTHER
    label: str | None = None
    issuer: str | None = None


@dataclass(frozen=True, slots=True)
class PatientFact:
    """``gender`` is a FHIR AdministrativeGender code; ``family``/``given`` only where the print tells them apart."""

    name: str | None
    family: str | None = None
    given: tuple[str, ...] = ()
    birth_date: PrintedDate | None = None
    gender: str | None = None
    identifiers: tuple[PrintedIdentifier, ...] = ()
    phone: str | None = None
    address: str | None = None
    marital_status: str | None = None
    source: Source | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PractitionerFact:
    name: str
    role: str | None = None
    identifiers: tuple[PrintedIdentifier, ...] = ()
    phone: str | None = None
    source: Source | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class EncounterFact:
    start: PrintedDate | None = None
    end: PrintedDate | None = None
    reason: str | None = None
    disposition: str | None = None
    location: str | None = None
    inpatient: bool | None = None
    source: Source | None = field(default=None, compare=False)


class Category(StrEnum):
    """Observation categories (http://terminology.hl7.org/CodeSystem/observation-category)."""

    LABORATORY = "laboratory"
    VITAL_SIGNS = "vital-signs"
    SOCIAL_HISTORY = "social-history"
    IMAGING = "imaging"
    EXAM = "exam"


@dataclass(frozen=True, slots=True)
class MeasuredValue:
    """A result: a number with comparator and unit as printed, or a text (``Negative``, ``2+``, ``See note``)."""

    printed: str
    number: Decimal | None = None
    comparator: str | None = None
    unit: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    """``low`` and ``high`` when the result itself is a range (``0-2``)."""
    decimal_comma: bool = field(default=False, compare=False)
    """The document writes ``1.234,5``: of its range as well."""


@dataclass(frozen=True, slots=True)
class ObservationFact:
    """One result line. ``name`` and ``flag`` as printed; ``loinc_printed`` only if the page prints a code."""

    name: str
    value: MeasuredValue | None
    category: Category = Category.LABORATORY
    reference_range: str | None = None
    flag: str | None = None
    effective: PrintedDate | None = None
    panel: str | None = None
    specimen: str | None = None
    method: str | None = None
    loinc_printed: str | None = None
    note: str | None = None
    status: str = "final"
    """FHIR ObservationStatus; ``registered`` for a result that the page calls pending."""
    patient: int = 0
    source: Source | None = field(default=None, compare=False)


class MedicationStatus(StrEnum):
    """FHIR MedicationStatementStatus codes that a document can print."""

    ACTIVE = "active"
    STOPPED = "stopped"
    INTENDED = "intended"
    COMPLETED = "completed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MedicationFact:
    """All texts as printed: ``dose`` "500 mg", ``frequency`` "twice daily", ``form`` "tablet"."""

    name: str
    dose: str | None = None
    route: str | None = None
    frequency: str | None = None
    duration: str | None = None
    form: str | None = None
    as_needed: bool = False
    status: MedicationStatus = MedicationStatus.ACTIVE
    start: PrintedDate | None = None
    end: PrintedDate | None = None
    reason: str | None = None
    note: str | None = None
    rxnorm_printed: str | None = None
    inferred_codes: tuple[InferredCode, ...] = ()
    patient: int = 0
    source: Source | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ConditionFact:
    """``clinical_status``: active, resolved, inactive or None; ``symptom``: a complaint, not a diagnosis."""

    name: str
    code_printed: str | None = None
    """ICD-10-CM code, only if printed."""
    clinical_status: str | None = None
    onset: PrintedDate | None = None
    symptom: bool = False
    note: str | None = None
    inferred_codes: tuple[InferredCode, ...] = ()
    patient: int = 0
    source: Source | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class AllergyFact:
    """``denied``: the document states that there is no (such) allergy."""

    substance: str
    reaction: str | None = None
    severity: str | None = None
    denied: bool = False
    patient: int = 0
    source: Source | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ImmunizationFact:
    vaccine: str
    date: PrintedDate | None = None
    lot: str | None = None
    dose_number: str | None = None
    manufacturer: str | None = None
    site: str | None = None
    performer: str | None = None
    cvx_printed: str | None = None
    patient: int = 0
    source: Source | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ProcedureFact:
    """``status``: FHIR EventStatus (completed, preparation for a scheduled one, unknown)."""

    name: str
    date: PrintedDate | None = None
    status: str = "completed"
    location: str | None = None
    code_printed: str | None = None
    note: str | None = None
    patient: int = 0
    source: Source | None = field(default=None, compare=False)


CLINICAL_GROUPS = ("observations", "medications", "conditions", "allergies", "immunizations", "procedures")
"""The groups of a document's facts that are said of a patient."""


class UnmappedReason(StrEnum):
    """Why a row or field did not become a resource."""

    HEADER = "header"
    EMPTY = "empty"
    STATUS_ONLY = "status without a value"
    NOT_CLINICAL = "not clinical"
    NOT_RECOGNISED = "not recognised"
    PATIENT_NOT_TOLD = "whose it is cannot be told"
    MAYBE_ALLERGY = "may belong to an allergy"


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A table row, a filled field or an analyzer's finding that is no resource, with its page and why."""

    source: Source
    reason: UnmappedReason


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """Everything a document says. ``patient`` of a fact is an index into ``patients``.

    ``rows_in`` counts table rows and filled fields met, ``rows_out`` those that ended as a fact or in ``unmapped``. An
    analyzer beside the rules can list more in ``unmapped``; they are no rows.
    """

    document_type: str | None = None
    title: str | None = None
    date: PrintedDate | None = None
    patients: tuple[PatientFact, ...] = ()
    practitioners: tuple[PractitionerFact, ...] = ()
    encounters: tuple[EncounterFact, ...] = ()
    observations: tuple[ObservationFact, ...] = ()
    medications: tuple[MedicationFact, ...] = ()
    conditions: tuple[ConditionFact, ...] = ()
    allergies: tuple[AllergyFact, ...] = ()
    immunizations: tuple[ImmunizationFact, ...] = ()
    procedures: tuple[ProcedureFact, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    rows_in: int = 0
    rows_out: int = 0
