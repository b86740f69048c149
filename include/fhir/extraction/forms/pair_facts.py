"""Facts that stand as labelled values: vital signs, results, habits, diagnoses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from include.fhir.extraction.collector import Collector, Context
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.forms.pairs import Pair
from include.fhir.extraction.forms.units_in_labels import labelled_in_units
from include.fhir.extraction.page.sections import Kind
from include.fhir.extraction.statements.compound_names import measured_parts
from include.fhir.extraction.statements.observations import is_pressure_name, observe, split_unit, without_percentile
from include.fhir.extraction.statements.social import habit
from include.fhir.extraction.statements.values import is_flag, is_unit, is_word_result, read_result
from include.fhir.facts import Category, ObservationFact, PrintedDate
from include.fhir.terminology.tests import find_test, is_test_name, longest_test_name
from include.fhir.terminology.units import kind_of_unit, ucum

_VITALS = (
    "temperature", "temperature celsius", "temperature fahrenheit", "heart rate", "respiratory rate", "blood pressure",
    "oxygen saturation", "oxygen saturation percent", "weight", "height", "pulse", "respirations",
)  # fmt: skip
_EXTENT = re.compile(r"(?:[a-z]+ )?(?:length|width|depth|diameter|circumference|girth)", re.IGNORECASE)
"""What is measured of a wound or a limb."""
_SIDED = re.compile(
    r"(?:(?P<side>L|R|left|right)\b:?\s*)?(?P<value>\d+(?:\.\d+)?\s*[A-Za-z]+)", re.IGNORECASE)
_RECORDED = ("recorded", "collected", "visit_date")
_SILENT = frozenset((Kind.FAMILY, Kind.CONTACT, Kind.INSURANCE, Kind.CONTENTS, Kind.PLAN))


_TIME_ONLY = re.compile(r"(?:\d+\s*)?(?:wks?|weeks?|days?|hrs?|hours?|h|min(?:utes?)?|months?|mo|yrs?|years?)\.?", re.I)
"""What is left of ``GBS 36 wk:`` where its words stand apart names nothing."""
_AT_TIME = re.compile(r"[\s,(]+(?:at\s+)?\d{1,2}\s*(?:wks?|weeks?|months?)\b\)?\s*$", re.IGNORECASE)
_DISPENSED = re.compile(r"\b(?:sig|disp(?:ense)?|qty|quantity|refills?)\b\s*[:#]", re.IGNORECASE)


def read_pairs(
    pairs: Sequence[Pair], contexts: dict[int, Context], covered: set[int], used: set[int], collector: Collector
) -> set[int]:
    """Observations from labelled values; returns the lines that they explain.

    :param covered: lines within tables that were read already.
    :param used: ``id`` of pairs that belong to a person or an encounter.
    """
    explained: set[int] = set()
    seen: set[tuple[int, str]] = set()
    dated: dict[int, list[Pair]] = {}
    for pair in pairs:
        if pair.meaning in _RECORDED:
            dated.setdefault(pair.source.page, []).append(pair)
    for pair in pairs:
        context = contexts.get(pair.at)
        if pair.source.text and _DISPENSED.search(pair.source.text):
            continue  # ``RF: 3`` beside what is dispensed counts refills
        if context is None or pair.at in covered or id(pair) in used or context.section in _SILENT:
            continue
        facts = _facts(pair, replace(context, effective=_recorded(pair, dated.get(pair.source.page, ()), context)))
        if facts and (pair.at, plain(pair.label)) not in seen:
            seen.add((pair.at, plain(pair.label)))
            collector.add(facts)
            explained.add(pair.at)
        elif facts:
            explained.add(pair.at)
    return explained


def _facts(pair: Pair, context: Context) -> list[ObservationFact]:
    if pair.meaning in ("smoking", "alcohol"):
        return [habit(pair.label, pair.value, pair.source, context)]
    if pair.meaning is not None or f"{pair.label}- " in pair.source.text:  # a word parted at the line's end
        return []
    if _TIME_ONLY.fullmatch(pair.label.strip()):
        return []
    if parts := measured_parts(pair.label, pair.value):
        return [fact for name, value in parts for fact in observe(name, value, context, pair.source)]
    name = _vital(plain(pair.label)) or pair.label
    if not is_test_name(split_unit(name)[0]) and is_test_name(bare := _AT_TIME.sub("", name).strip()):
        name = bare
    known = is_test_name(split_unit(name)[0])
    if is_pressure_name(name):
        return (
            observe(name, pair.value, context, pair.source) if re.search(r"\d{2,3}\s*/\s*\d{2,3}", pair.value) else []
        )
    pair = replace(pair, value=_own_part(without_percentile(pair.value)))
    if _EXTENT.fullmatch(pair.label.strip()):
        return _extents(pair, context)
    if not known and (labelled := list(labelled_in_units(pair.label, pair.value))):
        return [fact for own, n, unit in labelled for fact in observe(own, n, context, pair.source, unit=unit)]
    value = read_result(pair.value).value
    if value is None or len(pair.value.split()) > 6:
        return []
    if not known:
        measured = (value.number is not None and value.unit) or is_word_result(value.printed)
        return observe(name, pair.value, context, pair.source) if measured and context.section is Kind.LABS else []
    if value.number is None and value.low is None and not (is_word_result(value.printed) and _reports_words(name)):
        return []
    return observe(name, pair.value, context, pair.source)


def _own_part(value: str) -> str:
    """A value without the next name on its line, which its reader took in (``10.1 g/dL GBS``)."""
    words = value.split()
    for at in range(1, len(words)):
        before, rest = " ".join(words[:at]), words[at:]
        begun = rest[0][:1].isupper() and longest_test_name(rest) > 0 and not is_unit(rest[0]) and not is_flag(rest[0])
        value_before = read_result(before).value
        whole = value_before and value_before.number is not None and is_unit(value_before.unit or "")
        if begun and (whole or is_word_result(before)):
            return before
    before, _, last = value.rpartition(" ")
    return before if is_word_result(before) and last[:1].isupper() and not is_flag(last) and len(last) > 3 else value


def _extents(pair: Pair, context: Context) -> list[ObservationFact]:
    """The length that a label measures, or that of each side (``L 27 cm  R 24.5 cm``): the side is of the name."""
    found: list[ObservationFact] = []
    for match in _SIDED.finditer(pair.value):
        value = read_result(match["value"]).value
        if value is None or value.number is None or not _is_length(value.unit):
            return []
        side = match["side"] and {"l": "left", "r": "right"}[match["side"][0].lower()]
        name = f"{pair.label}, {side}" if side else pair.label
        found += observe(name, match["value"], context, pair.source)
    return found


def _is_length(unit: str | None) -> bool:
    return unit is not None and kind_of_unit(ucum(unit) or "") == "length"


def _reports_words(name: str) -> bool:
    """A word is a result of a laboratory test; of a vital sign it is only a remark."""
    term = find_test(name)
    return term is not None and term.category == Category.LABORATORY


@cache
def _vital(label: str) -> str | None:
    """A vital sign whose first letter is lost, as a punch hole leaves it."""
    found = [name for name in _VITALS if name[1:] == label]
    return found[0].capitalize() if found else None


def _recorded(pair: Pair, dated: Sequence[Pair], context: Context) -> PrintedDate | None:
    """The date printed with a group of values: the nearest on the same page.

    :param dated: the dates of that page.
    """
    if not dated:
        return context.effective
    nearest = min(dated, key=lambda p: abs(p.at - pair.at))
    return context.reader.read(nearest.value, nearest.at) or context.effective
