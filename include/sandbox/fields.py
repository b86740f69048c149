"""Labels that end in a colon, and their values.

The rules look at how the page prints a label, never at what it says.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from include.sandbox.columns import Piece, Row, pieces_of
from include.sandbox.geometry import Box, Item, Line, Word, around, in_reading_order, visual_rows
from include.sandbox.layout import Field

LONGEST_LABEL = 8
"""Words in a label; more of them before a colon are a sentence."""
VALUE_GAP = 0.22
"""Widest gap between a label and its value, as a part of the page's width."""


def colon_fields(lines: Sequence[Line], height: float, page_width: float, walls: Sequence[Box] = (),
                 rooms: Sequence[Box] = ()) -> list[Field]:
    """``Key: value`` on one row, several on a row too; a label without value on its row takes the piece below it.

    :param walls: cells of ruled tables; a value never leaves its label's cell except to the right.
    :param rooms: boxes of a form; a value never leaves its label's box.
    """
    rows = [
        _split_at_labels([piece for line in row for piece in pieces_of([line], height)], height)
        for row in visual_rows(lines)]
    fields = []
    for index, row in enumerate(rows):
        for place, piece in enumerate(row):
            cut = label_end(piece.words)
            if cut:
                begun = _begun_above(rows, index, piece.words[:cut], height)
                value = _value(rows, index, place, cut, height, page_width, walls, rooms)
                if begun:
                    value = [*_value_above(rows, index, begun, value, height), *value]
                fields.append(Field((*begun, *piece.words[:cut]), tuple(value)))
    return fields


def _begun_above(rows: list[Row], index: int, label: Sequence[Word], height: float) -> tuple[Word, ...]:
    """The first line of a label that goes on below: at the same left edge, right above, without a value's size.

    That a label goes on is seen by its small first letter, or by the sign that the line above ends with.
    """
    box = around(word.box for word in label)
    for row in reversed(rows[max(0, index - 4):index]):
        for piece in row:
            gap = box.top - piece.box.bottom
            if abs(piece.box.left - box.left) > 0.4 * height or not -0.4 * height <= gap <= 0.6 * height:
                continue
            if not 0.75 <= piece.box.height / box.height <= 1.33:
                return ()
            goes_on = label[0].text[:1].islower() or piece.words[-1].text[-1:] in "/-&,("
            plain = not any(word.text.endswith((":", ".")) for word in piece.words)
            return piece.words if goes_on and plain and len(piece.words) <= LONGEST_LABEL else ()
    return ()


def _value_above(
        rows: list[Row], index: int, begun: Sequence[Word], value: Sequence[Item], height: float) -> list[Item]:
    """The lines of a value that stand beside the first line of a label of two, in the value's column."""
    if not value:
        return []
    top = around(word.box for word in begun).top
    left, first = min(item.box.left for item in value), min(item.box.top for item in value)
    return [
        word for row in rows[max(0, index - 4):index] for piece in row
        if abs(piece.box.left - left) <= 0.6 * height and top - 0.6 * height <= piece.box.centre_y < first + height
        and not label_end(piece.words) for word in piece.words]


def label_end(words: Sequence[Word]) -> int:
    """How many words of a piece are its label; 0 where it has none."""
    for index, word in enumerate(words[:LONGEST_LABEL]):
        if word.text.endswith(":") and any(c.isalpha() for w in words[:index + 1] for c in w.text):
            return index + 1
    return 0


def _split_at_labels(row: Row, height: float) -> Row:
    """Pieces with at most one label each, at their start; the widest gap before a second label parts them.

    The same where a label waits for its value at the left and another follows that value.
    """
    pieces: Row = []
    for piece in row:
        words = list(piece.words)
        ends = [index for index, word in enumerate(words) if word.text.endswith(":") and (
            index == 0 or not _ends_a_sentence(words, index))]
        start = 0
        waiting = bool(pieces) and pieces[-1].words[-1].text.endswith(":")
        if waiting and ends and ends[0] > 0:
            start = _after_value(words[:ends[0] + 1], height)
            pieces.append(Piece(tuple(words[:start])))
        for previous, end in itertools.pairwise(ends):
            first = _start_of_label(words, previous, end)
            pieces.append(Piece(tuple(words[start:first])))
            start = first
        pieces.append(Piece(tuple(words[start:])))
    return [piece for piece in pieces if piece.words]


def _ends_a_sentence(words: Sequence[Word], index: int) -> bool:
    """A small word before a colon at the end of a line that has a label already is no label."""
    return (index == len(words) - 1 and words[index].text[:1].islower()
            and any(word.text.endswith(":") for word in words[:index]))


