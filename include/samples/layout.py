"""Pages as a hospital prints them: letterhead, patient block, tables, prose, tick boxes, handwriting (reportlab).

Lengths are points. Everything is drawn with the Vera fonts that reportlab carries and embeds, so that the same
page comes out on every machine.
"""

from __future__ import annotations

import io
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from include.samples.facts import SMALL_PRINT, Panel

MARGIN = 54
WIDTH = letter[0] - 2 * MARGIN


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who sends the page, and in which colour."""

    organisation: str
    address: str
    phone: str
    colour: str = "#1f4e79"
    title: str = ""

    def titled(self, title: str) -> Letterhead:
        return replace(self, title=title)


@cache
def _register_fonts() -> None:
    for name, file in (("Vera", "Vera"), ("Vera-Bold", "VeraBd"), ("Vera-Italic", "VeraIt")):
        pdfmetrics.registerFont(TTFont(name, f"{file}.ttf"))
    pdfmetrics.registerFontFamily("Vera", normal="Vera", bold="Vera-Bold", italic="Vera-Italic", boldItalic="Vera-Bold")


def build(
    letterhead: Letterhead,
    story: Sequence[Flowable],
    encrypt: Any = None,
    bare_pages: Collection[int] = (),
) -> bytes:
    """The pages as a PDF; the same story gives the same bytes.

    :param encrypt: reportlab's ``StandardEncryption``, or None.
    :param bare_pages: numbers (from 1) of pages that the story fills alone, without letterhead and small print.
    """
    _register_fonts()
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target, pagesize=letter, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=116, bottomMargin=58,
        title=letterhead.title or letterhead.organisation, author="sample generator", invariant=1, encrypt=encrypt)

    def furniture(canvas: Canvas, _document: SimpleDocTemplate) -> None:
        if canvas.getPageNumber() not in bare_pages:
            _letterhead(canvas, letterhead)

    document.build(list(story), onFirstPage=furniture, onLaterPages=furniture)
    return target.getvalue()


def _letterhead(canvas: Canvas, letterhead: Letterhead) -> None:
    width, height = letter
    canvas.saveState()
    colour = colors.HexColor(letterhead.colour)
    canvas.setFillColor(colour)
    canvas.circle(MARGIN + 16, height - 54, 16, stroke=0, fill=1)
    canvas.setFillColor(colors.white)
    canvas.rect(MARGIN + 13, height - 64, 6, 20, stroke=0, fill=1)
    canvas.rect(MARGIN + 6, height - 57, 20, 6, stroke=0, fill=1)
    canvas.setFillColor(colour)
    canvas.setFont("Vera-Bold", 15)
    canvas.drawString(MARGIN + 42, height - 52, letterhead.organisation)
    canvas.setFillColor(colors.HexColor("#333333"))
    canvas.setFont("Vera", 8.5)
    canvas.drawString(MARGIN + 42, height - 66, f"{letterhead.address}   Tel {letterhead.phone}")
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(1.2)
    canvas.line(MARGIN, height - 80, width - MARGIN, height - 80)
    if letterhead.title:
        canvas.setFont("Vera-Bold", 12)
        canvas.setFillColor(colors.black)
        canvas.drawString(MARGIN, height - 100, letterhead.title)
    canvas.setFillColor(colors.HexColor("#444444"))
    canvas.setFont("Vera", 7.5)
    canvas.drawString(MARGIN, 34, SMALL_PRINT)
    canvas.drawRightString(width - MARGIN, 34, f"Page {canvas.getPageNumber()}")
    canvas.restoreState()


def style(size: float = 9.5, bold: bool = False, colour: str = "#000000") -> ParagraphStyle:
    """A paragraph style of the one family used."""
    _register_fonts()
    return ParagraphStyle(
        "text", fontName="Vera-Bold" if bold else "Vera", fontSize=size, leading=size * 1.38,
        textColor=colors.HexColor(colour))


def heading(text: str) -> Flowable:
    """A section's heading with air above it."""
    return Paragraph(text, ParagraphStyle("heading", parent=style(10.5, bold=True), spaceBefore=10, spaceAfter=4))


def prose(text: str) -> Flowable:
    return Paragraph(text, ParagraphStyle("prose", parent=style(9.5), spaceAfter=6))


def gap(points: float = 8) -> Flowable:
    return Spacer(1, points)


def new_page() -> Flowable:
    return PageBreak()


def bullets(lines: Sequence[str]) -> list[Flowable]:
    """One line each, behind a dash."""
    return [Paragraph(f"- {line}", ParagraphStyle("item", parent=style(9.5), leftIndent=10)) for line in lines]


def labelled_block(pairs: Sequence[tuple[str, str]], columns: int = 2) -> Flowable:
    """``Label: value`` pairs in a box, filled row by row."""
    cells = [Paragraph(f"<b>{label}:</b> {value}", style(9.5)) for label, value in pairs]
    cells += [Paragraph("", style())] * (-len(cells) % columns)
    rows = [cells[start:start + columns] for start in range(0, len(cells), columns)]
    block = Table(rows, colWidths=[WIDTH / columns] * columns)
    block.setStyle(TableStyle([
        ("BOX", (0, 0), (-1, -1), 0.8, colors.black),
        ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]))
    return block


