"""Results as printed: numbers with comparator, unit and flag, ranges, and words such as ``Negative`` or ``2+``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from include.fhir.facts import MeasuredValue
from include.fhir.numbers import printed_decimal

_NUMBER = r"[-−+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[-−+]?\.\d+"
_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d{1,2})(?![\d,.])|(?<![\d.,])(0),(\d+)(?![\d,.])")
_POINTED = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:\.\d{3})+(?![\d.])")
"""Thousands with a point before them, where the comma is the decimal sign."""
_THOUSANDS = "\N{THIN SPACE}"
_ANY_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d+)(?![\d,.])")
"""A decimal comma: not three digits behind it, or a zero before it."""
_EXACT = re.compile(rf"(?P<comparator><=|>=|≤|≥|<|>)?\s*(?P<number>{_NUMBER})(?!\d)")
_SPAN = re.compile(rf"(?P<low>{_NUMBER})\s*(?:-|–|—|\bto\b|\bbis\b)\s*(?P<high>{_NUMBER})(?!\d)")
_COMPARATORS = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "≤": "<=", "≥": ">="}
_FLAG_WORDS = {
    "h", "l", "hh", "ll", "a", "aa", "*", "**", "high", "low", "abnormal", "critical", "n", "normal", "c", "crit",
    "h*", "l*", "*h", "*l", "(h)", "(l)", "[h]", "[l]", "(a)", "abn", "panic", "hi", "lo", "↑", "↓", "+h", "-l",
    "critical high", "critical low",
    "+", "-", "−", "++", "--", "+++",
    "hoch", "tief", "niedrig", "erhöht", "erniedrigt", "h!", "l!", "borderline", "alert", "!", "(high)", "(low)",
}  # fmt: skip
_WORD_RESULT = re.compile(
    r"(?:positive|negative|neg|pos|non[- ]?reactive|reactive|not detected|detected|none detected|none seen|none|"
    r"trace|tr|"
    r"small|moderate|large|clear|cloudy|hazy|turbid|slightly cloudy|yellow|amber|straw|pale yellow|dark yellow|"
    r"colorless|"
    r"red|brown|normal|abnormal|[1-4]\s?\+|\+{1,4}|few|many|rare|occasional|present|absent|see (?:notes?|below|"
    r"comments?|report|text|attached)|"
    r"indeterminate|equivocal|immune|non[- ]?immune|no growth.*|tntc|within normal limits|wnl|a|b|ab|o|"
    r"(?:a|b|ab|o)\s?(?:rh)?[- ]?(?:pos|neg|positive|negative|\+|-)|rh (?:positive|negative)|1:\d+|<?\s*1:\d+|"
    r"susceptible|resistant|"
    r"elevated|decreased|stable|unstable|ms-stable|msi-high|low|high|intermediate|wild[- ]?type|mutated|negativ|"
    r"positiv|unauffällig|"
    r"adequate|inadequate|satisfactory|not applicable|isolated|not isolated|invalid)",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"(?<=[\w%°])\s*(?:\((?!high|low|abn|crit|calc|creat|feu|ddu)[a-z][a-z /.-]{2,30}\)|(?:on|at) (?:room air|ra|rest)|"
    r"room air|ra|axillary|oral(?:ly)?|tympanic|rectal|temporal|sitting|standing|supine|lying|resting)\.?$",
    re.IGNORECASE,
)
"""How a number was measured, behind it: it is no part of the unit."""
_PENDING = re.compile(
    r"pending|in progress|to follow|in process|ausstehend|awaiting.*|not resulted|results? pending|tbd", re.IGNORECASE
)
_DONE = re.compile(
    r"tnp|qns|q\.n\.s\.?|(?:test )?not (?:performed|calculated|reported|tested)|quantity not sufficient|"
    r"insufficient (?:specimen|sample|quantity)|specimen (?:hemoly[sz]ed|rejected|clotted|insufficient)|"
    r"unable to (?:calculate|perform|report)|"
    r"done|completed?|performed|ordered|scheduled|collected|received|sent|cancell?ed|not done|erledigt|"
    r"to be done|due|final|reviewed|not performed",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2,4}|\d{4}([/-])\d{1,2}\2\d{1,2}")
_UNIT = re.compile(
    r"(?:%|‰|°\s?[CF]\b|º[CF]\b|deg(?:rees)? ?[CF]\b|\bCel\b|"
    r"(?:[x×]\s?)?10\s?[\^*eE]?\s?\d{1,2}\s?/\s?[µμu]?L|[x×]?\s?10E\d/[µμu]?L|[x×]\s?10\s?[\^*eE]?\s?\d{1,2}|"
    r"(?:cells|thou(?:sand)?|mill?(?:ion)?|th|k|m|giga|tera)\s?/\s?(?:[µμu]L|mcL|mm3|mm\^3|cumm|cmm|L|cu mm)|"
    r"(?:[mµμunpfkd]?|mc)(?:g|mol|Eq|osm|Osm|IU|UI|U|kat)\s?/\s?(?:[dmµμuk]?L|kg|mmol|mol|g|mg|h|min|day|"
    r"24\s?h(?:rs?)?|d)(?:\s?/\s?1\.73\s?m(?:2|²|\^2)?)?(?:\s?(?:FEU|DDU|creat\w*|Cr))?|"
    r"(?:[mµμu]?(?:IU|UI)|[mµμu]?U|units?|copies|cells)\s?/\s?(?:[dmµμu]?L|mm3|hpf|lpf|HPF|LPF)|"
    r"mL\s?/\s?min(?:\s?/\s?1\.73\s?(?:m\s?\^?[2²]?|sq\.?\s?m)?)?|mm\s?/\s?h(?:r|our)?\b|mm\s?\[?Hg\]?|"
    r"/\s?[hl]pf\b|/\s?min(?:ute)?\b|/\s?[µμu]L|/\s?mm3|/\s?cumm|"
    r"m?L\s?/\s?s(?:ec)?\b|L\s?/\s?min\b|"
    r"beats\s?/\s?min(?:ute)?|breaths\s?/\s?min(?:ute)?|bpm\b|kg\s?/\s?m\s?(?:\^?2|²)|m(?:uts?|utations)\s?/\s?Mb|"
    r"(?<![\w/])[µμ]m\b|\bmicrons?\b|"
    r"\b(?:fL|fl|pg|mg|mcg|[µμu]g|ng|kg|kgs|g|gm|gms|lbs?|cm|mm|inches|in|ft|sec(?:onds)?|s|msecs?|ms|deg(?:rees)?|mEq|"
    r"mmol|ratio|index|"
    r"INR|mOsm|IU|kPa|L|mL|score|S/CO|EU|AU|RU|years|cells|[EeUu]\.?[Uu]\./dL)\b(?!\s*/)|g%|mg%|gm/dl|gm/L)",
    re.IGNORECASE,
)


_ACUITY = re.compile(r"(?:20|6)\s?/\s?\d{1,3}(?:\.\d)?(?:\s?[+-]\s?\d)?(?:\s+[a-z]+)?")
"""What an eye reads at 20 feet or 6 metres, as others do from so far: no number with a unit."""
_FLOW = re.compile(
    r"(?:\b(?:on|at|with|via|under)|@)\s*\d{1,2}(?:\.\d+)?\s?L\b(?:\s?/\s?min\b)?|"
    r"\b\d{1,2}(?:\.\d+)?\s?L(?=\s*(?:/\s?min|NC\b|n/?c\b|nasal|O2\b|oxygen|via\b|by\b|(?:face ?)?mask|HFNC|NRB))"
)


@dataclass(frozen=True, slots=True)
class Result:
    """A result cell taken apart; ``flag`` and the value's unit only if the cell itself prints them."""

    value: MeasuredValue | None
    flag: str | None = None
    pending: bool = False
    status_only: bool = False


