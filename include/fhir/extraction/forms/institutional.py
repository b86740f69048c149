"""The UB-04 (CMS-1450), the claim of a hospital: what its numbered boxes, called form locators (FL), say.

Numbers, forms of dates (MMDDYY, the date of birth MMDDYYYY) and codes are those of the National Uniform Billing
Committee's manual (nubc.org). Labels are small and stand over their values, so places tell which value is whose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from include.documents.content import Box, Word
from include.fhir.extraction.collector import Context
from include.fhir.extraction.dates import DateReader
from include.fhir.extraction.forms.fitting import GENDERS
from include.fhir.extraction.forms.label_rows import boxes_between
from include.fhir.extraction.page.reading import PrintedLine, around, segments
from include.fhir.extraction.people.people import People, add_practitioner
from include.fhir.facts import (
    ConditionFact,
    EncounterFact,
    IdentifierKind,
    PatientFact,
    PractitionerFact,
    PrintedDate,
    PrintedIdentifier,
    ProcedureFact,
)

_FORM = re.compile(
    r"\bUB-?\s?04\b|\bCMS-?\s?1450\b|\b(?:uniform|institutional|hospital) (?:bill|claim)\b", re.IGNORECASE
)
_BOXES = re.compile(r"statement covers period|\brev\.? ?cd\b|type of bill|principal procedure", re.IGNORECASE)
_FEWEST = 2
"""Boxes of the form that have to be printed beside its name."""
_DATE = re.compile(r"(?P<month>\d\d)(?P<day>\d\d)(?P<year>\d{4}|\d\d)")
_DIAGNOSIS = re.compile(r"(?P<code>[A-TV-Z]\d[0-9A-Z]\.?[0-9A-Z]{0,4}?)[YUW]?")
"""FL 67: ICD-10-CM, without its point; the letter that tells whether it was present on admission is none of it."""
_PROCEDURE = re.compile(r"(?=[A-Z]*\d)[0-9A-HJ-NP-Z]{7}")
"""FL 74: ICD-10-PCS, seven digits or letters, neither I nor O (cms.gov, ICD-10-PCS)."""
_BILL = re.compile(r"0?\d[12][14]")
_PROVIDER = re.compile(r"7[6-9]\s+(?P<role>attending|operating|other)\b", re.IGNORECASE)
_ROLES = {"attending": "attending", "operating": "surgeon"}
_PROVIDER_WORDS = re.compile(r"\b(?:7[6-9]|attending|operating|other|npi|qual|last|first|name|\d{10})\b", re.IGNORECASE)
_NAME = re.compile(r"[A-Z][A-Za-z'’ -]+$")
_ROW = 0.6
"""Heights of a label by which others may stand higher or lower and still be on its row."""
_ROW_HEIGHT = 0.012
_BELOW = 0.04
"""Height of the tallest of these boxes, as a ratio of the page."""


def is_hospital_claim(lines: Sequence[PrintedLine]) -> bool:
    """The form prints its name, and its boxes."""
    boxes = {match[0].lower() for line in lines for match in _BOXES.finditer(line.text)}
    return len(boxes) >= _FEWEST and any(_FORM.search(line.text) for line in lines)


def claimed_codes(
    lines: Sequence[PrintedLine], contexts: dict[int, Context]
) -> Iterator[ConditionFact | ProcedureFact]:
    """FL 67, diagnoses, and FL 74, procedures with their dates. No names are printed for the codes."""
    seen: set[str] = set()
    for line in _between(lines, r"\b67\b.*|\b66 DX\b.*", r"\b69 ADM|\b70 PAT|\b74 PRIN"):
        for word in line.line.words:
            match = _DIAGNOSIS.fullmatch(word.text)
            if match and match["code"] not in seen:
                seen.add(match["code"])
                code, patient = match["code"], contexts[line.at].patient
                yield ConditionFact(code, code, patient=patient, source=line.source)
    reader = next(iter(contexts.values())).reader if contexts else DateReader([])
    printed = [
        (word, line)
        for line in _between(lines, r"\b74 PRIN.*", r"\b(?:76|77) (?:ATT|OPER)|\b80 REM")
        for word in sorted(line.line.words, key=lambda word: word.box.left)
    ]
    for word, line in printed:
        if _PROCEDURE.fullmatch(word.text) and not _DATE.fullmatch(word.text):
            beside = [other for other, _ in printed if _is_right(word.box, other.box) and _DATE.fullmatch(other.text)]
            nearest = min(beside, key=lambda other: other.box.left, default=None)
            yield ProcedureFact(
                word.text, _read(nearest.text, reader) if nearest else None, code_printed=word.text,
                patient=contexts[line.at].patient, source=line.source)


def _between(lines: Sequence[PrintedLine], first: str, end: str) -> Iterator[PrintedLine]:
    """The lines from a label's row down to the row of the next label."""
    for label in (line for line in lines if re.search(first, line.text)):
        below = [line for line in lines if line.page == label.page and line.line.box.top > label.line.box.top - 0.005]
        stops = [line.line.box.top for line in below if re.search(end, line.text)]
        bottom = min(stops, default=label.line.box.top + _BELOW)
        yield from (line for line in below if line.line.box.middle[1] < bottom)
        return


