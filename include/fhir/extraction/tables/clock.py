"""Times of day and dates without a year, as flow sheets and diaries head their columns and rows with them."""

from __future__ import annotations

import calendar
import re
from datetime import date

from include.fhir.extraction.dates import DateReader, Order, find_dates
from include.fhir.facts import PrintedDate

_CLOCK = re.compile(
    r"(?:at|@|um)?\s*(?:(?P<hour>[01]?\d|2[0-4])[:.](?P<minute>[0-5]\d)(?::[0-5]\d)?|(?P<packed>(?:[01]\d|2[0-4])[0-5]\d)|"
    r"(?P<whole>0?\d|1[0-2])(?=\s*[ap]))\s*(?P<half>[ap]\.?\s?m?\b\.?)?\s*(?:h|hr|hrs|hours|uhr)?",
    re.IGNORECASE,
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PARTIAL = re.compile(
    r"(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
    r"(?P<first>0?[1-9]|[12]\d|3[01])(?:\s?/\s?(?P<second>0?[1-9]|[12]\d|3[01])|\.\s?(?P<dotted>0?[1-9]|[12]\d|3[01])\.)",
    re.IGNORECASE,
)
_FAR = 200
"""Days between a date without a year and the full date that lends it its year."""


def clock_of(text: str) -> str | None:
    """``T04:00`` for a text that is a time of day (``0400``, ``4:00 AM``, ``8 pm``); None for anything else."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    packed = match["packed"] or ""
    hour = int(match["hour"] or packed[:2] or match["whole"])
    minute = match["minute"] or packed[2:] or "00"
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"].lower().startswith("p") else 0)
    return f"T{hour % 24:02d}:{minute}"


def split_clock(text: str) -> tuple[str, str | None]:
    """The date in a text, and the time of day behind or before it (``10/08 0400``)."""
    words = text.split()
    for count in (2, 1):
        for clock, rest in ((words[-count:], words[:-count]), (words[:count], words[count:])):
            found = clock_of(" ".join(clock)) if len(clock) == count else None
            if found and (not rest or is_day(" ".join(rest))):
                return " ".join(rest), found
    return text, None


def is_day(text: str) -> bool:
    """A text that is nothing but a date, with its year or without."""
    dates = find_dates(text)
    rest = text.replace(dates[0], " ", 1) if dates else text
    rest = re.sub(r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b\.?", " ", rest, flags=re.IGNORECASE)
    return not re.search(r"\w", rest) if dates else _PARTIAL.fullmatch(text.strip()) is not None


def is_moment(text: str) -> bool:
    """A day, a time of day, or both."""
    if not text.strip() or not re.search(r"\d", text):
        return False
    day, clock = split_clock(text)
    return (clock is not None and (not day.strip() or is_day(day))) or is_day(text)


def moment(text: str, day: PrintedDate | None, reader: DateReader, at: int) -> PrintedDate | None:
    """When a column or row headed by a text was measured; None where the text says no moment or no day is known.

    :param day: the date printed for the whole table: it gives a time its day, and a date without a year its year.
    """
    printed, clock = split_clock(text)
    found = reader.read(printed, at) or _with_year(printed, day, reader, at)
    if found is None and clock is not None and not printed.strip():
        found = day
    if found is None or found.value is None or clock is None:
        return found
    return PrintedDate(f"{found.printed} {text}" if found is day else text, f"{found.value[:10]}{clock}")


def _with_year(text: str, day: PrintedDate | None, reader: DateReader, at: int) -> PrintedDate | None:
    """``Mon 7/3`` under ``Week of 7/3/2023``: of the years around it that which brings it nearest."""
    match = _PARTIAL.fullmatch(text.strip())
    near = _calendar_day(day)
    if match is None or near is None:
        return None
    first, second = int(match["first"]), int(match["second"] or match["dotted"])
    orders = {Order.MONTH_FIRST: (first, second), Order.DAY_FIRST: (second, first)}
    known = reader.order(at)
    wanted = [orders[known]] if known else list(orders.values())
    found = {
        best
        for month, number in wanted
        if (best := _nearest(month, number, near)) and _agrees(best, match["weekday"])
    }
    return PrintedDate(text.strip(), next(iter(found)).isoformat()) if len(found) == 1 else None


def _calendar_day(day: PrintedDate | None) -> date | None:
    if day is None or day.value is None or len(day.value) < 10:
        return None
    return date.fromisoformat(day.value[:10])


def _nearest(month: int, number: int, near: date) -> date | None:
    days = [
        date(year, month, number)
        for year in (near.year - 1, near.year, near.year + 1)
        if 1 <= month <= 12 and 1 <= number <= calendar.monthrange(year, month)[1]
    ]
    best = min(days, key=lambda day: abs((day - near).days), default=None)
    return best if best and abs((best - near).days) <= _FAR else None


def _agrees(day: date, weekday: str | None) -> bool:
    return weekday is None or _DAYS[day.weekday()] == weekday[:3].lower()
