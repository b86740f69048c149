"""Labels that print the unit of the number behind them, of one measurement or of that on each side."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.fhir.extraction.lexicon import drug_in
from include.fhir.extraction.statements.values import is_unit

_LABEL = re.compile(r"(?P<name>[^\W\d_][^()\[\]:]*?)\s*[(\[]\s*(?P<unit>[^()\[\]]{1,12}?)\s*[)\]]")
_NUMBER = r"[-−+]?\d+(?:\.\d+)?"
_ONE = re.compile(_NUMBER)
_SIDE = r"(?:right|left|OD|OS|OU|AD|AS|RE|LE|R|L)(?: (?:eye|ear|hand|arm|leg|foot))?"
_SIDED = re.compile(rf"(?P<side>{_SIDE})\s*[:=]?\s*(?P<value>{_NUMBER})(?=[\s,;/]|$)", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;/]*")
_NO_NAME = re.compile(
    r"\b(?:goal|target|limits?|range|normal|reference|ref|expected|predicted|prior|previous|last|next|max(?:imum)?|"
    r"min(?:imum)?|dose|dosage|strength|quantity|qty|amount|volume|ordered|prescribed|planned|usual|pre-?pregnancy|"
    r"birth|mother|father|age|duration|refills?|supply|charge|price|cost|alarm|call|threshold|setting|rate|dry|ideal)\b",
    re.IGNORECASE,
)
_NAME_WORDS = 4


def labelled_in_units(label: str, value: str) -> Iterator[tuple[str, str, str]]:
    """Name, number and unit of ``PD (mm): 63``, or of each side of ``IOP (mmHg): OD 15  OS 17``.

    Nothing where the label says what should be, was before, or is taken, or where more stands behind it.
    """
    match = _LABEL.fullmatch(label.strip(" :"))
    if match is None or not is_unit(match["unit"]):
        return
    name, unit = match["name"], match["unit"]
    if _NO_NAME.search(name) or len(name.split()) > _NAME_WORDS or drug_in(name):
        return
    if _ONE.fullmatch(value.strip()):
        yield name, value.strip(), unit
    elif _SIDED.match(value.strip()) and _BETWEEN.fullmatch(_SIDED.sub("", value)):
        for side in _SIDED.finditer(value):
            yield f"{name} {side['side']}", side["value"], unit
