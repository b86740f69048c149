"""What stands over a table: a title for each of several lists side by side, and the day of its times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from include.documents.content import Table
from include.fhir.extraction.dates import find_dates
from include.fhir.extraction.page.reading import PrintedLine, segments
from include.fhir.extraction.statements.values import is_unit
from include.fhir.extraction.tables.carried import columns_of
from include.fhir.extraction.tables.layouts import Layout
from include.fhir.extraction.tables.measured_columns import is_side

_NEAR = 3.5
"""Heights of a line between a title and the table below it."""
_TITLE_WORDS = 8
_TOUCH = 0.03
_DAY = re.compile(
    r"\b(?:date(?: of (?:service|visit|measurement|flow ?sheet))?|day|shift|week (?:of|beginning|starting|ending)|"
    r"recorded|period|datum|woche vom|tag|month|"
    r"(?:log|flow ?sheet|vitals?|signs|readings)(?: (?:for|of|on|from))?)\W{0,4}"
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?$",
    re.IGNORECASE,
)
"""What leads to the date on which the values of a sheet were taken."""
_OTHER_DAY = re.compile(
    r"\b(?:birth|dob|born|geb\w*|admi\w+|adm|discharge\w*|print\w*|sign\w*|report\w*|order\w*|start\w*|next|due|"
    r"appointment|follow\w*)\W{0,3}(?:date|on|for)?\W{0,3}$",
    re.IGNORECASE,
)

_CAPTION_UNIT = re.compile(
    r"(?:[(\[]\s*(?:(?:all|values|measured|recorded)\s+)*(?:in\s+)?(?P<inside>[^()\[\]]{1,12})[)\]]|"
    r"(?:,|[-–]|\bin)\s+(?:in\s+)?(?P<behind>\S{1,12}))\s*$",
    re.IGNORECASE,
)
_CAPTION_GAP = 3.0
"""Heights of a line between a table and the words that name it."""
_CAPTION_WORDS = 7


def panels_over(table: Table, layouts: Sequence[Layout], lines: Sequence[PrintedLine]) -> tuple[str | None, ...]:
    """The nearest text above the columns of each layout; none where the table has one layout.

    :param lines: of the table's page.
    """
    columns = columns_of(table)
    if len(layouts) < 2 or not columns or table.box is None:
        return ()
    starts = [columns[min(layout.roles) - 1].left for layout in layouts]
    top = min((cell.box.top for cell in table.row_cells(layouts[0].header_rows) if cell.box), default=table.box.top)
    return tuple(
        _title(left - _TOUCH, right - _TOUCH, top, lines)
        for left, right in zip(starts, [*starts[1:], 1.0 + _TOUCH], strict=True)
    )


def _title(left: float, right: float, top: float, lines: Sequence[PrintedLine]) -> str | None:
    above = [
        part
        for line in lines
        if 0 <= top - line.line.box.middle[1] <= _NEAR * line.line.box.height
        for part in segments(line)
        if left <= part.box.left < right and ":" not in part.text and len(part.text.split()) <= _TITLE_WORDS
    ]
    nearest = max(above, key=lambda part: part.box.top, default=None)
    return nearest.text.strip() if nearest else None


def day_above(table: Table, lines: Sequence[PrintedLine]) -> str | None:
    """The last date above a table that is said to be its day, week or period, as printed; None for none.

    :param lines: of the table's page.
    """
    if table.box is None:
        return None
    found: str | None = None
    for line in lines:
        if line.line.box.top < table.box.top + line.line.box.height:
            for date in find_dates(line.text):
                before = line.text[: line.text.find(date)]
                if _DAY.search(before) and not _OTHER_DAY.search(before):
                    found = date
    return found


def caption_of(table: Table, lines: Sequence[PrintedLine]) -> str:
    """The text right above a table, where it is a few words; empty where a sentence or nothing stands there.

    :param lines: of the table's page.
    """
    if table.box is None:
        return ""
    above = [line for line in lines if line.line.box.middle[1] < table.box.top]
    nearest = max(above, key=lambda line: line.line.box.bottom, default=None)
    if nearest is None or table.box.top - nearest.line.box.bottom > _CAPTION_GAP * nearest.line.box.height:
        return ""
    return nearest.text if len(nearest.text.split()) <= _CAPTION_WORDS and ":" not in nearest.text else ""


def with_caption(layout: Layout, caption: str) -> Layout:
    """The layout with the unit that ends the caption (``Range of motion (degrees)``), where columns are sides."""
    sides = [column for column in layout.columns("result") if is_side(layout.titles.get(column, ""))]
    match = _CAPTION_UNIT.search(caption)
    if not sides or match is None or layout.column("units") is not None:
        return layout
    unit = (match["inside"] or match["behind"]).strip()
    return replace(layout, unit=unit) if is_unit(unit) else layout
