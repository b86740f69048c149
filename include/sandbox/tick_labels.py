"""The labels of tick boxes: the words beside, or else those right above."""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.sandbox.fields import LONGEST_LABEL
from include.sandbox.geometry import Box, Item, Line, Tick, Word, in_reading_order
from include.sandbox.layout import Field

MARK = re.compile(r"^[Xx✓✔]$")
"""The mark of another box, whose outline was not found."""


def tick_fields(
        ticks: Sequence[Tick], lines: Sequence[Line], height: float, rooms: Sequence[Box] = ()) -> list[Field]:
    """Each tick box with its label: the nearer of the words at its right and at its left, or those above it.

    :param rooms: boxes of forms and cells of tables; a label stands in the same one as its tick box.
    """
    words = [word for line in lines for word in line.words if re.search(r"\w", word.text) and not MARK.match(word.text)]
    fields = []
    for tick in ticks:
        room = min((box for box in rooms if box.holds(tick.box) and box.width > 1.5 * tick.box.width),
                   key=lambda box: box.width * box.height, default=None)
        near = [word for word in words if room is None or room.holds(word.box)]
        label = _beside(tick, ticks, near, height) or _above(tick, near, height)
        if label:
            fields.append(Field(label, (tick,)))
    return fields


def _beside(tick: Tick, ticks: Sequence[Tick], words: Sequence[Word], height: float) -> tuple[Item, ...]:
    beside = [word for word in words if word.box.shares_rows_with(tick.box)]
    right = sorted((w for w in beside if w.box.centre_x > tick.box.right), key=lambda w: w.box.left)
    left = sorted((w for w in beside if w.box.centre_x < tick.box.left), key=lambda w: -w.box.right)
    mates = [other for other in ticks if other is not tick and other.box.shares_rows_with(tick.box)]
    next_tick = min((o.box.left for o in mates if o.box.left > tick.box.left), default=float("inf"))
    last_tick = max((o.box.right for o in mates if o.box.left < tick.box.left), default=float("-inf"))
    right = [word for word in right if word.box.centre_x < next_tick]
    left = [word for word in left if word.box.centre_x > last_tick]
    limit = 1.5 * height
    right_gap = right[0].box.left - tick.box.right if right else float("inf")
    left_gap = tick.box.left - left[0].box.right if left else float("inf")
    if min(right_gap, left_gap) > limit:
        return ()
    chosen = _run(right, height, rightwards=True) if right_gap <= left_gap else _run(left, height, rightwards=False)
    return tuple(in_reading_order(chosen))


def _above(tick: Tick, words: Sequence[Word], height: float) -> tuple[Item, ...]:
    """One word right above, about as wide as the box."""
    above = [
        word for word in words
        if -0.3 * height <= tick.box.top - word.box.bottom <= 0.6 * height and word.box.shared_width(tick.box) > 0]
    wide = 2.5 * tick.box.width
    return tuple(above) if len(above) == 1 and above[0].box.width <= wide else ()


def _run(words: Sequence[Word], height: float, rightwards: bool) -> list[Item]:
    """The first words up to a wide gap or to another size of print."""
    run: list[Item] = []
    for word in words:
        if run:
            gap = word.box.left - run[-1].box.right if rightwards else run[-1].box.left - word.box.right
            sizes = sorted((word.box.height, run[0].box.height))
            if gap > 0.8 * height or len(run) >= LONGEST_LABEL or sizes[1] > 1.45 * sizes[0]:
                break
        run.append(word)
    return run
