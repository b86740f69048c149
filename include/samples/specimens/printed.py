"""What is printed on a specimen's page, and where: lengths are points of an A4 page, from its upper left corner.

Drawing and reading both start here, so that nobody can read what is not printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from include.samples.specimens.patients import collected_on, measured, patient_of
from include.samples.specimens.squares import PageNumber

WIDTH, HEIGHT = 595.0, 842.0
SIZE = 12.0
"""Of the print; also the height of a line's box."""
CHARACTER = 0.6 * SIZE
"""Width of a character; every character has the same."""
MARGIN = 72.0
COLUMNS = (72.0, 250.0, 330.0, 410.0)
TABLE_RIGHT = 523.0
ROW = 22.0
HEADER = ("Test", "Result", "Units", "Reference Range")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words side by side with one space between them."""

    text: str
    left: float
    top: float

    def words(self) -> Iterator[tuple[str, float, float]]:
        """Each word with its left and right edge."""
        at = self.left
        for word in self.text.split(" "):
            yield word, at, at + CHARACTER * len(word)
            at += CHARACTER * (len(word) + 1)


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A title, labels with their values, and a table whose first row is its header."""

    number: PageNumber
    title: Piece
    fields: tuple[tuple[Piece, Piece], ...]
    rows: tuple[tuple[Piece, ...], ...]

    def pieces(self) -> Iterator[Piece]:
        """Everything printed, from top to bottom."""
        yield self.title
        for field in self.fields:
            yield from field
        for row in self.rows:
            yield from row


def printed_page(number: PageNumber) -> PrintedPage:
    """The page of this number."""
    patient = patient_of(number.document)
    labelled = (("Patient:", patient.name), ("MRN:", patient.record_number),
                ("Date of birth:", written(patient.born)), ("Collected:", written(collected_on(number.document))))
    fields = tuple(
        (Piece(label, MARGIN, 110 + ROW * place), Piece(value, 200, 110 + ROW * place))
        for place, (label, value) in enumerate(labelled))
    results = (HEADER, *((result.test, result.value, result.unit, result.reference)
                         for result in measured(number.document, number.page)))
    rows = tuple(
        tuple(Piece(text, left, 230 + ROW * place) for text, left in zip(row, COLUMNS, strict=True))
        for place, row in enumerate(results))
    return PrintedPage(number, Piece("Laboratory report", MARGIN, 72), fields, rows)


def written(day: date) -> str:
    """A date that can be read in one way only: ``27 March 1971``."""
    return f"{day.day} {day:%B} {day.year}"
