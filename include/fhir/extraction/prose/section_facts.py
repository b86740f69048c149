"""Goes through the sections of a document: lists under their headings, and running text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from include.fhir.extraction.collector import Collector, Context, Fact
from include.fhir.extraction.forms.labels import label_pattern, meaning_of, plain
from include.fhir.extraction.lexicon import names_illness
from include.fhir.extraction.page.entries import entries
from include.fhir.extraction.page.numbered import numbered_apart
from include.fhir.extraction.page.reading import joined_source
from include.fhir.extraction.page.sections import Kind, Piece, Section, heading_of
from include.fhir.extraction.page.sentences import sentences
from include.fhir.extraction.prose.bracketed_values import without_values
from include.fhir.extraction.prose.dated_entries import dated_entries
from include.fhir.extraction.prose.line_results import results_by_line
from include.fhir.extraction.prose.negation import NEGATED
from include.fhir.extraction.prose.prose import once, results_in
from include.fhir.extraction.prose.told_conditions import complaints, findings, stated_conditions, terse_complaints
from include.fhir.extraction.prose.told_medications import medications_in
from include.fhir.extraction.prose.told_procedures import procedures_told
from include.fhir.extraction.prose.told_sentences import listed_and_told
from include.fhir.extraction.statements.allergies import listed_allergies, stated_allergies
from include.fhir.extraction.statements.conditions import listed_conditions
from include.fhir.extraction.statements.immunizations import listed_immunizations, told_immunizations
from include.fhir.extraction.statements.medications import listed_medications
from include.fhir.extraction.statements.procedures import listed_procedures
from include.fhir.extraction.statements.social import habits_in, told_habits
from include.fhir.extraction.statements.specimens import SPECIMEN, sampled
from include.fhir.facts import ConditionFact, ObservationFact, Source

_LISTS: dict[Kind, Callable[[str, Source, Context], Iterator[Fact]]] = {
    Kind.MEDICATIONS: listed_medications,
    Kind.STOPPED: listed_medications,
    Kind.CONDITIONS: listed_conditions,
    Kind.RESOLVED: listed_conditions,
    Kind.ALLERGIES: listed_allergies,
    Kind.IMMUNIZATIONS: listed_immunizations,
    Kind.PROCEDURES: listed_procedures,
    Kind.SOCIAL: habits_in,
}
_SILENT = frozenset((
    Kind.CONTACT, Kind.INSURANCE, Kind.FAMILY, Kind.CONTENTS, Kind.PROVIDER, Kind.DEMOGRAPHICS, Kind.VISITS, Kind.TESTS,
))  # fmt: skip
"""Sections that say nothing about the patient's health in running text."""
_CODED = re.compile(r"(?<![\w.])[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}(?![\w.])|\([A-TV-Z]\d\d\)")
"""A diagnosis with its ICD-10-CM code; three characters alone are one only in brackets."""
_NEXT = re.compile(r"(?<=[a-z]\s\d)\.\s+(?=[A-Z][a-z])")
"""Behind a sentence that a number ends (``Centor 4. Wound clean``)."""
_ENDED = frozenset((Kind.ALLERGIES, Kind.CONDITIONS, Kind.PROCEDURES, Kind.IMMUNIZATIONS))
"""Lists that the next question of a form ends."""
_REFUTED = re.compile(
    r"\b(?:unlikely|improbable|not likely|less likely|doubtful|doubted|excluded|ruled out|out of the question|"
    r"not suspected)"
    r"\W*$", re.IGNORECASE)
"""Says behind an illness that the patient does not have it."""
_LABEL_BEHIND = re.compile(r"(?<=[.;])\s+[A-Z][^:.;,]{0,30}:\s*$|\s{2,}[A-Z][^:.;,]{0,30}:\s*$")
_QUESTION = 10
_QUESTION_TEXT = re.compile(
    r"\W*(?:\d{1,2}[a-z]?[.)]\s*)?(?:do|does|did|are|is|was|were|have|has|had|any|can|could|will|would|ever|when|what|"
    r"how|which|who|why|where|if so|if yes)\b[^?]*\?\W*$", re.IGNORECASE)
"""What a form asks states nothing."""
_IF_YES = re.compile(r"^.*?\bif (?:yes|so|any)\b[^:?]{0,40}[:?]\s*", re.IGNORECASE)  # leads to an answer


