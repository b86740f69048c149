"""Whether a document is about somebody at all, or a leaflet, a blank form, or no medical document."""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.fhir.extraction.collector import Fact
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.page.reading import PrintedLine
from include.fhir.extraction.page.sections import Kind, Section
from include.fhir.facts import ImmunizationFact, MedicationFact, ObservationFact, PatientFact

_AGED = re.compile(
    r"\b\d{1,3}\s?-?\s?(?:yo\b|y/o|y\.o\.|year[s]?[- ]old|month[s]?[- ]old|day[s]?[- ]old|week[s]?[- ]old|yrs?\b)",
    re.IGNORECASE,
)
_ONE = re.compile(r"\b(?:pt|patient|he|she)\b", re.IGNORECASE)
_READER = re.compile(r"\byou(?:r|rs)?\b", re.IGNORECASE)
_TOLD_OF = re.compile(
    r"\byou (?:were|saw|came|received|got)\b|\byour [\w-]+(?: [\w-]+)? (?:was|were|did|showed)\b", re.IGNORECASE
)
"""Tells a reader who is named what happened to him."""
_CLINICAL = frozenset((
    Kind.COMPLAINT, Kind.ROS, Kind.EXAM, Kind.ASSESSMENT, Kind.CONDITIONS, Kind.MEDICATIONS, Kind.ALLERGIES,
    Kind.VITALS, Kind.LABS, Kind.SOCIAL, Kind.FAMILY, Kind.PROCEDURES,
))  # fmt: skip
_PRESCRIBED = frozenset(("rx", "prescription", "prescriptions", "electronic prescription"))
_FEWEST_GIVEN = 2
_COLLECTED = re.compile(r"\b(?:collected|specimen|accession|received|reported|sample)\b", re.IGNORECASE)


def is_about_somebody(
    patients: Sequence[PatientFact], lines: Sequence[PrintedLine], sections: Sequence[Section], facts: Sequence[Fact]
) -> bool:
    """A named patient; else a note about one patient, or a report with several results of a specimen.

    A text that speaks to its reader again and again explains something, and its examples are nobody's facts.
    """
    text = "\n".join(line.text for line in lines)
    told = len(_READER.findall(text)) > max(3, len(lines) // 15)
    if told and not any(p.birth_date or p.identifiers for p in patients) and not _labelled(patients):
        return False
    if told and _labelled(patients) and _TOLD_OF.search(text):
        return bool(facts)
    if any(p.birth_date or p.identifiers or p.gender or (p.name and _medical(p)) for p in patients):
        return bool(facts) or _clinical(sections) > 0 or any(_medical(p) for p in patients)
    if _is_given(facts):
        return True
    if _is_prescription(patients, sections, facts):
        return True
    if told:
        return False
    if _AGED.search(text) and (_ONE.search(text) or _clinical(sections) >= 1):
        return True
    results = sum(isinstance(fact, ObservationFact) and fact.value is not None for fact in facts)
    return (_clinical(sections) >= 2 and bool(facts)) or (results >= 3 and _COLLECTED.search(text) is not None)


def _labelled(patients: Sequence[PatientFact]) -> bool:
    """A name behind a label with its colon: in a text to its reader nothing less says that it is the reader's."""
    sources = [p.source.text for p in patients if p.name and len(p.name.split()) > 1 and p.source]
    return any(re.match(r"\W*(?:\w+[\s'’]+){0,2}(?:name|patient)\b", text, re.IGNORECASE) for text in sources)


def _is_given(facts: Sequence[Fact]) -> bool:
    """Vaccines of a lot on a day, in whichever language: no leaflet or schedule prints what one person was given."""
    given = [fact for fact in facts if isinstance(fact, ImmunizationFact) and fact.lot and fact.date]
    return len(given) >= _FEWEST_GIVEN and all(fact.date and fact.date.value for fact in given)


def _is_prescription(patients: Sequence[PatientFact], sections: Sequence[Section], facts: Sequence[Fact]) -> bool:
    """A named person and a dosed medicine under ``Rx``: all that a prescription prints of its patient."""
    headed = any(plain(section.heading) in _PRESCRIBED and section.pieces for section in sections)
    dosed = any(isinstance(fact, MedicationFact) and (fact.dose or fact.frequency) for fact in facts)
    return headed and dosed and any(patient.name for patient in patients)


def _medical(patient: PatientFact) -> bool:
    """Named or numbered as a patient: a licence or a pay slip prints a birth date too, but no medical record number."""
    labels = " ".join(identifier.label or "" for identifier in patient.identifiers).lower()
    printed = patient.source.text.lower() if patient.source else ""
    return any(word in f"{labels} {printed}" for word in ("patient", "record", "mrn"))


def _clinical(sections: Sequence[Section]) -> int:
    return len({section.kind for section in sections if section.kind in _CLINICAL and section.pieces})
