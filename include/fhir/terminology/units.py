"""Printed units -> UCUM (https://ucum.org/ucum).

A printed unit is looked up whole, then as numerator and denominator. What is not known has no code: the resource then
keeps the printed unit alone. ``K/uL`` is mapped by the printed form because UCUM reads ``K`` as kelvin.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_WHOLE = {
    "%": "% percent pct",
    "10*3/uL": "k/ul th/ul thou/ul thousand/ul thous/ul k/mm3 k/cumm th/mm3 10*3/ul 10*3/mm3 "
               "10*9/l k/mcl 10*3/mcl giga/l",
    "10*6/uL": "m/ul mil/ul mill/ul million/ul millions/ul m/mm3 m/cumm 10*6/ul 10*6/mm3 10*12/l tera/l 10*6/mcl m/mcl",
    "/uL": "/ul /mcl cells/mcl cells/ul cell/ul /mm3 cells/mm3 /cumm cells/cumm #/ul",
    "/[HPF]": "/hpf #/hpf cells/hpf hpf perhpf",
    "/[LPF]": "/lpf #/lpf cells/lpf lpf perlpf",
    "mm[Hg]": "mmhg mm[hg]",
    "/min": "/min bpm beats/min beats/minute breaths/min breaths/minute perminute beatsperminute "
            "breathsperminute /minute brpm 1/min",
    "[degF]": "degf f fahrenheit degfahrenheit degreesf degreesfahrenheit [degf]",
    "Cel": "degc c celsius degcelsius degreesc degreescelsius cel",
    "mm/h": "mm/hr mm/h mm/hour mm/1hr",
    "mL/min/{1.73_m2}": "ml/min/1.73m2 ml/min/1.73 ml/min/1.73m*2 ml/min/{1.73_m2} ml/min/1.73sqm ml/min/bsa",
    "[pH]": "ph phunits [ph]",
    "s": "s sec secs second seconds",
    "ms": "ms msec",
    "[lb_av]": "lb lbs pound pounds [lb_av]",
    "[oz_av]": "oz ounce ounces [oz_av]",
    "[in_i]": "in inch inches [in_i]",
    "[ft_i]": "ft feet foot [ft_i]",
    "kg/m2": "kg/m2 kg/m*2 kg/sqm",
    "m2": "m2 m*2",
    "L/min": "l/min lpm",
    "mosm/kg": "mosm/kg mosmol/kg mosm/kgh2o mosmol/kgh2o",
    "ng/mL{FEU}": "ng/mlfeu ng/ml{feu}",
    "ug/mL{FEU}": "ug/mlfeu ug/ml{feu}",
    "{Ehrlich'U}/dL": "eu/dl e.u./dl",
    "mg/g{creat}": "mg/gcreat mg/gcr mg/gcrea mg/gcreatinine",
    "ug/mg{creat}": "ug/mgcreat ug/mgcr ug/mgcreatinine",
    "{copies}/mL": "copies/ml cp/ml",
    "{index}": "index",
    "{ratio}": "ratio",
    "{titer}": "titer",
    "{score}": "/10 score",
    "kPa": "kpa",
}
_NUMERATORS = {
    "kg": "kg kgs", "g": "g gm gms gram grams", "mg": "mg mgs milligram milligrams",
    "ug": "ug mcg mcgs microgram micrograms",
    "ng": "ng", "pg": "pg", "mol": "mol", "mmol": "mmol", "umol": "umol mcmol", "nmol": "nmol", "pmol": "pmol",
    "meq": "meq", "U": "u", "mU": "mu", "[iU]": "iu [iu]", "m[iU]": "miu m[iu]", "u[iU]": "uiu u[iu] mciu",
    "k[iU]": "kiu", "L": "l liter liters litre", "dL": "dl", "mL": "ml cc", "uL": "ul mcl", "fL": "fl", "pL": "pl",
    "cm": "cm", "mm": "mm", "m": "m", "um": "um", "mosm": "mosm", "kU": "ku", "ukat": "ukat", "kcal": "kcal",
}
_DENOMINATORS = {
    "L": "l", "dL": "dl 100ml", "mL": "ml", "uL": "ul mcl mm3 cumm", "g": "g gm", "mg": "mg", "kg": "kg",
    "mmol": "mmol", "mol": "mol", "min": "min minute", "h": "h hr hour", "d": "d day",
    "(24.h)": "24h 24hr 24hrs 24hours",
    "m2": "m2 m*2",
}
_SUPERSCRIPTS = str.maketrans({"²": "*2", "³": "*3", "⁴": "*4", "⁶": "*6", "⁹": "*9"})
_POWER = re.compile(r"^[x×]?10(?:\*|\^|e|\*\*|\^\^|\()?(3|6|9|12)\)?/")
# Kinds of quantity, as loinc.csv names them, by (numerator, denominator).
_KIND_OF_NUMERATOR = {
    **dict.fromkeys(("kg", "g", "mg", "ug", "ng", "pg"), "mass"),
    **dict.fromkeys(("mol", "mmol", "umol", "nmol", "pmol", "meq"), "moles"),
    # Enzymes are printed in U/L and in IU/L alike, hormones in mU/L and in mIU/L.
    **dict.fromkeys(("U", "kU", "mU", "ukat", "[iU]", "m[iU]", "u[iU]", "k[iU]"), "activity"),
}
_KINDS = {
    "%": "fraction", "10*3/uL": "count", "10*6/uL": "count", "/uL": "count", "/[HPF]": "area", "/[LPF]": "area",
    "mm[Hg]": "pressure", "kPa": "pressure", "/min": "rate", "[degF]": "temperature", "Cel": "temperature",
    "mm/h": "sedimentation", "mL/min/{1.73_m2}": "clearance", "mL/min": "clearance", "[pH]": "ph", "s": "time",
    "ms": "time", "[lb_av]": "weight", "[oz_av]": "weight", "kg": "weight", "g": "weight", "pg": "weight",
    "[in_i]": "length", "[ft_i]": "length", "cm": "length", "m": "length", "mm": "length", "kg/m2": "bmi",
    "m2": "surface", "mosm/kg": "osmolality", "ng/mL{FEU}": "feu", "ug/mL{FEU}": "feu", "{Ehrlich'U}/dL": "ehrlich",
    "mg/g{creat}": "ratio", "ug/mg{creat}": "ratio", "{ratio}": "ratio", "{index}": "ratio", "{score}": "score",
    "fL": "volume",
}


def ucum(printed: str) -> str | None:
    """The UCUM code of a printed unit; None when it is not known for certain.

    Letter case does not matter, as in print; blanks do not either.
    """
    key = _squeezed(printed)
    if not key:
        return None
    whole = _whole().get(key)
    if whole:
        return whole
    numerator, _, denominator = key.partition("/")
    top = _numerators().get(numerator)
    if top is None or not denominator:
        return top
    bottom = _denominators().get(denominator)
    return f"{top}/{bottom}" if bottom else None


def kind_of_unit(code: str) -> str | None:
    """What a UCUM code measures, in the words of loinc.csv's ``kind`` column; None when no test is told by it."""
    if code in _KINDS:
        return _KINDS[code]
    top, slash, bottom = code.partition("/")
    kind = _KIND_OF_NUMERATOR.get(top)
    if kind is None or not slash:
        return None
    if bottom in ("L", "dL", "mL", "uL"):
        return kind
    return "ratio" if bottom in ("g", "mg", "kg", "mmol", "mol") else None


def _squeezed(printed: str) -> str:
    text = unicodedata.normalize("NFKC", printed.translate(_SUPERSCRIPTS)).replace("μ", "u").replace("µ", "u")
    text = re.sub(r"\s+", "", text).replace("°", "deg").casefold().strip("().;,")
    text = text.replace("^2", "*2").replace("m*3", "m3")
    return _POWER.sub(r"10*\1/", text)


def _inverted(table: dict[str, str]) -> dict[str, str]:
    return {spelling: code for code, spellings in table.items() for spelling in spellings.split()}


@cache
def _whole() -> dict[str, str]:
    return _inverted(_WHOLE)


@cache
def _numerators() -> dict[str, str]:
    return _inverted(_NUMERATORS)


@cache
def _denominators() -> dict[str, str]:
    return _inverted(_DENOMINATORS)
