"""Textract blocks put on a page by hand."""

from __future__ import annotations

from typing import Any

import pytest

Block = dict[str, Any]
Corner = tuple[float, float]


def _turned(corner: Corner, quarter: int) -> Corner:
    """Where a corner of the upright page is displayed after clockwise quarter turns."""
    x, y = corner
    return ((x, y), (1 - y, x), (1 - x, 1 - y), (y, 1 - x))[quarter]


class Sheet:
    """A page on which blocks are put in upright places; it shows them turned by ``quarter`` and skewed by ``slope``."""

    def __init__(self, number: int | None = None, quarter: int = 0, slope: float = 0.0) -> None:
        self.number, self.quarter, self.slope = number, quarter, slope
        self.blocks: list[Block] = []

    def block(self, kind: str, left: float, top: float, width: float, height: float, **more: Any) -> Block:
        corners = ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
        skewed = [(x, y + self.slope * x) for x, y in corners]
        points = [_turned(corner, self.quarter) for corner in skewed]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        block: Block = {
            "BlockType": kind,
            "Id": f"{self.number or 1}-{len(self.blocks)}",
            "Confidence": 99.0,
            "Geometry": {
                "BoundingBox": {
                    "Left": min(xs), "Top": min(ys), "Width": max(xs) - min(xs), "Height": max(ys) - min(ys),
                },
                "Polygon": [{"X": x, "Y": y} for x, y in points],
            },
            **more,
        }
        if self.number is not None:
            block["Page"] = self.number
        self.blocks.append(block)
        return block

    def word(self, text: str, left: float, top: float, confidence: float = 99.0, **more: Any) -> Block:
        return self.block("WORD", left, top, 0.008 * len(text), 0.01, Text=text, Confidence=confidence, **more)

    def words(self, text: str, left: float, top: float) -> list[Block]:
        found = []
        for part in text.split():
            found.append(self.word(part, left, top))
            left += 0.008 * (len(part) + 1)
        return found

    def line(self, text: str, left: float, top: float) -> Block:
        words = self.words(text, left, top)
        line = self.block("LINE", left, top, 0.008 * len(text), 0.01, Text=text)
        return self.link(line, "CHILD", words)

    def tick(self, selected: bool, left: float, top: float, **more: Any) -> Block:
        status = "SELECTED" if selected else "NOT_SELECTED"
        return self.block("SELECTION_ELEMENT", left, top, 0.01, 0.01, SelectionStatus=status, **more)

    def cell(self, row: int, column: int, children: list[Block], kind: str = "CELL", **more: Any) -> Block:
        place = (0.1 + 0.2 * (column - 1), 0.1 + 0.05 * (row - 1), 0.2, 0.05)
        indexes = {"RowIndex": row, "ColumnIndex": column, "RowSpan": 1, "ColumnSpan": 1}
        return self.link(self.block(kind, *place, **{**indexes, **more}), "CHILD", children)

    def grid(self, *rows: tuple[str, ...]) -> list[list[Block]]:
        """Cells with their words, row by row."""
        return [
            [self.cell(row, column, self.words(text, 0.11 + 0.2 * (column - 1), 0.11 + 0.05 * (row - 1)))
             for column, text in enumerate(texts, 1)]
            for row, texts in enumerate(rows, 1)
        ]

    def table(self, cells: list[Block], merged: list[Block] | None = None) -> Block:
        table = self.block("TABLE", 0.1, 0.1, 0.8, 0.05 * max(cell["RowIndex"] for cell in cells))
        return self.link(self.link(table, "CHILD", cells), "MERGED_CELL", merged or [])

    def pair(self, key: list[Block], value: list[Block], confidence: float = 99.0) -> Block:
        """A KEY with its VALUE; the KEY is returned."""
        first = key[0]["Geometry"]["BoundingBox"] if key else {"Left": 0.0, "Top": 0.0}
        place = (first["Left"], first["Top"], 0.1, 0.01)
        answer = self.block("KEY_VALUE_SET", *place, EntityTypes=["VALUE"], Confidence=confidence)
        label = self.block("KEY_VALUE_SET", *place, EntityTypes=["KEY"], Confidence=confidence)
        self.link(answer, "CHILD", value)
        return self.link(self.link(label, "CHILD", key), "VALUE", [answer])

    @staticmethod
    def link(block: Block, relation: str, others: list[Block]) -> Block:
        if others:
            ids = [other["Id"] for other in others]
            block.setdefault("Relationships", []).append({"Type": relation, "Ids": ids})
        return block


@pytest.fixture
def sheet() -> Sheet:
    return Sheet()


@pytest.fixture
def sheets() -> type[Sheet]:
    """For pages that are numbered, turned or skewed."""
    return Sheet
