"""Dates as printed, and what they mean in this document.

Whether 03/04/2021 is 3 April or March 4 is worked out from the dates that prove an order (a component above 12, or a
printed legend such as ``mm/dd/yyyy``) nearest to it. Without proof only what the United States alone print decides: an
address with state and ZIP code, a National Provider Identifier, a DEA or Social Security number, a federal claim form.
Pounds, Fahrenheit and the form of a telephone number do not: Canada and others print them with either order. Else the
date stays ambiguous: a wrong date is a harm, a review costs a minute. Nothing is repaired, and an impossible date
(02/30) proves nothing.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from include.fhir.facts import PrintedDate

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januar jänner jan",
            "february februar feb",
            "march märz maerz mar mrz",
            "april apr",
            "may mai",
            "june juni jun",
            "july juli jul",
            "august aug",
            "september sept sep",
            "october oktober oct okt",
            "november nov",
            "december dezember dec dez",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_TIME = (
    r"(?:\s*(?:,|T|at|um|-)?\s*(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d)?\s*(?P<half>[ap]\.?m\b\.?)?)?"
)
_FORMS = tuple(
    re.compile(rf"(?<![\d/.\-]){form}(?![\d/]|[.\-]\d){_TIME}", re.IGNORECASE)
    for form in (
        r"(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<dotted>\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d\d))",
        r"(?P<slashed>\d{1,2}\s?[/\-]\s?\d{1,2}\s?[/\-]\s?(?:\d{4}|\d\d))",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?(?:\s*-\s*|\s+(?:of\s+)?|/)(?P<name>{_MONTH})(?:\s*-\s*|,?\s+|"
        rf"/)(?P<year>\d{{4}}|\d\d)",
        rf"\b(?P<name>{_MONTH})\s*-?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|\s+|-)(?P<year>\d{{4}})",
        rf"\b(?P<name>{_MONTH})\s*,?\s*(?P<year>(?:19|20)\d\d)",
        r"(?P<month>0?[1-9]|1[0-2])[/.](?P<year>(?:19|20)\d\d)",
    )
)
_LEGEND = re.compile(r"\b(?P<first>mm|dd|tt)\s*[/.\- ]\s*(?P<second>dd|mm)\s*[/.\- ]\s*(?:yy|jj)", re.IGNORECASE)


_AMERICAN = re.compile(
    r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|"
    r"W[AIVY]),?\s+\d{5}(?:-\d{4})?\b"
)
_US_ONLY = re.compile(
    r"\b(?:NPI\W{0,3}\d{10}|DEA\W{0,5}[A-Z]{2}\d{7}|SSN\W{0,3}(?:\d{3}|[Xx*]{3})-|CMS-?1500|CMS-?1450|UB-?04|"
    r"HCFA|OMB[ -]?\d{4}|"
    r"OMB No|CLIA\W{0,8}\d{2}D\d{7})"
)
_OLDEST = 1990
"""No document is of an earlier year: where nothing later is printed in full, the years are those of births."""
_SURELY_PAST = 50
"""A two-digit year of birth above it is of the twentieth century, whatever year it is now."""
_ELSEWHERE = re.compile(
    r"\b(?:NHS|Hospital No|India|Pakistan|United Kingdom|Australia|Canada|Ireland|Geburtsdatum|geb\.|"
    r"[A-Z]{1,2}\d[\dA-Z]?\s\d[A-Z]{2})\b|\+(?!1\b)\d{2}[\s(-]"
)


_COMMA = re.compile(r"(?<![\d.,])\d{1,3},\d{1,3}(?![\d.,])")
_POINT = re.compile(r"(?<![\d./,-])\d{1,3}\.\d{1,3}(?![\d./,-])")
_MANY = 3
"""Lines with a decimal comma that make it the document's."""


