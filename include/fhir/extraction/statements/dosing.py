"""The grammar of a medication line: name, dose, form, route, frequency, duration, as printed."""

from __future__ import annotations

import re
from dataclasses import dataclass

_AMOUNT = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:[.,]\d+)?"
_UNIT = (
    r"(?:mgs?|mcgs?|micrograms?|milligrams?|millilit(?:er|re)s?|µg|μg|ug|ng|g|gm|grams?|mls?|cc|l|"
    r"units?|i\.?u\.?|meq|mmol|%|mg/ml|mcg/ml|drops?|gtts?|puffs?|sprays?|e|ie)"
)
DOSE = re.compile(
    rf"(?<![\w.])(?:{_AMOUNT}\s?(?:mgs?|mcgs?|g|"
    rf"ml)?\s?[-/]\s?)?{_AMOUNT}\s?{_UNIT}(?![a-z])(?:\s?/\s?(?:{_AMOUNT}\s?)?(?:ml|l|h|hr|hour|day|dose|kg|tbl|"
    rf"tab|actuation|act|puff|spray)\b)*",
    re.IGNORECASE,
)
FORM = re.compile(
    r"\b(?:(?:extended[- ]release|delayed[- ]release|ER|XR|XL|SR|EC|chewable|film[- ]coated|oral|Ret)\s+)?"
    r"(?:tablets?|tabs?|tbl|capsules?|caps?|kapseln?|tabletten?|solution|suspension|syrup|cream|ointment|gel|"
    r"patch(?:es)?|inhaler|injection|"
    r"suppositor(?:y|ies)|lozenges?|powder|nebuli[sz]er|nasal spray|eye drops|vials?|pens?)\b",
    re.IGNORECASE,
)
ROUTE = re.compile(
    r"\b(?:p\.?\s?o\.?|by mouth|per os|orally|oral(?!\s+(?:tab|cap|sol|susp))|i\.?v\.?|intravenous(?:ly)?|"
    r"i\.?m\.?|intramuscular(?:ly)?|s\.?c\.?|subq|sub-?q|"
    r"subcut(?:aneous(?:ly)?)?|sublingual(?:ly)?|s\.?l\.?|topical(?:ly)?|inhaled|inhalation|by inhalation|"
    r"intranasal(?:ly)?|rectal(?:ly)?|"
    r"transdermal(?:ly)?|per rectum|vaginal(?:ly)?|ophthalmic|otic|via nebulizer|nasal(?:ly)?)(?![\w.])",
    re.IGNORECASE,
)
_OF_STRENGTH = re.compile(
    r"\s*(?:topical\s+|oral\s+|ophthalmic\s+)?(?:gel|cream|ointment|lotion|rinse|mouth ?wash|solution|foam|shampoo|"
    r"drops|spray|suspension|paste)\b",
    re.IGNORECASE,
)
_PACK = re.compile(r"\s*(?:tubes?|bottles?|jars?|packs?|container|pump|dispensed?|size)\b", re.IGNORECASE)
_COUNT = r"(?:\d+|one|two|three|four|five|six|once|twice|thrice)"
FREQUENCY = re.compile(
    rf"\b(?:{_COUNT}\s+(?:time(?:s)?\s+)?(?:daily|a\s+day|per\s+day|each\s+day|every\s+day|a\s+week|per\s+week|"
    rf"weekly|a\s+month|monthly)|"
    rf"{_COUNT}\s?(?:x|times)?\s?/\s?(?:day|week|wk|month|d)|\d+\s?x\s?(?:daily|a day|per day|day|tgl\.?|täglich)|"
    r"(?:every|each)\s+(?:other\s+day|(?:\d+|two|three|four|five|six|eight|ten|twelve)(?:\s?(?:-|to)\s?\d+)?\s+(?:hours?|hrs?|days?|weeks?|minutes?)|"
    r"(?:morning|evening|night|day|week|month|bedtime)(?:\s+and\s+(?:morning|evening|night|bedtime))?)|"
    r"q\.?\s?\d+(?:\s?-\s?\d+)?\s?(?:h(?:rs?|ours?)?|d|days?|weeks?|wk|min)\b|q\.?\s?(?:h\.?s|a\.?m|p\.?m|o\.?d|"
    r"day|week|weekly|month|daily|d|wk)\b\.?|"
    r"b\.?i\.?d\b\.?|t\.?i\.?d\b\.?|q\.?i\.?d\b\.?|o\.?d\b\.?(?!\w)|[qg]hs|qam|qpm|qod|(?:once\s+)?(?:daily|everyday|"
    r"weekly|monthly|nightly|täglich|wöchentlich)|"
    r"(?:in\s+the|each)\s+(?:morning|evening|afternoon)|at\s+(?:bedtime|night|breakfast|lunch|dinner|"
    r"noon)(?:\s+daily)?|"
    r"(?:before|after|with)\s+(?:meals?|food|breakfast|lunch|dinner|bedtime)|nightly|as\s+directed|"
    r"(?:\d|½|0[.,]5|1/2)\s?-\s?(?:\d|½|0[.,]5|1/2)\s?-\s?(?:\d|½|0[.,]5|1/2)(?:\s?-\s?(?:\d|½|0[.,]5|1/2))?|"
    r"(?:when|as|if)\s+(?:needed|required|necessary)|on\s+occasion|occasionally|p\.?r\.?n\b\.?|bei\s+bedarf|sos|stat|once\b|twice\b|hs\b|"
    r"ac\b|pc\b|morgens|abends|mittags)",
    re.IGNORECASE,
)
_PRN = re.compile(r"\b(?:p\.?r\.?n\b|as[- ]needed|when needed|if needed|as required|bei bedarf|sos\b)", re.IGNORECASE)
_DURATION = re.compile(
    r"\b(?:for|x|×)\s*(?P<span>\d+(?:\s?-\s?\d+)?\s*(?:more\s+)?(?:days?|weeks?|wks?|months?|d))\b", re.IGNORECASE
)
_REASON = re.compile(r"\bfor\s+(?!\d)(?P<reason>(?!the\b)[a-z][a-z /-]{2,40}?)(?=[.,;()]|$)", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?:\d+(?:[./]\d+)?(?:\s+and\s+\d+(?:\s?\d?\s?/\s?\d)?)?|one|two|half|½)\s*(?:\d\s*/\s*\d\s*)?(?:tablets?|"
    r"tabs?|capsules?|caps?|puffs?|drops?|sprays?|tbl|pills?)\b",
    re.IGNORECASE,
)

