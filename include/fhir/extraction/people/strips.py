"""A patient's data printed as one strip without labels: ``ROE, JANE`` over ``F · 34 y · 11/08/1989``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from include.fhir.extraction.dates import DateReader, find_dates
from include.fhir.extraction.forms.fitting import GENDERS, gender_in, is_name
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.page.reading import PrintedLine, Segment, cut_at_separators, segments
from include.fhir.extraction.people.people import People, named, same_person
from include.fhir.facts import PatientFact

_AGE = re.compile(
    r"(?:age:?\s*)?\d{1,3}\s?(?:y(?:ears?|rs?)?(?:[ /-]?o(?:ld)?)?\.?|mo(?:nths?)?(?:[ -]old)?|wks?|"
    r"days?|J(?:ahre?)?\.?|años?|ans?|anni|anos?)", re.IGNORECASE
)
_AGE_SEX = re.compile(
    rf"{_AGE.pattern}[\s,/]*(?P<sex>[MF]|male|female)|(?P<first>[MF]|male|female)[\s,/]*{_AGE.pattern}", re.IGNORECASE
)
_AGED_BIRTH = re.compile(
    rf"(?P<birth>\S*\d\S*(?:\s\S+){{0,2}}?)\s*[(,]\s*(?:age[d:]?\s*)?(?P<age>{_AGE.pattern})\s*\)?", re.IGNORECASE
)
"""``22-JAN-1949 (75 yr)``: a date with an age is one of birth."""
_BIRTH = re.compile(
    r"^(?:DOB|D\.O\.B\.?|born|date of birth|birth date|geb(?:oren)?(?:\.| am)?|née? le|\*)\s*:?\s*",
    re.IGNORECASE)
_NEAR = 2.5
"""Heights of a line within which the name stands above its strip."""


def add_strips(people: People, lines: Sequence[PrintedLine], reader: DateReader) -> None:
    """Complete the only patient of a document from strips that print an age or a sex beside one bare date."""
    if len(people.patients) > 1:
        return
    columns = [segment for line in lines for segment in segments(line)]
    for segment in [*columns, *(Segment(line.text, line.line.box, line, line.line.words) for line in lines)]:
        aged = _AGED_BIRTH.fullmatch(segment.text.strip())
        cells = [aged["birth"], aged["age"]] if aged else [c.text.strip(" ,;") for c in cut_at_separators(segment)]
        if len(cells) < 2:
            cells = [cell.strip() for cell in segment.text.split(",")]
        births = [bare for cell in cells if find_dates(bare := _BIRTH.sub("", cell)) == [bare]]
        if len(births) != 1:
            continue
        sexes = {sex for cell in [*cells, *_below(segment, columns)] if (sex := _sex(cell))}
        ages = [cell for cell in cells if _AGE.fullmatch(cell) or _AGE_SEX.fullmatch(cell)]
        if not (sexes or ages) or len(sexes) > 1:
            continue
        names = [cell for cell in cells if is_name(cell) and len(cell.split()) > 1]
        name = names[0] if names else _above(segment, columns)
        known = people.patients[0] if people.patients else None
        if name is None or (known and known.name and not same_person(known.name, name)):
            continue
        _complete(people, segment, name, births[0], next(iter(sexes), None), reader)


def _sex(cell: str) -> str | None:
    both = _AGE_SEX.fullmatch(cell)
    said = cell if _is_sex(cell) else (both["sex"] or both["first"]) if both else None
    return gender_in(said) if said else None


def _is_sex(cell: str) -> bool:
    """A sex and nothing else, in any language that the forms are read in (``Mann``, ``femme``)."""
    return GENDERS.get(plain(cell)) in ("male", "female")


def _above(segment: Segment, columns: Sequence[Segment]) -> str | None:
    """The name right above, that begins or ends where the strip does."""
    near = [
        other for other in columns
        if other.printed.page == segment.printed.page
        and 0 < segment.box.top - other.box.top < _NEAR * segment.box.height
        and min(abs(other.box.left - segment.box.left), abs(other.box.right - segment.box.right)) < 0.02
        and is_name(other.text) and len(other.text.split()) > 1
    ]
    return max(near, key=lambda other: other.box.top).text if near else None


def _below(segment: Segment, columns: Sequence[Segment]) -> list[str]:
    """A lone sex in the line below, that begins where the strip does."""
    return [
        other.text.strip() for other in columns
        if other.printed.page == segment.printed.page and _is_sex(other.text)
        and 0 < other.box.top - segment.box.top < _NEAR * segment.box.height
        and abs(other.box.left - segment.box.left) < 0.02
    ]


def _complete(
    people: People, segment: Segment, name: str, birth: str, sex: str | None, reader: DateReader
) -> None:
    date = reader.read(birth, segment.printed.at, birth=True)
    if not people.patients:
        people.add_patient(PatientFact(name=None, source=segment.printed.source), segment.printed.at)
    patient = people.patients[0]
    if patient.name is None and not patient.family:
        patient = named(patient, name)
    people.patients[0] = replace(
        patient, birth_date=patient.birth_date or date, gender=patient.gender or sex
    )
