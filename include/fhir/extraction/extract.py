"""The way from a merged document to its facts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from include.documents.content import DocumentContent, PageContent
from include.fhir.extraction.collector import Collector, Context, Fact
from include.fhir.extraction.dates import DateReader
from include.fhir.extraction.duplicates import without_duplicates
from include.fhir.extraction.forms.answers import read_answers, ticked_pairs
from include.fhir.extraction.forms.asked_lists import asked_sections
from include.fhir.extraction.forms.claims import claimed_diagnoses, is_claim, with_birth_date, with_sex
from include.fhir.extraction.forms.institutional import (
    add_claimed_providers,
    claimed_codes,
    claimed_stay,
    is_hospital_claim,
    with_claimed,
)
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.forms.pair_facts import read_pairs
from include.fhir.extraction.forms.pairs import Pair, pairs_of
from include.fhir.extraction.forms.result_cards import result_cards
from include.fhir.extraction.forms.ticks import MARK, checklists, questions_of
from include.fhir.extraction.forms.yes_no_columns import heads_boxes
from include.fhir.extraction.page.furniture import furniture
from include.fhir.extraction.page.laid_out import laid_out, lines_of_headed_tables
from include.fhir.extraction.page.reading import PrintedLine, by_page, holds, lines_of, row_source
from include.fhir.extraction.page.sections import Kind, Section, split_sections
from include.fhir.extraction.page.side_by_side import in_reading_order
from include.fhir.extraction.page.titles import status_of, title_of
from include.fhir.extraction.people.gate import is_about_somebody
from include.fhir.extraction.people.patients import people_of
from include.fhir.extraction.people.people import People
from include.fhir.extraction.prose.section_facts import read_sections
from include.fhir.extraction.statements.as_of import as_of, latest_day
from include.fhir.extraction.statements.electrocardiograms import recorded_findings
from include.fhir.extraction.statements.encounters import encounter_of
from include.fhir.extraction.statements.imaging import imaged
from include.fhir.extraction.surroundings import Extraction, Surroundings
from include.fhir.extraction.tables.cultures import cultures
from include.fhir.extraction.tables.found_tables import find_tables, titles_of
from include.fhir.extraction.tables.table_facts import TableReading, read_tables
from include.fhir.facts import (
    AllergyFact,
    Category,
    ConditionFact,
    DocumentFacts,
    EncounterFact,
    ImmunizationFact,
    MedicationFact,
    ObservationFact,
    PrintedDate,
    ProcedureFact,
    Source,
    UnmappedReason,
)

_T = TypeVar("_T", bound=Fact)


def extract(document: DocumentContent, today: date | None = None) -> DocumentFacts:
    """The facts that a document states.

    :param document: all pages, as read from their text layer or by OCR.
    :param today: no date of birth lies after it; None: after the latest date that the document prints.
    :returns: facts with their evidence. A document about nobody (leaflet, blank form) has none but its rows' account.
    """
    return read_document(document, today).facts


def read_document(document: DocumentContent, today: date | None = None) -> Extraction:
    """As :func:`extract`, with what is known of every line."""
    document = in_reading_order(document)
    lines = lines_of(document.pages)
    reader = DateReader([line.text for line in lines], today)
    apart = furniture(lines)
    on_page = by_page(lines)
    questions = [q for page in document.pages for q in questions_of(page, on_page.get(page.number, []))]
    asked = {line.at for question in questions for line in question.lines}
    chosen = _checklists(document.pages, lines, asked)
    headed = lines_of_headed_tables(document.pages, on_page)
    laid = laid_out([line for line in lines if line.at not in apart], asked | set(chosen) | headed)
    sections = split_sections([line for line in lines if line.at not in apart], frozenset(chosen) | laid.lines)
    sections = [_with_ticks(section, chosen) for section in sections]
    kinds = _kinds(sections)
    sections = laid.sections(sections, kinds)
    unlaid = [line for line in lines if line.at not in laid.lines]
    tables = find_tables(document.pages, unlaid, kinds, document.tables, apart)
    in_tables = {line.at for table in tables if table.layouts for line in table.lines}
    unticked = {at for at in asked | set(chosen) if not MARK.search(lines[at].text)}
    not_for_pairs = in_tables | unticked
    pairs = _pairs(document.pages, [line for line in lines if line.at not in not_for_pairs])
    pairs = laid.pairs(pairs)
    hospital_claim = is_hospital_claim(lines)
    claim = hospital_claim or is_claim(lines)
    pairs = sorted([*pairs, *ticked_pairs([] if claim else questions)], key=lambda pair: pair.at)
    people = people_of(pairs, [line for line in lines if line.at not in unticked], kinds, reader)
    if claim:
        people.patients = [with_birth_date(patient, lines, reader) for patient in people.patients]
        people.patients = [with_sex(patient, document.pages, lines) for patient in people.patients]
    if hospital_claim:
        people.patients = [with_claimed(patient, lines, reader) for patient in people.patients]
        add_claimed_providers(people, lines)
    collector = Collector()
    encounter = encounter_of(pairs, lines, reader, people.used)
    encounter = claimed_stay(lines, reader) or encounter if hospital_claim else encounter
    contexts = _contexts(lines, kinds, people, pairs, reader)
    reading = read_tables(tables, contexts, collector)
    grown, cultured = cultures(lines, contexts, reading.covered)
    carded, in_cards = result_cards(lines, contexts, reading.covered | cultured)
    collector.add([*grown, *carded])
    cultured |= in_cards
    measured = [] if claim else pairs
    by_pairs = read_pairs(measured, contexts, reading.covered | cultured, people.used, collector) | cultured
    used_pairs = [pair for pair in pairs if id(pair) in people.used]
    personal = {pair.at for pair in used_pairs}
    labelled = personal | by_pairs
    answered = [] if claim else questions
    whole = by_pairs | read_answers(answered, contexts, collector)
    labelled |= whole
    told: dict[int, list[str]] = {}
    for pair in used_pairs:
        told.setdefault(pair.at, []).append(pair.value)
    told |= {at: [""] for at in whole}
    told = {at: values for at, values in told.items() if at not in laid.lines}
    collector.add(imaged(pairs, contexts))
    collector.add([] if claim else recorded_findings(lines, contexts, reading.covered | personal | apart))
    if claim:
        collector.add(claimed_codes(lines, contexts) if hospital_claim else claimed_diagnoses(lines, contexts))
    covered = reading.covered | cultured | titles_of(tables, lines)
    used = set() if claim else read_sections(asked_sections(sections), contexts, covered, told, collector)
    fields_in = _account_fields(document.pages, pairs, people, by_pairs | used, collector)
    _account_rows(reading, lines, used | labelled, collector)
    rows_in = reading.rows_in + fields_in + sum(bool(question.answers) for question in answered)
    settled = asked | set(chosen) | in_tables | personal if not claim else set(contexts)
    surroundings = tuple(
        Surroundings(contexts[line.at].section, people.part_at(line.at), line.at in settled, line.at in apart)
        for line in lines)
    if not is_about_somebody(people.patients, lines, sections, collector.facts):
        account = DocumentFacts(unmapped=tuple(collector.unmapped), rows_in=rows_in, rows_out=collector.rows_out)
        return Extraction(account, tuple(lines), surroundings, about_somebody=False)
    title, kind = title_of(lines)
    facts = _facts(collector, people, encounter, _document_date(pairs, reader), rows_in, latest_day(pairs, reader))
    if status := status_of(lines):
        facts = replace(facts, observations=tuple(_with_status(fact, status) for fact in facts.observations))
    facts = replace(facts, title=title, document_type=kind)
    return Extraction(facts, tuple(lines), surroundings, about_somebody=True)


def _with_status(fact: ObservationFact, status: str) -> ObservationFact:
    """What the report says of itself holds for its final laboratory results."""
    final = fact.status == "final" and fact.category is Category.LABORATORY
    return replace(fact, status=status) if final else fact


def _facts(
    collector: Collector,
    people: People,
    encounter: EncounterFact | None,
    day: PrintedDate | None,
    rows_in: int,
    latest: str | None,
) -> DocumentFacts:
    facts = list(as_of(without_duplicates(collector.facts, collector.tables), latest))

    def of(kind: type[_T]) -> tuple[_T, ...]:
        return tuple(fact for fact in facts if isinstance(fact, kind))

    return DocumentFacts(
        date=day,
        patients=tuple(people.patients),
        practitioners=tuple(people.practitioners),
        encounters=((encounter,) if encounter else ()) + of(EncounterFact),
        observations=of(ObservationFact),
        medications=of(MedicationFact),
        conditions=of(ConditionFact),
        allergies=of(AllergyFact),
        immunizations=of(ImmunizationFact),
        procedures=of(ProcedureFact),
        unmapped=tuple(collector.unmapped),
        rows_in=rows_in,
        rows_out=collector.rows_out,
    )


def _pairs(pages: Sequence[PageContent], lines: Sequence[PrintedLine]) -> list[Pair]:
    on_page = by_page(lines)
    return [pair for page in pages for pair in pairs_of(on_page.get(page.number, []), page.fields, page.number)]


def _checklists(pages: Sequence[PageContent], lines: Sequence[PrintedLine], asked: set[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    on_page = by_page(lines)
    for page in pages:
        found |= checklists(page, on_page.get(page.number, []), asked)
    return found


def _with_ticks(section: Section, chosen: dict[int, str]) -> Section:
    """The section as the ticked boxes leave it: what is not ticked is not said."""
    pieces = [replace(piece, text=chosen.get(piece.printed.at, piece.text)) for piece in section.pieces]
    heads = " ".join(piece.text for piece in section.pieces if heads_boxes(piece.text))
    if len({*heads.lower().split()}) > 1:
        pieces = [piece for piece in pieces if piece.printed.at in chosen or ":" in piece.text]
    return replace(section, pieces=[piece for piece in pieces if piece.text])


def _kinds(sections: Sequence[Section]) -> dict[int, Kind]:
    kinds: dict[int, Kind] = {}
    for section in sections:
        for piece in section.pieces:
            kinds.setdefault(piece.printed.at, section.kind)
    return kinds


def _contexts(
    lines: Sequence[PrintedLine], kinds: dict[int, Kind], people: People, pairs: Sequence[Pair], reader: DateReader
) -> dict[int, Context]:
    """The surroundings of every line: section, patient, and the date when the specimen was taken.

    :param pairs: in the order of their lines.
    """
    dated = [pair for pair in pairs if pair.meaning == "collected"] or [p for p in pairs if p.meaning == "reported"]
    performed, seen = (_only_date(pairs, meaning, reader) for meaning in ("procedure_date", "visit_date"))
    places = [pair.at for pair in dated]
    contexts: dict[int, Context] = {}
    kind = Kind.START
    for line in lines:
        kind = kinds.get(line.at, kind)
        before = dated[max(bisect_right(places, line.at) - 1, 0)] if dated else None
        effective = reader.read(before.value, before.at) if before else None
        contexts[line.at] = Context(
            reader, line.at, people.patient_at(line.at), kind, effective=effective, performed=performed, seen=seen
        )
    return contexts


def _only_date(pairs: Sequence[Pair], meaning: str, reader: DateReader) -> PrintedDate | None:
    """The date that labels of one meaning print, where all of them print the same."""
    found = {reader.read(pair.value, pair.at) for pair in pairs if pair.meaning == meaning}
    return next(iter(found)) if len(found) == 1 else None


def _document_date(pairs: Sequence[Pair], reader: DateReader) -> PrintedDate | None:
    for wanted in ("document_date", "reported", "visit_date"):
        for pair in pairs:
            if pair.meaning == wanted and (found := reader.read(pair.value, pair.at)):
                return found
    return None


def _account_fields(
    pages: Sequence[PageContent],
    pairs: Sequence[Pair],
    people: People,
    explained: set[int],
    collector: Collector,
) -> int:
    """Each filled field is a fact by now, or listed with the reason; returns how many there are."""
    by_key = {(pair.source.page, plain(pair.label), plain(pair.value)): pair for pair in pairs}
    count = 0
    for page in pages:
        for field in page.fields:
            if not field.value.strip() or field.selected is not None:
                continue
            count += 1
            pair = by_key.get((page.number, plain(field.key), plain(field.value)))
            if pair and (id(pair) in people.used or pair.at in explained):
                collector.row((), pair.source)
            else:
                source = Source(page.number, f"{field.key} {field.value}", field.key_box, field.confidence)
                reason = UnmappedReason.NOT_CLINICAL if pair and pair.meaning else UnmappedReason.NOT_RECOGNISED
                collector.row(reason, source)
    return count


def _account_rows(reading: TableReading, lines: Sequence[PrintedLine], used: set[int], collector: Collector) -> None:
    """Rows of tables without a known header: explained by the lines that they cover, or listed."""
    on_page = by_page(lines)
    for page, cells in reading.open_rows:
        own = [line for line in on_page.get(page, []) if any(holds(cell.box, line.line.box) for cell in cells)]
        source = row_source(page, cells)
        if any(line.at in used for line in own):
            collector.row((), source)
        else:
            filled = any(cell.text.strip() for cell in cells)
            collector.row(UnmappedReason.NOT_RECOGNISED if filled else UnmappedReason.EMPTY, source)
