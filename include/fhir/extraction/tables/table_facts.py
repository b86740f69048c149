"""Goes through the tables of a document: each row becomes facts or a listed gap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from include.documents.content import Cell
from include.fhir.extraction.collector import Collector, Context, Fact
from include.fhir.extraction.lexicon import drug_in
from include.fhir.extraction.page.reading import holds, row_source
from include.fhir.extraction.page.sections import Kind, heading_of
from include.fhir.extraction.statements.allergies import allergy_row
from include.fhir.extraction.statements.conditions import condition_row
from include.fhir.extraction.statements.encounters import visit_row
from include.fhir.extraction.statements.immunizations import immunization_row
from include.fhir.extraction.statements.medications import medication_row
from include.fhir.extraction.statements.observations import examined
from include.fhir.extraction.statements.procedures import procedure_row
from include.fhir.extraction.statements.social import answered_yes
from include.fhir.extraction.tables.cell_pairs import paired_cells
from include.fhir.extraction.tables.crossed import crossed_row
from include.fhir.extraction.tables.found_tables import FoundTable, Place
from include.fhir.extraction.tables.label_rows_within import labels_within
from include.fhir.extraction.tables.layouts import Layout, Subject
from include.fhir.extraction.tables.named_values import named_values
from include.fhir.extraction.tables.results import dated_row, matrix_row, panel_of, result_row
from include.fhir.extraction.tables.tables import header_in, is_section_row
from include.fhir.facts import ObservationFact, UnmappedReason

_READERS = {
    Subject.RESULTS: result_row,
    Subject.VITALS: result_row,
    Subject.MEDICATIONS: medication_row,
    Subject.CONDITIONS: condition_row,
    Subject.ALLERGIES: allergy_row,
    Subject.IMMUNIZATIONS: immunization_row,
    Subject.PROCEDURES: procedure_row,
    Subject.VISITS: visit_row,
    Subject.MATRIX: matrix_row,
}


@dataclass(slots=True)
class TableReading:
    """What reading the tables left: rows that only lines can explain, lines of answered questions, rows met."""

    covered: set[int] = field(default_factory=set)
    open_rows: list[tuple[int, Sequence[Cell]]] = field(default_factory=list)
    rows_in: int = 0


def read_tables(found: Sequence[FoundTable], context_at: dict[int, Context], collector: Collector) -> TableReading:
    """Read every row of every table.

    :param context_at: the surroundings by line number.
    """
    reading = TableReading()
    ended: dict[Place, tuple[Context, Sequence[Layout]]] = {}
    numbers: dict[Place, int] = {}
    for number, entry in enumerate(found):
        collector.table = numbers.setdefault(entry.whole, number) if entry.whole else number
        context = _context(entry, context_at)
        layouts: Sequence[Layout] = entry.layouts
        if entry.whole in ended:
            before, last = ended[entry.whole]
            context = replace(context, section=before.section, heading=before.heading, panel=before.panel)
            if layouts and not layouts[0].header_rows:
                layouts = [replace(layout, header_rows=0) for layout in last]
        if layouts:
            end = _read(entry, layouts, context, collector, reading)
            reading.covered.update(line.at for line in entry.lines)
            if entry.whole:
                ended[entry.whole] = end
        else:
            _questions(entry, context, collector, reading)
    collector.table = None
    return reading


def _context(entry: FoundTable, context_at: dict[int, Context]) -> Context:
    at = entry.lines[0].at if entry.lines else min(context_at, default=0)
    context = context_at[at]
    panel = entry.table.title or (entry.heading if entry.section is Kind.LABS else None)
    day = context.reader.read(entry.day, at) if entry.day else None
    heading = entry.heading
    if any(layout.subject is Subject.PROCEDURES for layout in entry.layouts):
        heading = f"{heading} {entry.caption}".strip()  # tells what was done from what is proposed
    return replace(
        context, section=entry.section, heading=heading, panel=panel, day=day or context.effective or context.seen
    )


def _read(
    entry: FoundTable, layouts: Sequence[Layout], context: Context, collector: Collector, reading: TableReading
) -> tuple[Context, Sequence[Layout]]:
    """Read the rows; returns what holds at the end of the table, for a part that goes on."""
    table, page = entry.table, entry.page
    header_rows = layouts[0].header_rows
    aside = [panel_of(panel, context) if panel else context for panel in entry.panels]
    for row in range(1, table.row_count + 1):
        cells = table.row_cells(row)
        source = row_source(page, cells)
        reading.rows_in += 1
        if row <= header_rows:
            collector.row(UnmappedReason.HEADER, source)
        elif not any(cell.text.strip() for cell in cells):
            collector.row(UnmappedReason.EMPTY, source)
        elif len(layouts) > 1:
            collector.row(_side_by_side(cells, layouts, aside or [context] * len(layouts), page), source)
        elif (
            is_section_row(cells) and layouts[0].subject in (Subject.RESULTS, Subject.VITALS) and table.column_count > 1
        ):
            context = panel_of(next(cell.text.strip() for cell in cells if cell.text.strip()), context)
            collector.row(UnmappedReason.HEADER, source)
        elif (heading := _heading_row(cells)) is not None:
            context = replace(context, section=heading[0], heading=heading[1], panel=None)
            collector.row(UnmappedReason.HEADER, source)
        elif is_section_row(cells) and layouts[0].subject is Subject.MEDICATIONS and not _is_medicine(cells):
            collector.row(UnmappedReason.HEADER, source)
        elif (own := header_in(cells, row, context.section)) is not None:
            layouts = [own]
            collector.row(UnmappedReason.HEADER, source)
        elif layouts[0].subject is Subject.MATRIX and (labels := labels_within(cells, row)) is not None:
            layouts = [labels]
            collector.row(UnmappedReason.HEADER, source)
        else:
            if layouts[0].subject is Subject.MATRIX:
                context = dated_row(cells, layouts[0], context)
            collector.row(_outcome(cells, layouts[0], context, page), source)
    return context, layouts


def _side_by_side(
    cells: Sequence[Cell], layouts: Sequence[Layout], contexts: list[Context], page: int
) -> list[Fact] | UnmappedReason:
    """The facts of a row of lists side by side; a text alone in the columns of one heads what follows there."""
    starts = [min(layout.roles) for layout in layouts]
    facts: list[Fact] = []
    reason = UnmappedReason.EMPTY
    for number, (layout, start, end) in enumerate(zip(layouts, starts, [*starts[1:], 10_000], strict=True)):
        own = [cell for cell in cells if start <= cell.column < end]
        filled = [cell for cell in own if cell.text.strip()]
        if len(filled) == 1 and filled[0].column == start and layout.subject in (Subject.RESULTS, Subject.VITALS):
            contexts[number] = panel_of(filled[0].text.strip(), contexts[number])
            continue
        outcome = _outcome(own, layout, contexts[number], page)
        if isinstance(outcome, UnmappedReason):
            reason = outcome if reason is UnmappedReason.EMPTY else reason
        else:
            facts.extend(outcome)
    return facts or reason


def _is_medicine(cells: Sequence[Cell]) -> bool:
    """A row with nothing but a name is a medicine only where the name is known, or a dose stands behind it."""
    text = " ".join(cell.text for cell in cells).strip()
    return drug_in(text) is not None or re.search(r"\d", text) is not None


def _heading_row(cells: Sequence[Cell]) -> tuple[Kind, str] | None:
    """The heading of another section inside a table that joins two."""
    if not is_section_row(cells):
        return None
    text = next(cell.text.strip() for cell in cells if cell.text.strip())
    kind = heading_of(text)
    return (kind, text) if kind is not None else None


def _crossed_row(
    cells: Sequence[Cell], layout: Layout, context: Context, page: int
) -> list[ObservationFact] | UnmappedReason:
    outcome = crossed_row(cells, {c: layout.titles[c] for c in layout.columns("result")}, context, page)
    return outcome if isinstance(outcome, UnmappedReason) else [examined(fact) for fact in outcome]


def _outcome(cells: Sequence[Cell], layout: Layout, context: Context, page: int) -> list[Fact] | UnmappedReason:
    reader = _crossed_row if layout.subject is Subject.CROSSED else _READERS.get(layout.subject)
    if reader is None:
        return UnmappedReason.NOT_CLINICAL
    outcome = reader(cells, layout, context, page)
    return outcome if isinstance(outcome, UnmappedReason) else list(outcome)


def _questions(entry: FoundTable, context: Context, collector: Collector, reading: TableReading) -> None:
    """A table without a known header: results beside their names and ticked answers here, other rows by their lines."""
    kinds: dict[int, Kind] = {}
    measured = named_values(entry.table)
    for row in range(1, entry.table.row_count + 1):
        cells = entry.table.row_cells(row)
        reading.rows_in += 1
        source = row_source(entry.page, cells)
        results = [examined(fact) for fact in paired_cells(cells, context, kinds, entry.page, measured)]
        filled = [text for cell in cells if (text := " ".join(cell.text.split()))]
        answered = answered_yes(filled[0], filled[-1], source, context) if len(filled) >= 2 else None
        if results:
            collector.row(results, source)
            reading.covered |= _level_with(cells, entry) if measured else set()
        elif answered is not None:
            collector.row(answered or UnmappedReason.NOT_CLINICAL, source)
            reading.covered |= _lines_of(cells, entry)
        else:
            reading.open_rows.append((entry.page, cells))


def _lines_of(cells: Sequence[Cell], entry: FoundTable) -> set[int]:
    return {line.at for line in entry.lines if any(holds(cell.box, line.line.box) for cell in cells)}


def _level_with(cells: Sequence[Cell], entry: FoundTable) -> set[int]:
    """The lines of a row, also those that reach over several of its cells."""
    boxes = [cell.box for cell in cells if cell.box]
    return {line.at for line in entry.lines for box in boxes if box.top <= line.line.box.middle[1] <= box.bottom}
