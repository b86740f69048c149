"""Results printed as cards, not as rows: a test's name, below it its range and its value, each with its own label."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from include.fhir.extraction.collector import Context
from include.fhir.extraction.page.reading import PrintedLine, Segment, by_page, joined_source, segments
from include.fhir.extraction.page.sections import Kind
from include.fhir.extraction.statements.observations import observe
from include.fhir.extraction.statements.values import is_flag, is_range, is_unit, is_word_result, read_result
from include.fhir.extraction.tables.column_values import is_measure
from include.fhir.facts import ObservationFact

_VALUE = re.compile(
    r"(?:(?:your|my|the|this|patient(?:'s|’s)?)\s+)?"
    r"(?:(?:current|latest|most recent|newest|test|measured|observed)\s+)?"
    r"(?:values?|results?|levels?|number|reading|measurement|score|wert|ergebnis|resultado|valor)(?:\s+is)?\s*[:=]?"
    r"(?:\s+(?P<value>\S.*))?",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"(?:(?:normal|reference|standard|expected|typical|lab|ref\.?|usual|healthy|biological|valores? de)\s*)"
    r"(?:(?:reference|ref\.?)\s*)?(?:range|interval|values?|limits?|referencia)?\s*[:=]?\s*(?P<range>\S.*)|"
    r"(?:range|referenzbereich|normbereich|rango)\s*[:=]\s*(?P<own>\S.*)",
    re.IGNORECASE,
)
_RANGE_LABEL = re.compile(
    r"(?:normal|reference|standard|expected|typical|usual|healthy)\s+(?:reference\s+)?(?:range|interval|values?|limits?)\s*:?|"
    r"range\s*:?|(?:referenz|norm)bereich\s*:?",
    re.IGNORECASE,
)
"""A label that stands over its range, or apart from it."""
_NAME_WORDS = 8
_ABOVE = 6.0
"""Heights of a line between a name and what belongs to it."""
_NEAR = 1.8
_LEVEL = 0.9


@dataclass(slots=True)
class _Card:
    name: Segment
    values: list[tuple[str, Segment]] = field(default_factory=list)
    ranges: list[tuple[str, Segment]] = field(default_factory=list)


def result_cards(
    lines: Sequence[PrintedLine], contexts: Mapping[int, Context], tabled: set[int]
) -> tuple[list[ObservationFact], set[int]]:
    """The results of cards, and the lines of which these consist, with the remarks inside them.

    A card has a name, one value behind a label (``Your value 5.9 %``), and a range behind one or a name that is known.
    A goal, a former value and what a value means have other labels, and are none.

    :param tabled: lines within tables that were read.
    """
    facts: list[ObservationFact] = []
    used: set[int] = set()
    for _, own in sorted(by_page(line for line in lines if line.at not in tabled).items()):
        parts = [part for line in own for part in segments(line)]
        for card in _cards(parts):
            found = _read(card, parts, contexts)
            facts += found
            used |= {part.printed.at for part in _inside(card, parts)} if found else set()
    return facts, used


def _cards(parts: Sequence[Segment]) -> Iterator[_Card]:
    cards: dict[int, _Card] = {}
    for part in parts:
        text = part.text.strip()
        value = _VALUE.fullmatch(text)
        span = None if value else _RANGE.fullmatch(text)
        printed = (span["range"] or span["own"]) if span else None
        if _RANGE_LABEL.fullmatch(text):
            printed = _beside_or_below(part, parts, is_range)
        if not value and not (printed and is_range(printed)):
            continue
        name = _name_above(part, parts)
        if name is None:
            continue
        card = cards.setdefault(id(name), _Card(name))
        if printed:
            card.ranges.append((printed, part))
        elif value and (said := value["value"] or _beside_or_below(part, parts, _is_value)) and _is_value(said):
            card.values.append((said, part))
    yield from cards.values()


def _name_above(part: Segment, parts: Sequence[Segment]) -> Segment | None:
    """The nearest text above, or left of it on its line, that can be a test's name."""
    height = part.box.height
    near = [
        other for other in parts
        if other is not part and -_LEVEL * height < part.box.top - other.box.top < _ABOVE * height
        and other.box.left <= part.box.left + height and _may_be_name(other.text)
    ]
    return max(near, key=lambda other: (other.box.top, other.box.left), default=None)


def _may_be_name(text: str) -> bool:
    bare = text.strip(" :")
    if is_measure(bare):
        return True
    words = bare.split()
    plain = 1 <= len(words) <= _NAME_WORDS and bare[:1].isupper() and not re.search(r"[:;.!?<>=|]", bare)
    said = is_flag(bare) or is_range(bare) or is_word_result(bare) or _VALUE.fullmatch(bare) or _RANGE.fullmatch(bare)
    return plain and not said and re.match(r"\D*\d{0,2}\D*$|.*\(", bare) is not None


def _beside_or_below(label: Segment, parts: Sequence[Segment], fits: Callable[[str], bool]) -> str | None:
    """What a label that stands apart leads to: the next text on its line, else the one right below, if it fits."""
    height = label.box.height
    level = [
        other for other in parts
        if abs(other.box.middle[1] - label.box.middle[1]) < 0.6 * height and other.box.left >= label.box.right
    ]
    under = [
        other for other in parts
        if 0 <= other.box.top - label.box.bottom < _NEAR * height
        and other.box.left < label.box.right and label.box.left < other.box.right
    ]
    beside = min(level, key=lambda other: other.box.left, default=None)
    below = min(under, key=lambda other: other.box.top, default=None)
    return next((other.text.strip() for other in (beside, below) if other and fits(other.text.strip())), None)


def _is_value(text: str) -> bool:
    value = read_result(text).value
    if value is None:
        return False
    return is_word_result(value.printed) or (value.number is not None and (not value.unit or is_unit(value.unit)))


def _read(card: _Card, parts: Sequence[Segment], contexts: Mapping[int, Context]) -> list[ObservationFact]:
    printed = {text for text, _ in card.values}
    if len(printed) != 1 or len({text for text, _ in card.ranges}) > 1:
        return []
    name = card.name.text.strip(" :")
    if not card.ranges and not is_measure(name):
        return []
    context = contexts[card.name.printed.at]
    if context.section in (Kind.FAMILY, Kind.PLAN, Kind.MEDICATIONS, Kind.STOPPED):
        return []
    text, part = card.values[0]
    span = card.ranges[0][0] if card.ranges else None
    used = {card.name.printed.at: card.name.printed, part.printed.at: part.printed}
    used |= {own.printed.at: own.printed for _, own in card.ranges}
    source = joined_source([used[at] for at in sorted(used)], f"{name} {span or ''} {text}")
    here = replace(context, section=Kind.LABS)
    return observe(name, text, here, source, reference_range=span, flag=_flag(part, parts))


def _flag(value: Segment, parts: Sequence[Segment]) -> str | None:
    """A word of a flag beside the value and nothing else."""
    beside = [
        part.text.strip() for part in parts
        if part is not value and is_flag(part.text) and re.search(r"\w", part.text)
        and abs(part.box.middle[1] - value.box.middle[1]) < _LEVEL * value.box.height
    ]
    return beside[0] if len(beside) == 1 else None


def _inside(card: _Card, parts: Sequence[Segment]) -> list[Segment]:
    """All that stands from the name down to the last labelled line, and the remark right below it."""
    bottom = max(part.box.bottom for _, part in (*card.values, *card.ranges))
    height = card.name.box.height
    return [part for part in parts if card.name.box.top - height / 2 < part.box.middle[1] < bottom + _NEAR * height]
