"""The words and tick boxes of one region in rows, each from left to right.

A region is a cell, a key, a value or a caption. Words of one LINE stand in one row, whatever the paper does there:
Textract has seen that they do. All else is decided by places.
"""

from __future__ import annotations

from collections.abc import Sequence

from include.documents.content import Box
from include.ocr.geometry import Block, Frame, frame_near, frame_of, quarter_of, rows_of_strips
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


def _frame(page: Frame, texts: Sequence[Block], lines: Sequence[Block]) -> Frame:
    words = [block for block in texts if block["BlockType"] == "WORD"]
    if quarter_of(words) not in (None, page.quarter):
        return frame_of(words)
    return frame_near(lines, page) if lines else page
