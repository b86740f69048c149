"""Generated laboratory tables: what is printed in each row, and the pages that print it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from include.documents.content import Box, Cell, Line, Origin, PageContent, Table, Word

HEADERS = {
    "test": ("Test", "Test Name", "Component", "Analyte", "Investigation", "Parameter", "TESTS", "Examination"),
    "result": ("Result", "Results", "Value", "Your Value", "Test Result", "Observed Value", "RESULT"),
    "units": ("Units", "Unit", "UOM", "UNITS"),
    "range": ("Reference Range", "Ref. Range", "Reference Interval", "Normal Range", "Expected Range",
              "Biological Reference Interval", "Limits"),
    "flag": ("Flag", "Abnormal", "H/L", "FLAG", "Abn"),
}
"""Header words by what their column holds."""

_KNOWN = (
    ("Sodium", "mmol/L"), ("Potassium", "mmol/L"), ("Glucose", "mg/dL"), ("Creatinine", "mg/dL"), ("ALT", "U/L"),
    ("WBC", "K/uL"), ("Hemoglobin", "g/dL"), ("Platelets", "10^3/uL"), ("TSH", "uIU/mL"), ("Ferritin", "ng/mL"),
    ("Bilirubin, Total", "mg/dL"), ("Hematocrit", "%"), ("Vitamin B12", "pg/mL"), ("Lipase", "U/L"))
_UNKNOWN = ("Zorbinase", "Anti-Quill IgG", "Protein Q7 Fraction", "Marrowin Beta", "Kestrel factor")
_WORDS = ("Negative", "Positive", "Trace", "2+", "0-2", "Non-Reactive", "Not Detected", "See note", "Few", "Clear")
_SIDE = 900
_MARGIN, _TOP, _ROW, _LETTER = 0.05, 0.2, 0.02, 0.008


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row; an empty text is an empty cell."""

    test: str
    result: str
    units: str = ""
    range: str = ""
    flag: str = ""


@dataclass(frozen=True, slots=True)
class LabTable:
    """Rows under a header: ``columns`` are roles in printed order, ``breaks`` the rows before which a page begins."""

    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    header: tuple[str, ...]
    breaks: tuple[int, ...]
    repeated_header: bool


def numbers() -> st.SearchStrategy[str]:
    plain = st.decimals(min_value=0, max_value=999, places=None, allow_nan=False, allow_infinity=False)
    return st.builds(lambda value, places: str(value.quantize(Decimal(1).scaleb(-places))), plain, st.integers(0, 2))


@st.composite
def row(draw: st.DrawFn) -> Row:
    name, unit = draw(st.one_of(
        st.sampled_from(_KNOWN), st.tuples(st.sampled_from(_UNKNOWN), st.sampled_from(("U/mL", "mg/L", "ng/dL", "%")))))
    if draw(st.integers(0, 4)) == 0:
        return Row(name, draw(st.sampled_from(_WORDS)), range=draw(st.sampled_from(("", "Negative"))))
    low, high = sorted(draw(st.lists(st.integers(1, 400), min_size=2, max_size=2, unique=True)))
    return Row(
        name,
        draw(st.sampled_from(("", "", "", "<", ">"))) + draw(numbers()),
        unit,
        draw(st.sampled_from(("", f"{low}-{high}", f"{low} - {high}", f"<{high}", f">{low}", f"{low}.0-{high}.5"))),
        draw(st.sampled_from(("", "", "H", "L", "HH"))))