_VOLUME = re.compile(
    rf"\s*[:;,–-]?\s*(?:\(?(?:oral\s+)?(?:suspension|susp|solution|elixir|syrup|liquid)\)?\s*[:;,–-]?\s*)?(?:take|give|dose:?|use)?\s*"
    rf"{_AMOUNT}\s?ml\b(?!\s?/)", re.IGNORECASE,
)
_OLD_DOSE = re.compile(
    rf"\b{_AMOUNT}(?:\s?{_UNIT}(?![a-z]))?\s*(?:-+>|=>|→|⟶)\s*(?=\d)|\b{_AMOUNT}\s?{_UNIT}(?![a-z])\s+to\s+(?={_AMOUNT}\s?{_UNIT}(?![a-z]))|"
    rf"\bfrom\s+{_AMOUNT}(?:\s?{_UNIT}(?![a-z]))?"
    rf"(?:\s+(?:daily|once daily|twice daily|bid|qd|nightly|a day))?\s+to\s+(?={_AMOUNT}\s?{_UNIT}(?![a-z]))",
    re.IGNORECASE,
)


_LABEL = re.compile(
    r"^(?:drug|drug name|medication|medication name|medicine|rx|prescription|item|name)\s*:\s*", re.IGNORECASE
)
_CHANGED = re.compile(
    r"\s*[(\[](?:new|changed?|stop(?:ped)?|same|no change|unchanged|increased?|decreased?|dose changed?|"
    r"continued?)[)\]]",
    re.IGNORECASE,
)
"""What a list says of a medicine behind its name."""


