"""Medications from tables, lists and sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from include.documents.content import Cell
from include.fhir.extraction.collector import Context
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.lexicon import NOT_SAID, begins_instruction, drug_in, is_drug
from include.fhir.extraction.page.reading import row_source
from include.fhir.extraction.page.sections import Kind
from include.fhir.extraction.statements.dosing import Dosing, as_needed, frequency_in, read_line
from include.fhir.extraction.tables.layouts import Layout
from include.fhir.extraction.tables.tables import cell_text
from include.fhir.facts import MedicationFact, MedicationStatus, Source, UnmappedReason
from include.fhir.terminology.tests import is_test_name

_TIMES = ("morning", "noon", "evening", "night")
_NOTHING = re.compile(
    r"^(?:none|n/?a|no|nil|no (?:known |current |active |home |regular )?(?:medications?|meds)|keine|other|-+|"
    r"not applicable|unknown|denies.*|see .*|as above|reviewed.*)\W*$",
    re.IGNORECASE,
)
_STOPPED = re.compile(
    r"\b(?:discontinue[ds]?|stop(?:ped)?|withheld|on hold|paused|suspended|previously|no longer|held|past|"
    r"former(?:ly)?|abgesetzt|d/c'?d|inactive|"
    r"expired)\b",
    re.IGNORECASE,
)
_SAYS_STOPPED = re.compile(r"\W*(?:stop(?:ped)?|discontinued?|ceased?|withheld|withdrawn)\b(?!\s+(?:if|when|"
                           r"date|on|after|"
                           r"smoking))", re.IGNORECASE)
"""Begins a cell of a row, whatever heads its column."""
_OTHER_DOSE = re.compile(
    r"\b(?:previously|formerly|was|before|past)\s+(?:on\s+|taking\s+|at\s+|dose\s+)?\d[^);]*|"
    r"\b(?:stop(?:ped)?|discontinued?)\s+(?:smoking|date|if)\b",
    re.IGNORECASE,
)
"""Tells the dose before the present one, which goes on."""
_COMPLETED = re.compile(r"\b(?:completed|finished)\b", re.IGNORECASE)
_VERB = re.compile(
    r"^(?:continue(?:d)?|start(?:ed)?|begin|initiate|increase|decrease|resume|take|takes|taking|new|changed?|"
    r"stop(?:ped)?|hold|discontinue[ds]?|on|she is on|he is on|patient is on|patient takes|currently taking|"
    r"currently on|includes?|including|prescribed|given|add(?:ed)?|restart|discharged on|home|"
    r"unchanged)\b[\s:,\-]*(?:on\s+|with\s+|taking\s+|her\s+|his\s+|the\s+|dose\s+of\s+)?",
    re.IGNORECASE,
)
_NO_ENTRY = re.compile(
    r"(?:commonly|also) known as|brand name|generic (?:name|for)|what changed|how to take|quantity|refills?|"
    r"disp(?:ense)?\b|"
    r"taper\b|finish\b|then\b|total\b|max(?:imum)?\b|directions\b|start date|end date|last (?:taken|dose|fill)|"
    r"prescrib(?:er|ed by)|pharmacy|status\s*:",
    re.IGNORECASE,
)
"""Says something of the medicine before it."""
_IDENTIFIED = re.compile(r"\b(?:identified as|known as|namely|called)\s+(?P<name>[A-Za-z][\w-]+)", re.IGNORECASE)
_UNIT_FIRST = re.compile(
    r"(?:mcg|mg|g|ml|units?|%|puffs?|actuations?|tablets?|capsules?|inhaler|solution)(?:/\w+)?(?:\s|$)"
)
"""Begins a line that only goes on with the medicine above."""
_DOSED = re.compile(r"(?<!\bthen)(?<!\bto)\s+(?:[a-z]+\s+)?\d+(?:[.,]\d+)?\s?(?:mg|mcg|g|units?|IU)\b", re.IGNORECASE)
_SPOKEN = re.compile(
    r"(?:he|she|they|the patient|patient|pt|i|we)\s+(?:(?:also|currently|recently|then|previously)\s+)*(?:was|"
    r"were|has been|"
    r"have|had been|is considering|is thinking|asked|wishes|wants|would|may|might|could|should|will need|"
    r"does not|did not|"
    r"reports?|denies|tried|stopped|finished|completed)\b", re.IGNORECASE)
"""Begins what is told below or behind a list, which is read as running text."""
_BREAKS = re.compile(r"(?<!\d)\.(?=\s+[A-Z])|(?<!\d)\.$|;|\s•|\s\|\s|,\s+(?=[A-Z])|,\s*$|\s+(?=\d{1,2}[.)]\s+[A-Z])")


def medication_row(
    cells: Sequence[Cell], layout: Layout, context: Context, page: int
) -> list[MedicationFact] | UnmappedReason:
    """The medication of one table row."""
    printed = cell_text(cells, layout.column("medication")) or cell_text(cells, layout.column("ingredient"))
    if not printed:
        return UnmappedReason.EMPTY
    parts = read_line(printed)
    if _UNIT_FIRST.match(printed):
        return UnmappedReason.NOT_RECOGNISED
    if re.match(r"\W*(?:example|e\.?g\.|sample)\W", printed, re.IGNORECASE):
        return UnmappedReason.EMPTY
    if NOT_SAID.search(printed) and not is_drug(parts.name.split()[0] if parts.name else ""):
        return UnmappedReason.EMPTY
    if _NOTHING.match(printed) or not re.search(r"[^\W\d_]{2}", parts.name):
        return UnmappedReason.EMPTY if _NOTHING.match(printed) else UnmappedReason.NOT_RECOGNISED
    dose, strength, often = (cell_text(cells, layout.column(role)) for role in ("dose", "strength", "frequency"))
    times = [cell_text(cells, layout.column(role)) for role in _TIMES]
    status = " ".join([cell_text(cells, layout.column("status")), cell_text(cells, layout.column("note"))])
    status = " ".join([status, *(text for cell in cells if _SAYS_STOPPED.match(text := cell.text))])
    amount, frequency = _dose_and_frequency(parts, strength, dose, often, times)
    return [
        MedicationFact(
            name=_whole_name(printed, layout) or parts.name,
            dose=amount,
            route=cell_text(cells, layout.column("route")) or parts.route or read_line(f"x {often}").route,
            frequency=frequency,
            duration=cell_text(cells, layout.column("duration")) or parts.duration or read_line(f"x {often}").duration,
            form=cell_text(cells, layout.column("form")) or parts.form,
            as_needed=as_needed(f"{printed} {often} {dose}"),
            status=_status(f"{status} {cell_text(cells, layout.column('end'))}", context),
            start=context.date(cell_text(cells, layout.column("date"))),
            end=context.date(cell_text(cells, layout.column("end"))),
            reason=cell_text(cells, layout.column("reason")) or parts.reason,
            note=_note(cells, layout, dose, amount, frequency),
            patient=context.patient,
            source=row_source(page, cells),
        )
    ]


def _whole_name(printed: str, layout: Layout) -> str | None:
    """What stands in the column of names where strength and form have columns of their own: words are then the name's
    (``... nasal spray``), not a form said beside it."""
    apart = layout.column("strength") is not None and layout.column("form") is not None
    return printed.strip(" *•") if apart and re.fullmatch(r"[^\d(),;:]+", printed) else None


def _dose_and_frequency(
    parts: Dosing, strength: str, dose: str, often: str, times: Sequence[str]
) -> tuple[str | None, str | None]:
    """A dose column may hold strength, count and frequency together; a plan prints a count for each time of day."""
    amount = strength or (dose if re.search(r"\d", dose) else "") or parts.dose or ""
    frequency = often
    if any(times):
        frequency = "-".join(count or "0" for count in times)
    elif not often:
        frequency = parts.frequency or frequency_in(dose) or ""
        if dose and frequency and not strength:
            amount = read_line(f"x {dose}").dose or parts.dose or amount.replace(frequency, "").strip(" ,;") or ""
    if not amount and often:
        amount = read_line(f"x {often}").dose or ""
    return amount or parts.dose or None, frequency or None


def _note(cells: Sequence[Cell], layout: Layout, dose: str, amount: str | None, frequency: str | None) -> str | None:
    texts = [cell_text(cells, layout.column("note")), cell_text(cells, layout.column("ingredient"))]
    if dose and dose not in (amount, frequency):
        texts.append(dose)
    return "; ".join(text for text in texts if text) or None


def _status(text: str, context: Context) -> MedicationStatus:
    if context.section is Kind.STOPPED or _STOPPED.search(text):
        return MedicationStatus.STOPPED
    return MedicationStatus.COMPLETED if _COMPLETED.search(text) else MedicationStatus.ACTIVE


def listed_medications(text: str, source: Source, context: Context) -> Iterator[MedicationFact]:
    """The medications of a text that stands under a heading for them: one for each entry of a list or sentence."""
    for entry in _entries(text):
        if _SPOKEN.match(entry) or NOT_SAID.search(entry) or _NO_ENTRY.match(entry) or _NO_ENTRY.match(_bare(entry)):
            continue
        named = _IDENTIFIED.search(entry)
        line = read_line(_bare(named["name"] if named else entry))
        name = re.sub(r"^(?:and|or|also|the|her|his|to)\s+", "", line.name, flags=re.IGNORECASE)
        drug = drug_in(entry)
        if _NOTHING.match(entry) or not name or _is_result(name, line.dose) or (len(name.split()) > 4 and not drug):
            continue
        if (len(name.split()) > 4 or re.search(r"[<>≥≤]", name)) and drug:
            name = drug
        if drug is None and (begins_instruction(entry) or re.search(r"[<>≥≤=]|\.\s", name)):
            continue
        stopped = _STOPPED.search(_OTHER_DOSE.sub(" ", entry))
        if stopped and stopped.start() and name.lower().endswith(stopped[0].lower()):
            name = name[: -len(stopped[0])].strip(" ,-")
        branded = len(name.split()) <= 3 and plain(name) == plain(entry) and is_drug(re.sub(r"\s*\(.*\)$", "", name))
        if name and (line.is_dosed or is_drug(name) or branded or _looks_listed(name, entry)):
            yield as_medication(replace(line, name=name), entry, source, context)


def _is_result(name: str, dose: str | None) -> bool:
    """``CRP 45 mg/l`` is measured, not taken."""
    return re.search(r"/\s?(?:m|d)?l$", dose or "", re.IGNORECASE) is not None and is_test_name(name)


def _bare(entry: str) -> str:
    before, text = "", entry
    while before != text:
        before, text = text, _VERB.sub("", text).strip()
    return text


def _entries(text: str) -> Iterator[str]:
    for part in _BREAKS.split(text):
        entry = re.sub(r"^\s*(?:\d{1,2}[.)]|[•*\-–—▪◦■□o]\s)\s*", "", (part or "").strip()).strip(" ,.")
        if not re.search(r"[^\W\d_]{3}", entry):
            continue
        yield from _each_drug(entry)


def _each_drug(entry: str) -> list[str]:
    """``He will go home on A 5 mg daily, B 10 mg and C`` names three: each begins with a known medicine."""
    starts = [
        match.start("drug")
        for match in re.finditer(
            r"(?:^|,\s*(?:and\s+)?|\s+and\s+|\s(?:on|with|of|takes?|taking|"
            r"include[sd]?|are)\s+)(?P<drug>[A-Za-z][\w-]+)",
            entry,
        )
        if is_drug(match["drug"]) or _DOSED.match(entry, match.end())
    ]
    spoken = starts and starts[0] and re.match(r"(?:he|she|the|patient|pt|his|her|they|we|mr|mrs|ms)\b", entry, re.I)
    if not starts or (len(starts) == 1 and not spoken) or (starts[0] and not spoken):
        return [entry]
    parts = [entry[start:end] for start, end in zip(starts, [*starts[1:], len(entry)], strict=True)]
    return [re.sub(r"[\s,]*(?:\band)?[\s,]*$", "", part) for part in parts]


def _looks_listed(name: str, entry: str) -> bool:
    """An undosed entry that is only a name: at most three words, capitalised, and not a heading-like remark."""
    words = name.split()
    return (
        len(words) <= 3
        and name[0].isupper()
        and plain(name) == plain(entry)
        and not name.isupper()
        and len(name) > 3
        and drug_in(name) is not None
    )


def as_medication(line: Dosing, entry: str, source: Source, context: Context) -> MedicationFact:
    status = (
        MedicationStatus.STOPPED
        if context.section is Kind.STOPPED or _STOPPED.search(_OTHER_DOSE.sub(" ", entry))
        else MedicationStatus.ACTIVE
    )
    return MedicationFact(
        name=line.name,
        dose=line.dose,
        route=line.route,
        frequency=line.frequency,
        duration=line.duration,
        form=line.form,
        as_needed=line.as_needed,
        status=status,
        reason=line.reason,
        note=entry if line.frequency is None and entry != line.name else None,
        patient=context.patient,
        source=source,
    )
