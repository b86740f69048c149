"""Results and vital signs in running text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from include.fhir.extraction.collector import Context
from include.fhir.extraction.page.sections import Kind
from include.fhir.extraction.prose.bridges import value_begins, without_times
from include.fhir.extraction.prose.earlier import earlier_values, later_value
from include.fhir.extraction.prose.limits import without_limits
from include.fhir.extraction.prose.meanings import says_what_it_means
from include.fhir.extraction.prose.told_vitals import vitals_told
from include.fhir.extraction.statements.observations import is_pressure_name, is_vital_sign, may_be_pressure, observe
from include.fhir.extraction.statements.values import unit_in
from include.fhir.facts import Category, MeasuredValue, ObservationFact, Source
from include.fhir.terminology.tests import find_test, longest_test_name

_VALUE = re.compile(
    r"(?P<comparator>[<>]=?\s*)?(?P<number>[-−–]?(?:\d{1,3}(?:,\d{3})+|"
    r"\d+,\d{1,2}(?=\D|$)|\d+)(?:\.\d+)?)(?P<pressure>\s*/\s*\d{2,3}(?!\d|/))?(?![\w/:+]|-\w|[.,]\d)|(?P<glued>[-−–]?\d+(?:\.\d+)?)(?=[%°FCk])"
)
_LEADING = frozenset(("the", "a", "of", "in", "test", "level", "result", "value", "with", "serum", "her", "his", "and"))
_VITAL_SIGNS = re.compile(r"\b(?:BP|B/P|blood pressure)\b\D{0,12}\d{2,3}\s?/\s?\d{2,3}", re.IGNORECASE)
_STRIP = re.compile(
    r"(?<![\w.])(?:(?P<t>T(?:emp)?:?\s?(?:3[4-9]|4[0-2]|9\d|10[0-8])(?:\.\d)?(?!\d))|(?P<p>(?:P|HR):?\s?\d{2,3}(?![\w.]))|"
    r"(?P<r>(?:R|RR):?\s?\d{2}(?![\w.]))|(?P<b>BP:?\s?\d{2,3}/\d{2,3}))"
)
"""Letters with the numbers of vital signs: two kinds of them in one line are a nurse's strip."""
_DEGREES = re.compile(
    r"\s?(?:°|degrees)?\s?(?P<unit>[CF](?=(?:oral|tymp|ax|rectal|temporal|\b))|(?:celsius|fahrenheit)\b)",
    re.IGNORECASE,
)
_SHORT_UNIT_ENDS = re.compile(r"\s\w+\s*(?:[,.;)]|$|(?:Wt|Weight|BMI|BP|HC)\b)")
_RESPECTIVE = re.compile(
    r"\b(?P<first>[A-Za-z][\w ]{1,30}?) and (?P<second>[A-Za-z][\w ]{1,30}?) (?:were|was|are|of|"
    r"at)\b[^.;]*?(?P<a>\d+(?:\.\d+)?)\s+and\s+(?P<b>\d+(?:\.\d+)?)[^.;]*?\brespectively",
    re.IGNORECASE,
)
_AS_IS = re.compile(
    r"\bas (?:is|was|are|were) the (?P<name>[A-Za-z]+) (?:of|at) (?P<number>\d+(?:\.\d+)?)", re.IGNORECASE
)
_SURE_VITALS = frozenset(("BP", "HR", "RR", "Wt", "Ht"))
"""Abbreviations that mean nothing but a vital sign before a number."""
_WORDED = re.compile(
    r"(?:\s+(?:tests?|antibod(?:y|ies)|screen|result|antigen|serology|pcr|titer))?(?:\s*[:=]|\s+(?:was|"
    r"were|is|came back|returned|remains|remained))?\s+(?P<word>negative|positive|non-?reactive|reactive|"
    r"not detected|indeterminate|equivocal)\b(?!\s+(?:for|if|or|in\s+(?:his|her)))", re.IGNORECASE)
"""A result in a word, right behind the name of its test."""
_ITEM = re.compile(
    r"(?:^|[,;|])\s*[A-Z][A-Za-z.-]{0,12}(?: [A-Za-z]{1,10})?\s[<>]?\d+(?:\.\d+)?(?=\s*(?:[,;|(%.]|[a-zA-Z/]+[,;|]|$))"
)
_RANGE = re.compile(
    r"[^().;\d]{0,12}[(\[][^()]{0,24}?\b(?:ref(?:erence)?|normal|nl|rr)\.?(?:\s+(?:range|interval|limits?|value))?\s*:?\s*"
    r"(?P<range>(?:[<>≤≥]\s?\d+(?:\.\d+)?|\d+(?:\.\d+)?\s?(?:-|–|to)\s?\d+(?:\.\d+)?))[^()]{0,12}[)\]]", re.IGNORECASE)
