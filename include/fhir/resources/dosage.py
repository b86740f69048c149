"""Printed dose and frequency -> FHIR Dosage (http://hl7.org/fhir/R4/dosage.html).

``timing.repeat`` only for wordings that say exactly one rate; everything else stays text.
"""

from __future__ import annotations

import re

from include.fhir.facts import MedicationFact
from include.fhir.resources.elements import Json, concept, printed_quantity, without_empty

_TIMES = {"once": 1, "one time": 1, "1 time": 1, "twice": 2, "two times": 2, "2 times": 2, "three times": 3,
          "3 times": 3, "thrice": 3, "four times": 4, "4 times": 4, "1x": 1, "2x": 2, "3x": 3, "4x": 4}
_LATIN = {"qd": 1, "od": 1, "bid": 2, "bd": 2, "tid": 3, "tds": 3, "qid": 4, "qds": 4}
_UNITS = {"daily": "d", "day": "d", "d": "d", "weekly": "wk", "week": "wk", "wk": "wk", "monthly": "mo", "month": "mo"}
_PLAIN = {"daily": (1, "d"), "every day": (1, "d"), "nightly": (1, "d"), "every night": (1, "d"), "weekly": (1, "wk"),
          "every week": (1, "wk"), "monthly": (1, "mo"), "every morning": (1, "d"), "every evening": (1, "d")}
_RATE = re.compile(rf"({'|'.join(_TIMES)}|[1-6])\s*(?:/|a|per|each|every)?\s*({'|'.join(_UNITS)})")
_EVERY = re.compile(r"(?:every|each|q)\s*(\d{1,2})\s*(h|hr|hrs|hour|hours|d|day|days|wk|week|weeks)")
_AS_NEEDED = re.compile(r"\b(as needed|when needed|prn|if needed|as required)\b", re.I)
# Words that say how or with what, not how often.
_BESIDE = re.compile(r"\b(po|by mouth|orally|oral|with (?:food|meals|water)|after meals|before meals|at bedtime|"
                     r"in the (?:morning|evening)|as needed|prn)\b")


def dosage(fact: MedicationFact) -> Json:
    """The whole instruction as text, and what of it is certain as elements; empty where nothing is printed."""
    frequency = fact.frequency
    needed = fact.as_needed or bool(_AS_NEEDED.search(frequency or ""))
    said = bool(_AS_NEEDED.search(" ".join(filter(None, (frequency, fact.dose, fact.duration)))))
    words = [fact.dose, fact.form, fact.route, frequency, fact.duration, "as needed" if needed and not said else None]
    amount = printed_quantity(fact.dose)
    return without_empty({
        "text": ", ".join(dict.fromkeys(w.strip() for w in words if w and w.strip())),
        "timing": without_empty({"repeat": repeat(frequency), "code": concept(frequency)}) if frequency else None,
        "asNeededBoolean": True if needed else None,
        "route": concept(fact.route) if fact.route else None,
        "doseAndRate": [{"doseQuantity": amount}] if amount else None,
    })


def repeat(frequency: str | None) -> Json | None:
    """Times per period; None where the wording does not say exactly one rate."""
    text = re.sub(r"[.,;()]", "", (frequency or "").casefold())
    text = " ".join(_BESIDE.sub(" ", text).split())
    if text in _PLAIN:
        return _repeat(_PLAIN[text][0], 1, _PLAIN[text][1])
    if text in _LATIN:
        return _repeat(_LATIN[text], 1, "d")
    if found := _RATE.fullmatch(text):
        times = _TIMES.get(found[1]) or int(found[1])
        return _repeat(times, 1, _UNITS[found[2]])
    if found := _EVERY.fullmatch(text):
        return _repeat(1, int(found[1]), {"h": "h", "d": "d", "w": "wk"}[found[2][0]])
    return None


def _repeat(frequency: int, period: int, unit: str) -> Json:
    return {"frequency": frequency, "period": period, "periodUnit": unit}
