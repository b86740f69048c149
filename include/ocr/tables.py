"""TABLE blocks as tables: merged regions once, header and section rows marked, titles and footers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from include.documents.content import Cell, CellKind, Table
from include.ocr.geometry import Block, box_of
from include.ocr.graph import PageGraph
from include.ocr.wording import confidence_of, wording

Place = tuple[int, int]

_KINDS = (
    ("COLUMN_HEADER", CellKind.HEADER),
    ("TABLE_SECTION_TITLE", CellKind.SECTION),
    ("TABLE_TITLE", CellKind.SECTION),
)
"""EntityTypes that say what a cell is, the strongest first. A title inside the grid heads the rows below it, as a
section does. TABLE_FOOTER and TABLE_SUMMARY rows are body: a summary holds values; ``Table.footer`` tells a footer."""


@dataclass(frozen=True, slots=True)
class _Region:
    """A cell's block, the single cells that it covers, and its extent."""

    block: Block
    parts: Sequence[Block]
    place: Place
    row_span: int
    column_span: int


def read_table(graph: PageGraph, block: Block) -> Table:
    """One TABLE block.

    A merged cell is one cell with its spans and the whole text of the cells below it. EntityTypes of a merged cell and
    of its parts count alike: responses mark sometimes the one, sometimes the others.
    """
    cells = sorted((_cell(graph, region) for region in _regions(graph, block)), key=lambda c: (c.row, c.column))
    return Table(
        cells=tuple(cells),
        title=_caption(graph, block, "TABLE_TITLE", cells_joined_by=" "),
        footer=_caption(graph, block, "TABLE_FOOTER", cells_joined_by="\n"),
        box=box_of(block),
    )


def cells_of(graph: PageGraph, table: Block) -> list[Block]:
    """The table's single cells, those under its merged cells included, in row and column order."""
    cells = [block for block in graph.related(table) if block["BlockType"] == "CELL"]
    known = {cell["Id"] for cell in cells}
    for merged in graph.related(table, "MERGED_CELL"):
        for part in graph.related(merged):
            if part["BlockType"] == "CELL" and part["Id"] not in known:
                known.add(part["Id"])
                cells.append(part)
    return sorted(cells, key=_place)


def _regions(graph: PageGraph, table: Block) -> Iterator[_Region]:
    single = cells_of(graph, table)
    taken: set[Place] = set()
    for merged in graph.related(table, "MERGED_CELL"):
        covered = set(_covered(merged))
        # Two merged cells that overlap cannot both stand in one grid: the first keeps the place.
        if merged["BlockType"] != "MERGED_CELL" or covered & taken:
            continue
        taken |= covered
        yield _Region(merged, [cell for cell in single if _place(cell) in covered], _place(merged), *_spans(merged))
    for cell in single:
        if _place(cell) not in taken:
            taken |= set(_covered(cell))
            yield _Region(cell, [cell], _place(cell), *_spans(cell))


def _cell(graph: PageGraph, region: _Region) -> Cell:
    text = wording([text for part in region.parts for text in graph.texts(part)], graph.frame)
    return Cell(
        row=region.place[0],
        column=region.place[1],
        text=text.text,
        box=box_of(region.block),
        # The CELL's own confidence is about the grid; what a fact rests on is how well its words were read.
        confidence=confidence_of(region.block) if text.confidence is None else text.confidence,
        row_span=region.row_span,
        column_span=region.column_span,
        kind=_kind([region.block, *region.parts]),
    )


def _kind(blocks: Sequence[Block]) -> CellKind:
    marks = {mark for block in blocks for mark in block.get("EntityTypes") or ()}
    return next((kind for mark, kind in _KINDS if mark in marks), CellKind.BODY)


def _caption(graph: PageGraph, table: Block, relation: str, cells_joined_by: str) -> str | None:
    """Title or footer: the block that the table names, else the cells marked as such."""
    blocks = graph.related(table, relation)
    parts = [wording(graph.texts(block), graph.frame).text for block in blocks]
    if not any(parts):
        marked = [cell for cell in cells_of(graph, table) if relation in (cell.get("EntityTypes") or ())]
        parts = [wording([text for cell in marked if _place(cell)[0] == row for text in graph.texts(cell)],
                         graph.frame).text for row in sorted({_place(cell)[0] for cell in marked})]
    return cells_joined_by.join(filter(None, parts)) or None


def _covered(block: Block) -> Iterator[Place]:
    (row, column), (row_span, column_span) = _place(block), _spans(block)
    for down in range(row_span):
        for right in range(column_span):
            yield row + down, column + right


def _place(block: Block) -> Place:
    return int(block.get("RowIndex") or 1), int(block.get("ColumnIndex") or 1)


def _spans(block: Block) -> tuple[int, int]:
    return int(block.get("RowSpan") or 1), int(block.get("ColumnSpan") or 1)
