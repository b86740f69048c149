"""LINE blocks as lines, in the order in which a person reads the page."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

from include.documents.content import Box, Line
from include.ocr.geometry import Block, box_of, frame_of, quarter_of, rows, union
from include.ocr.graph import PageGraph
from include.ocr.reading_order import Piece, in_order
from include.ocr.tables import cells_of
from include.ocr.wording import confidence_of, in_reading_order, spoken, word

_NOWHERE = Box(0.0, 0.0, 0.0, 0.0)


def read_lines(graph: PageGraph) -> Iterator[Line]:
    """The page's lines; a table's lines stay together, row by row; columns of text do not interleave.

    Words that no line of the response holds become lines of their own: nothing that was read is lost.
    """
    lines = [(block, graph.related(block)) for block in graph.of_type("LINE")]
    held = {child["Id"] for _, words in lines for child in words}
    loose = [block for block in graph.of_type("WORD") if block["Id"] not in held]
    found = [(_line(graph, block, words), block, words) for block, words in lines]
    for row in rows(loose, lambda block: graph.frame.place(block) or _NOWHERE):
        found.append((_line_of_words(row), row[0], row))
    places = _cell_places(graph)
    layout = _layout_ranks(graph)
    pieces = [
        Piece(
            content=line,
            box=_upright_box(graph, block, words),
            words=len(line.text.split()),
            table=_table_place(words, places),
            layout=layout.get(block["Id"]),
        )
        for line, block, words in found
    ]
    yield from in_order(pieces)


def _line(graph: PageGraph, block: Block, words: list[Block]) -> Line:
    """A line's own text stands where some of its words are missing; else its words in the order of their places."""
    ordered = _from_the_left(graph, block, words) if len(words) > 1 else words
    joined = " ".join(filter(None, map(spoken, ordered)))
    stated = str(block.get("Text") or "").strip()
    same_words = sorted(joined.split()) == sorted(stated.split())
    return Line(
        text=joined if joined and (same_words or not stated) else stated,
        box=box_of(block) or union(box for box in map(box_of, words) if box) or _NOWHERE,
        confidence=confidence_of(block),
        words=tuple(map(word, ordered)),
    )


def _from_the_left(graph: PageGraph, line: Block, words: list[Block]) -> list[Block]:
    """A line's words, as the line itself runs: a label printed upwards has another way than its page.

    Where the geometry of a word is missing, the order of the ids is all there is.
    """
    frame = graph.frame if quarter_of([line]) in (None, graph.frame.quarter) else frame_of([line])
    lefts = [(place.left, word) for word in words if (place := frame.place(word))]
    return [word for _, word in sorted(lefts, key=itemgetter(0))] if len(lefts) == len(words) else words


def _line_of_words(words: list[Block]) -> Line:
    return Line(
        text=" ".join(map(spoken, words)),
        box=union(box for box in map(box_of, words) if box) or _NOWHERE,
        confidence=min(map(confidence_of, words)),
        words=tuple(map(word, words)),
    )


def _upright_box(graph: PageGraph, block: Block, words: list[Block]) -> Box:
    if block["BlockType"] == "LINE" and (box := graph.frame.place(block)):
        return box
    return union(box for box in map(graph.frame.place, words) if box) or _NOWHERE


def _cell_places(graph: PageGraph) -> dict[str, tuple[int, int, int]]:
    """Table (by its place on the page), row and column of each word that stands in a cell; of two tables that hold the
    word, the smaller: it stands in a cell of the other."""
    places: dict[str, tuple[int, int, int]] = {}
    tables = enumerate(in_reading_order(graph.of_type("TABLE"), graph.frame))
    for number, table in sorted(tables, key=lambda entry: _area(box_of(entry[1]))):
        for cell in cells_of(graph, table):
            for text in graph.texts(cell):
                place = (number, int(cell.get("RowIndex") or 1), int(cell.get("ColumnIndex") or 1))
                places.setdefault(str(text["Id"]), place)
    return places


def _area(box: Box | None) -> float:
    return box.width * box.height if box else 0.0


def _table_place(words: list[Block], places: dict[str, tuple[int, int, int]]) -> tuple[int, int, int] | None:
    """Where a line begins in a table; None where most of its words stand outside of any."""
    inside = [places[text["Id"]] for text in words if text["Id"] in places]
    return min(inside) if inside and 2 * len(inside) >= len(words) else None


def _layout_ranks(graph: PageGraph) -> dict[str, int]:
    """Each line's rank by its LAYOUT block, which responses list in reading order.

    A LAYOUT_LIST holds LAYOUT_TEXT blocks that are listed beside it: their lines take the innermost one's rank.
    """
    ranks: dict[str, int] = {}
    for rank, block in enumerate(block for block in graph.blocks.values() if block["BlockType"].startswith("LAYOUT_")):
        for child in graph.related(block):
            if child["BlockType"] == "LINE":
                ranks[str(child["Id"])] = rank
    return ranks
