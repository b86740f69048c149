"""A page's layout as Textract's blocks (https://docs.aws.amazon.com/textract/latest/dg/how-it-works-document-layout.html).

Ids follow from the page's content and the block's place, so that the same page has the same answer.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from include.sandbox.geometry import Box, Item, Line, around, visual_rows
from include.sandbox.layout import Cell, Field, Layout, Table

Block = dict[str, Any]
Outline = Callable[[Box], list[tuple[float, float]]]
"""From a box of the upright page to four corners of the given page, as parts of its width and height."""


@dataclass
class _Page:
    """The blocks of one page while they are being made."""

    name: str
    outline: Outline
    number: int | None
    blocks: list[Block] = field(default_factory=list)
    ids: dict[int, str] = field(default_factory=dict)

    def add(self, kind: str, box: Box, **members: Any) -> Block:
        digest = hashlib.sha256(f"{self.name} {len(self.blocks)}".encode()).digest()
        block: Block = {"BlockType": kind}
        if "Confidence" in members:
            block["Confidence"] = round(members.pop("Confidence"), 4)
        block |= {name: value for name, value in members.items() if name != "Relationships"}
        block["Geometry"] = _geometry(self.outline(box))
        block["Id"] = str(uuid.UUID(bytes=digest[:16], version=4))
        relationships = [
            {"Type": kind, "Ids": list(ids)} for kind, ids in members.get("Relationships", ()) if ids]
        if relationships:
            block["Relationships"] = relationships
        if self.number is not None:
            block["Page"] = self.number
        self.blocks.append(block)
        return block

    def id_of(self, item: Item) -> str:
        return self.ids[id(item)]


def blocks_of(
        layout: Layout, size: Box, outline: Outline, features: Collection[str], name: str, page: int | None = None,
) -> list[Block]:
    """All blocks of a page; a blank page has its PAGE block alone.

    :param size: the whole upright page.
    :param features: FeatureTypes; TABLES and FORMS decide which structures are given.
    :param name: identifies the page's content.
    :param page: the page's number, which only answers of jobs carry.
    """
    making = _Page(name, outline, page)
    whole = making.add("PAGE", size)
    children = [_line(making, line) for row in visual_rows(layout.lines) for line in row]
    for line, words in children:
        line["Relationships"] = [{"Type": "CHILD", "Ids": words}]
    top = [line["Id"] for line, _ in children]
    structured = {"TABLES", "FORMS"} & set(features)
    if structured:
        for tick in layout.ticks:
            block = making.add(
                "SELECTION_ELEMENT", tick.box, Confidence=tick.confidence,
                SelectionStatus="SELECTED" if tick.selected else "NOT_SELECTED")
            making.ids[id(tick)] = block["Id"]
    if "FORMS" in structured:
        for pair in layout.fields:
            top += _pair(making, pair, size)
    if "TABLES" in structured:
        top += [_table(making, table) for table in layout.tables]
    if top:
        whole["Relationships"] = [{"Type": "CHILD", "Ids": top}]
    return making.blocks


def _geometry(corners: Sequence[tuple[float, float]]) -> dict[str, Any]:
    xs = [min(1.0, max(0.0, x)) for x, _ in corners]
    ys = [min(1.0, max(0.0, y)) for _, y in corners]
    return {
        "BoundingBox": {
            "Width": max(xs) - min(xs), "Height": max(ys) - min(ys), "Left": min(xs), "Top": min(ys)},
        "Polygon": [{"X": x, "Y": y} for x, y in zip(xs, ys, strict=True)]}


def _line(making: _Page, line: Line) -> tuple[Block, list[str]]:
    block = making.add("LINE", line.box, Confidence=line.confidence, Text=line.text)
    ids = []
    for word in line.words:
        made = making.add("WORD", word.box, Confidence=word.confidence, Text=word.text, TextType="PRINTED")
        making.ids[id(word)] = made["Id"]
        ids.append(made["Id"])
    return block, ids


def _confidence(items: Sequence[Item]) -> float:
    """The least certain item's: a field is no better than its worst word."""
    return min((item.confidence for item in items), default=90.0)


def _pair(making: _Page, pair: Field, size: Box) -> list[str]:
    key_box = around(item.box for item in pair.key)
    value_box = around(item.box for item in pair.value) if pair.value else Box(
        key_box.right, key_box.top, min(size.right, key_box.right + key_box.height), key_box.bottom)
    certainty = _confidence([*pair.key, *pair.value])
    value = making.add(
        "KEY_VALUE_SET", value_box, Confidence=certainty, EntityTypes=["VALUE"],
        Relationships=[("CHILD", [making.id_of(item) for item in pair.value])])
    key = making.add(
        "KEY_VALUE_SET", key_box, Confidence=certainty, EntityTypes=["KEY"],
        Relationships=[("VALUE", [value["Id"]]), ("CHILD", [making.id_of(item) for item in pair.key])])
    return [key["Id"], value["Id"]]


def _table(making: _Page, table: Table) -> str:
    block = making.add("TABLE", table.box, Confidence=_confidence(
        [item for cell in table.cells for item in cell.items]))
    cells: list[str] = []
    merged: list[str] = []
    for cell in table.cells:
        ids = _grid_cells(making, table, cell)
        cells += ids
        if len(ids) > 1:
            members: dict[str, Any] = {"EntityTypes": _entities(cell)} if _entities(cell) else {}
            made = making.add(
                "MERGED_CELL", cell.box, Confidence=_confidence(cell.items),
                RowIndex=cell.row + 1, ColumnIndex=cell.column + 1, RowSpan=cell.row_span,
                ColumnSpan=cell.column_span, Relationships=[("CHILD", ids)], **members)
            merged.append(made["Id"])
    block["Relationships"] = [
        {"Type": kind, "Ids": ids} for kind, ids in (("CHILD", cells), ("MERGED_CELL", merged)) if ids]
    return str(block["Id"])


def _grid_cells(making: _Page, table: Table, cell: Cell) -> list[str]:
    """One CELL for each grid position; a merged region's words stand in the first of them."""
    ids = []
    for row in range(cell.row, cell.row + cell.row_span):
        for column in range(cell.column, cell.column + cell.column_span):
            alone = cell.row_span * cell.column_span == 1
            box = cell.box if alone else Box(
                table.column_edges[column], table.row_edges[row],
                table.column_edges[column + 1], table.row_edges[row + 1])
            first = row == cell.row and column == cell.column
            members: dict[str, Any] = {"EntityTypes": _entities(cell)} if _entities(cell) else {}
            made = making.add(
                "CELL", box, Confidence=_confidence(cell.items), RowIndex=row + 1, ColumnIndex=column + 1,
                RowSpan=1, ColumnSpan=1,
                Relationships=[("CHILD", [making.id_of(item) for item in cell.items] if first else [])], **members)
            ids.append(made["Id"])
    return ids


def _entities(cell: Cell) -> list[str]:
    if cell.header:
        return ["COLUMN_HEADER"]
    return ["TABLE_SECTION_TITLE"] if cell.section else []
