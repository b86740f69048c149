"""Boxes of a form: a row of labels in small print, and below each label what is filled in.

Places alone tell which value is whose. A row of labels over several rows of values is the header of a table instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from include.fhir.extraction.forms.fitting import fits
from include.fhir.extraction.forms.labels import meaning_of, plain
from include.fhir.extraction.page.reading import PrintedLine, Segment
from include.fhir.extraction.page.sections import heading_of
from include.fhir.extraction.statements.compound_names import are_tests
from include.fhir.extraction.statements.values import is_word_result
from include.fhir.extraction.tables.borderless import rows_of
from include.fhir.extraction.tables.columns import known_roles
from include.fhir.extraction.tables.tables import measured

_LABEL = re.compile(r"[A-ZÄÖÜ][\w./&()'’#?, -]{1,44}")
_LABEL_WORDS = 6
_ALIGNED = 0.012
"""Part of the page's width by which a value may start left or right of its label."""
_SMALL = 0.85
"""Height of small print as a ratio of that of the values below it."""
_NEAR = 1.0
"""Heights of a label between it and its value."""
_WRAPPED = 0.6
"""Heights of a line between the lines of one value."""
_MOST_LINES = 4
_MOST = 0.6
"""Part of a row's values that have to start where their labels do."""
_NAMING = frozenset(("test", "vital", "medication", "substance", "condition", "procedure", "vaccine"))
"""Roles of the column that says what a row is about: a table has one."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label as printed, and the lines of its value; the value is never empty."""

    label: Segment
    parts: tuple[Segment, ...]

    @property
    def value(self) -> str:
        return " ".join(part.text for part in self.parts)


def boxes_of(lines: Sequence[PrintedLine]) -> list[Labelled]:
    """The filled boxes of a page, row by row.

    :param lines: the lines of one page.
    """
    rows = rows_of(lines)
    found: list[Labelled] = []
    for at, labels in enumerate(rows):
        values = _values(rows, at)
        if values and _are_labels(labels, values[0]):
            filled = list(_filled(labels, values))
            found += filled if _mostly_fit(filled) else []
    return found


def is_label(text: str) -> bool:
    """A text that forms print as a label: known as such, as a heading, or as the name of what is measured."""
    return meaning_of(text) is not None or heading_of(text) is not None or are_tests(text)


def _values(rows: Sequence[Sequence[Segment]], at: int) -> list[Sequence[Segment]]:
    """The rows of values below a row of labels; none where they are the rows of a table."""
    labels = rows[at]
    if len(labels) < 2 or not all(_looks_like_a_label(part.text) for part in labels):
        return []
    found: list[Sequence[Segment]] = []
    bottom, reach = max(part.box.bottom for part in labels), _NEAR
    for row in rows[at + 1 : at + 1 + _MOST_LINES]:
        gap = row[0].box.top - bottom
        if gap > reach * row[0].box.height or not _stand_under(row, labels) or _is_label_row(row):
            break
        if len(row) == 1 and heading_of(row[0].text) is not None:
            break
        if found and _shouted(labels) and _shouted(row) and not _shouted(found[-1]):
            break
        found.append(row)
        bottom, reach = max(part.box.bottom for part in row), _WRAPPED
    if len(found) > 1 and len(found[1]) >= len(found[0]) > 1:
        return []
    return found


def _looks_like_a_label(text: str) -> bool:
    if _LABEL.fullmatch(text.strip()) is None or is_word_result(text):
        return False
    return len(text.split()) <= _LABEL_WORDS and not re.search(r"\d{2}|[.,;]\s+[a-z]", text)


def _is_label_row(row: Sequence[Segment]) -> bool:
    known = sum(is_label(part.text) and not re.search(r"\d", part.text) for part in row)
    return len(row) > 1 and 2 * known >= len(row)


def _stand_under(row: Sequence[Segment], labels: Sequence[Segment]) -> bool:
    """Most parts start where a label does, and no two under the same; another part goes on right of one."""
    aligned = [id(label) for part in row if (label := _above(part, labels)) and _starts_with(part, label)]
    under_all = all(_above(part, labels) for part in row)
    return under_all and len(set(aligned)) == len(aligned) and len(aligned) >= _MOST * len(row)


def _starts_with(part: Segment, label: Segment) -> bool:
    return abs(label.box.left - part.box.left) < _ALIGNED


def _above(part: Segment, labels: Sequence[Segment]) -> Segment | None:
    """The label under which a part stands: the last that starts left of it, by the width of a letter or two."""
    return next((label for label in reversed(labels) if label.box.left - _ALIGNED < part.box.left), None)


def _are_labels(labels: Sequence[Segment], values: Sequence[Segment]) -> bool:
    """Two known labels of a row make it one, or one in small print or capitals; headers of columns do not."""
    titles = {number: part.text for number, part in enumerate(labels, start=1)}
    if measured(list(titles.values())) and all(heading_of(text) is None for text in titles.values()):
        return False
    roles = [known_roles().get(plain(text)) for text in titles.values()]
    if len(set(titles.values())) < len(titles) or (all(roles) and not all(role in _NAMING for role in roles)):
        return False
    known = sum(is_label(text) for text in titles.values())
    small = max(part.box.height for part in labels) < _SMALL * max(part.box.height for part in values)
    if known > 0 and (small or _shouted(labels)):
        return True
    # Headings of sections alone, in letters of the text's size, head columns of a page.
    return 2 * known >= len(labels) and known > 1 and any(heading_of(text) is None for text in titles.values())


def _mostly_fit(filled: Sequence[Labelled]) -> bool:
    """Where names stand under labels for dates, the labels belong to the values above them."""
    known = [
        fits(meaning, entry.value) if (meaning := meaning_of(entry.label.text)) else _is_measured(entry.value)
        for entry in filled
        if meaning_of(entry.label.text) is not None or are_tests(entry.label.text)
    ]
    return 2 * sum(known) > len(known) or not known


def _is_measured(value: str) -> bool:
    return re.search(r"\d", value) is not None or is_word_result(value)


def _shouted(row: Sequence[Segment]) -> bool:
    return all(part.text.isupper() for part in row)


def _filled(labels: Sequence[Segment], values: Sequence[Sequence[Segment]]) -> Iterator[Labelled]:
    for label in labels:
        parts = tuple(part for row in values for part in row if _above(part, labels) is label)
        if parts:
            yield Labelled(label, parts)
