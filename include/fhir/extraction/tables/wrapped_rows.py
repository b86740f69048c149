"""Lines that are one row of a table, because its cells run over several of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from include.fhir.extraction.page.reading import Segment, around
from include.fhir.extraction.statements.values import is_flag

_TIGHT = 0.3
"""Heights of a line between two lines of one cell, at most."""
_TIGHTER = 0.5
"""How much narrower that gap is than those between most rows."""
_MOST = 0.7
_SHARED = 0.35
"""Part of a line's height that two rows have in common where one stands between the lines of the other."""
_NUMBER = re.compile(r"[<>]?\s?[-−–]?\.?\d")
_LINES = 5
"""Lines of one row, at most, with those of all its cells."""

Row = Sequence[Segment]


def joined_rows(rows: Sequence[Row]) -> list[Row]:
    """The rows, with a line that goes on with the cells of the one above it joined to it.

    Such a line stands close to the one above and leaves the first column empty, or closer than rows do and goes on with
    an unfinished name; it gives no cell a second number.
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
    if gap > _TIGHT * row[0].box.height or len(row) >= len(whole) or _both_measure(whole, row):
        return False
    first = min((part for part in whole if not is_flag(part.text)), key=lambda part: part.box.left, default=whole[0])
    if not any(_under(part, first) for part in row):
        return True
    open_end = re.search(r"(?:[,(/-]|\b(?:and|with|w/|to|of|for))\s*$", first.text) is not None
    return gap < _TIGHTER * usual and (len(row) == 1 or open_end)


def _gap(above: Row, row: Row) -> float:
    """The least gap within a column, which a page that lies askew does not change; else that between the rows."""
    gaps = [below.box.top - over.box.bottom for below in row for over in above if _under(below, over)]
    return min(gaps) if gaps else min(part.box.top for part in row) - max(part.box.bottom for part in above)


def _under(one: Segment, other: Segment) -> bool:
    return one.box.left < other.box.right and other.box.left < one.box.right


def _both_measure(whole: Row, row: Row) -> bool:
    numbers = [part for part in row if _NUMBER.match(part.text)]
    return any(_under(part, other) and _NUMBER.match(other.text) for part in numbers for other in whole)


def interleaved(rows: Sequence[Row]) -> list[Row]:
    """The rows, with those that stand between each other's lines as one: cells of one, two and three lines, centred.

    Each has its own columns. More than a few in a chain are columns of text, and stay as they are.

    :param rows: top to bottom.
    """
    out: list[Row] = []
    at = 0
    while at < len(rows):
        group = [rows[at]]
        while at + len(group) < len(rows) and any(_between(row, rows[at + len(group)]) for row in group):
            group.append(rows[at + len(group)])
        out += [_as_one(group)] if 1 < len(group) <= _LINES else group
        at += len(group)
    return out


def _between(one: Row, other: Row) -> bool:
    shared = -_gap(one, other)
    least = min(part.box.height for part in (*one, *other))
    return shared > _SHARED * least and not any(_under(a, b) for a in one for b in other)


def _as_one(group: Sequence[Row]) -> Row:
    """One row, with the texts of each column joined from top to bottom."""
    columns: list[list[Segment]] = []
    for part in (part for row in group for part in row):
        own = next((column for column in columns if any(_under(part, other) for other in column)), None)
        if own is None:
            columns.append([part])
        else:
            own.append(part)
    return sorted(map(_joined, columns), key=lambda part: part.box.left)


def _joined(parts: Sequence[Segment]) -> Segment:
    if len(parts) == 1:
        return parts[0]
    words = tuple(word for part in parts for word in part.words)
    return Segment(" ".join(p.text for p in parts), around([p.box for p in parts]), parts[0].printed, words)
