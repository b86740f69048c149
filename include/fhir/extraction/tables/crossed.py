"""Tables that cross places of the body with measures: a row for each place, a column for each measure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from include.documents.content import Cell
from include.fhir.extraction.collector import Context
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.page.reading import row_source
from include.fhir.extraction.statements.observations import observe, split_unit
from include.fhir.extraction.statements.values import is_unit
from include.fhir.extraction.tables.columns import role_of
from include.fhir.extraction.tables.measured_columns import counts, is_reading, is_side
from include.fhir.facts import ObservationFact, UnmappedReason

_PLACES = frozenset((
    "region", "regions", "site", "body site", "anatomic site", "measurement site", "level", "location", "eye", "ear",
    "side", "joint", "muscle", "nerve", "artery", "vessel", "vein", "segment", "vertebra", "limb", "extremity", "bone",
    "skeletal site", "area", "scan site", "body region", "body part", "structure", "auge", "ohr", "seite",
    "lokalisation", "gelenk", "ort",
))  # fmt: skip
_NO_ROW = re.compile(
    r"\b(?:normal|reference|ref|range|goal|target|limits?|expected|predicted|prior|previous|last|baseline|old|change|"
    r"mean|average|cut-?off|threshold|scale|criteria|norm\w*|predicted|population|control)\b|^\W*\d+\W*$|[<>≤≥]",
    re.IGNORECASE,
)
_NO_MEASURE = re.compile(
    r"\b(?:change|difference|diff|young|age[- ]matched|matched|classification|baseline|old|risk|cost|price|charge|"
    r"amount|fee|qty|date|time|code|page|cut-?off|average|mean|norms?)\b|\bvs\b|^\W*%",
    re.IGNORECASE,
)
_SCORE = re.compile(r"[tz][- ]?scores?", re.IGNORECASE)
_WORDS = 4


def crossed_columns(titles: Mapping[int, str], rows: Sequence[Sequence[str]]) -> dict[int, str] | None:
    """The roles of a column of places or sides and of the columns of measures behind it.

    :param titles: the header by column, from 1.
    :param rows: the texts of the rows below it, column by column.
    :returns: None where the first column lists no places, or fewer than two columns behind it hold numbers only.
    """
    if not rows or not _lists_places(titles.get(1, ""), [row[0] for row in rows if row]):
        return None
    roles = {1: "test"}
    for column, title in titles.items():
        cells = [row[column - 1] for row in rows if column <= len(row) and row[column - 1]]
        if column > 1 and _is_measured(title, cells):
            roles[column] = "result"
    measured = list(roles.values()).count("result")
    return roles if measured >= 2 and 2 * measured >= len(titles) - (1 in titles) else None


def _lists_places(title: str, names: Sequence[str]) -> bool:
    filled = [name for name in names if name]
    if not filled or len(filled) < len(names):
        return False
    if all(map(is_side, filled)):
        return not title or plain(title) in _PLACES or role_of(title) in (None, "test", "name", "site")
    return plain(title) in _PLACES and len(filled) > 1


def _is_measured(title: str, cells: Sequence[str]) -> bool:
    name, _ = split_unit(title)
    if role_of(title) not in (None, "test", "vital") and not _SCORE.fullmatch(title.strip()):
        return False
    if counts(title) or _NO_MEASURE.search(title) or not re.search(r"[^\W\d_]", name) or len(name.split()) > _WORDS:
        return False
    return bool(cells) and all(map(is_reading, cells))


def crossed_row(
    cells: Sequence[Cell], columns: Mapping[int, str], context: Context, page: int
) -> list[ObservationFact] | UnmappedReason:
    """The observations of one place, each named by its column and the place.

    :param columns: the titles of the columns of measures.
    """
    texts = {cell.column: " ".join(cell.text.split()) for cell in cells}
    place = texts.get(1, "")
    place = place.upper() if is_side(place) and len(place) == len("OD") else place  # as OCR reads ``OS``
    if not place or _NO_ROW.search(place):
        return UnmappedReason.NOT_CLINICAL if place else UnmappedReason.EMPTY
    found: list[ObservationFact] = []
    for column, title in sorted(columns.items()):
        if is_reading(text := texts.get(column, "")):
            name, unit = _named(title)
            found += observe(f"{name} {place}", text, context, row_source(page, cells), unit=unit)
    return found or UnmappedReason.EMPTY


def _named(title: str) -> tuple[str, str | None]:
    """A title with the unit that it prints in brackets or behind a comma."""
    match = re.fullmatch(r"(?P<name>.*?\S)\s*(?:[(\[](?P<inside>[^()\[\]]+)[)\]]|,\s*(?P<behind>\S+))", title.strip())
    unit = (match["inside"] or match["behind"]).strip() if match else ""
    return (match["name"], unit) if match and (is_unit(unit) or "/" in unit) else (title, None)
