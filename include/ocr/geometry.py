"""Where things stand on a page, whichever way up it was scanned.

Textract's polygon of a word, line or cell starts at the top left corner *of the text* and goes clockwise
(https://docs.aws.amazon.com/textract/latest/dg/API_Geometry.html), so its first edge says which way the text runs.
A :class:`Frame` turns polygons upright and takes the skew out; only then are rows and columns looked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from include.documents.content import Box

Block = Mapping[str, Any]
Point = tuple[float, float]
T = TypeVar("T")

_SAME_ROW = 0.45
"""Share of the lower of two boxes that has to lie beside the other for them to be in one row."""

_STACKED = 0.3
"""Share of the narrower of two boxes that has to lie above or below the other for them to be in different rows."""

_TRUST = 0.05
"""Length, in page widths, of the line that the page's skew counts for where a region's own lines are few."""

_ON_TOP = 0.8
"""From this share of the lower box's height on, two boxes are drawn over each other: a tick box and its label."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The way that text runs.

    ``quarter`` counts clockwise quarter turns of the text as displayed (0 to 3); ``slope`` is the remaining rise of a
    line in page heights per page width, after the turn.
    """

    quarter: int = 0
    slope: float = 0.0

    @property
    def rotation(self) -> float:
        """Clockwise degrees, a multiple of 90."""
        return 90.0 * self.quarter

    def place(self, block: Block) -> Box | None:
        """The block's box as it would stand on the upright page; None where it has no geometry."""
        points = polygon(block)
        if not points:
            return None
        if self.quarter:
            points = [_turn(point, self.quarter) for point in points]
        if self.slope:
            points = [(x, y - self.slope * x) for x, y in points]
        return _around(points)

    def upright(self, box: Box) -> Box:
        """A displayed box as it would stand on the page turned upright; the skew is left in."""
        corners = ((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom))
        return _around([_turn(corner, self.quarter) for corner in corners])


def box_of(block: Block) -> Box | None:
    """The block's rectangle on the page as displayed; None where it has no geometry."""
    bounds = (block.get("Geometry") or {}).get("BoundingBox")
    if bounds:
        return Box(*_bounds(bounds))
    points = polygon(block)
    return _around(points) if points else None


def polygon(block: Block) -> list[Point]:
    """The block's corners, from the text's top left clockwise; a bounding box's where there is no polygon."""
    geometry = block.get("Geometry") or {}
    points = [(point.get("X") or 0.0, point.get("Y") or 0.0) for point in geometry.get("Polygon") or ()]
    if points or not geometry.get("BoundingBox"):
        return points
    left, top, width, height = _bounds(geometry["BoundingBox"])
    return [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]


def frame_of(blocks: Sequence[Block]) -> Frame:
    """The frame of most of the text in these LINE or WORD blocks; long texts weigh more."""
    quarter = quarter_of(blocks)
    return Frame() if quarter is None else Frame(quarter, _slope(blocks, quarter))


def frame_near(blocks: Sequence[Block], page: Frame) -> Frame:
    """The frame of one region of a page: the page's turn, and the skew of the region's own lines.

    A page that was photographed bends: its skew is another at each place. Short lines say little about it: the page's
    skew counts as a line of :data:`_TRUST` page widths among them.
    """
    return Frame(page.quarter, _slope(blocks, page.quarter, [(page.slope, _TRUST)]))


def quarter_of(blocks: Iterable[Block]) -> int | None:
    """The frame's ``quarter`` alone, which costs far less; None where no block has geometry."""
    votes: dict[int, int] = {}
    for block in blocks:
        points = polygon(block)
        if len(points) >= 2:
            turn = _quarter(points)
            votes[turn] = votes.get(turn, 0) + (len(block.get("Text", "")) or 1)
    return max(votes, key=lambda turn: (votes[turn], -turn), default=None)


def union(boxes: Iterable[Box]) -> Box | None:
    """The smallest box around all; None for none."""
    known = list(boxes)
    return _around_boxes(known) if known else None


def rows(items: Iterable[T], place: Callable[[T], Box]) -> list[list[T]]:
    """Group items into rows from top to bottom, each from left to right.

    :param place: an item's box on the upright page.
    """
    return rows_of_strips(([item] for item in items), place)