def read_sections(
    sections: Sequence[Section],
    context_at: dict[int, Context],
    tabled: set[int],
    told: dict[int, list[str]],
    collector: Collector,
) -> set[int]:
    """Read every section; returns the numbers of the lines that stated something.

    :param tabled: lines within tables that were read. A list ends with its table: below it stands running text.
    :param told: labelled values that are facts already, by their line; an empty one explains its whole line.
    """
    used: set[int] = set()
    said: list[ObservationFact] = []
    for section in _of_one_patient(sections, context_at):
        pieces = [
            p
            for piece in section.pieces
            if piece.printed.at not in tabled and not _is_labelled((p := _untold(piece, told)).text)
            and not _told(p, told)
        ]  # fmt: skip
        if not pieces or section.kind in _SILENT:
            continue
        context = replace(context_at[pieces[0].printed.at], section=section.kind, heading=section.heading)
        context = replace(context, panel=section.heading) if section.kind is Kind.LABS else context
        pieces = dated_entries(pieces, section, context_at, collector, used)
        pieces = results_by_line(pieces, section, context_at, collector, used)
        if section.kind in _LISTS:
            end = _end_of_table(section, tabled) if section.kind is not Kind.SOCIAL else None
            listed = [piece for piece in pieces if end is None or piece.printed.at < end]
            listed = list(takewhile(lambda p: not _asks(p.text), listed)) if section.kind in _ENDED else listed
            _list(listed, section, context, collector, used, said)
            _prose([piece for piece in pieces if piece not in listed], context, collector, used, said)
        else:
            if section.kind is Kind.ASSESSMENT:
                _assessed(numbered_apart(pieces), context, collector, used)
            _prose(pieces, context, collector, used, said)
    return used


def _of_one_patient(sections: Sequence[Section], context_at: dict[int, Context]) -> Iterator[Section]:
    """The sections, parted where another patient's part begins within one."""
    for section in sections:
        for _, own in groupby(section.pieces, key=lambda piece: context_at[piece.printed.at].patient):
            yield replace(section, pieces=list(own))


def _asks(text: str) -> bool:
    """A short line that ends with a colon or a question mark asks for something else."""
    answered = re.match(r"(?:do|does|did|are|is|have|has|were|any)\b[^?]{4,60}\?", text.strip(), re.IGNORECASE)
    asks = (text.rstrip().endswith((":", "?")) or answered is not None) and not SPECIMEN.match(text)
    return asks and len(text.split()) <= _QUESTION and not names_illness(text)


def _untold(piece: Piece, told: dict[int, list[str]]) -> Piece:
    """What a piece says before a labelled value that ends it (``Latex. Dentist: Jane Roe, DMD``)."""
    for value in told.get(piece.printed.at, ()):
        at = piece.text.find(value) if value else -1
        label = _LABEL_BEHIND.search(piece.text[:at]) if at > 0 else None
        if label and re.search(r"[^\W\d_]{3}", piece.text[: label.start()]):
            return replace(piece, text=piece.text[: label.start()].strip(" ,;"))
    return piece


def _told(piece: Piece, told: dict[int, list[str]]) -> bool:
    """Whether a labelled value of its line says what a piece says; another column of the line is its own."""
    text = plain(piece.text)
    return any(plain(value) in text or text in plain(value) for value in told.get(piece.printed.at, ()))


def _is_illness(name: str) -> bool:
    return names_illness(name) and re.search(r"\b(?:allerg|intoleran)", name, re.IGNORECASE) is None


def _negated(name: str) -> bool:
    """A negation before the illness; behind it, it is part of a name (``migraine without aura``)."""
    negation = NEGATED.search(name)
    if _REFUTED.search(name):
        return True
    return negation is not None and not names_illness(name[: negation.start()])


def _end_of_table(section: Section, tabled: set[int]) -> int | None:
    """Number of the last line of the section that a table holds."""
    return max((piece.printed.at for piece in section.pieces if piece.printed.at in tabled), default=None)


def _sentences(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, str]]:
    for piece in pieces:
        for part in re.split(r"(?<=[a-z)])\.\s+(?=[A-Z]|#?\d{1,2}[.)]?\s+[A-Z])", piece.text):
            yield piece, part.strip()


def _assessed(pieces: Sequence[Piece], context: Context, collector: Collector, used: set[int]) -> None:
    """The problems that an assessment lists, one a line, before what is said of each."""
    for piece, text in _sentences(pieces):
        listed = re.match(r"(?:\d{1,2}[.)]|[#•*\-–])\s*", text)
        body = text[listed.end() :] if listed else text
        if coded := _CODED.search(body):
            body = body[: coded.end()] + _NEXT.split(body[coded.end() :])[0]
            facts = [fact for fact in listed_conditions(body, piece.printed.source, context) if fact.code_printed]
            if not _negated(body) and collector.add(facts):
                used.add(piece.printed.at)
                continue
        name = re.split(r"\s[-–]\s|[:;,]|\.(?:\s|$)", body)[0].strip()
        alone = text.rstrip(".:") == name and name[:1].isupper()
        size = max(len(part.split()) for part in re.split(r"\bwith\b", name)) if listed else len(name.split())
        if names_illness(name) and size <= 7 and (listed or (alone and len(name.split()) <= 5)):
            facts = [fact for fact in listed_conditions(name, piece.printed.source, context) if not _negated(name)]
            told = r"\b(?:is|was|are|has|will)\b" if listed else r"\b(?:is|was|are|has|will|with)\b"
            if not re.search(told, name) and collector.add(facts):
                used.add(piece.printed.at)


def _is_labelled(text: str) -> bool:
    """A form's own line (``Signature: ____``), filled or not: it states nothing about health."""
    label, colon, _ = text.partition(":")
    return bool(colon) and (meaning_of(label) is not None) and heading_of(label) is None