def unit_in(text: str) -> str | None:
    """The first unit printed in a text."""
    match = _UNIT.search(text)
    return match[0].strip() if match else None


def is_unit(text: str) -> bool:
    return bool(text.strip()) and _UNIT.fullmatch(text.strip()) is not None


def is_flag(text: str) -> bool:
    return text.strip().lower() in _FLAG_WORDS


def without_flow(text: str) -> str:
    """A text without the litres of oxygen in it (``93 % on 2 L NC``): behind their number ``L`` is no flag."""
    return _FLOW.sub(" ", text)


def is_range(text: str) -> bool:
    """``4.5-11.0``, ``<200``, ``> OR = 60``, ``Negative`` in a place for a range is for the caller to know."""
    clean = text.strip(" ()[]")
    if _SPAN.match(clean):
        return True
    return bool(
        re.match(
            r"(?:<|>|≤|≥|<=|>=|up to|bis|less than|greater than|not estab)\s*(?:or\s*=?|=)?\s*\d*", clean, re.IGNORECASE
        )
    )


def read_result(text: str, unit: str | None = None, *, comma: bool = False) -> Result:
    """What a result cell says.

    :param comma: a comma is the decimal sign, whatever stands behind it.

    :param text: the cell as printed, possibly with flag and unit (``11.2 H``, ``* 7.4 mmol/L``).
    :param unit: the unit that another column prints for it.
    """
    joined = re.sub(r"(?<=[A-Za-z])- (?=[A-Za-z])", "-", " ".join(text.split()).strip(" ;,"))
    clean = re.sub(r"^[–—](?=\.?\d)", "-", joined)
    if _DATE.fullmatch(clean):
        return Result(None)
    printed = clean
    if comma:
        clean = _POINTED.sub(lambda found: found[0].replace(".", _THOUSANDS), clean)
    decimal = _ANY_COMMA if comma else _COMMA
    clean = decimal.sub(lambda found: ".".join(part for part in found.groups() if part), clean).replace(_THOUSANDS, ",")
    if not clean or re.fullmatch(r"[-–—_./\s]+|n/?a", clean, re.IGNORECASE):
        return Result(None)
    if _PENDING.fullmatch(clean):
        return Result(None, pending=True)
    if _DONE.fullmatch(clean):
        return Result(None, status_only=True)
    if _ACUITY.fullmatch(clean):
        return Result(MeasuredValue(printed=printed))
    body, flag = _without_flag(_REMARK.sub("", clean) if re.match(rf"[<>≤≥]?\s?(?:{_NUMBER})", clean) else clean)
    if flag and _without_flag(without_flow(clean))[1] is None:
        body, flag = _FLOW.split(clean)[0].strip() or clean, None
        if body == clean:
            return Result(MeasuredValue(printed=printed))

    def as_printed(part: str) -> str:
        at = clean.find(part)
        return printed[at : at + len(part)] if at >= 0 else part

    if _word_result(body):
        return Result(MeasuredValue(printed=as_printed(body)), flag)
    span = _SPAN.match(body)
    if span and _rest_is_unit(body[span.end() :]):
        low, high = printed_decimal(span["low"]), printed_decimal(span["high"])
        if low is not None and high is not None and low <= high:
            own = unit_in(body[span.end() :]) or unit
            return Result(MeasuredValue(as_printed(span[0]), unit=own, low=low, high=high), flag)
    number = _EXACT.match(body)
    if number and _rest_is_unit(body[number.end() :]):
        comparator = _COMPARATORS.get(number["comparator"] or "")
        own = _own_unit(body[number.end() :]) or unit
        exact = printed_decimal(number["number"])
        return Result(MeasuredValue(as_printed(number[0].strip()), exact, comparator, own), flag)
    return Result(MeasuredValue(printed=as_printed(body)), flag)


