"""In place of OCR: a specimen's page tells by its squares what is printed on it (``include/samples/specimens``).

A page takes milliseconds, so that a run of thousands waits for what is being tested and not for this machine's OCR.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from include.samples.specimens.printed import HEIGHT, ROW, SIZE, TABLE_RIGHT, WIDTH, Piece, PrintedPage, printed_page
from include.samples.specimens.squares import PageNumber, read_squares
from include.sandbox.blocks import Block, blocks_of
from include.sandbox.geometry import Box, Line, Word
from include.sandbox.layout import Cell, Field, Layout, Table
from include.sandbox.reading import Pixels
from include.sandbox.refusals import Refusal

CONFIDENCE = 99.0
"""Percent, of every word: the stand-in is sure."""


def stand_in_page(image: Pixels, features: Collection[str], number: int | None) -> list[Block]:
    """The blocks of what the generator prints on this page.

    :raises Refusal: BadDocumentException, the page carries no squares. Textract would read it; the stand-in cannot,
        and an answer without text would be taken for a blank page.
    """
    found = read_squares(image)
    if found is None:
        raise Refusal("BadDocumentException", "The page is no specimen")
    name = f"specimen {found.document} {found.page} {number}"
    return blocks_of(_layout(found), Box(0, 0, WIDTH, HEIGHT), _corners, features, name, number)


@lru_cache(maxsize=1000)
def _layout(number: PageNumber) -> Layout:
    page = printed_page(number)
    lines = {piece: _line(piece) for piece in page.pieces()}
    fields = tuple(Field(lines[label].words, lines[value].words) for label, value in page.fields)
    return Layout(tuple(lines.values()), (), (_table(page, lines),), fields)


def _line(piece: Piece) -> Line:
    return Line(tuple(
        Word(text, CONFIDENCE, Box(left, piece.top, right, piece.top + SIZE)) for text, left, right in piece.words()))


def _table(page: PrintedPage, lines: dict[Piece, Line]) -> Table:
    tops = [row[0].top - (ROW - SIZE) / 2 for row in page.rows]
    lefts = [piece.left - 2 for piece in page.rows[0]]
    row_edges, column_edges = (*tops, tops[-1] + ROW), (*lefts, TABLE_RIGHT)
    cells = tuple(
        Cell(row, column, 1, 1, Box(column_edges[column], row_edges[row], column_edges[column + 1], row_edges[row + 1]),
             lines[piece].words, header=row == 0)
        for row, pieces in enumerate(page.rows) for column, piece in enumerate(pieces))
    return Table(cells, row_edges, column_edges, ruled=False)


def _corners(box: Box) -> list[tuple[float, float]]:
    """The page is upright: the corners are the box's own."""
    left, top, right, bottom = box.left / WIDTH, box.top / HEIGHT, box.right / WIDTH, box.bottom / HEIGHT
    return [(left, top), (right, top), (right, bottom), (left, bottom)]