"""The limits that a bracket behind a value prints."""
_MANY = 4
"""Results in one sentence, from which on it lists them."""
_FLAG = re.compile(r"[(\[](?P<flag>(?i:HH?|LL?|high|low|abnormal))[)\]]|(?P<bare>[HL])(?=\s*[,;.)]|\s*$)")
_WEIGHT_OF_A_THING = re.compile(
    r"\b(?:aggregate|specimen|combined|gross|uterine|uterus|placent\w*|tumou?r|mass|organ|ideal|adjusted)\s*$",
    re.IGNORECASE,
)
_WEIGHED = re.compile(
    r"\b(?P<value>\d+(?:\.\d+)?)[- ]?(?P<unit>kg|kilograms?|lbs?|pounds?)\b[ ,]+(?:\d+[- ](?:day|week|month|"
    r"year)s?[- ]old|male|female|infant|boy|girl|man|woman|newborn)",
    re.IGNORECASE,
)
_NOT_MEASURED = re.compile(
    r"\b(?:goal|target|should|if|normal range|reference|less than|greater than|above|below|until|keep|maintain|"
    r"when(?!\s+(?:(?:he|she|they|we|the patient|first|last|initially|i)\s+){0,2}(?:(?:was|were|"
    r"had been)\s+)?(?:(?:first|"
    r"last|initially)\s+)?(?:seen|assessed|examined|admitted|reviewed|presented|arrived|checked|measured|brought|triaged|"
    r"evaluated|taken|met|weighed|came|saw))|threshold|recommend\w*|aim|"
    r"would like|want|hope|to (?:come|get|stay|bring|lower|reach|reads?)|lose|reads? (?:above|over|below|under)|"
    r"objetivos?|metas?|deseable|zielwerte?|ziel|cible|obiettivo|"
    r"re-?check\w*|repeat (?:the )?$|schedul\w*|monitor\w*|follow[- ]?up|due|every)\b",
    re.IGNORECASE,
)
_AIMED = re.compile(r"\b(?:goals?|targets?|aim(?:ing|s)?|would like|want(?:s|ed)?|hop(?:e|es|"
                    r"ing))\b(?![^,]*\bmet\b)", re.I)
"""Makes all that follows in its clause a wish."""
_NO_RESULTS = re.compile(
    r"\b(?:goals?|targets?|call (?:us|your|if|911|the)|when to (?:call|seek|get|go)|warning signs|return precautions|"
    r"get help|coming up|things? to do|to do next)\b", re.IGNORECASE)
"""Heads what is wished for or feared: its numbers are limits."""
COMPOUND = re.compile(
    r"\d+\s?(?:'|′|’|ft\.?|feet|foot)\s?,?\s?\d{1,2}(?:\.\d+)?(?:\s?(?:\"|″|”|''|in(?:ches|\.)?(?!\w)))?|"
    r"\d+\s?(?:lbs?\.?|pounds?)\s?,?\s?\d{1,2}(?:\.\d+)?\s?(?:oz\.?|ounces?)(?!\w)", re.IGNORECASE)
"""Feet and inches, pounds and ounces."""
_SPAN_OF_TIME = re.compile(
    r"\s*(?:-|to\b)?\s*\d*\s*(?:months?|weeks?|wks?|days?|years?|yrs?|hours?|hrs?|minutes?|times?|x/?(?:day|"
    r"week))\b(?!\s*old)", re.IGNORECASE
)
"""``A1c in 3 months`` names a time, not a value."""
_OTHER_FLUID = re.compile(
    r"\b(?:spinal fluid|csf|cerebrospinal|pleural|synovial|ascit|peritoneal|joint fluid|urine|urinalysis|stool)\b",
    re.IGNORECASE,
)
_ORDERED = re.compile(
    r"\s+(?:w\s?/\s?|with )(?:rfx|refl(?:ex)?)\b(?:\s+(?:to|if)\s+[\w,/ -]{1,24}?)?"
    r"(?=\s+[<>]?\d+(?:\.\d+)?(?:\s|$))",
    re.IGNORECASE,
)
"""What a name says of a further test, up to the value (``TSH W/REFLEX TO FT4 2.31``)."""