def rows_of_strips(strips: Iterable[Sequence[T]], place: Callable[[T], Box]) -> list[list[T]]:
    """The same for items of which some are known to stand in one row: those of a strip (never empty) stay together."""
    known = [[(place(item), item) for item in strip] for strip in strips]
    if len(known) < 2:
        return [_from_left(strip) for strip in known]
    bands: list[_Band[T]] = []
    whole = [(_around_boxes([box for box, _ in strip]), strip) for strip in known]
    for box, strip in sorted(whole, key=lambda pair: (pair[0].middle[1], pair[0].left)):
        top, bottom = box.top, box.bottom
        beside = (band for band in bands if band.bottom > top and band.top < bottom)
        level = [band for band in beside if band.overlap(box) > _SAME_ROW and not band.is_taken(strip)]
        band = max(level, key=lambda band: band.overlap(box), default=None)
        if band is None:
            bands.append(band := _Band())
        band.add(strip)
    return [_from_left(band.items) for band in sorted(bands, key=lambda band: band.top + band.bottom)]


@dataclass(slots=True)
class _Band(Generic[T]):
    """A row in the making; its extent is the mean of its items', so that a tall one does not swallow its neighbours."""

    items: list[tuple[Box, T]] = field(default_factory=list)
    top: float = 0.0
    bottom: float = 0.0

    def add(self, strip: Iterable[tuple[Box, T]]) -> None:
        for box, item in strip:
            count = len(self.items)
            self.top = (self.top * count + box.top) / (count + 1)
            self.bottom = (self.bottom * count + box.bottom) / (count + 1)
            self.items.append((box, item))

    def overlap(self, box: Box) -> float:
        shared = min(self.bottom, box.bottom) - max(self.top, box.top)
        return shared / max(min(self.bottom - self.top, box.height), 1e-9)

    def is_taken(self, strip: Iterable[tuple[Box, T]]) -> bool:
        """Whether something of the row stands above or below one of the boxes: then they belong to another row."""
        return any(_are_stacked(other, box) for box, _ in strip for other, _ in self.items)


def _from_left(items: Iterable[tuple[Box, T]]) -> list[T]:
    return [item for _, item in sorted(items, key=lambda pair: pair[0].left)]


def _around_boxes(boxes: Sequence[Box]) -> Box:
    return boxes[0] if len(boxes) == 1 else _around([c for b in boxes for c in ((b.left, b.top), (b.right, b.bottom))])


def _are_stacked(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > _STACKED * min(one.width, other.width) and down < _ON_TOP * min(one.height, other.height)


def _bounds(box: Mapping[str, Any]) -> tuple[float, float, float, float]:
    """Left, top, width and height; some clients leave out a zero."""
    return (float(box.get("Left") or 0.0), float(box.get("Top") or 0.0),
            float(box.get("Width") or 0.0), float(box.get("Height") or 0.0))


def _turn(point: Point, quarter: int) -> Point:
    x, y = point
    return ((x, y), (y, 1 - x), (1 - x, 1 - y), (1 - y, x))[quarter]


def _quarter(points: Sequence[Point]) -> int:
    (x0, y0), (x1, y1) = points[0], points[1]
    return round(math.degrees(math.atan2(y1 - y0, x1 - x0)) / 90) % 4


def _slope(blocks: Sequence[Block], quarter: int, known: Iterable[tuple[float, float]] = ()) -> float:
    """The median slope of the text's upper edges, each counted by its length.

    :param known: slopes and lengths that count besides.
    """
    edges = list(known)
    for block in blocks:
        points = [_turn(point, quarter) for point in polygon(block)]
        if len(points) >= 2 and points[1][0] > points[0][0]:
            length = points[1][0] - points[0][0]
            edges.append(((points[1][1] - points[0][1]) / length, length))
    half, seen = sum(length for _, length in edges) / 2, 0.0
    for slope, length in sorted(edges):
        seen += length
        if seen >= half:
            return slope
    return 0.0


def _around(points: Sequence[Point]) -> Box:
    across, down = zip(*points, strict=True)
    left, top = min(across), min(down)
    return Box(left, top, max(across) - left, max(down) - top)
