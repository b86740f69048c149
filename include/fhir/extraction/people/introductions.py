"""Persons whom no label names: in a first sentence, above a date of birth, in a signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from include.fhir.extraction.dates import DateReader, find_dates
from include.fhir.extraction.forms.fitting import gender_in, is_name
from include.fhir.extraction.forms.labels import meaning_of, plain
from include.fhir.extraction.forms.pairs import Pair
from include.fhir.extraction.page.reading import PrintedLine, Segment, cut_at_separators, segments
from include.fhir.extraction.page.sections import Kind
from include.fhir.extraction.people.doctors import add_named_doctors
from include.fhir.extraction.people.people import CREDENTIALS, People, add_practitioner, named, same_person
from include.fhir.extraction.people.sexes import add_told_sexes
from include.fhir.extraction.people.strips import add_strips
from include.fhir.facts import PatientFact, PractitionerFact

_INTRODUCED = re.compile(
    r"(?:^|[.]\s+)(?P<name>[A-Z][\w'’-]+(?:\s+[A-Z][\w'’.-]*){1,3}),?\s+(?:(?:born on|"
    r"DOB:?)\s+(?P<birth>[^,]{6,20}),\s*)?(?:is|was)?\s*,?\s*an?\s+(?P<age>\d{1,3})[- ]?(?:year|yr|month|week|"
    r"day)s?[- ]?old\s+(?P<rest>[^.]{0,60})"
)
_SHOUTED = re.compile(r"[A-Z][A-Z'’-]{2,}(?: [A-Z][A-Z'’-]+)?, ?[A-Z][A-Z'’-]{2,}(?: [A-Z][A-Z'’-]*\.?){0,2}")
_CERTIFIED = re.compile(
    r"\b(?:certif|attest|confirm|bescheinig|bestätig)\w*\b.{0,40}?\b(?:that|que|qu['’]|dass|che)[\s_.:]+"
    r"(?:(?:Mr|Mrs|Ms|Miss|Herr|Frau|Mme|M|Sra?)\.?\s+)?"
    r"(?P<name>(?!Dr)[A-Z][\w'’-]+(?:\s+[A-Z][\w'’.-]*){1,4})[\s_.]*(?:$|,(?!\s*[A-Z]{2})|\(|\b(?:born|geb|née?|was|has|is)\b)"
)
"""Whom a certificate is made out to, behind the words with which it begins."""
_LONE_SEX = re.compile(r"[MF]|(?:fe)?male", re.IGNORECASE)
_AGE = re.compile(
    r"\b\d{1,3}\s?-?(?:y\.?\s?/?o\.?|yrs?\.?|years?(?:[- ]old)?|y|m(?:onths?|o)?(?:[- ]old)?)?(?=\W|$)", re.IGNORECASE
)
_AGE_AND_SEX = re.compile(r"[\s,(|]+(?:[MF]|(?:fe)?male|\d{1,3}\s?(?:y\S*|years?))(?=[\s,(|]|$).*$", re.IGNORECASE)
_SEX_WITH_AGE = re.compile(
    r"(?<![\w.])(?P<sex>[MF]|(?:fe)?male)[,\s]+\d{1,3}\s?(?:y|yrs?|y/?o|years?)\b|"
    r"\b\d{1,3}\s?(?:y|yrs?\.?|y/?o|y\.o\.|years?(?:[- ]old)?)[,\s]+(?P<behind>[MF]|(?:fe)?male)\b", re.IGNORECASE)
_FIRST_LINES = 4
"""Lines under a heading for the patient's data among which the name is looked for."""
_TOP = 0.35
"""Part of the first page in which a name without a label is looked for."""
_AGED = re.compile(
    r"\b\d{1,3}[- ]?(?:y\.?\s?/?o\.?|yo|year[s]?[- ]old|month[s]?[- ]old|day[s]?[- ]old)\s+"
    r"(?:[A-Za-z-]+\s+){0,2}?(?P<gender>male|female|man|woman|boy|girl|gentleman|lady|[MF])\b"
)
_SIGNED = re.compile(
    rf"\b(?:[Ee]lectronically signed by|[Ss]igned by|[Dd]ictated by|[Ss]een by|"
    rf"SIGNED BY:?)\s*:?\s*(?P<name>(?:Dr\.?\s+)?[A-Z][\w'’-]+(?:\s+[A-Z][\w'’.-]*){{1,2}}(?:,?\s*{CREDENTIALS})?)"
)
_SIGNATURE = re.compile(
    rf"^(?P<name>(?:Dr\.?\s+)?[A-Z][\w'’-]+(?:\s+[A-Z]\.?)?\s+[A-Z][\w'’-]+),\s*{CREDENTIALS}(?:,?\s*{CREDENTIALS})*\.?$"
)


