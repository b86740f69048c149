"""Earlier values printed beside a result: ``8.4% (was 9.1% in March)``, ``2.1, up from 1.7``, ``rose from 1.1 to 1.6``.

They are results of their own, with the unit that they print and the date that they print, or none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from include.fhir.extraction.dates import find_dates
from include.fhir.extraction.prose.bridges import without_times
from include.fhir.extraction.statements.values import unit_in

_NUMBER = r"(?P<number>[<>]?\s?\d+(?:,\d{3})*(?:\.\d+)?(?:\s?/\s?\d{2,3})?)(?![\d@]|[.,]\d|\s?-\s?\d)"
_UNIT = r"(?:\s?(?P<unit>%|[A-Za-zµμ°][\w/µμ°.²\[\]]{0,14}))?"
_CUED = re.compile(
    r"(?P<gap>[^\d;]{0,24}?)(?:\b(?:up|down|improved|increased|decreased|fallen|risen|changed|worsened|lower|higher)\s+"
    r"(?:slightly\s+)?(?:from|than)|\bfrom|\bwas|\bwere|\bpreviously|\bprev\.?|\bprior|\bformerly|\bbefore that|"
    r"\bcompared (?:with|to)|\bversus|\bvs\.?|\blast(?:\s+(?:time|visit|check|week|month|year))?|\bbaseline)"
    rf"\s*:?\s*(?:(?:a|an|was|at|of|value|level|score|baseline|previous|prior|approximately|about)\s+){{0,3}}{_NUMBER}{_UNIT}",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"\s*[A-Za-z%/µμ\d.²]{0,14}\s*[(\[]\s*(?:(?:in|on|last)\s+)?(?:[A-Z][a-z]{2,8}\.?|@+)\s*(?:(?:19|20)\d\d\s*)?:?\s+"
    rf"{_NUMBER}{_UNIT}\s*[)\]]"
)
_BRACKETED = re.compile(
    rf"\s*[A-Za-z%/µμ\d.²]{{0,14}}\s*[(\[]\s*{_NUMBER}{_UNIT}\s+(?:(?:in|on|at|last)\b|@+)[^)\]]*[)\]]", re.IGNORECASE
)
_REPEATED = re.compile(
    rf"\s*(?:mm\s?Hg)?\s*[,;(\[]\s*(?:on )?(?:repeat(?:ed)?|re-?check(?:ed)?|manual(?:ly)?|second reading)(?: was|"
    rf" at)?\s*:?\s*{_NUMBER}",
    re.IGNORECASE,
)
_ROSE = re.compile(
    rf"(?:\s?(?P<own>%|[A-Za-zµμ°][\w/µμ°.²]{{0,14}}))?\s+to\s+(?:an?\s+|about\s+)?{_NUMBER}"
)
_NO_UNITS = frozenset(("in", "s", "l", "at", "on", "g", "m", "a"))
"""Words behind a number that are units elsewhere (``10.2 in October``)."""
_GAP = re.compile(
    r"\s*(?:%|[A-Za-zµμ/]{1,8}(?:/[\d.A-Za-zµμ²]+)*)?\s*(?:(?:on|in|at)\s+)?(?:@+)?\s*(?:today|now|"
    r"currently)?[\s,(\[–—-]*(?:(?:which|it)\s+(?:(?:is|was|had been)\s*)?)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A value that was measured before another; ``date`` as printed beside it."""

    printed: str
    unit: str | None
    date: str | None
    again: bool = False
    """Measured once more at the same visit (``repeat 142/88``)."""


def earlier_values(sentence: str, end: int) -> Iterator[Earlier]:
    """The earlier value told right behind the value that ends at ``end``."""
    rest = without_times(sentence)[end:]
    repeated = _REPEATED.match(rest)
    if repeated:
        yield Earlier(repeated["number"].strip(), None, None, again=True)
        return
    match = next((m for m in (_CUED.match(rest), _DATED.match(rest), _BRACKETED.match(rest)) if m), None)
    if match is None or ("gap" in match.groupdict() and not _GAP.fullmatch(match["gap"])):
        return
    begin = end + match.start("number")
    unit = None if (match["unit"] or "").lower() in _NO_UNITS else unit_in(match["unit"] or "")
    if re.match(r"\s*(?:-|–|to)\s*\d", sentence[begin + len(match["number"]) :]):
        return
    bracket = sentence[end + match.start() :].split(")")[0][: match.end() + 30]
    dates = find_dates(re.split(r"[;.]\s", bracket)[0])
    yield Earlier(match["number"].strip(), unit if unit and (match["unit"] or "").startswith(unit) else None,
                  dates[0] if dates else None)


def later_value(sentence: str, bridge: str, end: int) -> tuple[str, str | None, str | None] | None:
    """(value, its unit, the unit of the first) of ``rose from 1.1 to 1.6 mg/dL``, where ``bridge`` ends with "from".

    The unit that ends the phrase is that of both."""
    if not re.search(r"\bfrom\s*(?:an?\s+|about\s+)?$", bridge, re.IGNORECASE):
        return None
    match = _ROSE.match(sentence[end:])
    if not match:
        return None
    unit = unit_in(sentence[end + match.end() :][:14])
    unit = unit if unit and sentence[end + match.end() :].lstrip().startswith(unit) else None
    return match["number"].strip(), unit, unit_in(match["own"] or "") or unit
