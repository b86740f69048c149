"""Pages as Textract's blocks, made up: a medical report with running text, a form with tick boxes, and a results table.

Shape, order and size of the blocks are those of GetDocumentAnalysis answers with TABLES and FORMS: PAGE, then LINE,
WORD, SELECTION_ELEMENT, TABLE with its CELLs and TABLE_TITLE, KEY_VALUE_SET; polygons of a page that lies slightly
askew; ids as long as Textract's. The same number gives the same page. No word is anyone's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from random import Random
from typing import Any

Block = dict[str, Any]

COLUMNS = (0.06, 0.36, 0.50, 0.62, 0.82)
"""Left edges of the results table: analyte, value, unit, reference range, remark."""

_TEXT = (
    "the", "specimen", "was", "received", "in", "good", "order", "and", "measured", "twice", "against", "the",
    "control", "of", "that", "day", "so", "that", "every", "value", "below", "is", "the", "mean", "of", "both", "runs")
_ANALYTES = ("Glucose fasting", "Creatinine serum", "Sodium", "Potassium", "Total protein", "Uric acid")
_UNITS = ("mg/dL", "mmol/L", "g/L", "U/L")
_LABELS = ("Visit number:", "Ordered by:", "Collected at:", "Received at:", "Fasting:", "Repeat sample:")
_WORD_WIDTH = 0.0075
"""Page widths per character."""


def page_blocks(number: int, size: float = 1.0) -> list[Block]:
    """One page of about 1,000 blocks.

    :param number: the page's number, from 1, also the seed of its values.
    :param size: how many times as many blocks; the rows of a larger page are closer together.
    """
    text_rows, form_rows, table_rows = (max(1, round(size * rows)) for rows in (20, 14, 34))
    sheet = Sheet(number, rows=text_rows + form_rows + table_rows + 2)
    for row in range(text_rows):
        sheet.line(row, 0.06, " ".join(_TEXT[(number + 7 * row + n) % len(_TEXT)] for n in range(10)))
    for row in range(text_rows, text_rows + form_rows):
        for left in (0.06, 0.52):
            sheet.pair(row, left)
    sheet.table(text_rows + form_rows, sheet.results(table_rows), "Results of this specimen")
    return sheet.blocks()


class Sheet:
    """One page in the making. ``rows`` of text share its height."""

    def __init__(self, number: int, rows: int) -> None:
        self.number = number
        self.pitch = 0.94 / rows
        self.random = Random(number)  # noqa: S311 - made-up values
        self.slope = self.random.uniform(-0.004, 0.004)
        self.kinds: dict[str, list[Block]] = {
            kind: [] for kind in ("LINE", "WORD", "SELECTION_ELEMENT", "TABLE", "KEY_VALUE_SET")}
        self.labels = cycle(_LABELS)
        self.made = 0

    def blocks(self) -> list[Block]:
        """All blocks in Textract's order, the PAGE first."""
        page = self._block("PAGE", 0.0, 0.0, 1.0, 1.0)
        _relate(page, "CHILD", [*self.kinds["LINE"], *self.kinds["TABLE"][:1], *self.kinds["KEY_VALUE_SET"]])
        return [page, *(block for blocks in self.kinds.values() for block in blocks)]

    def line(self, row: int, left: float, text: str) -> list[Block]:
        """A LINE with its WORDs; the words."""
        top, height = self._top(row), 0.6 * self.pitch
        words, at = [], left
        for part in text.split():
            word = self._block("WORD", at, top, _WORD_WIDTH * len(part), height, Text=part, TextType="PRINTED")
            words.append(word)
            at += _WORD_WIDTH * (len(part) + 1)
        line = self._block("LINE", left, top, at - _WORD_WIDTH - left, height, Text=text)
        self.kinds["LINE"].append(_relate(line, "CHILD", words))
        self.kinds["WORD"] += words
        return words

    def pair(self, row: int, left: float) -> None:
        """A label with its value, which is two words or, for every fifth and sixth label, a tick box."""
        label = next(self.labels)
        key = self.line(row, left, label)
        if label in _LABELS[4:]:
            value = [self._tick(row, left + 0.2)]
        else:
            value = self.line(row, left + 0.2, f"{self.random.randrange(10_000):05d} {self.random.randrange(100)}/B")
        top, height = self._top(row), 0.6 * self.pitch
        answer = self._block("KEY_VALUE_SET", left + 0.2, top, 0.2, height, EntityTypes=["VALUE"])
        question = self._block("KEY_VALUE_SET", left, top, 0.15, height, EntityTypes=["KEY"])
        _relate(_relate(question, "VALUE", [answer]), "CHILD", key)
        self.kinds["KEY_VALUE_SET"] += [question, _relate(answer, "CHILD", value)]

    def table(self, first: int, rows: Sequence[Sequence[str]], heading: str) -> None:
        """A TABLE with a title and rows of five cells, the first its header; each cell's text is a LINE of its own."""
        title = self.line(first, COLUMNS[0], heading)
        cells = [
            self._cell(first + 1, row, column, text)
            for row, texts in enumerate(rows, 1)
            for column, text in enumerate(texts, 1)
        ]
        table = self._block("TABLE", COLUMNS[0], self._top(first + 1), 0.88, len(rows) * self.pitch)
        above = self._block("TABLE_TITLE", COLUMNS[0], self._top(first), 0.3, 0.6 * self.pitch)
        _relate(_relate(table, "CHILD", cells), "TABLE_TITLE", [above])
        self.kinds["TABLE"] += [table, *cells, _relate(above, "CHILD", title)]

    def results(self, count: int) -> list[tuple[str, ...]]:
        """A header and made-up results."""
        return [("Analyte", "Value", "Unit", "Reference range", "Remark"), *map(self._result, range(2, count + 1))]

    def _result(self, row: int) -> tuple[str, ...]:
        low = self.random.randrange(10, 90)
        return (_ANALYTES[row % len(_ANALYTES)], f"{self.random.uniform(low, 2 * low):.1f}", _UNITS[row % len(_UNITS)],
                f"{low} - {2 * low}", "checked")

    def _cell(self, first: int, row: int, column: int, text: str) -> Block:
        words = self.line(first + row - 1, COLUMNS[column - 1], text)
        right = (*COLUMNS[1:], 0.94)[column - 1]
        cell = self._block(
            "CELL", COLUMNS[column - 1], self._top(first + row - 1), right - COLUMNS[column - 1], self.pitch,
            RowIndex=row, ColumnIndex=column, RowSpan=1, ColumnSpan=1)
        if row == 1:
            cell["EntityTypes"] = ["COLUMN_HEADER"]
        return _relate(cell, "CHILD", words)

    def _tick(self, row: int, left: float) -> Block:
        status = self.random.choice(("SELECTED", "NOT_SELECTED"))
        tick = self._block("SELECTION_ELEMENT", left, self._top(row), 0.012, 0.6 * self.pitch, SelectionStatus=status)
        self.kinds["SELECTION_ELEMENT"].append(tick)
        return tick

    def _top(self, row: int) -> float:
        return 0.03 + row * self.pitch

    def _block(self, kind: str, left: float, top: float, width: float, height: float, **more: Any) -> Block:
        self.made += 1
        top += self.slope * left + self.random.uniform(-0.0002, 0.0002)
        corners = ((left, top), (left + width, top + self.slope * width),
                   (left + width, top + height + self.slope * width), (left, top + height))
        ys = [y for _, y in corners]
        return {
            "BlockType": kind,
            "Confidence": self.random.uniform(90, 99.99),
            **more,
            "Geometry": {
                "BoundingBox": {"Width": width, "Height": max(ys) - min(ys), "Left": left, "Top": min(ys)},
                "Polygon": [{"X": x, "Y": y} for x, y in corners],
            },
            "Id": f"{self.number:08x}-0000-4000-8000-{self.made:012x}",
            "Page": self.number,
        }


def _relate(block: Block, relation: str, others: list[Block]) -> Block:
    block.setdefault("Relationships", []).append({"Type": relation, "Ids": [other["Id"] for other in others]})
    return block
