"""Printed result flags -> HL7 v3 ObservationInterpretation (http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation).

Only what is printed becomes an interpretation; a value outside its range without a flag has none.
"""

from __future__ import annotations

SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"

_DISPLAYS = {
    "H": "High", "L": "Low", "HH": "Critical high", "LL": "Critical low", "A": "Abnormal", "AA": "Critical abnormal",
    "N": "Normal", "POS": "Positive", "NEG": "Negative", "R": "Resistant", "S": "Susceptible", "I": "Intermediate",
    "DET": "Detected", "ND": "Not detected", "RR": "Reactive", "WR": "Weakly reactive", "NR": "Non-reactive",
    "E": "Equivocal", "IND": "Indeterminate",
}
_SPELLINGS = {
    "H": "+|++|+++|h|high|h*|*h|↑|hi|above high normal|above normal|erhöht|hoch|alto|elevado",
    "L": "-|−|--|l|low|l*|*l|↓|lo|below low normal|below normal|erniedrigt|niedrig|bajo",
    "HH": "hh|critical high|critically high|panic high|h!|↑↑|high critical|ch|crit high|high panic",
    "LL": "ll|critical low|critically low|panic low|l!|↓↓|low critical|cl|crit low|low panic",
    "A": "a|abnormal|*|abn|out of range",
    "AA": "aa|critical|critical abnormal|panic|crit|**",
    "N": "n|normal|wnl|within normal limits|in range",
    "POS": "pos|positive",
    "NEG": "neg|negative",
    "R": "r|resistant",
    "S": "s|susceptible|sensitive",
    "I": "i|intermediate",
    "DET": "det|detected",
    "ND": "nd|not detected|none detected",
    "RR": "reactive",
    "WR": "weakly reactive",
    "NR": "nr|non-reactive|nonreactive|non reactive|not reactive",
    "E": "equivocal",
    "IND": "ind|indeterminate",
}
_CODES = {spelling: code for code, spellings in _SPELLINGS.items() for spelling in spellings.split("|")}


def interpretation(printed: str) -> tuple[str, str] | None:
    """Code and display of a printed flag; None when the flag means nothing known."""
    key = " ".join(printed.casefold().strip("()[] \t").split())
    code = _CODES.get(key)
    return None if code is None else (code, _DISPLAYS[code])
