"""Rows of labels inside a table whose columns are measurements: what stands below them is not the header's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.documents.content import Cell
from include.fhir.extraction.forms.labels import meaning_of
from include.fhir.extraction.statements.values import is_word_result
from include.fhir.extraction.tables.column_values import is_measure
from include.fhir.extraction.tables.columns import role_of
from include.fhir.extraction.tables.layouts import Layout, Subject

_WIDE = 4
"""Columns from which a row of words without a result among them is one of labels."""
_FILLED = re.compile(
    r"^\W*$|^[a-z]|\b(?:not|none|refused|declined|unable|done|missed|held|see|pending|same|n/?a|ok|good|wnl|clear)\b|"
    r"^(?:Not|None|Refused|Declined|Unable|Done|Missed|Held|See|Pending|Same|N/?A|OK|Good|WNL|Clear)\b")
"""What is written where a value is missing or a word is the value; a label begins with a capital."""


def labels_within(cells: Sequence[Cell], row: int) -> Layout | None:
    """The layout that a row of labels opens below another one, measurements again or columns that are not known.

    A row of labels has no number; two known labels at least, that make half of it, or no word of results in any of
    several filled columns. A relative who is named alone opens rows that are nobody's measurements.
    """
    titles = {cell.column: " ".join(cell.text.split()) for cell in cells if cell.text.strip()}
    if len(titles) == 1 and meaning_of(next(iter(titles.values()))) == "relative":
        return Layout(Subject.OTHER, {}, row, titles)
    if any(re.search(r"\d", text) for text in titles.values()):
        return None
    known = [text for text in titles.values() if is_measure(text) or role_of(text) or meaning_of(text)]
    words = len(titles) >= _WIDE and not any(is_word_result(text) or _FILLED.search(text) for text in titles.values())
    if not words and (len(known) < 2 or 2 * len(known) < len(titles)):
        return None
    tests = [column for column, text in titles.items() if is_measure(text)]
    return Layout(Subject.MATRIX, dict.fromkeys(tests, "result") if len(tests) > 1 else {}, row, titles)
