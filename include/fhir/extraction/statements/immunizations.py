"""Immunizations from tables and lists. A row without a date, lot or maker is a form's empty row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from include.documents.content import Cell
from include.fhir.extraction.collector import Context
from include.fhir.extraction.dates import find_dates
from include.fhir.extraction.lexicon import NOT_SAID
from include.fhir.extraction.page.reading import row_source
from include.fhir.extraction.page.sections import Kind
from include.fhir.extraction.tables.layouts import Layout
from include.fhir.extraction.tables.tables import cell_text
from include.fhir.facts import ImmunizationFact, Source, UnmappedReason

_BLANK_DATE = re.compile(r"[_/\s\-.]*(?:\b(?:mm|dd|yy(?:yy)?|tt|jj(?:jj)?)\b[\s/._-]*)*", re.IGNORECASE)
_ORDINAL = re.compile(
    r"\b(?P<number>\d)(?:st|nd|rd|th)\s+dose\b|\bdose\s*#?\s*(?P<after>\d)\b|\b(?P<of>\d)\s*(?:of|/)\s*\d\b",
    re.IGNORECASE,
)
_LOT = re.compile(
    r"\b(?:lot|batch|charge)\s*(?:no\.?|number|nr\.?|#)?\s*[:#]?\s*(?P<labelled>[A-Z0-9][A-Z0-9-]{2,})\b|"
    r"(?<![\w/])(?P<bare>(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{4,12})(?![\w/])",
    re.IGNORECASE,
)
_MAKERS = re.compile(
    r"\b(?:pfizer(?:[- ]?biontech)?|biontech|moderna|janssen|johnson & johnson|j&j|astra\s?zeneca|novavax|"
    r"sanofi(?: pasteur)?|merck|gsk|glaxosmithkline|seqirus|bavarian nordic|valneva)\b",
    re.IGNORECASE,
)
_LABELLED_LOT = re.compile(
    r"\b(?:lot|batch|charge|ch\.-?b)\s*(?:no\.?|number|nr\.?|#)?\s*[:#]?\s*(?P<lot>(?=[A-Z-]*\d)[A-Z0-9][A-Z0-9-]{2,})\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:#|\bdose\s*#?\s*)(?P<number>\d)\b", re.IGNORECASE)
_VACCINE = re.compile(
    r"\b(?:vaccin\w*|immuni[sz]ation|flu shot|booster|Tdap|DTaP|MMRV?|IPV|Hib|HPV|PCV\d*|PPSV\d*|Prevnar|"
    r"Pneumovax|Shingrix|"
    r"Gardasil|Zostavax|Fluzone|Menactra|varicella|hep(?:atitis)?\.? [AB]|rotavirus|Td|BCG|impfung\w*)\b",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"\b(?:given|received|administered|got|today|had (?:a|her|his|the)|verabreicht|erhielt|"
                    r"erhalten|lot)\b", re.IGNORECASE)
_LISTED = re.compile(
    r";|\s•|\.\s+(?=[A-Z])|,\s+(?![^()]*\))(?!(?:lot|batch|exp|site|dose|left|right|mfr|jan|feb|mar|apr|may|jun|jul|aug|"
    r"sep|oct|nov|dec)[a-z]*\b)(?=[A-Za-z][A-Za-z-]+[^,]*\d)", re.IGNORECASE)
"""Between the entries of a list."""
_YEAR_BEHIND = re.compile(r"(?<=[A-Za-z) ])\(?(?P<year>(?:19|20)\d\d)\)?\s*$")
_ADVICE = re.compile(r"(?:you|we|it|they|this|these|your|call|watch|some|most|if|for)\b", re.IGNORECASE)
"""Begins what is told about vaccines, not one that was given."""
_TODAY = re.compile(r"\b(?:today|this visit|administered|given)\b", re.IGNORECASE)
"""Heads what was given on the day of the visit."""
_WORDS = 8
_NO_VACCINE = re.compile(r"^(?:other|total|none|n/?a|comments?|notes?|booster|-+)\b\W*$", re.IGNORECASE)
_NOT_GIVEN = re.compile(
    r"\b(?:not (?:been )?given|not received|declines?|declined|refuse[sd]?|due|overdue|not done|deferred|"
    r"contraindicated|needed|history of (?:disease|infection|chicken\s?pox|varicella)|"
    r"had (?:the )?(?:disease|infection)|"
    r"immune|titers?|exempt\w*|waive[dr]|"
    r"scheduled|never|request\w*|wanted|desired|to be (?:given|administered|vaccinated)|"
    r"recommend\w*|offered|discuss\w*|should|will|plan\w*|needs?|if|allerg\w*|reaction|advised|counsel\w*|denie[sd])\b",
    re.IGNORECASE,
)


def immunization_row(
    cells: Sequence[Cell], layout: Layout, context: Context, page: int
) -> list[ImmunizationFact] | UnmappedReason:
    """The immunizations of one row: one for each filled date column."""
    vaccine = cell_text(cells, layout.column("vaccine"))
    if not vaccine:
        return UnmappedReason.EMPTY
    if context.section is Kind.PLAN or (layout.column("due") and not layout.column("date")):
        return UnmappedReason.STATUS_ONLY  # a forecast: what is due was not given
    if layout.columns("given"):
        return _in_grid(cells, layout, vaccine, context, page)
    texts = {
        role: cell_text(cells, layout.column(role))
        for role in ("lot", "manufacturer", "site", "performer", "dose_number", "dose", "status", "code")
    }
    printed = [cell_text(cells, column) for column in layout.columns("date")]
    if any(_NOT_GIVEN.search(text) for text in printed):
        return UnmappedReason.STATUS_ONLY
    dates = [text for text in printed if find_dates(text)]
    strays = find_dates(" ".join(texts.values()))
    filled = [text for text in (texts["lot"], texts["manufacturer"]) if not _BLANK_DATE.fullmatch(text)]
    if _NO_VACCINE.match(vaccine) or not (dates or strays or filled):
        return UnmappedReason.EMPTY
    if _NOT_GIVEN.search(texts["status"]):
        return UnmappedReason.STATUS_ONLY
    source = row_source(page, cells)
    return [_fact(vaccine, date, texts, context, source) for date in dates or strays or [""]]


def _in_grid(
    cells: Sequence[Cell], layout: Layout, vaccine: str, context: Context, page: int
) -> list[ImmunizationFact] | UnmappedReason:
    """A column for each day: a mark, a dose number or a lot in it says that the vaccine was given on that day."""
    facts: list[ImmunizationFact] = []
    for column in layout.columns("given"):
        text = cell_text(cells, column)
        if not re.search(r"[\w✓✔☒☑×]", text) or _NOT_GIVEN.search(text) or re.fullmatch(r"(?:no|n/?a)\W*", text, re.I):
            continue
        lot, number = _LOT.search(text), re.fullmatch(r"\W*(?:dose\s*)?#?\s*(?P<number>\d)\W*", text, re.IGNORECASE)
        facts.append(ImmunizationFact(
            vaccine=vaccine, date=context.date(find_dates(layout.titles[column])[0]),
            lot=(lot["labelled"] or lot["bare"]) if lot else None, dose_number=number["number"] if number else None,
            patient=context.patient, source=row_source(page, cells)))  # fmt: skip
    return facts or UnmappedReason.EMPTY


def _fact(vaccine: str, date: str, texts: dict[str, str], context: Context, source: Source) -> ImmunizationFact:
    """Stickers put maker, date, lot and place into whatever cell they cover: those are told apart by their form."""
    whole_row = _LABELLED_LOT.search(f"{vaccine} {source.text}")
    product = texts["lot"] or (whole_row["lot"] if whole_row else "")
    vaccine = _LABELLED_LOT.sub(" ", vaccine)
    for found in find_dates(product):
        product = product.replace(found, " ")
    lot, maker = _LOT.search(product), _MAKERS.search(f"{texts['manufacturer']} {product} {vaccine}")
    whole = re.fullmatch(r"(?=\S*\d)[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+", product.strip())
    rest = product.replace(lot[0], " ") if lot else product
    rest = " ".join(_MAKERS.sub(" ", rest).split())
    ordinal = _ORDINAL.search(f"{vaccine} {texts['dose_number']}")
    number = next((part for part in ordinal.groups() if part), None) if ordinal else None
    bare = re.search(r"\d+", texts["dose_number"] or texts["dose"])
    name = (
        " ".join(re.sub(r"^\s*\d(?:st|nd|rd|th)\s+dose\s*[:,-]?\s*", "", vaccine, flags=re.IGNORECASE).split())
        or vaccine
    )
    stuck = rest if lot and find_dates(texts["lot"]) and not texts["site"] else ""
    return ImmunizationFact(
        vaccine=name,
        date=context.date(date) if date else context.seen if _TODAY.search(context.heading) else None,
        lot=whole[0]
        if whole
        else (lot["labelled"] or lot["bare"])
        if lot
        else (product.strip() or None if not maker else None),
        dose_number=number or (bare[0] if bare else None),
        manufacturer=texts["manufacturer"] or (maker[0] if maker else None),
        site=texts["site"] or stuck or None,
        performer=texts["performer"] or None,
        cvx_printed=texts["code"] if re.fullmatch(r"\d{1,3}", texts["code"]) else None,
        patient=context.patient,
        source=source,
    )


def listed_immunizations(text: str, source: Source, context: Context) -> Iterator[ImmunizationFact]:
    """Entries of a list under its heading that print a date or a lot, or stand under a heading that says when.

    ``Influenza vaccine 10/12/2020``, ``MMR #1 (lot T0129)``. "Today" is the labelled date of the visit.
    """
    today = _TODAY.search(context.heading) is not None
    for entry in _LISTED.split(text):
        dates = find_dates(entry)
        if not dates and (year := _YEAR_BEHIND.search(entry)) and not _LABELLED_LOT.search(entry):
            dates = [year["year"]]
        if _NOT_GIVEN.search(entry) or NOT_SAID.search(entry) or _ADVICE.match(entry.strip(" •-*")):
            continue
        if dates or _LABELLED_LOT.search(entry) or (today and _VACCINE.search(entry)):
            yield from _entry(entry, dates, today, source, context)


def told_immunizations(sentence: str, source: Source, context: Context) -> Iterator[ImmunizationFact]:
    """A vaccine that a sentence says was given: with its date, its lot, or "today"."""
    for clause in re.split(r";|\.\s+(?=[A-Z])", sentence):
        named = _VACCINE.search(clause)
        if not named or _NOT_GIVEN.search(clause) or not _GIVEN.search(clause):
            continue
        dates, lot = find_dates(clause), _LABELLED_LOT.search(clause)
        today = re.search(r"\b(?:today|this visit)\b", clause, re.IGNORECASE) is not None
        if dates or lot or today:
            yield from _entry(clause, dates, today, source, context)


def _entry(
    entry: str, dates: list[str], today: bool, source: Source, context: Context
) -> Iterator[ImmunizationFact]:
    first = entry.index(dates[0]) if dates else len(entry)
    before = entry[:first] if entry[:first].strip(" -–:•") else entry[first + len(dates[0]) :]
    said = _VACCINE.search(before)
    label = before.rfind(":", 0, said.start()) if said else -1
    name = re.sub(r"^\W*(?:\d{1,2}[.)]\s*)?\W*", "", before[label + 1 :])
    name = re.sub(r"^(?:(?:he|she|patient|pt|the patient)\s+)?(?:was\s+|also\s+)?(?:received|given|got|"
                  r"administered)\s+(?:an?\s+|the\s+|her\s+|his\s+)?",
                  "", name, flags=re.IGNORECASE)
    name = re.split(
        r"\s*(?:\(?\s*(?:lot|batch|charge|dose|exp)\b|#|,|\(|\bon\b|\bgiven\b|\badministered\b|\breceived\b|"
        r"\bwas\b|\btoday\b|\bin the\b|:|"
        r"-\s*$|–|\b\d+(?:\.\d+)?\s?m[lL]\b)", name, maxsplit=1, flags=re.IGNORECASE)[0].strip(" :,-–.")
    labelled, number = _LABELLED_LOT.search(entry), _NUMBERED.search(entry)
    if not re.search(r"[^\W\d_]{3}", name) or len(name.split()) > _WORDS:
        return
    own_line = [context.date(day) or context.reader.read_year(day) for day in dates]
    only_days = len(dates) > 1 and not labelled and not re.search(r"[A-Za-z]{4}", _without(entry[first:], dates))
    days = own_line if only_days else own_line[:1] if dates else [context.seen if today else None]
    parts = re.split(r"\s*(?:,|\+|&|\band\b)\s*", name)
    several = len(parts) > 1 and all(_VACCINE.search(part) for part in parts) and not labelled
    for vaccine, day in ((vaccine, day) for vaccine in (parts if several else [name]) for day in days):
        yield ImmunizationFact(
            vaccine=vaccine,
            date=day,
            lot=labelled["lot"] if labelled else None,
            dose_number=number["number"] if number else None,
            patient=context.patient,
            source=source,
        )


def _without(text: str, parts: Sequence[str]) -> str:
    for part in parts:
        text = text.replace(part, " ")
    return text
