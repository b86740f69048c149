"""What the rules know of every line of a document, for whoever reads it beside them."""

from __future__ import annotations

from dataclasses import dataclass

from include.fhir.extraction.page.reading import PrintedLine
from include.fhir.extraction.page.sections import Kind
from include.fhir.facts import DocumentFacts


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Of one line.

    :param part: index of the patient whose part the line stands in; None where no part has begun.
    :param settled: the rules read it as more than text, and nobody else can: an option beside a tick box, a row of a
        table whose columns are known, a claim form, a person's labelled name or number.
    :param aside: what pages repeat, such as a running head or a heading: it states nothing, but can say what the lines
        around it are about.
    """

    section: Kind
    part: int | None
    settled: bool
    aside: bool


@dataclass(frozen=True, slots=True)
class Extraction:
    """The facts, and each line with its surroundings, in the order of the document.

    ``about_somebody`` is False for a leaflet, a blank form or no medical document.
    """

    facts: DocumentFacts
    lines: tuple[PrintedLine, ...]
    surroundings: tuple[Surroundings, ...]
    about_somebody: bool
