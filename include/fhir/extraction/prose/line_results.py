"""Sections for results, line by line: each line is one result, or has one in each of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from include.fhir.extraction.collector import Collector, Context
from include.fhir.extraction.page.reading import segments
from include.fhir.extraction.page.sections import Kind, Piece, Section
from include.fhir.extraction.prose.lab_lines import lab_line, unknown_line
from include.fhir.extraction.prose.value_lists import values_beside
from include.fhir.extraction.statements.observations import observe
from include.fhir.facts import ObservationFact

_LINE_BY_LINE = frozenset((Kind.LABS, Kind.VITALS, Kind.START, Kind.OTHER, Kind.EXAM, Kind.ENCOUNTER))


def results_by_line(
    pieces: Sequence[Piece], section: Section, context_at: dict[int, Context], collector: Collector, used: set[int]
) -> list[Piece]:
    """Take out the lines that are one result each (``Glucose 95 mg/dL 70-99``), or one in each column.

    :param used: numbers of lines that stated something; those taken out are added.
    :returns: the pieces that are left.
    """
    if section.kind not in _LINE_BY_LINE:
        return list(pieces)
    left: list[Piece] = []
    listed = values_beside(pieces) if section.kind is Kind.LABS else {}
    for piece in pieces:
        context = replace(context_at[piece.printed.at], section=section.kind, heading=section.heading)
        if section.kind is Kind.LABS:
            context = replace(context, panel=section.heading)
        facts = _beside_each_other(piece, context) or lab_line(piece.text, piece.printed.source, context)
        if not facts and (beside := listed.get(piece.printed.at)):
            facts = observe(beside.name, beside.value, context, piece.printed.source, unit=beside.unit)
        if facts:
            collector.add(facts)
            used.add(piece.printed.at)
        else:
            left.append(piece)
    return left


def _beside_each_other(piece: Piece, context: Context) -> list[ObservationFact]:
    """Results in the columns of one line, where each column is one and a known test is among them."""
    parts = [part.text for part in segments(piece.printed)]
    if len(parts) < 2 or "".join(parts).replace(" ", "") != piece.text.replace(" ", ""):
        return []
    known = [lab_line(part, piece.printed.source, context) for part in parts]
    if not any(known):
        return []
    found = [own or unknown_line(part, piece.printed.source, context) for own, part in zip(known, parts, strict=True)]
    return [fact for own in found for fact in own] if all(found) else []
