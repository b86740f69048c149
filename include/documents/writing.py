"""Rows of something like writing on a picture: small shapes of many strokes side by side on a common line.

Works on edges, not on dark pixels, so that print on coloured fields, inverted print and faint pencil count the same.
Nothing is recognised; a drawing with small parts in a row counts as writing too, which costs one needless OCR page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from include.documents.ink import Colours, distinct, noise
from include.documents.shapes import Mask, Shape, find_shapes, horizontal_runs

LEAST_STEP = 12
"""Levels (of 255) between neighbours that make an edge on a picture without grain; faint pencil has some 20."""
NOISE_TIMES = 6.0
LONGEST_STROKE = 90
"""Pixels from which a straight run of edges is a rule or a frame; print of 50 pt is 88 high at WRITING_SIDE."""
HEIGHTS = (4, 88)
"""Heights of a shape, in pixels, that may be a letter or a word."""
RUNS_PER_LETTER = 2.5
"""Horizontal runs of edges that one row of pixels of a printed letter has."""
SERIES = 4
"""Shapes of one size in a row that are decoration, not letters."""
BARS = 12
"""Upright strokes that make a bar code."""
BAR_WIDTH = 10
"""Pixels from one edge of a bar to the next, at most."""
ALIKE = 0.95
"""Share of the edges of a bar code that go on in the next line of pixels; a line of print has 0.9 at most."""


@dataclass(frozen=True, slots=True)
class WritingRow:
    """One row: left, top, right, bottom in pixels; an estimate of its letters; whether it is a bar code."""

    box: tuple[int, int, int, int]
    letters: float
    bar_code: bool = False


def turn(row: WritingRow) -> WritingRow:
    """A row found on the transposed picture, in the places of the picture itself."""
    left, top, right, bottom = row.box
    return WritingRow((top, left, bottom, right), row.letters, row.bar_code)


def edge_mask(picture: Colours) -> Mask:
    """Pixels that differ in any colour from their left or upper neighbour by more than the picture's grain does."""
    picture = distinct(picture)
    mask = np.zeros(picture.shape[:2], dtype=np.bool_)
    for channel in range(picture.shape[2]):
        values: npt.NDArray[np.int16] = picture[:, :, channel].astype(np.int16)
        step = max(LEAST_STEP, NOISE_TIMES * noise(values))
        mask[:, 1:] |= np.abs(np.diff(values, axis=1)) > step
        mask[1:, :] |= np.abs(np.diff(values, axis=0)) > step
    return mask


def writing_rows(mask: Mask) -> list[WritingRow]:
    """The rows from top to bottom. A mask with too many shapes to look at is one row over all of it."""
    height, width = mask.shape
    upright = _long_runs(mask.T).T
    shapes = find_shapes(mask & ~_long_runs(mask) & ~upright)
    if shapes is None:
        return [WritingRow((0, 0, width, height), float(width))]
    rows = _rows(mask, (shape for shape in shapes if HEIGHTS[0] <= shape.height <= HEIGHTS[1]))
    return [*_tall_bar_codes(upright), *rows]


def _tall_bar_codes(upright: Mask) -> list[WritingRow]:
    """Bars so high that they look like rules: many of them side by side."""
    columns, starts, ends = horizontal_runs(upright.T)
    found = []
    for top in np.unique(starts // 8):
        mine = starts // 8 == top
        left, right = int(columns[mine].min()), int(columns[mine].max())
        if mine.sum() >= BARS and right - left <= BAR_WIDTH * mine.sum():
            box = (left, int(starts[mine].min()), right + 1, int(ends[mine].max()))
            found.append(WritingRow(box, float(mine.sum()), bar_code=True))
    return found


def _long_runs(mask: Mask) -> Mask:
    """The pixels that belong to a horizontal run of LONGEST_STROKE or more."""
    rows, starts, ends = horizontal_runs(mask)
    long = ends - starts >= LONGEST_STROKE
    marked = np.zeros((mask.shape[0], mask.shape[1] + 1), dtype=np.int8)
    np.add.at(marked, (rows[long], starts[long]), 1)
    np.add.at(marked, (rows[long], ends[long]), -1)
    found: Mask = np.cumsum(marked, axis=1)[:, :-1] > 0
    return found


def _rows(mask: Mask, shapes: Iterable[Shape]) -> list[WritingRow]:
    """Shapes joined to the row that they continue: overlapping in height, no further away than two heights."""
    open_rows: list[list[Shape]] = []
    for shape in sorted(shapes, key=lambda one: (one.left, one.top)):
        for members in reversed(open_rows):
            if _continues(members[-1], shape):
                members.append(shape)
                break
        else:
            open_rows.append([shape])
    return sorted((_row(mask, members) for members in open_rows), key=lambda row: (row.box[1], row.box[0]))


def _continues(before: Shape, shape: Shape) -> bool:
    overlap = min(before.bottom, shape.bottom) - max(before.top, shape.top)
    near = shape.left - before.right <= 2 * max(before.height, shape.height)
    return near and 2 * overlap >= min(before.height, shape.height)


def _row(mask: Mask, members: list[Shape]) -> WritingRow:
    box = (min(m.left for m in members), min(m.top for m in members),
           max(m.right for m in members), max(m.bottom for m in members))
    if len(members) >= SERIES and _alike(members):
        return WritingRow(box, 0.0)
    letters = sum(m.runs / m.height for m in members) / RUNS_PER_LETTER
    wide = box[2] - box[0] >= BARS * 4 and letters >= 2
    return WritingRow(box, letters, wide and _is_bar_code(mask[box[1]:box[3], box[0]:box[2]]))


def _alike(members: list[Shape]) -> bool:
    """Shapes of one size, as boxes to tick, dots and frames have."""
    widths, heights = [m.width for m in members], [m.height for m in members]
    return max(widths) - min(widths) <= 2 and max(heights) - min(heights) <= 2


def _is_bar_code(part: Mask) -> bool:
    """Many upright strokes, each line of pixels like the one above it, but for the ends."""
    cut = part[part.shape[0] // 8 : -(part.shape[0] // 8) or None]
    above, below = cut[:-1], cut[1:]
    _, starts, _ = horizontal_runs(cut)
    strokes = len(starts) / max(1, len(cut))
    alike = float((above & below).sum()) / max(1, int((above | below).sum()))
    return strokes >= BARS and alike >= ALIKE
