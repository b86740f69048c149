"""Statements of policies, written so that those that mean the same are the same text.

AWS gives a policy back with lists of one as strings, and the other way round
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from include.infrastructure.verification.findings import STATEMENT


def by_name(documents: Iterable[Mapping[str, Any] | str]) -> dict[str, str]:
    """Every statement of some policies, as ``statement <Sid>`` and its canonical text; a second one of the same name is
    numbered, as is one without a name."""
    found: dict[str, str] = {}
    for document in documents:
        parsed = json.loads(document) if isinstance(document, str) else document
        for statement in _listed(parsed["Statement"]):
            name = f"{STATEMENT}{statement.get('Sid') or 'without a name'}"
            number = 1
            while (key := name if number == 1 else f"{name} ({number})") in found:
                number += 1
            found[key] = canonical(statement)
    return found


def canonical(statement: Mapping[str, Any]) -> str:
    """A statement as JSON, without its Sid: lists sorted, a single value as a list, numbers and truths as text."""
    parts = {name: _part(name, value) for name, value in statement.items() if name != "Sid"}
    return json.dumps(parts, sort_keys=True)


def _part(name: str, value: Any) -> Any:
    if name == "Effect":
        return value
    if name == "Principal":
        return _values({"AWS": "*"} if value == "*" else value)
    if name == "Condition":
        return {operator: _values(keys) for operator, keys in value.items()}
    return sorted(_listed(value))


def _values(mapping: Mapping[str, Any]) -> dict[str, list[str]]:
    return {name: sorted(str(each) for each in _listed(value)) for name, value in mapping.items()}


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]