@dataclass(frozen=True, slots=True)
class Dosing:
    """The parts of a medication line; ``name`` is what stands before the first of them."""

    name: str
    dose: str | None = None
    form: str | None = None
    route: str | None = None
    frequency: str | None = None
    duration: str | None = None
    as_needed: bool = False
    reason: str | None = None

    @property
    def is_dosed(self) -> bool:
        return bool(self.dose or self.frequency or self.route)


def read_line(text: str) -> Dosing:
    """Take a medication line apart."""
    clean = with_new_dose(" ".join(text.split()))
    found = [m for m in (p.search(clean) for p in (DOSE, FORM, ROUTE, FREQUENCY, _DURATION, _COUNTED)) if m]
    start = min((m.start() for m in found), default=len(clean))
    name = _CHANGED.sub("", clean[:start])
    name = re.sub(
        r"\b(?:take|takes|taking|use|apply|inject|inhale|one|two|with|at|to|dose|dosage|strength|amount|sig|"
        r"directions|qty)\s*$",
        "",
        _LABEL.sub("", name.strip(" -–—:,;(")),
        flags=re.IGNORECASE,
    )
    dose, rest = DOSE.search(clean), clean[start:]
    if dose and (applied := _applied(clean, dose)):
        name, dose = applied
    form, route, duration, reason = FORM.search(rest), ROUTE.search(rest), _DURATION.search(rest), _REASON.search(rest)
    return Dosing(
        name=name.strip(" -–—:,;("),
        dose=_dose(clean, dose) if dose else None,
        form=form[0] if form else None,
        route=route[0] if route else None,
        frequency=frequency_in(rest),
        duration=duration["span"] if duration else None,
        as_needed=_PRN.search(rest) is not None,
        reason=reason["reason"].strip() if reason else None,
    )


def _applied(text: str, strength: re.Match[str]) -> tuple[str, re.Match[str]] | None:
    """``Diclofenac 1% gel, 100 g tube. Apply 2 g``: a strength in percent is part of the name where the amount of one
    dose follows; the size of the tube is none."""
    form = _OF_STRENGTH.match(text, strength.end()) if strength[0].endswith("%") else None
    if form is None:
        return None
    doses = [found for found in DOSE.finditer(text, form.end()) if not _PACK.match(text, found.end())]
    return (text[: form.end()].strip(), doses[0]) if doses else None


def _dose(text: str, dose: re.Match[str]) -> str:
    """A strength and the volume of one dose behind it (``160 mg/5 mL: 7 mL``) are told together."""
    volume = _VOLUME.match(text, dose.end()) if re.search(r"/\s?(?:\d[\d.]*\s?)?ml$", dose[0], re.IGNORECASE) else None
    return text[dose.start() : volume.end() if volume else dose.end()].strip()


def with_new_dose(text: str) -> str:
    """``50 -> 100 mg``, ``increased from 20 mg to 40 mg``: the dose before a change is taken out."""
    return _OLD_DOSE.sub("", text)


def frequency_in(text: str) -> str | None:
    """All that is printed about how often, from the first such phrase to the last, with the count of tablets before."""
    matches = list(FREQUENCY.finditer(text))
    if not matches:
        return None
    start, end = matches[0].start(), matches[0].end()
    for match in matches[1:]:
        if match.start() - end > 15:
            break
        end = match.end()
    counted = _COUNTED.search(text)
    if counted and counted.end() <= start and start - counted.end() < 25:
        start = counted.start()
    tail = re.match(r"\s+for\s+(?!\d)[a-z]+(?:\s+[a-z]+)?", text[end:]) if _PRN.search(text[start:end]) else None
    return text[start : end + (tail.end() if tail else 0)].strip()


def as_needed(text: str) -> bool:
    return _PRN.search(text) is not None
