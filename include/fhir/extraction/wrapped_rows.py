"""Lines that are one row of a table, because its cells run over several of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from include.fhir.extraction.reading import Segment

_TIGHT = 0.3
"""Heights of a line between two lines of one cell, at most."""
_TIGHTER = 0.5
"""How much narrower that gap is than those between most rows."""
_MOST = 0.7

Row = Sequence[Segment]


def joined_rows(rows: Sequence[Row]) -> list[Row]:
    """The rows, with a line that goes on with the cells of the one above it joined to it.

    Such a line stands closer to the one above than rows do, or leaves the first column empty, and gives no cell a
    second number.
    """
    gaps = sorted(_gap(above, row) for above, row in pairwise(rows))
    usual = gaps[int(_MOST * (len(gaps) - 1))] if len(gaps) > 2 else 0.0
    joined: list[Row] = []
    last: Row = ()
    for row in rows:
        if joined and _goes_on(joined[-1], last, row, usual):
            joined[-1] = [*joined[-1], *row]
        else:
            joined.append(row)
        last = row
    return joined


def _goes_on(whole: Row, above: Row, row: Row, usual: float) -> bool:
    gap = _gap(above, row)
    if gap > _TIGHT * row[0].box.height or len(row) > len(whole) or _both_measure(whole, row):
        return False
    first = min(whole, key=lambda part: part.box.left)
    return gap < _TIGHTER * usual or not any(_under(part, first) for part in row)


def _gap(above: Row, row: Row) -> float:
    return min(part.box.top for part in row) - max(part.box.bottom for part in above)


def _under(one: Segment, other: Segment) -> bool:
    return one.box.left < other.box.right and other.box.left < one.box.right


def _both_measure(whole: Row, row: Row) -> bool:
    numbers = [part for part in row if re.match(r"[<>]?\s?\d", part.text)]
    return any(_under(part, other) and re.match(r"[<>]?\s?\d", other.text) for part in numbers for other in whole)
