"""Vital signs printed above their values, as forms and side panels do (``Weight`` over ``176 lb``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from include.fhir.extraction.page.reading import Segment
from include.fhir.extraction.statements.observations import is_vital_sign

_VALUE = re.compile(
    r"\d{2,3}\s?/\s?\d{2,3}(?:\s?mm\s?\[?Hg\]?)?|\d+(?:[.,]\d+)?\s?(?:°\s?[CF]|%|"
    r"[A-Za-z][A-Za-z/²2]{0,12})?", re.IGNORECASE
)
_NEAR = 1.6
"""Heights of a line between a label and the value below it."""
_ALIGNED = 0.02
"""Part of the page's width by which their left edges may differ."""
_WORDS = 4


def stacked_vitals(parts: Sequence[Segment]) -> Iterator[tuple[str, Segment]]:
    """(label, value) for the name of a vital sign with nothing to its right and a lone value right below.

    :param parts: the columns of all lines of a page.
    """
    for label in parts:
        name = label.text.strip(" :")
        if len(name.split()) > _WORDS or not is_vital_sign(name) or _has_neighbour(label, parts):
            continue
        below = [part for part in parts if _is_below(label, part)]
        value = min(below, key=lambda part: part.box.top, default=None)
        if value is not None and _VALUE.fullmatch(value.text.strip()):
            yield name, value


def _has_neighbour(label: Segment, parts: Sequence[Segment]) -> bool:
    """Whether a value stands beside the label: then what is below it belongs to something else."""
    return any(
        part.box.left >= label.box.right
        and abs(part.box.middle[1] - label.box.middle[1]) < label.box.height
        and _VALUE.fullmatch(part.text.strip()) is not None
        for part in parts
    )


def _is_below(label: Segment, part: Segment) -> bool:
    gap = part.box.top - label.box.bottom
    return 0 <= gap < _NEAR * label.box.height and abs(part.box.left - label.box.left) < _ALIGNED
