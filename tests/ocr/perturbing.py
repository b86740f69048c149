"""A response as it might have come too: turned, bent, shuffled, cut into chunks, with parts missing."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable, Iterator
from typing import Any

Block = dict[str, Any]
Point = tuple[float, float]
Warp = Callable[[float, float], Point]

_FIELD_PARTS = ("KEY_VALUE_SET", "KEY", "VALUE")
LETTER = 11 / 8.5
"""Height of a page in its widths."""


def quarter_turns(count: int) -> Warp:
    """Clockwise."""
    return lambda x, y: ((x, y), (1 - y, x), (1 - x, 1 - y), (y, 1 - x))[count]


def skewed(degrees: float) -> Warp:
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def warp(x: float, y: float) -> Point:
        across, down = x - 0.5, (y - 0.5) * LETTER
        return cosine * across - sine * down + 0.5, (sine * across + cosine * down) / LETTER + 0.5

    return warp


def bent(height: float) -> Warp:
    """A sheet whose middle hangs lower than its sides by some part of its height, more at its top."""
    return lambda x, y: (x, y + height * math.sin(math.pi * x) * (1 - y / 2))


def seen_from_the_side(share: float) -> Warp:
    """A photograph on which the right edge of the sheet is shorter than the left."""
    return lambda x, y: (x, 0.5 + (y - 0.5) * (1 - share * x))


def warped(blocks: list[Block], warp: Warp) -> list[Block]:
    return [{**block, "Geometry": _warped(block["Geometry"], warp)} if block.get("Geometry") else block
            for block in blocks]


def shuffled(blocks: list[Block], seed: int) -> list[Block]:
    """Blocks and ids in another order, but LAYOUT blocks, whose order Textract documents as that of reading, and the
    words of keys and values, whose order it is too in every real response at hand."""
    chance = random.Random(seed)
    mixed = copy.deepcopy(blocks)
    layout = iter([block for block in mixed if block["BlockType"].startswith("LAYOUT_")])
    chance.shuffle(mixed)
    for block in mixed:
        for relation in block.get("Relationships") or ():
            if block["BlockType"] not in _FIELD_PARTS or relation["Type"] != "CHILD":
                chance.shuffle(relation["Ids"])
    return [next(layout) if block["BlockType"].startswith("LAYOUT_") else block for block in mixed]


def thinned(blocks: list[Block], seed: int, share: float) -> list[Block]:
    """Without some of the blocks; those that are left still refer to them."""
    chance = random.Random(seed)
    return [block for block in blocks if chance.random() > share]


def without(blocks: list[Block], *names: str) -> list[Block]:
    """Blocks that lack some of their members."""
    return [{name: value for name, value in block.items() if name not in names} for block in blocks]


def chunks_of(blocks: list[Block], seed: int) -> Iterator[dict[str, Any]]:
    """A job's result, cut anywhere, as GetDocumentAnalysis gives it by NextToken."""
    chance = random.Random(seed)
    start = 0
    while start < len(blocks):
        size = chance.randrange(1, 120)
        yield {"Blocks": blocks[start:start + size]}
        start += size


def _warped(geometry: dict[str, Any], warp: Warp) -> dict[str, Any]:
    points = [warp(point["X"], point["Y"]) for point in geometry["Polygon"]]
    left, top = (min(point[side] for point in points) for side in (0, 1))
    right, bottom = (max(point[side] for point in points) for side in (0, 1))
    return {
        "BoundingBox": {"Left": left, "Top": top, "Width": right - left, "Height": bottom - top},
        "Polygon": [{"X": x, "Y": y} for x, y in points],
    }
