"""What AWS's own two readers make of a response, and what ours does, as statements that can be compared.

amazon-textract-textractor and amazon-textract-response-parser (``trp``) are installed for tests only, see
``requirements-second-opinion.txt``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

from include.ocr.blocks import read_pages

Statement = tuple[str, ...]
"""``line``, page, text; ``field``, page, key, value; ``cell``, page, row, column, text; ``tick``, page, mark."""

Statements = Counter[Statement]

MARKS = {"SELECTED": "[X]", "NOT_SELECTED": "[ ]"}


def blocks_of(path: Path) -> list[dict[str, Any]]:
    response = json.loads(path.read_text())
    chunks = response if isinstance(response, list) else [response]
    return [block for chunk in chunks for block in chunk.get("Blocks") or ()]


def ours(path: Path) -> Statements:
    return _counted(_of_ours(path))


def of_textractor(path: Path) -> Statements:
    from textractor.parsers import response_parser

    document = response_parser.parse(json.loads(path.read_text()))
    return _counted(found for page in document.pages for found in _of_textractor_page(str(page.page_num), page))


def of_trp(path: Path) -> Statements:
    import trp

    document = trp.Document(json.loads(path.read_text()))
    return _counted(found for number, page in enumerate(document.pages, 1) for found in _of_trp_page(str(number), page))


def expected(path: Path) -> Statements:
    """Cells and fields of ``*.expected.json``; it counts lines but does not print them."""
    facts = json.loads(path.with_name(f"{path.name}.expected.json").read_text())
    fields = [("field", str(page), key, value) for page, key, value, *_ in facts["key_values"]]
    return _counted([*fields, *(found for table in facts["tables"] for found in _of_expected_table(table))])


def plain(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()


def _counted(found: Iterable[Statement]) -> Statements:
    """Texts with single blanks. Empty cells say nothing; neither do fields without any text."""
    cleaned = (tuple(map(plain, statement)) for statement in found)
    return Counter(s for s in cleaned if s[0] in ("line", "tick") or (s[0] == "cell" and s[-1]) or any(s[2:]))


def _of_ours(path: Path) -> Iterator[Statement]:
    for page in read_pages(blocks_of(path)):
        number = str(page.number)
        yield from (("line", number, line.text) for line in page.lines)
        yield from (("tick", number, "[X]" if tick.selected else "[ ]") for tick in page.tick_boxes)
        yield from (("field", number, field.key, field.value) for field in page.fields)
        for table in page.tables:
            yield from (("cell", number, str(cell.row), str(cell.column), cell.text) for cell in table.cells)


def _of_expected_table(table: dict[str, Any]) -> Iterator[Statement]:
    page = str(table["page"])
    inside = set()
    for region in table["merged"]:
        rows = range(region["row"], region["row"] + region["rowspan"])
        inside |= {(row, column) for row in rows for column in range(region["col"], region["col"] + region["colspan"])}
        yield "cell", page, str(region["row"]), str(region["col"]), region["text"]
    for row, texts in enumerate(table["grid"], 1):
        for column, text in enumerate(texts, 1):
            if (row, column) not in inside:
                yield "cell", page, str(row), str(column), text


def _of_textractor_page(number: str, page: Any) -> Iterator[Statement]:
    yield from (("line", number, line.text) for line in page.lines)
    yield from (("field", number, " ".join(word.text for word in pair.key), pair.get_text().removeprefix(
        " ".join(word.text for word in pair.key))) for pair in page.key_values)
    for pair in page.checkboxes:
        mark = "[X]" if pair.is_selected() else "[ ]"
        yield "field", number, " ".join(word.text for word in pair.key), mark
    for table in page.tables:
        for cell in table.table_cells:
            row, column, *_ = cell._get_merged_cell_range()
            if (cell.row_index, cell.col_index) == (row, column):
                yield "cell", number, str(row), str(column), cell.text


def _of_trp_page(number: str, page: Any) -> Iterator[Statement]:
    yield from (("line", number, line.text) for line in page.lines)
    for pair in page.form.fields:
        value = pair.value.text if pair.value else ""
        yield "field", number, pair.key.text if pair.key else "", MARKS.get(value, value)
    for table in page.tables:
        for row in table.rows:
            for cell in row.cells:
                parent = cell._mergedCellParent if cell._isChildOfMergedCell else cell
                if (cell.rowIndex, cell.columnIndex) == (parent.rowIndex, parent.columnIndex):
                    text = re.sub(r"\b(SELECTED|NOT_SELECTED),", lambda mark: MARKS[mark[1]], cell.mergedText + " ")
                    yield "cell", number, str(cell.rowIndex), str(cell.columnIndex), text


def rotation(blocks: list[dict[str, Any]]) -> float:
    """The most that a page is turned, in degrees."""
    return max(page.rotation for page in read_pages(blocks))


def is_merged(statement: Statement | None, blocks: list[dict[str, Any]]) -> bool:
    """Whether a cell's statement begins a MERGED_CELL of the response."""
    return statement is not None and statement[0] == "cell" and any(
        block["BlockType"] == "MERGED_CELL" and statement[2:4] == (str(block["RowIndex"]), str(block["ColumnIndex"]))
        for block in blocks)


def stand_side_by_side(statement: Statement | None, blocks: list[dict[str, Any]]) -> bool:
    """Whether each word of the last text ends left of the next, level with it."""
    texts = statement[-1].split() if statement else []
    boxes = [block["Geometry"]["BoundingBox"] for text in texts for block in blocks
             if block["BlockType"] == "WORD" and block["Text"] == text]
    return len(boxes) == len(texts) and all(
        one["Left"] + one["Width"] <= other["Left"] and one["Top"] < other["Top"] + other["Height"] / 2
        and other["Top"] < one["Top"] + one["Height"] / 2
        for one, other in pairwise(boxes))


def stand_staggered(statement: Statement | None, blocks: list[dict[str, Any]]) -> bool:
    """Whether lines of the last text overlap in height without being level."""
    boxes = [block["Geometry"]["BoundingBox"] for block in blocks
             if block["BlockType"] == "LINE" and statement and block["Text"] in statement[-1]]
    return any(one["Height"] / 5 < other["Top"] - one["Top"] < one["Height"]
               for one, other in permutations(boxes, 2))
