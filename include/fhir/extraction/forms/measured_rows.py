"""Measurements of a device printed in columns: the name, beside it the value, beside that the unit.

Headers of recordings (ECG) print them so among other columns, without a header and without colons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from include.fhir.extraction.forms.labelled_boxes import Labelled
from include.fhir.extraction.page.reading import PrintedLine
from include.fhir.extraction.statements.compound_names import names_in
from include.fhir.extraction.statements.values import is_unit
from include.fhir.extraction.tables.borderless import rows_of
from include.fhir.facts import Category
from include.fhir.terminology.tests import find_test

_VALUE = re.compile(r"[-−]?\d+(?:\.\d+)?(?:(?:\s*/\s*|\s+)[-−]?\d+(?:\.\d+)?){0,3}(?P<unit>\s*[A-Za-z°%/]{1,8})?")
_FAR = 0.15
"""Part of the page's width between a name and its value, and between a value and its unit."""


def measured_rows(lines: Sequence[PrintedLine]) -> Iterator[Labelled]:
    """The measurements among the lines of a page; those of laboratories have their tables."""
    for row in rows_of(lines):
        for at, (name, value) in enumerate(pairwise(row)):
            match = _VALUE.fullmatch(value.text.strip())
            if match is None or not _is_examined(name.text) or value.box.left - name.box.right > _FAR:
                continue
            unit = row[at + 2] if at + 2 < len(row) and not match["unit"] else None
            if any(_VALUE.fullmatch(part.text.strip().lstrip("+")) for part in row[at + 2 :]):
                continue  # columns of numbers need their headers
            own = unit is not None and is_unit(unit.text) and unit.box.left - value.box.right < _FAR
            yield Labelled(name, (value, unit) if unit is not None and own else (value,))


def _is_examined(text: str) -> bool:
    """The name of a measurement of an examination, or of several at once."""
    names = names_in(text) or [text.strip(" :")]
    found = [find_test(name) for name in names]
    return all(term is not None and term.category == Category.EXAM for term in found)