def ruled_table(header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Flowable:
    """A table with all its lines; a row of one cell is a section row over the whole width.

    :param widths: share of the page's width of each column.
    """
    return _table(header, rows, widths, [("GRID", (0, 0), (-1, -1), 0.6, colors.black),
                                         ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#e3e8ee"))])


def open_table(header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Flowable:
    """As :func:`ruled_table`, with a line under the header and no others."""
    return _table(header, rows, widths, [("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black)])


def _table(
    header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], lines: list[tuple[object, ...]],
) -> Flowable:
    body = [[Paragraph(cell, style(9.5, bold=len(row) == 1)) for cell in [*row, *[""] * (len(header) - len(row))]]
            for row in rows]
    table = Table([[Paragraph(cell, style(9.5, bold=True)) for cell in header], *body],
                  colWidths=[WIDTH * share / sum(widths) for share in widths], repeatRows=1)
    spans = [("SPAN", (0, number), (-1, number)) for number, row in enumerate(rows, start=1) if len(row) == 1]
    table.setStyle(TableStyle([
        *lines, *spans, ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 2.2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.2)]))
    return table


RESULT_HEADER = ("Test", "Result", "Flag", "Units", "Reference Range")
RESULT_WIDTHS = (34, 15, 9, 20, 22)


def results_table(panels: Sequence[Panel], ruled: bool = True) -> Flowable:
    """Laboratory results, a section row over each panel."""
    rows: list[list[str]] = []
    for panel in panels:
        rows.append([panel.title])
        rows += [[_escape(cell) for cell in (r.test, r.value, r.flag, r.unit, r.range)] for r in panel.results]
    return (ruled_table if ruled else open_table)(RESULT_HEADER, rows, RESULT_WIDTHS)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class TickBoxes(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A question and its boxes in one line, a cross in the ticked one."""

    def __init__(self, question: str, options: Sequence[str], ticked: str | None, seed: int = 0) -> None:
        super().__init__()
        self.question, self.options, self.ticked, self.seed = question, options, ticked, seed
        self.width, self.height = WIDTH, 22

    def draw(self) -> None:
        canvas, wobble = self.canv, random.Random(self.seed)  # noqa: S311 - ink, not a secret
        canvas.setFont("Vera", 9.5)
        canvas.drawString(0, 6, self.question)
        left = WIDTH * 0.66
        for option in self.options:
            canvas.setStrokeColor(colors.black)
            canvas.setLineWidth(1)
            canvas.rect(left, 4, 11, 11)
            if option == self.ticked:
                canvas.setStrokeColor(colors.HexColor("#1b2f8a"))
                canvas.setLineWidth(1.8)
                for x1, y1, x2, y2 in ((-1, 2, 12, 17), (-1, 16, 13, 3)):
                    canvas.line(left + x1 + wobble.uniform(-1, 1), y1, left + x2 + wobble.uniform(-1, 1), y2)
            canvas.drawString(left + 17, 6, option)
            left += 30 + canvas.stringWidth(option, "Vera", 9.5) + 14


class Handwriting(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A printed label with a line behind it, filled in by a somewhat unsteady hand in blue ink."""

    def __init__(self, label: str, text: str, width: float = WIDTH, seed: int = 0) -> None:
        super().__init__()
        self.label, self.text, self.seed = label, text, seed
        self.width, self.height = width, 26

    def draw(self) -> None:
        canvas, wobble = self.canv, random.Random(self.seed)  # noqa: S311 - ink, not a secret
        canvas.setFont("Vera", 9.5)
        canvas.drawString(0, 6, f"{self.label}:")
        left = canvas.stringWidth(f"{self.label}:", "Vera", 9.5) + 6
        canvas.setLineWidth(0.6)
        canvas.line(left, 3, self.width - 8, 3)
        canvas.setFillColor(colors.HexColor("#1b2f8a"))
        x = left + 4
        for character in self.text:
            canvas.saveState()
            canvas.translate(x, 6 + wobble.uniform(-0.6, 0.6))
            canvas.rotate(wobble.uniform(-4, 4))
            canvas.setFont("Vera-Italic", 12 + wobble.uniform(-0.4, 0.4))
            canvas.drawString(0, 0, character)
            canvas.restoreState()
            x += canvas.stringWidth(character, "Vera-Italic", 12) + wobble.uniform(0, 0.5)


def side_by_side(*flowables: Flowable) -> Flowable:
    """Flowables in columns of one width."""
    row = Table([list(flowables)], colWidths=[WIDTH / len(flowables)] * len(flowables))
    row.setStyle(TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 0),
                             ("BOTTOMPADDING", (0, 0), (-1, -1), 0), ("VALIGN", (0, 0), (-1, -1), "BOTTOM")]))
    return row
