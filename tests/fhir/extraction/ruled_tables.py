"""Pages with one table whose cells are known, as the reader of a page with ruled lines tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from include.documents.content import Box, Cell, DocumentContent, Table
from include.fhir.extraction import extract
from include.fhir.facts import DocumentFacts
from tests.fhir.extraction.conftest import written_page

_HEIGHT, _LETTER = 0.02, 0.01


def read_with_table(above: str, rows: Sequence[Sequence[str]], below: str = "") -> DocumentFacts:
    """The facts of a page that prints lines, a table below them, and lines below it."""
    texts = above.strip("\n").splitlines()
    width = [max(len(row[n]) for row in rows) + 3 for n in range(len(rows[0]))]
    lefts = [sum(width[:n]) for n in range(len(width) + 1)]
    body = ["".join(text.ljust(size) for text, size in zip(row, width, strict=True)) for row in rows]
    page = written_page(1, "\n".join([*texts, *body, *below.strip("\n").splitlines()]))
    first = len(texts)
    cells = tuple(
        Cell(r + 1, c + 1, text, Box(lefts[c] * _LETTER, (first + r) * _HEIGHT, width[c] * _LETTER, _HEIGHT * 0.9))
        for r, row in enumerate(rows) for c, text in enumerate(row)
    )  # fmt: skip
    box = Box(0, first * _HEIGHT, lefts[-1] * _LETTER, len(rows) * _HEIGHT)
    return extract(DocumentContent("d", (replace(page, tables=(Table(cells, box=box),)),)))