def complete(
    people: People,
    lines: Sequence[PrintedLine],
    pairs: Sequence[Pair],
    kinds: dict[int, Kind],
    reader: DateReader,
) -> None:
    """Add to the persons that labels named what the text says without labels.

    :param kinds: section kind by line number.
    """
    _unlabelled_name(people, lines, pairs)
    _certified_name(people, lines)
    _headed_name(people, lines, pairs)
    _name_under_heading(people, lines, kinds)
    _introduce(people, lines, reader)
    _sex_beside_birth(people, lines, pairs)
    _aged(people, lines)
    add_strips(people, lines, reader)
    add_told_sexes(people, lines)
    _sign(people, lines)
    add_named_doctors(people, lines)


def _unlabelled_name(people: People, lines: Sequence[PrintedLine], pairs: Sequence[Pair]) -> None:
    """A name printed without a label right above the date of birth, as laboratory reports do."""
    if any(patient.name or patient.family for patient in people.patients):
        return
    births = [pair for pair in pairs if pair.meaning == "birth_date"]
    columns = [part for line in lines for segment in segments(line) for part in cut_at_separators(segment)]
    for birth in births[:1]:
        if (before := _name_before(birth, columns)) is not None:
            people.patients[0] = named(people.patients[0], before)
            return
        own = next((s for s in columns if s.printed.at == birth.at and plain(birth.label) in plain(s.text)), None)
        above = [
            s
            for s in columns
            if own
            and s.printed.page == own.printed.page
            and 0 < own.box.top - s.box.top < 3.5 * own.box.height
            and abs(s.box.left - own.box.left) < 0.02
            and is_name(s.text)
            and len(s.text.split()) >= 2
        ]
        if above:
            nearest = max(above, key=lambda s: s.box.top)
            people.patients[0] = named(people.patients[0], nearest.text)


def _name_before(birth: Pair, columns: Sequence[Segment]) -> str | None:
    """``Roe, Jane M   F   DOB 05/02/1949``: the name that begins the line of the date of birth."""
    first = next((s for s in columns if s.printed.at == birth.at), None)
    if first is None:
        return None
    text = re.split(rf"\s(?=[MF]\s+{re.escape(birth.label)})|\b{re.escape(birth.label)}", first.text)[0]
    text = _AGE_AND_SEX.sub("", re.sub(r"\s*\([^)]*\)", "", text)).strip(" ,;:-(|")
    if len(text.split()) > 2 and meaning_of(text.split()[0]) == "name":
        text = text.split(maxsplit=1)[1]
    return text if len(text.split()) >= 2 and is_name(text) else None


def _certified_name(people: People, lines: Sequence[PrintedLine]) -> None:
    """``This is to certify that Jane ROE`` names the person whose date of birth the certificate prints."""
    if len(people.patients) != 1 or people.patients[0].name or people.patients[0].birth_date is None:
        return
    for line in lines:
        match = _CERTIFIED.search(line.text)
        if match and is_name(match["name"]):
            people.patients[0] = named(people.patients[0], match["name"])
            return


def _headed_name(people: People, lines: Sequence[PrintedLine], pairs: Sequence[Pair]) -> None:
    """``ROE, JANE M`` printed once at the top without a label, or the person whom a form calls its client."""
    if any(patient.name or patient.family for patient in people.patients):
        return
    clients = [(p.value, p.at, p.source) for p in pairs if plain(p.label) in ("client", "insured", "member")]
    top = [s for line in lines if line.page == 1 and line.line.box.top < _TOP for s in segments(line)]
    shouted = [(s.text, s.printed.at, s.printed.source) for s in top if _SHOUTED.fullmatch(s.text)]
    named_ones = [c for c in clients if is_name(c[0]) and 2 <= len(c[0].split()) <= 4] or shouted
    if len({plain(name) for name, _, _ in named_ones}) != 1:
        return
    name, at, source = named_ones[0]
    if people.patients:
        people.patients[0] = named(people.patients[0], name)
    else:
        people.add_patient(named(PatientFact(name=None, source=source), name), at)


