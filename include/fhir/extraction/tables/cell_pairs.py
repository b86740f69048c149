"""Names of tests with their values beside them, in tables that no header explains: side panels, boxes, forms."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from include.documents.content import Cell
from include.fhir.extraction.collector import Context
from include.fhir.extraction.page.reading import row_source
from include.fhir.extraction.page.sections import Kind, heading_of
from include.fhir.extraction.statements.observations import is_pressure_name, may_be_pressure, observe
from include.fhir.extraction.statements.values import is_unit, is_word_result, read_result, unit_in
from include.fhir.extraction.tables.column_values import is_measure
from include.fhir.facts import ObservationFact

_SILENT = frozenset((
    Kind.FAMILY, Kind.PLAN, Kind.MEDICATIONS, Kind.STOPPED, Kind.CONTACT, Kind.INSURANCE, Kind.CONTENTS, Kind.ROS,
))  # fmt: skip
_WORDS = 4
_AROUND = re.compile(
    r"(?:neck|waist|hip|chest|abdominal|head|thigh|calf|(?:mid-?upper )?arm) (?:circ(?:umference)?\.?|girth)",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"\b(?:below|under|above|over|less than|more than|at least|"
    r"or (?:more|less|higher|lower|above|below))\b",
    re.IGNORECASE,
)
"""A row that says what values mean states none."""


def paired_cells(
    cells: Sequence[Cell], context: Context, kinds: dict[int, Kind], page: int, measured: Container[int] = ()
) -> Iterator[ObservationFact]:
    """The results that a row states as a name and, in the next filled cell, its value.

    :param kinds: the section that a heading opened in each column; headings of this row are added.
    :param measured: the columns of values beside names, known or not.
    """
    if any(_LIMIT.search(cell.text) for cell in cells if cell.column + 1 not in measured):
        return
    filled = [cell for cell in sorted(cells, key=lambda cell: cell.column) if cell.text.strip()]
    for cell in filled:
        if (kind := heading_of(cell.text)) is not None:
            kinds[cell.column] = kind
    for name, value in pairwise(filled):
        here = replace(context, section=kinds.get(name.column, context.section))
        if here.section in _SILENT:
            continue
        own = value.column in measured and value.column == name.column + 1
        if own or (_names(name.text, value.text) and _is_value(name.text, value.text, here.section)):
            yield from observe(name.text, value.text, here, row_source(page, [name, value]))


def _names(name: str, text: str) -> bool:
    """Whether a text names a measurement; one that goes round a part of the body, where a unit stands beside it."""
    return is_measure(name) or (_AROUND.fullmatch(name.strip()) is not None and bool(unit_in(text)))


def _is_value(name: str, text: str, section: Kind) -> bool:
    if len(text.split()) > _WORDS:
        return False
    if is_pressure_name(name):
        return re.match(r"\d{2,3}\s?/\s?\d{2,3}(?!\d|/)", text.strip()) is not None
    value = read_result(text).value
    if value is None or (may_be_pressure(name) and "/" in text):
        return False
    if value.number is not None:
        return value.unit is None or is_unit(value.unit)
    return section is Kind.LABS and is_word_result(value.printed)
