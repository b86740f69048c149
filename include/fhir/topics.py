"""What a statement is about, apart from what it says of it: the same topic and another answer is a contradiction."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from include.fhir.resources.elements import PRINTED_EXTENSION

Json = dict[str, Any]

_VALUES = ("valueQuantity", "valueRange", "valueString", "valueCodeableConcept")


def topic_of_result(resource: Json) -> Hashable | None:
    """Test, specimen and moment of an Observation; None without a moment: it may be another measurement.

    A printed time of day is part of the moment (FHIR cannot hold one without its zone, so it stands beside the date).
    """
    date = resource.get("effectiveDateTime")
    if resource["resourceType"] != "Observation" or not date:
        return None
    beside = [e.get("valueString") for e in resource.get("_effectiveDateTime", {}).get("extension", ())
              if e.get("url") == PRINTED_EXTENSION]
    specimen = resource.get("specimen", {}).get("display")
    return ("Observation", name_of(resource["code"]), folded(specimen), date, *beside)


def answer_of_result(resource: Json) -> Hashable:
    """The value, or the values of its components."""
    parts = [resource, *resource.get("component", ())]
    return tuple(_said(part[name]) for part in parts for name in _VALUES if name in part)


def name_of(concept: Json) -> str:
    """A concept's first code, else its text."""
    codings = concept.get("coding") or [{}]
    code = codings[0].get("code")
    return f"{codings[0].get('system')}|{code}" if code else folded(concept.get("text"))


def folded(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def _said(value: Any) -> Hashable:
    if isinstance(value, dict):
        # The code says more certainly than the printed unit that two units are one.
        return tuple(sorted((k, _said(v)) for k, v in value.items() if k != "unit" or "code" not in value))
    return folded(value) if isinstance(value, str) else str(value)