def _after_value(words: Sequence[Word], height: float) -> int:
    """Where a label begins behind a value that stands alone before it; 0 where no gap tells them apart."""
    gaps = {i: words[i].box.left - words[i - 1].box.right for i in range(1, len(words))}
    widest = max(gaps, key=lambda i: gaps[i])
    others = [gap for i, gap in gaps.items() if i != widest]
    return widest if gaps[widest] > max([0.4 * height, *(1.4 * gap for gap in others)]) else 0


def _start_of_label(words: Sequence[Word], previous: int, end: int) -> int:
    """Where the label that ends at ``end`` begins: after the widest gap, or else at its last capital word."""
    if end - previous == 1:
        return end
    last = end if words[end].text != ":" else end - 1
    gaps = {i: words[i].box.left - words[i - 1].box.right for i in range(previous + 1, last + 1)}
    widest = max(gaps, key=lambda i: gaps[i])
    others = [gap for i, gap in gaps.items() if i != widest]
    if widest > previous + 1 and (not others or gaps[widest] > 1.4 * max(others)):
        return widest
    first = last
    while first - 1 > previous + 1 and words[first - 1].text[:1].isupper() and not words[first].text[:1].isupper():
        first -= 1
    return first


def _value(rows: list[Row], index: int, place: int, cut: int, height: float, page_width: float,
           walls: Sequence[Box], rooms: Sequence[Box]) -> list[Item]:
    row = rows[index]
    piece = row[place]
    label = around(word.box for word in piece.words[:cut])
    rest = list(piece.words[cut:])
    end = label.right
    room = min((box for box in rooms if box.holds(label)), key=lambda box: box.width * box.height, default=None)
    if room is not None:
        rows = [[piece for piece in other if room.holds(piece.box)] for other in rows]
        row, place = rows[index], rows[index].index(piece) if piece in rows[index] else len(rows[index])
    for other in row[place + 1:]:
        gap = other.box.left - (rest[-1].box.right if rest else end)
        limit = 1.6 * height if rest else VALUE_GAP * page_width
        if label_end(other.words) or gap > limit:
            break
        rest.extend(other.words)
    wall = next((box for box in walls if box.holds(label)), None)
    if wall is not None:
        return list(in_reading_order(rest))
    if _label_follows(row, place, rest[-1].box.right if rest else end, height):
        return list(in_reading_order(rest))
    if rest:
        anchor = around(word.box for word in rest)
        lefts = {anchor.left, label.left}
        if len(rest) > 2:
            lefts.add(_start_of_run(row, place, height))
        below = _continued(rows, index, lefts, anchor, height, 0.75)
    else:
        below = _continued(rows, index, {label.left}, label, height, 1.1)
    return list(in_reading_order(rest)) + below


def _label_follows(row: Row, place: int, end: float, height: float) -> bool:
    """Whether another label stands right behind this value: what goes on below is that one's."""
    return any(
        label_end(other.words) and 0 <= other.box.left - end < height for other in row[place + 1:place + 2])


def _start_of_run(row: Row, place: int, height: float) -> float:
    """Where the text begins that runs up to this piece without a gap."""
    while place > 0 and row[place].box.left - row[place - 1].box.right < height:
        place -= 1
    return row[place].box.left


def _continued(
        rows: list[Row], index: int, lefts: set[float], anchor: Box, height: float, gap_limit: float) -> list[Word]:
    """Pieces below that go on at the same left edge, in the same size, without a label of their own."""
    words: list[Word] = []
    last = anchor
    widest = anchor.right
    for row in rows[index + 1:index + 25]:
        if not row:
            continue
        fitting = [
            piece for piece in row
            if min(abs(piece.box.left - left) for left in lefts) <= 0.6 * height]
        top = min(piece.box.top for piece in row)
        if top - last.bottom > gap_limit * height:
            break
        if not fitting:
            if any(piece.box.shared_width(last) > 0 for piece in row):
                break
            continue
        piece = fitting[0]
        if label_end(piece.words) or not 0.72 <= piece.box.height / anchor.height <= 1.4:
            break
        if any(label_end(other.words) for other in row if other.box.left < piece.box.left):
            break
        widest = max(widest, last.right)
        if words and _is_last_line(words[-1], last, widest) and piece.words[0].text[:1].isupper():
            break
        words.extend(piece.words)
        last = piece.box
        gap_limit = min(gap_limit, 0.75)
    return words


def _is_last_line(end: Word, line: Box, widest: float) -> bool:
    """Whether a paragraph ends here: with a full stop, well before the edge that its other lines reach."""
    return end.text.endswith(".") and line.right - line.left < 0.7 * (widest - line.left)