def _list(
    pieces: Sequence[Piece],
    section: Section,
    context: Context,
    collector: Collector,
    used: set[int],
    said: list[ObservationFact],
) -> None:
    read = _LISTS[section.kind]
    for entry in entries(pieces):
        answer = re.sub(r"^\s*yes\s*[:;,–-]\s*", "", _IF_YES.sub("", entry.text), flags=re.IGNORECASE)
        told: list[str] = []
        if section.kind in (Kind.CONDITIONS, Kind.RESOLVED):
            answer, told = listed_and_told(answer)
        if section.kind is Kind.CONDITIONS:
            answer, measured = without_values(answer)
            collector.add([fact for text in measured for fact in results_in(text, entry.source, context)])
        facts = list(read(_before_label(answer), entry.source, context))
        facts += [fact for sentence in told for fact in stated_conditions(sentence, entry.source, context)]
        beside = _beside(entry.text, entry.source, context) if section.kind in (Kind.CONDITIONS, Kind.RESOLVED) else []
        if beside:
            facts = [fact for fact in facts if isinstance(fact, ConditionFact) and _is_illness(fact.name)]
            collector.add(beside)
        if facts or beside:
            collector.add(facts)
            used.update(line.at for line in entry.lines)
        elif section.kind in (Kind.CONDITIONS, Kind.PROCEDURES, Kind.SOCIAL):
            results = once(results_in(entry.text, entry.source, context), said)
            said.extend(results)
            if collector.add(results):
                used.update(line.at for line in entry.lines)
        if section.kind in (Kind.PROCEDURES, Kind.MEDICATIONS):
            collector.add(
                list(stated_allergies(entry.text, entry.source, context))
                if re.search(r"\bNKD?A\b|allerg", entry.text)
                else []
            )
    if section.kind in (Kind.CONDITIONS, Kind.MEDICATIONS) and sum(len(p.text) for p in pieces) > 400:
        _prose(pieces, context, collector, used, said)
    elif section.kind in (Kind.CONDITIONS, Kind.ALLERGIES, Kind.PROCEDURES):
        _prose([p for p in pieces if p.printed.at not in used], context, collector, used, said)


def _beside(text: str, source: Source, context: Context) -> list[Fact]:
    """What a history tells beside illnesses: medicines with their doses, allergies, habits, operations."""
    found: list[Fact] = list(sampled(text, source, context))
    for _, sentence in sentences(text):
        found += [fact for fact in medications_in(sentence, source, context) if fact.dose or fact.frequency]
        found += stated_allergies(sentence, source, context)
        found += told_habits(sentence, source, context)
        found += procedures_told(sentence, source, context)
    return found


def _before_label(text: str) -> str:
    """The text up to the next form label on its line (``Diagnosis: asthma   Specimen: blood``)."""
    for label in label_pattern().finditer(text):
        if label.start() and re.match(r"\s*:", text[label.end() :]) and text[: label.start()].strip():
            return text[: label.start()]
    return text


def _prose(
    pieces: Sequence[Piece], context: Context, collector: Collector, used: set[int], said: list[ObservationFact]
) -> None:
    text, starts = _joined(pieces)
    for offset, sentence in sentences(text):
        first = bisect_right(starts, offset) - 1
        last = bisect_right(starts, offset + len(sentence) - 1)
        lines = [piece.printed for piece in pieces[max(first, 0) : last]]
        if not lines or _QUESTION_TEXT.match(sentence):
            continue
        source = joined_source(lines, sentence)
        here = replace(context, at=lines[0].at)
        results = once(results_in(sentence, source, here), said)
        said.extend(results)
        facts: list[Fact] = [*results, *medications_in(sentence, source, here)]
        facts += stated_conditions(sentence, source, here)
        facts += stated_allergies(sentence, source, here)
        facts += told_immunizations(sentence, source, here)
        facts += told_habits(sentence, source, here)
        facts += procedures_told(sentence, source, here)
        if context.section in (Kind.COMPLAINT, Kind.START, Kind.NARRATIVE, Kind.ASSESSMENT, Kind.OTHER):
            facts += complaints(sentence, source, here)
        if context.section is Kind.IMAGING:
            facts += findings(sentence, source, here)
        if context.section is Kind.COMPLAINT:
            parts = [(piece.text, piece.printed) for piece in pieces[max(first, 0) : last]]
            noted = [entry for entry in parts if entry[0].lstrip()[:1].isupper()]
            facts += [fact for part, line in noted for fact in terse_complaints(part, line.source, here)]
        if collector.add(facts):
            used.update(line.at for line in lines)


def _joined(pieces: Sequence[Piece]) -> tuple[str, list[int]]:
    """The text of pieces, and where each begins in it."""
    text: list[str] = []
    starts: list[int] = []
    length = 0
    for piece in pieces:
        starts.append(length)
        text.append(piece.text.strip() + " ")
        length += len(text[-1])
    return "".join(text), starts
