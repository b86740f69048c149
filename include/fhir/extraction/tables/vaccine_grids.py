"""Grids of vaccines: a row for each vaccine, its days beside it or at the head of the columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from include.fhir.extraction.dates import find_dates
from include.fhir.extraction.tables.columns import role_of

_FEWEST_DAYS = 2


def vaccine_grid(titles: Mapping[int, str], rows: Sequence[Sequence[str]]) -> dict[int, str] | None:
    """The roles of the columns, from 1: ``given`` for one that a day heads, ``date`` for one that holds days.

    :param titles: the header by column.
    :param rows: the texts of the rows below it, column by column.
    :returns: None where the table is no such grid, or tells what is due.
    """
    if role_of(titles.get(1, "")) != "vaccine":
        return None
    dated = [column for column, text in titles.items() if role_of(text) == "result" and find_dates(text)]
    if dated:
        return {1: "vaccine", **dict.fromkeys(dated, "given")}
    width = max((len(row) for row in rows), default=0)
    days = [column for column in range(2, width + 1) if _holds_days(titles.get(column, ""), column, rows)]
    others = {column: role for column, text in titles.items() if column not in days and (role := role_of(text))}
    if len(days) < _FEWEST_DAYS or "due" in others.values():
        return None
    return {**others, **dict.fromkeys(days, "date")}


def _holds_days(title: str, column: int, rows: Sequence[Sequence[str]]) -> bool:
    if role_of(title) not in (None, "date", "dose_number", "dose"):
        return False
    values = [row[column - 1] for row in rows if len(row) >= column and row[column - 1]]
    return bool(values) and all(find_dates(value) for value in values)
