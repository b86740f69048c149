"""SELECTION_ELEMENT blocks with the label that stands next to each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from include.documents.content import Box, TickBox
from include.ocr.forms import keys_of
from include.ocr.geometry import Block, Frame, box_of, polygon
from include.ocr.graph import PageGraph
from include.ocr.tables import cells_of
from include.ocr.text_rows import text_rows
from include.ocr.wording import confidence_of, in_reading_order, is_selected, spoken, wording, wording_of_field

_NEAR = 0.05
"""Widest gap, in page widths, between a tick box outside of any table and the words that are its label."""


def read_tick_boxes(graph: PageGraph) -> Iterator[TickBox]:
    """Every tick box of the page in reading order.

    The label is the key that the response pairs the box with; else the words beside it in its cell; else, where a cell
    holds nothing but the box, its row's label (with the column's heading where the row has several boxes); else the
    nearest words of its row on the page. It is empty where no words are near.
    """
    marks = graph.of_type("SELECTION_ELEMENT")
    if not marks:
        return
    labels = {**_from_cells(graph), **_from_fields(graph)}
    if any(mark["Id"] not in labels for mark in marks):
        labels = {**_from_rows(graph), **labels}
    for mark in in_reading_order(marks, graph.frame):
        yield TickBox(
            label=labels.get(mark["Id"], ""),
            selected=is_selected(mark),
            box=box_of(mark),
            confidence=confidence_of(mark),
        )


def _from_fields(graph: PageGraph) -> dict[str, str]:
    labels: dict[str, str] = {}
    for key in keys_of(graph):
        for value in graph.related(key, "VALUE"):
            beside = _beside(graph, graph.texts(value))
            name = wording_of_field(graph, graph.texts(key)).text if len(beside) == 1 else ""
            found = {mark: label or name for mark, label in beside.items()}
            labels.update({mark: label for mark, label in found.items() if label})
    return labels


def _from_cells(graph: PageGraph) -> dict[str, str]:
    labels: dict[str, str] = {}
    for table in graph.of_type("TABLE"):
        cells = cells_of(graph, table)
        bare: list[tuple[Block, str]] = []
        for cell in cells:
            beside = _beside(graph, graph.texts(cell))
            if len(beside) == 1 and not any(beside.values()):
                bare.append((cell, next(iter(beside))))
            labels.update({mark: label for mark, label in beside.items() if label})
        labels.update(_of_bare_cells(graph, cells, bare))
    return labels


def _of_bare_cells(graph: PageGraph, cells: Sequence[Block], bare: Sequence[tuple[Block, str]]) -> dict[str, str]:
    """Labels of cells that hold one tick box and nothing else."""
    with_marks = {cell["Id"] for cell, _ in bare}
    labels = {}
    for cell, mark in bare:
        row, column = cell.get("RowIndex"), cell.get("ColumnIndex")
        in_row = [other for other in cells if other.get("RowIndex") == row]
        in_column = [other for other in cells if other.get("ColumnIndex") == column]
        name = _first_text(graph, [other for other in in_row if other["Id"] not in with_marks])
        heading = _first_text(graph, in_column[:1]) if sum(o["Id"] in with_marks for o in in_row) > 1 else ""
        labels[mark] = " ".join(filter(None, (name, heading)))
    return {mark: label for mark, label in labels.items() if label}


def _first_text(graph: PageGraph, cells: Sequence[Block]) -> str:
    words = ([text for text in graph.texts(cell) if text["BlockType"] == "WORD"] for cell in cells)
    return next(filter(None, (wording(graph, texts).text for texts in words)), "")


def _from_rows(graph: PageGraph) -> dict[str, str]:
    """Labels from the words of the same row of the page, up to the first wide gap."""
    texts = [block for block in graph.of_type("WORD", "SELECTION_ELEMENT") if polygon(block)]
    labels: dict[str, str] = {}
    for row in text_rows(graph, texts):
        for group in _near_groups(row, graph.frame):
            labels.update({mark: label for mark, label in _labels_of_row(group).items() if label})
    return labels


def _near_groups(row: Sequence[Block], frame: Frame) -> Iterator[list[Block]]:
    group: list[Block] = []
    for block in row:
        if group and _placed(frame, block).left - _placed(frame, group[-1]).right > _NEAR:
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _beside(graph: PageGraph, texts: Sequence[Block]) -> dict[str, str]:
    """Label (or empty) of each tick box among the texts of one region."""
    labels: dict[str, str] = {}
    if not any(text["BlockType"] == "SELECTION_ELEMENT" for text in texts):
        return labels
    for row in text_rows(graph, texts):
        labels.update(_labels_of_row(row))
    return labels


def _labels_of_row(row: Sequence[Block]) -> dict[str, str]:
    """A box stands before its label (``[X] Yes [ ] No``), unless the row begins with words and ends with a box
    (``Yes [X] No [ ]``)."""
    is_mark = [block["BlockType"] == "SELECTION_ELEMENT" for block in row]
    label_first = bool(row) and not is_mark[0] and is_mark[-1]
    labels: dict[str, str] = {}
    words: list[str] = []
    for block in row if label_first else reversed(row):
        if block["BlockType"] == "SELECTION_ELEMENT":
            labels[str(block["Id"])] = " ".join(words if label_first else reversed(words))
            words = []
        else:
            words.append(spoken(block))
    return labels


def _placed(frame: Frame, block: Block) -> Box:
    return frame.place(block) or Box(0.0, 0.0, 0.0, 0.0)
