"""The words and tick boxes of one region in rows, each from left to right.

A region is a cell, a key, a value or a caption. Words of one LINE stand in one row, whatever the paper does there:
Textract has seen that they do. All else is decided by places.
"""

from __future__ import annotations

from collections.abc import Sequence

from include.documents.content import Box
from include.ocr.geometry import Block, Frame, frame_near, frame_of, quarter_of, rows_of_strips, union
from include.ocr.graph import PageGraph


def text_rows(graph: PageGraph, texts: Sequence[Block]) -> list[list[Block]]:
    """Rows from top to bottom. A block named twice comes once.

    A region whose own words run another way than the page's (a label printed upwards) is read its own way. Where the
    geometry of a block is missing, the order of the region's ids is all there is.
    """
    unique = list({block["Id"]: block for block in texts}.values())
    if len(unique) < 2:
        return [unique] if unique else []
    lines = {str(line["Id"]): line for block in unique if (line := graph.line_of(block))}
    frame = _frame(graph.frame, unique, list(lines.values()))
    places = {str(block["Id"]): frame.place(block) for block in unique}
    if None in places.values():
        return [unique]

    def place(block: Block) -> Box:
        return places[str(block["Id"])] or Box(0.0, 0.0, 0.0, 0.0)

    strips: dict[str, list[Block]] = {}
    for block in unique:
        line = graph.line_of(block)
        strips.setdefault(str(line["Id"] if line else block["Id"]), []).append(block)
    return rows_of_strips(strips.values(), place)


def told_rows(graph: PageGraph, texts: Sequence[Block]) -> list[list[Block]]:
    """Rows of a key or a value: its LINEs in the order of its ids, each from left to right.

    Of the words of keys and values that order is Textract's own reading, which knows what stands in columns beside each
    other; places alone would read across them. It is not relied on where something stands in no LINE, such as a tick
    box, or where a LINE would come after another that stands below it.
    """
    told: dict[str, list[Block]] = {}
    for block in texts:
        line = graph.line_of(block)
        if line is None:
            return text_rows(graph, texts)
        told.setdefault(str(line["Id"]), []).append(block)
    groups = [row for words in told.values() for row in text_rows(graph, words)]
    if len(groups) < 2:
        return groups
    boxes = [union(place for block in group if (place := graph.frame.place(block))) for group in groups]
    above = any(
        earlier and later and _stands_above(later, earlier)
        for number, later in enumerate(boxes) for earlier in boxes[:number])
    return text_rows(graph, texts) if above else groups


def _stands_above(one: Box, other: Box) -> bool:
    beside = min(one.right, other.right) <= max(one.left, other.left)
    return not beside and one.middle[1] < other.top


def _frame(page: Frame, texts: Sequence[Block], lines: Sequence[Block]) -> Frame:
    words = [block for block in texts if block["BlockType"] == "WORD"]
    if quarter_of(words) not in (None, page.quarter):
        return frame_of(words)
    return frame_near(lines, page) if lines else page