def _own_unit(rest: str) -> str:
    """The unit right behind a number; what follows it (``% RA``) is how it was measured."""
    found = unit_in(rest)
    return found if found and rest.strip().startswith(found) and rest.strip()[len(found) :][:1] == " " else rest.strip()


def _word_result(text: str) -> bool:
    return _WORD_RESULT.fullmatch(text.strip(" .")) is not None


def is_word_result(text: str) -> bool:
    """Whether a text is one of the words that laboratories report."""
    return _word_result(text)


def _rest_is_unit(rest: str) -> bool:
    rest = rest.strip()
    return (
        not rest
        or is_unit(rest)
        or bool(
            re.fullmatch(r"[A-Za-zµμ%/^*0-9.²³\[\]{} ]{1,18}", rest)
            and not re.match(r"\d", rest)
            and len(rest.split()) <= 2
        )
    )


def _without_flag(text: str) -> tuple[str, str | None]:
    """Split a flag off the end or the start; a lone word such as ``High`` or ``A`` stays the value."""
    words = text.split()
    if len(words) > 1 and is_flag(words[-1]) and re.search(r"\d", text):
        return " ".join(words[:-1]), _bare(words[-1])
    if len(words) > 1 and is_flag(words[0]) and not _is_sign(words[0]) and re.match(rf"[<>≤≥]?\s*{_NUMBER}", words[1]):
        return " ".join(words[1:]), _bare(words[0])
    glued = re.fullmatch(rf"([<>]?\s*(?:{_NUMBER}))\s?(\*?[HL]{{1,2}}\*?|\*+)", text) or re.fullmatch(
        rf"([<>]?\s*(?:{_NUMBER}))\s?[(\[]([HLA]{{1,2}})[)\]]", text
    )
    if glued:
        return glued[1].strip(), glued[2]
    starred = re.fullmatch(r"(\D*\w)\s?(\*+)|(\*+)\s?(\D*\w)", text)
    if starred and _word_result(starred[1] or starred[4]):
        return starred[1] or starred[4], starred[2] or starred[3]
    inside = [is_flag(word) and not _is_sign(word) for word in words]
    if len(words) > 2 and any(inside[1:]) and re.match(rf"[<>]?(?:{_NUMBER})$", words[0]):
        at = next(i for i, flagged in enumerate(inside) if i and flagged)
        return " ".join(words[:at] + words[at + 1 :]), _bare(words[at])
    return text, None


def _is_sign(word: str) -> bool:
    """Before a number or between two a sign is part of them; behind a number it flags it."""
    return re.fullmatch(r"\++|[-−]+", word) is not None


def _bare(flag: str) -> str:
    return flag.strip("()[]")