class Order(StrEnum):
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a printed date says; for numbers whose order is open, ``open_pair`` holds the first two."""

    printed: str
    year: str
    month: int | None = None
    day: int | None = None
    open_pair: tuple[int, int] | None = None
    time: str = ""


def find_dates(text: str) -> list[str]:
    """Every printed date in a text, in order, as printed."""
    return [parts.printed for _, parts in _matches(text)]


def has_date(text: str) -> bool:
    return any(form.search(text) for form in _FORMS)


def _matches(text: str) -> list[tuple[int, _Parts]]:
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, _Parts]] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            found.append((match.start(), _parts(match)))
    return sorted(found, key=lambda entry: entry[0])


def _parts(match: re.Match[str]) -> _Parts:
    groups = match.groupdict()
    printed, time = match[0].strip(" ,"), _time(groups)
    if groups.get("dotted"):
        day, month, year = re.findall(r"\d+", groups["dotted"])
        return _Parts(printed, year, int(month), int(day), time=time)
    if groups.get("slashed"):
        first, second, year = re.findall(r"\d+", groups["slashed"])
        return _Parts(printed, year, open_pair=(int(first), int(second)), time=time)
    name = groups.get("name")
    month = _MONTHS[name.lower().rstrip(".")] if name else int(groups["month"])
    day = groups.get("day")
    return _Parts(printed, groups["year"], month, int(day) if day else None, time=time)


def _time(groups: dict[str, str | None]) -> str:
    hour, minute, half = groups.get("hour"), groups.get("minute"), groups.get("half")
    if hour is None or minute is None:
        return ""
    number = int(hour)
    if half:
        number = number % 12 + (12 if half.lower().startswith("p") else 0)
    return f"T{number:02d}:{minute}"


class DateReader:
    """Reads the dates of one document.

    :param lines: all lines of the document, in order; they are the evidence for the order of day and month.
    :param today: a bound: a two-digit year of birth never lies after it. None: the latest date printed is the bound.
    """

    def __init__(self, lines: Sequence[str], today: date | None = None) -> None:
        self._proofs = [(at, order) for at, line in enumerate(lines) for order in _proofs(line)]
        self._local = Order.MONTH_FIRST if _is_american(lines) else Order.DAY_FIRST if _has_commas(lines) else None
        latest = max((y for line in lines for y in _years(line)), default=0)
        self._bound = today.year if today else latest if latest >= _OLDEST else None

    def read(self, text: str, at: int | None = None, birth: bool = False) -> PrintedDate | None:
        """The first date in a text, or None where there is none.

        :param at: number of the line it stands on: nearer proofs count where the document uses both orders.
        :param birth: a two-digit year is then resolved to the past.
        """
        found = _matches(text)
        if not found:
            return None
        parts = found[0][1]
        month, day = parts.month, parts.day
        if parts.open_pair:
            first, second = parts.open_pair
            order = _proof(first, second, parts.year) or self.order(at)
            if order is None and first != second:
                return PrintedDate(parts.printed, None, ambiguous=True)
            day, month = (first, second) if order is Order.DAY_FIRST else (second, first)
        year = self._year(parts.year, birth)
        return PrintedDate(parts.printed, _value(year, month, day, parts.time), ambiguous=year is None)

    def read_year(self, text: str) -> PrintedDate | None:
        """A year alone (``2015``), as lists of diagnoses print it."""
        year = re.fullmatch(r"\D{0,12}((?:19|20)\d\d)\D{0,3}", text.strip())
        return PrintedDate(text.strip(), year[1]) if year else None

    def order(self, at: int | None = None) -> Order | None:
        """The document's order of day and month near a line; None where nothing proves one."""
        orders = {order for _, order in self._proofs}
        if len(orders) == 1:
            return next(iter(orders))
        if not orders:
            return self._local
        if at is None:
            return None
        before = [order for line, order in self._proofs if line <= at][-1:]
        after = [order for line, order in self._proofs if line >= at][:1]
        near = set(before + after)
        return next(iter(near)) if len(near) == 1 else None

    def _year(self, printed: str, birth: bool) -> int | None:
        if len(printed) == 4:
            return int(printed)
        recent = 2000 + int(printed)
        if not birth:
            return recent if self._bound is None or recent <= self._bound + 5 else recent - 100
        if self._bound is None:
            return recent - 100 if int(printed) > _SURELY_PAST else None
        return recent if recent <= self._bound else recent - 100


def _is_american(lines: Sequence[str]) -> bool:
    """An address of the United States (state and ZIP code, USPS Publication 28) or a number that only they give, and
    nothing from elsewhere: there the month comes first."""
    if any(_ELSEWHERE.search(line) for line in lines):
        return False
    return any(_AMERICAN.search(line) or _US_ONLY.search(line) for line in lines)


def _has_commas(lines: Sequence[str]) -> bool:
    """Whether the numbers of a document have a decimal comma, and none a point: where they do the day comes first
    (Unicode CLDR: locales with the decimal separator ``,`` write ``d/M/y`` or the year first)."""
    if any(_AMERICAN.search(line) or _US_ONLY.search(line) for line in lines):
        return False
    return sum(bool(_COMMA.search(line)) for line in lines) >= _MANY and not any(_POINT.search(line) for line in lines)


def _proof(first: int, second: int, year: str) -> Order | None:
    """The order that a possible date proves; 02/30 is no date in either, so it proves none."""
    full = int(year) if len(year) == 4 else 2000
    for day, month, order in ((first, second, Order.DAY_FIRST), (second, first, Order.MONTH_FIRST)):
        if day > 12 and 1 <= month <= 12:
            return order if day <= calendar.monthrange(full, month)[1] else None
    return None


def _proofs(line: str) -> Iterator[Order]:
    for legend in _LEGEND.finditer(line):
        yield Order.MONTH_FIRST if legend["first"].lower() == "mm" else Order.DAY_FIRST
    for _, parts in _matches(line):
        order = _proof(*parts.open_pair, parts.year) if parts.open_pair else None
        if order:
            yield order


def _years(line: str) -> Iterator[int]:
    for _, parts in _matches(line):
        if len(parts.year) == 4 and int(parts.year) < 2100:
            yield int(parts.year)


def _value(year: int | None, month: int | None, day: int | None, time: str) -> str | None:
    """FHIR date or dateTime of the printed precision, or None where the calendar has no such day."""
    if year is None or month is None or not 1 <= month <= 12:
        return None
    if day is None:
        return f"{year:04d}-{month:02d}"
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}{time}"
