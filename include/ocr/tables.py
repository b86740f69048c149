"""TABLE blocks as tables: merged regions once, header and section rows marked, titles and footers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from include.documents.content import Cell, CellKind, Table
from include.ocr.geometry import Block, box_of
from include.ocr.graph import PageGraph
from include.ocr.wording import Wording, confidence_of, in_reading_order, wording

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
        title=_caption(graph, block, "TABLE_TITLE", joined_by=" "),
        footer=_caption(graph, block, "TABLE_FOOTER", joined_by="\n"),
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
    """Merged cells, then the single ones that none of them covers; every CELL's words come in one region.

    What would stand twice in one place of the grid cannot: of two merged cells that overlap, the upper left one keeps
    the place and the other is read as the single cells that it covers; two CELLs of one place are one.
    """
    cells: dict[Place, list[Block]] = {}
    for cell in cells_of(graph, table):
        cells.setdefault(_place(cell), []).append(cell)
    merged = [block for block in graph.related(table, "MERGED_CELL") if block["BlockType"] == "MERGED_CELL"]
    taken: set[Place] = set()
    for block in [*sorted(merged, key=_place), *(own[0] for own in cells.values())]:
        place, spans = _place(block), _spans(block)
        covered = _covered(place, spans)
        if block["BlockType"] == "CELL" and place not in taken and covered & taken:
            covered, spans = {place}, (1, 1)
        if not covered & taken:
            taken |= covered
            yield _Region(block, [cell for one in sorted(covered) for cell in cells.get(one, ())], place, *spans)


def _cell(graph: PageGraph, region: _Region) -> Cell:
    text = wording(graph, [text for part in region.parts for text in graph.texts(part)])
    return Cell(
        row=region.place[0],
        column=region.place[1],
        text=text.text,
        box=box_of(region.block),
        confidence=_confidence(graph, region, text),
        row_span=region.row_span,
        column_span=region.column_span,
        kind=_kind([region.block, *region.parts]),
        handwritten=text.handwritten,
    )


def _confidence(graph: PageGraph, region: _Region, text: Wording) -> float:
    """How well the words were read: a fact rests on them. The CELL's own confidence is about the grid; it counts where
    there are no words. Where a word is missing from the response, what is left is not to be relied on."""
    if not all(map(graph.is_whole, {block["Id"]: block for block in (region.block, *region.parts)}.values())):
        return 0.0
    return confidence_of(region.block) if text.confidence is None else text.confidence


def _kind(blocks: Sequence[Block]) -> CellKind:
    marks = {mark for block in blocks for mark in block.get("EntityTypes") or ()}
    return next((kind for mark, kind in _KINDS if mark in marks), CellKind.BODY)


def _caption(graph: PageGraph, table: Block, relation: str, joined_by: str) -> str | None:
    """Title or footer: the blocks that the table names, from top to bottom, else the cells marked as such, by rows."""
    blocks = in_reading_order(graph.related(table, relation), graph.frame)
    parts = [wording(graph, graph.texts(block)).text for block in blocks]
    if not any(parts):
        rows: dict[int, list[Block]] = {}
        for cell in cells_of(graph, table):
            if relation in (cell.get("EntityTypes") or ()):
                rows.setdefault(_place(cell)[0], []).extend(graph.texts(cell))
        parts = [wording(graph, texts).text for texts in rows.values()]
    return joined_by.join(filter(None, parts)) or None


def _covered(place: Place, spans: Place) -> set[Place]:
    return {(place[0] + down, place[1] + right) for down in range(spans[0]) for right in range(spans[1])}


def _place(block: Block) -> Place:
    return int(block.get("RowIndex") or 1), int(block.get("ColumnIndex") or 1)


def _spans(block: Block) -> Place:
    return int(block.get("RowSpan") or 1), int(block.get("ColumnSpan") or 1)
