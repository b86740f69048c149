"""Labels without a colon: in or above the box of a form, below a line to write on, or a letter before it.

The rules look at how the page prints a label, never at what it says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.sandbox.fields import LONGEST_LABEL, label_end
from include.sandbox.geometry import Box, Item, Line, Word, in_reading_order, visual_rows
from include.sandbox.layout import Field


def boxed_fields(boxes: Sequence[Box], lines: Sequence[Line], height: float) -> list[Field]:
    """Boxes of a form: a small label at the top and the value below it, or the label right above the box."""
    fields = []
    for box in boxes:
        inside = [line for line in lines if box.holds(line.box)]
        if not inside or len(inside) > 8:
            continue
        if any(label_end(line.words) for line in inside):
            continue
        others = [other for other in boxes if other is not box]
        field = _label_inside(inside) or _label_above(box, inside, others, lines, height)
        if field and any(len(run) > 1 for item in field.key if isinstance(item, Word)
                         for run in re.findall(r"[^\W\d_]+", item.text)):
            fields.append(field)
    return fields


def _label_inside(inside: Sequence[Line]) -> Field | None:
    """The small print at the top and the larger one below; where a text stands between, it is no label's value."""
    rows = visual_rows(inside)
    head = rows[0]
    if len(rows) < 2 or not any(c.isalpha() for line in head for c in line.text):
        return None
    body = [line for row in rows[1:] for line in row]
    smaller = max(line.box.height for line in head) <= 0.9 * max(line.box.height for line in body)
    if not smaller:
        return None
    small = 0.46 * (head[0].box.height + max(line.box.height for line in body))
    label = [line for line in (head[0], *body) if line.box.height <= small]
    value = [line for line in body if line.box.height > small and line.text not in ("X", "x")]
    # A heading in the middle is above all that the box holds.
    if head[0].box.left > min(line.box.left for line in body) + 3 * head[0].box.height:
        return None
    if not value or sum(1 for line in label if line.box.bottom < min(v.box.centre_y for v in value)) > 4:
        return None
    return Field(_words(label[:1] or head[:1]), _words(value))


def _label_above(
        box: Box, inside: Sequence[Line], others: Sequence[Box], lines: Sequence[Line], height: float) -> Field | None:
    """A single line right above the box; what stands in another box is that one's, and no label."""
    above = [
        line for line in lines
        if 0 <= box.top - line.box.bottom + 0.35 * height <= 1.2 * height
        and box.left - 0.5 * height <= line.box.left and line.box.right <= box.right + 0.5 * height]
    if len(above) != 1 or len(above[0].words) > LONGEST_LABEL or len(inside) > 3:
        return None
    if any(other.holds(above[0].box) for other in others):
        return None
    if above[0].box.height > 1.1 * max(line.box.height for line in inside):
        return None
    return Field(_words(above), _words(inside))


def captioned_fields(rules: Sequence[Box], lines: Sequence[Line], height: float) -> list[Field]:
    """Fields whose label stands below the line that the value is written on."""
    fields = []
    for rule in rules:
        below = [line for line in lines if 0 <= line.box.top - rule.top + 0.4 * height <= 0.9 * height
                 and rule.left - height <= line.box.left and line.box.right <= rule.right + height]
        above = [line for line in lines if 0 <= rule.top - line.box.bottom + 0.4 * height <= 1.0 * height
                 and rule.left - height <= line.box.left and line.box.right <= rule.right + height]
        if not above or not below or any(label_end(line.words) for line in _beside([*above, *below], lines)):
            continue
        for caption, values in _captions(below, above):
            if _is_caption(caption, values):
                fields.append(Field(_words([caption]), _words(values)))
    return fields


def _beside(some: Sequence[Line], lines: Sequence[Line]) -> list[Line]:
    """All lines on the visual rows of some."""
    return [line for line in lines if any(line.box.shares_rows_with(other.box) for other in some)]


def _is_caption(caption: Line, values: Sequence[Line]) -> bool:
    """A caption prints words without digits, no larger than the value above it, which is a short one."""
    plain = any(c.isalpha() for c in caption.text) and not any(c.isdigit() for c in caption.text)
    short = sum(len(line.words) for line in values) <= LONGEST_LABEL and len(caption.words) <= LONGEST_LABEL
    return plain and short and max(line.box.height for line in values) >= 0.95 * caption.box.height


def _captions(below: Sequence[Line], above: Sequence[Line]) -> list[tuple[Line, list[Line]]]:
    """Each caption with what is written above it, up to the next caption's left edge."""
    ordered = sorted(below, key=lambda line: line.box.left)
    ends = [line.box.left for line in ordered[1:]] + [float("inf")]
    found = []
    for caption, end in zip(ordered, ends, strict=True):
        start = caption.box.left - caption.box.height
        values = [line for line in above if start <= line.box.left < end - caption.box.height]
        if values:
            found.append((caption, values))
    return found


def _words(lines: Sequence[Line]) -> tuple[Item, ...]:
    return tuple(in_reading_order([word for line in lines for word in line.words]))


def lettered_fields(lines: Sequence[Line], height: float) -> list[Field]:
    """``A.`` and the short entry right beside it, where a form prints at least three such letters."""
    labels = [line for line in lines if re.fullmatch(r"[A-Za-z]\.", line.text)]
    if len(labels) < 3:
        return []
    fields = []
    for label in labels:
        beside = [
            line for line in lines
            if line.box.shares_rows_with(label.box) and -0.3 * height <= line.box.left - label.box.right <= height]
        if len(beside) == 1 and len(beside[0].words) <= 4:
            fields.append(Field(_words([label]), _words(beside)))
    return fields