def results_in(sentence: str, source: Source, context: Context) -> list[ObservationFact]:
    """Named results in a sentence: ``white blood cell count 9.1, hemoglobin 13.3``. Goals are no results."""
    if _NO_RESULTS.search(context.heading):
        return []
    sentence = legible(without_limits(sentence))
    found: list[tuple[int, ObservationFact]] = []
    taken: list[tuple[int, int]] = []
    for start, name, printed in _special(sentence):
        measured = re.fullmatch(r"(?P<number>[\d.]+)\s?(?:°|º|degrees)?\s?(?P<unit>[A-Za-z%]+)", printed)
        number, unit = (measured["number"], measured["unit"]) if measured else (printed, None)
        found += [(start, fact) for fact in observe(name, number, context, source, unit=unit)]
    taken += [match.span() for pattern in (_RESPECTIVE, _AS_IS) for match in pattern.finditer(sentence)]
    words = list(re.finditer(r"[^\s,;:()=.][^\s,;:()=]*", sentence))
    at = 0
    while at < len(words):
        if words[at].group().lower() in _LEADING:
            at += 1
            continue
        count = longest_test_name([w.group().rstrip(".") for w in words[at : at + 8]])
        if not count or any(a <= words[at].start() < b for a, b in taken):
            at += 1
            continue
        start, end = words[at].start(), words[at + count - 1].end()
        if _of_other_fluid(sentence, start, end):
            at += count
            continue
        found += [(start, fact) for fact in _result(sentence, start, end, source, context)]
        at += count
    return [fact for _, fact in sorted(found, key=lambda entry: entry[0])]


def _of_other_fluid(sentence: str, start: int, end: int) -> bool:
    """Whether a test is named for blood in a sentence about another fluid: up to its first comma a fluid stands for
    all that follows, and later for its own clause."""
    clauses = re.split(r"[;,]\s", sentence[:start])
    named = _OTHER_FLUID.search(sentence[start:end])
    said = _OTHER_FLUID.search(clauses[0]) or _OTHER_FLUID.search(clauses[-1])
    return bool(said) and not named and not re.search(r"\bblood\b", sentence, re.IGNORECASE)


def _result(sentence: str, start: int, end: int, source: Source, context: Context) -> list[ObservationFact]:
    name = re.sub(r"(?:\s+(?:of|the|in|level|levels|value|result|at|was|is))+$", "", sentence[start:end])
    masked = without_times(sentence)
    after, value = end, None
    for place in value_begins(masked, end):
        value = value or _VALUE.match(masked, place)
        after = place if value and place <= value.start() else after
    clause = re.split(r"[;.]\s", sentence[:start])[-1]
    if value and says_what_it_means(sentence[value.end() :], bool(value["comparator"])):
        return []
    if value and _SPAN_OF_TIME.match(sentence, value.end()):
        return []
    clause = re.sub(r"\([^)]*\)", "", clause)
    if not value and not _AIMED.search(clause) and not _NOT_MEASURED.search(clause[-40:]):
        worded = _WORDED.match(sentence, end)
        term = find_test(name)
        seen = re.search(r"\b(?:stain|smear|cultures?)\b", name, re.IGNORECASE)
        if worded and term and not seen and term.category == Category.LABORATORY:
            return observe(name, worded["word"], context, source)
    if not value or _AIMED.search(clause) or _NOT_MEASURED.search(clause[-40:] + sentence[end:after]):
        return []
    number = value["glued"] or f"{(value['comparator'] or '').strip()}{value['number']}"
    if "," in sentence[end:after] and longest_test_name(
        re.findall(r"[^\s,;:.()]+", sentence[value.end() : value.end() + 40])[:4]
    ):
        return []
    if value["pressure"]:
        if not may_be_pressure(name):
            return []
        after_value = re.match(r"\s*mm\s?\[?Hg", sentence[value.end() :])
        mmhg = after_value[0] if after_value else ""
        found = observe(name, number + value["pressure"] + mmhg, context, source)
        return found + _before(name, sentence, value.end() + len(mmhg), context, source)
    if is_pressure_name(name) or re.search(r"\bbirth\s*$", sentence[:start], re.IGNORECASE):
        return []
    if name.casefold() in ("weight", "wt") and _WEIGHT_OF_A_THING.search(sentence[:start]):
        return []
    compound = COMPOUND.match(sentence, value.start())
    if compound and find_test(name):
        return [as_printed(fact, compound[0]) for fact in observe(name, number, context, source, unit=None)]
    unit = unit_in(sentence[value.end() : value.end() + 14]) if _unit_follows(sentence[value.end() :]) else None
    degrees = _DEGREES.match(sentence, value.end())
    if degrees and re.fullmatch(r"t|t max|.*temp.*", name, re.IGNORECASE):
        unit = degrees["unit"]
    vital = (_VITAL_SIGNS.search(sentence) is not None or name in _SURE_VITALS) and is_vital_sign(name)
    sure = (
        len(name) > 2
        or unit
        or vital
        or context.section in (Kind.LABS, Kind.VITALS)
        or re.match(r"\s*[:=]", sentence[end:])
        or _is_enumerated(sentence, start)
    )
    range_ = _RANGE.match(sentence, value.end() + len(unit or "") + 1)
    low = unit == "L" and find_test(name, unit) is None and find_test(name) is not None
    if (find_test(name, unit) is None and not low) or not sure:
        return []
    later = later_value(sentence, sentence[end:after], value.end())
    if later:
        before = observe(name, number, replace(context, effective=None), source, unit=later[2])
        return before + observe(name, later[0], context, source, unit=later[1])
    unit = None if low else unit  # "Hgb 10.9 L," is low
    rest = sentence[value.end() :].lstrip()
    flag = _FLAG.match(rest.removeprefix(unit or "").lstrip() if not unit or rest.startswith(unit) else "")
    told = {"reference_range": range_["range"]} if range_ else {}
    sign = (flag["flag"] or flag["bare"]) if flag else None
    found = observe(name, number, context, source, unit=unit, flag=sign, **told)
    return found + _before(name, sentence, value.end(), context, source)


