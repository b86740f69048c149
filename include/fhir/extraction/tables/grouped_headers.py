"""Headers of two rows: ``Pre  Post`` over ``Pred  Actual  %Pred  Actual  %Pred``, as lung function prints them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from include.fhir.extraction.tables.columns import role_of

_MOST = 0.8
"""Part of the lower row's headers that have to be known."""
_PHASE = re.compile(
    r"(?:pre|post|before|after)\b[- ]?(?:broncho?\w*|bd|drug|rx|treatment|medication|exercise|dialysis)?",
    re.IGNORECASE,
)


def with_groups(upper: Mapping[int, str], lower: Mapping[int, str]) -> dict[int, str] | None:
    """The headers of the lower row, those of results with the word above them; None where it is no such header.

    :param upper: texts of the first row by column.
    :param lower: those of the row below it.
    """
    roles = {column: role for column, text in lower.items() if (role := role_of(text))}
    if "predicted" not in roles.values() or len(roles) < _MOST * len(lower) or len(upper) >= len(lower):
        return None
    if any(re.search(r"\d", text) for text in upper.values()):
        return None
    titles = dict(lower)
    results = [column for column, role in sorted(roles.items()) if role == "result"]
    groups = [text for _, text in sorted(upper.items()) if _PHASE.match(text)]
    if len(groups) == len(results):
        titles |= {column: f"{group} {lower[column]}" for column, group in zip(results, groups, strict=True)}
    return titles


def phase_of(title: str) -> str | None:
    """Whether a column's values were measured before or after something, as its header prints it."""
    match = _PHASE.match(title.strip())
    return match[0].strip() if match else None