@st.composite
def lab_table(draw: st.DrawFn, *, ruled: bool) -> LabTable:
    """Any rows, columns in any order, over any number of pages.

    Each row says something of its own; without rules the test stands first.
    """
    rows = tuple(draw(st.lists(row(), min_size=2, max_size=14, unique_by=lambda each: (each.test, each.result))))
    columns = list(draw(st.permutations(list(HEADERS))))
    if not ruled:
        columns = ["test", *(column for column in columns if column != "test")]
    for optional in ("flag", "range"):
        if draw(st.integers(0, 3)) == 0:
            columns.remove(optional)
    rows = tuple(Row(**{role: getattr(each, role) for role in columns}) for each in rows)
    header = tuple(draw(st.sampled_from(HEADERS[column])) for column in columns)
    breaks = tuple(sorted(draw(st.sets(st.integers(1, len(rows) - 1), max_size=3))))
    return LabTable(rows, tuple(columns), header, breaks, draw(st.booleans()))


def printed(table: LabTable) -> tuple[PageContent, ...]:
    """The pages as OCR reads a ruled table: the patient's lines, then cells and the lines in them."""
    return tuple(
        _page(number, above, grid, _widths(table)) for number, (above, grid) in enumerate(_grids(table), start=1))


def drawn(table: LabTable, *, ruled: bool) -> bytes:
    """The pages as a PDF with a text layer; without rules only white space parts the columns."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(_SIDE, _SIDE), invariant=True)
    widths = [_SIDE * width for width in _widths(table)]
    for above, grid in _grids(table):
        for place, text in enumerate(above):
            canvas.drawString(_SIDE * _MARGIN, _SIDE * (0.97 - 0.025 * place), text)
        for place, texts in enumerate(grid):
            top = _SIDE * (1 - _TOP - _ROW * place)
            left = _SIDE * _MARGIN
            for text, width in zip(texts, widths, strict=True):
                canvas.setFont("Helvetica", 9)
                canvas.drawString(left + 4, top - 14, text)
                if ruled:
                    canvas.rect(left, top - _SIDE * _ROW, width, _SIDE * _ROW)
                left += width
        canvas.showPage()
    canvas.save()
    return target.getvalue()


_HEAD = ("Oakridge Clinical Laboratory", "Patient: Tamsin Oakenshaw", "Date of birth: 03/27/1971", "MRN: 55120987")
_RUNNING_HEAD = ("Oakridge Clinical Laboratory",)


def _grids(table: LabTable) -> Iterator[tuple[Sequence[str], list[list[str]]]]:
    """The lines above the table and the table's rows, page by page."""
    for start, end in zip((0, *table.breaks), (*table.breaks, len(table.rows)), strict=True):
        grid = [[getattr(each, role) for role in table.columns] for each in table.rows[start:end]]
        if start == 0 or table.repeated_header:
            grid.insert(0, list(table.header))
        yield _RUNNING_HEAD if start else _HEAD, grid


def _widths(table: LabTable) -> list[float]:
    columns = zip(table.header, *([getattr(each, role) for role in table.columns] for each in table.rows), strict=True)
    return [_LETTER * (max(map(len, texts)) + 3) for texts in columns]


def _page(number: int, above: Sequence[str], grid: Sequence[Sequence[str]], widths: Sequence[float]) -> PageContent:
    lines = [_line(text, _MARGIN, 0.02 + 0.025 * place) for place, text in enumerate(above)]
    lefts = [_MARGIN + sum(widths[:column]) for column in range(len(widths))]
    cells: list[Cell] = []
    for place, texts in enumerate(grid):
        top = _TOP + _ROW * place
        for column, text in enumerate(texts):
            cells.append(Cell(place + 1, column + 1, text, Box(lefts[column], top, widths[column], _ROW)))
            lines += [_line(text, lefts[column] + _LETTER, top + 0.004)] if text else []
    table = Table(tuple(cells), box=Box(_MARGIN, _TOP, sum(widths), _ROW * len(grid)))
    return PageContent(number, Origin.OCR, tuple(lines), (table,))


def _line(text: str, left: float, top: float) -> Line:
    words = [Word(found[0], Box(left + _LETTER * found.start(), top, _LETTER * len(found[0]), 0.012))
             for found in re.finditer(r"\S+", text)]
    return Line(text, Box(left, top, _LETTER * len(text), 0.012), words=tuple(words))