def _is_enumerated(sentence: str, start: int) -> bool:
    """Whether a name stands in a list of results (``WBC 9.2, INR 1.7, K 4.4``): there a symbol is a test's."""
    return re.search(r"(?:^|[,;|])\s*$", sentence[:start]) is not None and len(_ITEM.findall(sentence)) >= _MANY


def _before(name: str, sentence: str, end: int, context: Context, source: Source) -> list[ObservationFact]:
    """The earlier results told behind one that ends at ``end``: the date of the report is not theirs."""
    found: list[ObservationFact] = []
    for earlier in earlier_values(sentence, end):
        day = context.effective if earlier.again else context.date(earlier.date) if earlier.date else None
        own = replace(context, effective=day)
        found += observe(name, earlier.printed, own, source, unit=earlier.unit)
    return found


def as_printed(fact: ObservationFact, printed: str) -> ObservationFact:
    """A value in two units stays as it is printed: neither number is the value."""
    return replace(fact, value=MeasuredValue(printed.strip()))


def legible(text: str) -> str:
    """``R 18`` among vital signs is the respiratory rate; ``02 sat`` and ``1b`` are what OCR makes of ``O2 sat`` and
    ``lb``."""
    text = re.sub(r"\b02(?=\s?sat)|(?<=\b[Ss]p)02\b", "O2", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<=[a-z]{3})(?=\d{2,3}/\d{2,3}(?!\d|/))", " ", text)
    text = _ORDERED.sub(" ", text)
    text = re.sub(r"(?<=\d )1b(?=s?\b)", "lb", text)
    text = re.sub(r"\b(saturation|pressure|level)s(?=\s+(?:was|were|of|at|is|\d))", r"\1", text)
    if len({found.lastgroup for found in _STRIP.finditer(text)}) > 1:
        text = re.sub(r"(?<![\w.])([PR])(?=\d{2,3}(?!\w))", r"\1 ", text)
    elif not _VITAL_SIGNS.search(text):
        return text
    return re.sub(r"(?<![^\s,;/])R(?=:?\s\d{1,2}\b)", "RR", text)


def _unit_follows(rest: str) -> bool:
    unit = unit_in(rest[:14])
    return (
        unit is not None
        and rest.lstrip().startswith(unit)
        and not (unit.lower() in ("in", "s", "l") and rest[:1] == " " and not _SHORT_UNIT_ENDS.match(rest))
    )


def _special(sentence: str) -> Iterator[tuple[int, str, str]]:
    """``AST and ALT ... 412 and 180 respectively``, ``as is the creatinine of 1.4``, ``this 2 kg ... infant``."""
    for match in _RESPECTIVE.finditer(sentence):
        for name, value in ((match["first"], match["a"]), (match["second"], match["b"])):
            words = name.split()
            known = next((words[n:] for n in range(len(words)) if longest_test_name(words[n:]) == len(words) - n), None)
            if known:
                yield match.start(), " ".join(known), value
    for match in _AS_IS.finditer(sentence):
        if longest_test_name([match["name"]]):
            yield match.start(), match["name"], match["number"]
    yield from vitals_told(sentence)
    for match in _WEIGHED.finditer(sentence):
        yield match.start(), "Weight", f"{match['value']} {match['unit']}"


def once(facts: Sequence[ObservationFact], seen: list[ObservationFact]) -> list[ObservationFact]:
    """Drop a lone result that was said before; an enumeration of several is a new set of results."""
    if len(facts) > 1 and not all(fact in seen for fact in facts):
        return list(facts)
    return [fact for fact in facts if fact not in seen]