def _name_under_heading(people: People, lines: Sequence[PrintedLine], kinds: dict[int, Kind]) -> None:
    """The first name of two words or more in a part for the patient's own data, where no label names the patient."""
    if any(patient.name or patient.family for patient in people.patients):
        return
    own = [line for line in lines if kinds.get(line.at) is Kind.DEMOGRAPHICS][:_FIRST_LINES]
    apart = [(segment.text, line) for line in own for segment in segments(line)]
    found = [(text, line) for text, line in apart if 2 <= len(text.split()) <= 4 and is_name(text)]
    if found:
        name, line = found[0]
        if people.patients:
            people.patients[0] = named(people.patients[0], name)
        else:
            people.add_patient(named(PatientFact(name=None, source=line.source), name), line.at)


def _sex_beside_birth(people: People, lines: Sequence[PrintedLine], pairs: Sequence[Pair]) -> None:
    """A lone M or F on the height of the date of birth."""
    if all(patient.gender for patient in people.patients):
        return
    parts = [part for line in lines for s in segments(line) for part in _listed(s)]
    lone = [s for s in parts if _LONE_SEX.fullmatch(s.text.strip())]
    for birth in (pair for pair in pairs if pair.meaning == "birth_date"):
        found = {gender_in(s.text) for s in lone if _is_beside(s, birth)}
        for match in (m for line in lines if line.at == birth.at for m in _SEX_WITH_AGE.finditer(line.text)):
            found.add(gender_in(match["sex"] or match["behind"]))
        for text in (line.text for line in lines if line.at == birth.at):
            for day in find_dates(birth.value)[:1]:
                behind = re.search(rf"{re.escape(day)}[\s,]+(?P<sex>[MF]|(?:fe)?male)\b(?![.'’-])", text, re.IGNORECASE)
                found |= {gender_in(behind["sex"])} if behind else set()
        for index, patient in enumerate(people.patients):
            own = patient.birth_date is not None and patient.birth_date.printed in birth.value
            if own and patient.gender is None and len(found) == 1:
                people.patients[index] = replace(patient, gender=next(iter(found)))


def _listed(segment: Segment) -> list[Segment]:
    """``Female, 68 y.o., DOB: 6/14/1955``: what a header line lists, each without the age that stands with it."""
    return [
        replace(segment, text=_AGE.sub("", text))
        for part in cut_at_separators(segment) for text in re.split(r"[,;/|]|\s{2,}", part.text)
    ]  # fmt: skip


def _is_beside(segment: Segment, birth: Pair) -> bool:
    box = birth.source.box
    if box is None or segment.printed.page != birth.source.page:
        return False
    return abs(segment.box.middle[1] - box.middle[1]) < box.height


def _introduce(people: People, lines: Sequence[PrintedLine], reader: DateReader) -> None:
    """``Jane Roe is a 50-year-old female`` names the patient where no label does, and completes one who is known."""
    for number, line in enumerate(lines):
        text = " ".join(part.text for part in lines[number : number + 2])
        match = _INTRODUCED.search(text)
        if not match or match.start() > len(line.text) or not is_name(match["name"]):
            continue
        index = next(
            (i for i, p in enumerate(people.patients) if p.name is None or same_person(p.name, match["name"])), None
        )
        if index is None:
            if people.patients:
                continue
            index = people.add_patient(PatientFact(name=match["name"], source=line.source), line.at)
        patient = people.patients[index]
        birth = reader.read(match["birth"], line.at, birth=True) if match["birth"] else None
        words = re.match(r"(?:\w+[ -]){0,3}?(?P<gender>female|male|woman|man|boy|girl)\b", match["rest"], re.IGNORECASE)
        gender = gender_in(words["gender"]) if words else None
        if birth and birth.value and (patient.birth_date is None or patient.birth_date.value is None):
            patient = replace(patient, birth_date=birth)
        people.patients[index] = replace(patient, name=patient.name or match["name"], gender=patient.gender or gender)


def _aged(people: People, lines: Sequence[PrintedLine]) -> None:
    """``64 y.o. male`` gives the gender of the only patient of a document."""
    if len(people.patients) != 1 or people.patients[0].gender:
        return
    for line in lines:
        match = _AGED.search(line.text)
        gender = gender_in(match["gender"]) if match else None
        if gender:
            people.patients[0] = replace(people.patients[0], gender=gender)
            return


def _sign(people: People, lines: Sequence[PrintedLine]) -> None:
    for number, line in enumerate(lines):
        text = " ".join(part.text for part in lines[number : number + 2])
        for match in (_SIGNED.search(text), _SIGNATURE.match(line.text.strip())):
            if (
                match
                and match.start() <= len(line.text)
                and is_name(re.sub(rf",?\s*{CREDENTIALS}$", "", match["name"]))
            ):
                add_practitioner(people, PractitionerFact(re.sub(r"^Dr\.?\s+", "", match["name"]), source=line.source))
