"""What stands on the pages of a document, whoever read it: PDF text layer or OCR.

Plain frozen data; :func:`to_json` and :func:`document_from_json` are its stored form (``document.json``).
Geometry is Textract's: ratios (0 to 1) of the page as it is displayed, origin at the top left.
Confidence is a percentage (0 to 100); text that the PDF itself carries has 100.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle on a page, in ratios of the page's width and height."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.top + self.height / 2


class Origin(StrEnum):
    """Who read a page."""

    EMBEDDED = "embedded"
    OCR = "ocr"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    box: Box
    confidence: float = 100.0
    handwritten: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one line in reading order; ``text`` joins them by single blanks."""

    text: str
    box: Box
    confidence: float = 100.0
    words: tuple[Word, ...] = ()


class CellKind(StrEnum):
    BODY = "body"
    HEADER = "header"
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; ``row`` and ``column`` count from 1; a merged region is one cell with its spans.

    ``handwritten``: some of its words are.
    """

    row: int
    column: int
    text: str
    box: Box | None = None
    confidence: float = 100.0
    row_span: int = 1
    column_span: int = 1
    kind: CellKind = CellKind.BODY
    handwritten: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: cells in row and column order; ``rows`` is its grid as text."""

    cells: tuple[Cell, ...]
    title: str | None = None
    footer: str | None = None
    box: Box | None = None

    @property
    def row_count(self) -> int:
        return max((c.row + c.row_span - 1 for c in self.cells), default=0)

    @property
    def column_count(self) -> int:
        return max((c.column + c.column_span - 1 for c in self.cells), default=0)

    @property
    def rows(self) -> list[list[str]]:
        """The grid; a merged cell's text stands in its first place, the others are empty."""
        grid = [[""] * self.column_count for _ in range(self.row_count)]
        for cell in self.cells:
            grid[cell.row - 1][cell.column - 1] = cell.text
        return grid

    def row_cells(self, row: int) -> list[Cell]:
        return sorted((c for c in self.cells if c.row == row), key=lambda c: c.column)


@dataclass(frozen=True, slots=True)
class FormField:
    """A printed label and what was filled in. ``selected`` is None unless the value is a tick box.

    ``handwritten``: some words of the value are.
    """

    key: str
    value: str
    key_box: Box | None = None
    value_box: Box | None = None
    confidence: float = 100.0
    selected: bool | None = None
    handwritten: bool = False


@dataclass(frozen=True, slots=True)
class TickBox:
    """A tick box and the label that stands next to it (empty where none does)."""

    label: str
    selected: bool
    box: Box | None = None
    confidence: float = 100.0


@dataclass(frozen=True, slots=True)
class Signature:
    """A place where somebody signed; ``label`` is the printed text that it answers (empty where none is known)."""

    label: str
    box: Box | None = None
    confidence: float = 100.0


@dataclass(frozen=True, slots=True)
class PageContent:
    """One page. ``number`` counts from 1 in the source document; ``rotation`` is clockwise degrees."""

    number: int
    origin: Origin
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    fields: tuple[FormField, ...] = ()
    tick_boxes: tuple[TickBox, ...] = ()
    signatures: tuple[Signature, ...] = ()
    rotation: float = 0.0
    warnings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class OcrSummary:
    """What OCR did for a document: pages, average confidence of their words (percent), milliseconds from a job's start
    to its results or of all synchronous calls together, the job, and where the raw blocks lie."""

    page_count: int
    average_confidence: float | None
    extraction_time_ms: int
    job_id: str | None = None
    raw_blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TablePart:
    """Where a part of a table stands: the page's number and the place (from 0) among its tables.

    ``repeated_header`` counts the rows at its top that only repeat the header of the first part.
    """

    page: int
    place: int
    repeated_header: int = 0


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """One table of a document; it has several parts where it goes on over pages. Its rows are those of the parts."""

    parts: tuple[TablePart, ...]


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """All pages in page order; ``tables`` says which of the pages' tables are one."""

    document_id: str
    pages: tuple[PageContent, ...]
    ocr: OcrSummary | None = field(default=None)
    tables: tuple[DocumentTable, ...] = ()

    @property
    def text(self) -> str:
        """Every page's text behind its separator, ``--- Page N ---`` or ``--- Page N (OCR) ---``."""
        return "\n".join(f"{_separator(page)}\n{page.text}" for page in self.pages)


def _separator(page: PageContent) -> str:
    return f"--- Page {page.number} (OCR) ---" if page.origin is Origin.OCR else f"--- Page {page.number} ---"


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    """Built on first use: importing this module costs a DAG parse nothing."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def to_json(content: DocumentContent | PageContent) -> bytes:
    """The stored form; the same content gives the same bytes."""
    return _adapter(type(content)).dump_json(content)


def document_from_json(stored: bytes | str) -> DocumentContent:
    """Read :func:`to_json` back.

    :raises pydantic.ValidationError: the bytes are not a stored document.
    """
    content: DocumentContent = _adapter(DocumentContent).validate_json(stored)
    return content
