"""The CMS-1500 claim form: boxes that only a claim has. Box numbers are those of version 02/12 (nucc.org)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from include.documents.content import Box, PageContent
from include.fhir.extraction.collector import Context
from include.fhir.extraction.dates import DateReader
from include.fhir.extraction.forms.ticks import MARK, is_ticked
from include.fhir.extraction.page.reading import PrintedLine
from include.fhir.facts import ConditionFact, PatientFact

_FORM = re.compile(r"health insurance claim form|cms-?1500|form 1500", re.IGNORECASE)
_DIAGNOSES = re.compile(r"diagnosis or nature of illness", re.IGNORECASE)
_BIRTH = re.compile(r"patient.?s birth ?date", re.IGNORECASE)
_CODE = re.compile(r"(?<![A-Za-z0-9])(?P<code>[A-TV-Z]\d[0-9A-Z]\.?[0-9A-Z]{0,4})(?![A-Za-z0-9])")
_BOX_HEIGHT = 0.06
"""Height of box 21 as a ratio of the page, with room for a scan that is not straight."""


def is_claim(lines: Sequence[PrintedLine]) -> bool:
    return sum(_FORM.search(line.text) is not None for line in lines[:400]) > 0 and any(
        _DIAGNOSES.search(line.text) for line in lines
    )


def claimed_diagnoses(lines: Sequence[PrintedLine], contexts: dict[int, Context]) -> Iterator[ConditionFact]:
    """Box 21: the codes A to L, as printed. They are codes of a claim; no name is printed for them."""
    for label in (line for line in lines if _DIAGNOSES.search(line.text)):
        seen: set[str] = set()
        for line in sorted(_below(label, lines), key=lambda other: (round(other.line.box.top, 2), other.line.box.left)):
            for match in _CODE.finditer(line.text):
                if match["code"] not in seen:
                    seen.add(match["code"])
                    yield ConditionFact(
                        match["code"], match["code"], patient=contexts[line.at].patient, source=line.source
                    )


def _below(label: PrintedLine, lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    box = label.line.box
    return [
        line
        for line in lines
        if line.page == label.page
        and line is not label
        and 0 <= line.line.box.top - box.top < _BOX_HEIGHT
        and line.line.box.left < box.left + 0.55
    ]


def with_birth_date(patient: PatientFact, lines: Sequence[PrintedLine], reader: DateReader) -> PatientFact:
    """Box 3 prints month, day and year in three fields, in this order."""
    if patient.birth_date is not None:
        return patient
    for label in (line for line in lines if _BIRTH.search(line.text)):
        words = [
            w for line in lines if line.page == label.page for w in line.line.words if _in_box(label.line.box, w.box)
        ]
        numbers = [w.text for w in sorted(words, key=lambda w: w.box.left) if re.fullmatch(r"\d{1,4}", w.text)]
        if len(numbers) >= 3 and len(numbers[2]) == 4 and int(numbers[0]) <= 12:
            iso = reader.read(f"{numbers[2]}-{numbers[0]}-{numbers[1]}", label.at, birth=True)
            return replace(patient, birth_date=replace(iso, printed=" ".join(numbers[:3])) if iso else None)
    return patient


def _in_box(label: Box, word: Box) -> bool:
    x, y = word.middle
    return label.left - 0.01 <= x <= label.left + 0.16 and label.bottom < y < label.bottom + 0.03


def with_sex(patient: PatientFact, pages: Sequence[PageContent], lines: Sequence[PrintedLine]) -> PatientFact:
    """Box 3 has two tick boxes beside the date of birth: M, then F. Only a single tick says anything."""
    if patient.gender is not None:
        return patient
    for label in (line for line in lines if _BIRTH.search(line.text)):
        marks = [
            mark
            for page in pages
            if page.number == label.page
            for mark in page.tick_boxes
            if mark.box and _beside_birth(label.line.box, mark.box)
        ]
        marks.sort(key=lambda mark: mark.box.left if mark.box else 0.0)
        typed = [
            line for line in lines
            if line.page == label.page and MARK.search(line.text) and _beside_birth(label.line.box, line.line.box)
        ]  # fmt: skip
        printed = [found[0] for line in typed for found in MARK.finditer(line.text)]
        if not marks and len(printed) == 2 and is_ticked(printed[0]) != is_ticked(printed[1]):
            return replace(patient, gender="male" if is_ticked(printed[0]) else "female")
        if len(marks) == 2 and marks[0].selected != marks[1].selected:
            return replace(patient, gender="male" if marks[0].selected else "female")
    return patient


def _beside_birth(label: Box, mark: Box) -> bool:
    return 0 < mark.middle[0] - label.left < 0.24 and 0 < mark.middle[1] - label.bottom < 0.03
