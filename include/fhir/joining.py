"""Two statements about the same thing as one that says what both say."""

from __future__ import annotations

import json
from typing import Any

from include.fhir.resources.elements import OWN

Json = dict[str, Any]

ALSO_STATED = f"{OWN}/StructureDefinition/also-stated"
_LISTS_OF_PATIENT = ("extension", "identifier", "name", "telecom", "address")


def canonical(value: object) -> str:
    """JSON with sorted keys and without blanks: equal content, equal text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def join_patients(old: Json, new: Json) -> Json:
    """Lists are united; a second statement about a single value stands beside the first, with what it says."""
    joined = dict(old)
    for key in _LISTS_OF_PATIENT:
        if united := union(old.get(key, []), new.get(key, [])):
            joined[key] = united
    for key, value in new.items():
        if key in (*_LISTS_OF_PATIENT, "id", "meta", "resourceType"):
            continue
        if key not in old:
            joined[key] = value
        elif canonical(old[key]) != canonical(value):
            statement = {"url": ALSO_STATED, "valueString": f"{key}={_as_text(value)}"}
            joined["extension"] = union(joined.get("extension", []), [statement])
    return joined


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else canonical(value)


def union(one: list[Any], two: list[Any]) -> list[Any]:
    """Without repetitions, in an order that does not depend on who came first."""
    by_content = {canonical(part): part for part in (*one, *two)}
    return [by_content[key] for key in sorted(by_content)]