def _is_right(left: Box, right: Box) -> bool:
    return abs(left.middle[1] - right.middle[1]) < left.height and 0 < right.left - left.right < 0.15


def with_claimed(patient: PatientFact, lines: Sequence[PrintedLine], reader: DateReader) -> PatientFact:
    """The patient of FL 10 and 11: date of birth and sex."""
    for word in _under(lines, r"10 BIRTH ?DATE"):
        if patient.birth_date is None:
            patient = replace(patient, birth_date=_read(word.text, reader, birth=True))
    for word in _under(lines, r"11 SEX"):
        if patient.gender is None and word.text in ("M", "F"):
            patient = replace(patient, gender=GENDERS[word.text.lower()])
    return patient


def claimed_stay(lines: Sequence[PrintedLine], reader: DateReader) -> EncounterFact | None:
    """FL 12, the day of admission, and FL 6, the period of the bill.

    The period ends with the discharge where the type of bill (FL 4: facility, class, frequency) says inpatient (class
    1 or 2) and a whole stay or its last bill (frequency 1 or 4), unless the patient status (FL 17) is 30: still there.
    """
    admitted = next(_dates(lines, r"12 (?:ADMISSION )?(?:START )?DATE", reader), None)
    period = list(_dates(lines, r"6 STATEMENT COVERS PERIOD(?: FROM| THROUGH|[ /])*", reader))
    bill = next((w.text for w in _under(lines, r"4 TYPE OF BILL|4 TYPE(?= OF)") if _BILL.fullmatch(w.text)), "")
    status = next((w.text for w in _under(lines, r"17 STAT") if w.text.isdigit()), "")
    ended = len(period) == 2 and _BILL.fullmatch(bill) is not None and status != "30"
    start = admitted or (period[0] if period else None)
    if start is None:
        return None
    source = next((line.source for line in lines if re.search(r"STATEMENT COVERS|ADMISSION", line.text)), None)
    return EncounterFact(start, period[1] if ended else None, inpatient=True if admitted else None, source=source)


def add_claimed_providers(people: People, lines: Sequence[PrintedLine]) -> None:
    """FL 76 to 79: a National Provider Identifier, the surname and then the given name."""
    labels = [(line, match["role"].lower()) for line in lines if (match := _PROVIDER.match(line.text))]
    for label, role in labels:
        top, left = label.line.box.top, label.line.box.left
        below = [other.line.box.top for other, _ in labels if other.line.box.top > top + 0.005]
        bottom = min([*below, top + _BELOW])
        own = [
            segment
            for line in lines
            if line.page == label.page and top - 0.005 < line.line.box.top < bottom - 0.005
            for segment in segments(line)
            if segment.box.left >= left - 0.01
        ]
        own.sort(key=lambda segment: (round(segment.box.top / _ROW_HEIGHT), segment.box.left))
        texts = [_PROVIDER_WORDS.sub("", segment.text).strip(" /,") for segment in own]
        names = [text for text in texts if _NAME.match(text)]
        number = next((match[0] for segment in own if (match := re.search(r"\b\d{10}\b", segment.text))), None)
        if len(names) == 2:
            ids = (PrintedIdentifier(number, IdentifierKind.PROVIDER, "NPI"),) if number else ()
            name = f"{names[1]} {names[0]}"
            add_practitioner(people, PractitionerFact(name, _ROLES.get(role), ids, source=label.source))


def _dates(lines: Sequence[PrintedLine], label: str, reader: DateReader) -> Iterator[PrintedDate]:
    for word in _under(lines, label):
        if (date := _read(word.text, reader)) is not None:
            yield date


def _read(printed: str, reader: DateReader, birth: bool = False) -> PrintedDate | None:
    match = _DATE.fullmatch(printed)
    if match is None:
        return reader.read(printed, birth=birth)
    year = match["year"] if len(match["year"]) == 4 or birth else f"20{match['year']}"
    found = reader.read(f"{year}-{match['month']}-{match['day']}" if len(year) == 4 else
                        f"{match['day']}.{match['month']}.{year}", birth=birth)
    return replace(found, printed=printed) if found else None


def _under(lines: Sequence[PrintedLine], label: str) -> Iterator[Word]:
    """The words below a label and right of its left edge, up to the next label on its row."""
    for line in lines:
        text = " ".join(word.text for word in line.line.words)
        match = re.search(rf"(?<!\S)(?:{label})(?!\w)", text, re.IGNORECASE)
        if match is None:
            continue
        own = around(boxes_between(line.line.words, match.start(), match.end()))
        words = [word for other in lines if other.page == line.page for word in other.line.words]
        row = [w.box.left for w in words if abs(w.box.middle[1] - own.middle[1]) < _ROW * own.height]
        right = min((left for left in row if left > own.right), default=1.0)
        inside = [w for w in words if own.left - 0.01 <= w.box.left < right and 0 < w.box.top - own.top < _BELOW]
        yield from sorted(inside, key=lambda word: (round(word.box.top / _ROW_HEIGHT), word.box.left))
        return
