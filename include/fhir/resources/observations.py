"""Observations: laboratory results, vital signs, social history; blood pressure as one panel of two components."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from include.fhir.facts import Category, MeasuredValue, ObservationFact, PrintedDate
from include.fhir.resources.elements import (
    SNOMED,
    TERMINOLOGY,
    UCUM,
    Json,
    coding,
    concept,
    dated,
    evidence,
    notes,
    without_empty,
)
from include.fhir.resources.values import measured
from include.fhir.terminology.tests import (
    BLOOD_PRESSURE,
    DIASTOLIC,
    LOINC,
    OXYGEN_SATURATION,
    PULSE_OXIMETRY,
    SMOKING_STATUS,
    SYSTOLIC,
    TestTerm,
    find_test,
    is_loinc,
)

_STATUSES = frozenset(("registered", "preliminary", "final", "verified", "corrected", "cancelled", "unknown"))
_PAIR = re.compile(r"\s*(\d{2,3})\s*/\s*(\d{2,3})\b.*", re.S)
# Only wordings that say exactly this; SNOMED CT codes of US Core's smoking status value set.
_SMOKING = {
    "never": ("266919005", "Never smoked tobacco"), "never smoker": ("266919005", "Never smoked tobacco"),
    "never smoked": ("266919005", "Never smoked tobacco"), "former smoker": ("8517006", "Ex-smoker"),
    "former": ("8517006", "Ex-smoker"), "ex-smoker": ("8517006", "Ex-smoker"),
    "current every day smoker": ("449868002", "Smokes tobacco daily"),
}


# How an isolate was tested: what its antibiotics are called is also the name of their level in blood.
_SUSCEPTIBILITY = frozenset(("mic", "mhk", "kb", "zone"))
_RATES = frozenset({"8867-4", "9279-1"})


@dataclass(frozen=True, slots=True)
class BloodPressure:
    """Two results that are one measurement."""

    systolic: ObservationFact
    diastolic: ObservationFact


def observation(fact: ObservationFact, subject: Json) -> Json:
    """One result line as an Observation (http://hl7.org/fhir/R4/observation.html)."""
    if pair := split_pressure(fact):
        return blood_pressure(pair, subject, fact)
    term = term_of(fact)
    if fact.category is Category.SOCIAL_HISTORY:
        result = _social(fact, term)
    else:
        result = _as_rate(measured(fact.value, fact.reference_range, fact.flag), term.loinc if term else "")
    has_value = any(key.startswith("value") for key in result)
    return without_empty({
        **_head(fact, subject),
        "code": concept(fact.name, *_codings(fact, term)),
        **result,
        "dataAbsentReason": None if has_value else _missing(fact),
        "method": concept(fact.method) if fact.method else None,
        "specimen": {"display": fact.specimen} if fact.specimen else None,
        "note": notes(fact.note),
    })


def blood_pressure(pair: BloodPressure, subject: Json, whole: ObservationFact | None = None) -> Json:
    """The vital signs profile's shape: 85354-9 with 8480-6 and 8462-4."""
    head = whole or pair.systolic
    code = coding(LOINC, BLOOD_PRESSURE, "Blood pressure panel with all children optional")
    sources = (whole.source,) if whole else (pair.systolic.source, pair.diastolic.source)
    flag = measured(None, None, whole.flag) if whole else {}
    return without_empty({
        **_head(head, subject),
        "extension": evidence(*dict.fromkeys(sources)),
        "code": concept(whole.name if whole else "Blood pressure", code),
        **flag,
        "component": [_component(pair.systolic, SYSTOLIC, "Systolic blood pressure"),
                      _component(pair.diastolic, DIASTOLIC, "Diastolic blood pressure")],
        "note": notes(*dict.fromkeys((pair.systolic.note, pair.diastolic.note))),
    })


def paired(facts: Sequence[ObservationFact]) -> Iterator[ObservationFact | BloodPressure]:
    """The facts in order; systolic and diastolic of one source and time become one measurement."""
    waiting: dict[tuple[object, ...], list[int]] = {}
    partner: dict[int, int] = {}
    for index, fact in enumerate(facts):
        side = _side(fact)
        if side is None:
            continue
        other = DIASTOLIC if side == SYSTOLIC else SYSTOLIC
        if queue := waiting.get((other, *_moment(fact))):
            first = queue.pop(0)
            partner[first] = index
        else:
            waiting.setdefault((side, *_moment(fact)), []).append(index)
    seconds = set(partner.values())
    for index, fact in enumerate(facts):
        if index in partner:
            two = sorted((fact, facts[partner[index]]), key=lambda f: _side(f) != SYSTOLIC)
            yield BloodPressure(*two)
        elif index not in seconds:
            yield fact


def term_of(fact: ObservationFact) -> TestTerm | None:
    """The test that a result's name, unit, specimen (or the panel's heading) and its wording mean."""
    unit, result = (fact.value.unit, fact.value.printed) if fact.value else (None, None)
    if fact.method and fact.method.casefold() in _SUSCEPTIBILITY:
        return None
    return find_test(fact.name, unit, fact.specimen or fact.panel, result)


def split_pressure(fact: ObservationFact) -> BloodPressure | None:
    """``120/80`` under the name of a blood pressure as its two numbers."""
    if fact.value is None or fact.value.number is not None:
        return None
    term, found = find_test(fact.name), _PAIR.fullmatch(fact.value.printed)
    if term is None or term.loinc != BLOOD_PRESSURE or not found:
        return None
    unit = fact.value.unit
    sides = [MeasuredValue(printed=text, number=Decimal(text), unit=unit) for text in found.groups()]
    bare = replace(fact, flag=None, note=None)
    return BloodPressure(replace(bare, name="Systolic", value=sides[0]),
                         replace(bare, name="Diastolic", value=sides[1]))


def _side(fact: ObservationFact) -> str | None:
    if fact.value is None or fact.value.number is None:
        return None
    term = find_test(fact.name)
    return term.loinc if term and term.loinc in (SYSTOLIC, DIASTOLIC) else None


def _moment(fact: ObservationFact) -> tuple[object, ...]:
    date: PrintedDate | None = fact.effective
    return fact.patient, date, fact.panel, fact.source.page if fact.source else None


def _head(fact: ObservationFact, subject: Json) -> Json:
    category = coding(f"{TERMINOLOGY}/observation-category", fact.category.value)
    return {
        "resourceType": "Observation",
        "extension": evidence(fact.source),
        "status": fact.status if fact.status in _STATUSES else "unknown",
        "category": [{"coding": [category]}],
        "subject": subject,
        **dated("effectiveDateTime", fact.effective),
    }


def _component(fact: ObservationFact, code: str, display: str) -> Json:
    return {"code": concept(fact.name, coding(LOINC, code, display)),
            **measured(fact.value, fact.reference_range, fact.flag)}


def _as_rate(result: Json, code: str) -> Json:
    """A heart or respiratory rate is per minute by what its LOINC code means, and the R4 profiles fix that code
    (http://hl7.org/fhir/R4/heartrate.html). ``unit`` is what is printed: where nothing is, it stays away. No other
    vital sign has one possible unit only: a pressure can be in kilopascals, a saturation a fraction."""
    amount = result.get("valueQuantity")
    if not amount or "unit" in amount or code not in _RATES:
        return result
    return {**result, "valueQuantity": {**amount, "system": UCUM, "code": "/min"}}


def _codings(fact: ObservationFact, term: TestTerm | None) -> list[Json]:
    if fact.loinc_printed and is_loinc(fact.loinc_printed):
        return [coding(LOINC, fact.loinc_printed.strip())]
    if term is None:
        return []
    codings = [coding(LOINC, term.loinc, term.display)]
    if term.loinc == PULSE_OXIMETRY:
        # The vital signs profile of R4 asks for the general code beside the precise one.
        codings.append(coding(LOINC, OXYGEN_SATURATION, "Oxygen saturation in Arterial blood"))
    return codings


def _social(fact: ObservationFact, term: TestTerm | None) -> Json:
    if fact.value is None or fact.value.number is not None:
        return measured(fact.value, None, None)
    known = None
    if term and term.loinc == SMOKING_STATUS:
        known = _SMOKING.get(fact.value.printed.casefold().strip())
    return {"valueCodeableConcept": concept(fact.value.printed, coding(SNOMED, *known) if known else None)}


def _missing(fact: ObservationFact) -> Json:
    code = "temp-unknown" if fact.status in ("registered", "preliminary") else "unknown"
    return {"coding": [coding(f"{TERMINOLOGY}/data-absent-reason", code)]}


