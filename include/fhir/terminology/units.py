"""Printed units -> UCUM (https://ucum.org/ucum).

A printed unit is looked up whole, then as numerator and denominator, without regard to letter case. What print and UCUM
read differently is decided here, by the printed form: ``K/uL`` is thousand per microlitre, UCUM's ``K`` is kelvin. What
is no printed form known here may still be a UCUM code as it stands: :mod:`include.fhir.terminology.exact_ucum` asks the
library. What neither knows has no code: the resource then keeps the printed unit alone.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

_WHOLE = {
    "%": "% percent pct vol% mass%",
    "10*3/uL": "k/cmm th/cmm "
               "k/ul th/ul thou/ul thousand/ul thous/ul k/mm3 k/cumm th/mm3 10*3/ul 10*3/mm3 thousands/ul 10*3/cumm "
               "10*9/l k/mcl 10*3/mcl giga/l gpt/l tsd/ul /nl xk/ul kcells/ul 10*3cells/ul 10*9cells/l",
    "10*6/uL": "m/cmm mil/cmm "
               "m/ul mil/ul mill/ul million/ul millions/ul m/mm3 m/cumm 10*6/ul 10*6/mm3 10*12/l tera/l 10*6/mcl "
               "m/mcl tpt/l mio/ul /pl 10*6/cumm mcells/ul 10*6cells/ul 10*12cells/l",
    "/uL": "/cmm cells/cmm /ul /mcl cells/mcl cells/ul cell/ul /mm3 cells/mm3 /cumm cells/cumm #/ul",
    "/100{WBC}": "/100wbc per100wbc /100wbcs nrbc/100wbc",
    "/[HPF]": "/hpf #/hpf cells/hpf hpf perhpf",
    "/[LPF]": "/lpf #/lpf cells/lpf lpf perlpf",
    "mm[Hg]": "mmhg mm[hg] torr",
    "cm[H2O]": "cmh2o",
    "/min": "/min bpm beats/min beats/minute breaths/min breaths/minute perminute beatsperminute "
            "breathsperminute /minute brpm 1/min resp/min resps/min",
    "[degF]": "degf f fahrenheit degfahrenheit degreesf degreesfahrenheit [degf]",
    "Cel": "degc c celsius degcelsius degreesc degreescelsius cel",
    "mm/h": "mm/hr mm/h mm/hour mm/1hr mm/1h",
    "mL/min/{1.73_m2}": "ml/min/1.73m2 ml/min/1.73 ml/min/1.73m*2 ml/min/{1.73_m2} ml/min/1.73sqm ml/min/bsa "
                        "ml/min/1,73m2 ml/min/1.73m(2",
    "[pH]": "ph phunits [ph]",
    "s": "s sec secs second seconds sek sekunden",
    "ms": "ms msec msecs millisecond milliseconds",
    "deg": "deg degree degrees grad",
    "min": "min mins minute minutes",
    "h": "hr hrs hour hours",
    "[lb_av]": "lb lbs pound pounds [lb_av]",
    "[oz_av]": "oz ounce ounces [oz_av]",
    "[in_i]": "in inch inches [in_i]",
    "[ft_i]": "ft feet foot [ft_i]",
    "kg/m2": "kg/m2 kg/m*2 kg/sqm",
    "m2": "m2 m*2",
    "L/L": "l/l",
    "L/min": "l/min lpm",
    "mosm/kg": "mosm/kg mosmol/kg mosm/kgh2o mosmol/kgh2o",
    "ng/mL/h": "ng/ml/h ng/ml/hr ng/ml/hour",
    "U/g{Hb}": "u/ghb u/g/hb u/ghgb u/ghemoglobin",
    "[GPL'U]": "gpl gplunits gplu/ml gpl-u/ml [gpl'u]",
    "[MPL'U]": "mpl mplunits mplu/ml mpl-u/ml [mpl'u]",
    "{Ehrlich'U}/dL": "eu/dl e.u./dl ehrlichunits/dl",
    "{copies}/mL": "copies/ml cp/ml {copies}/ml",
    "{Log_copies}/mL": "log10copies/ml log10cop/ml logcopies/ml log10cp/ml",
    "{Log_IU}/mL": "log10iu/ml logiu/ml",
    "{index}": "index",
    "{ratio}": "ratio",
    "{titer}": "titer",
    "{score}": "/10 score",
    "{percentile}": "percentile %ile",
    "kPa": "kpa",
}
_NUMERATORS = {
    "kg": "kg kgs", "g": "g gm gms gram grams", "mg": "mg mgs milligram milligrams",
    "ug": "ug mcg mcgs microgram micrograms",
    "ng": "ng", "pg": "pg", "mol": "mol", "mmol": "mmol", "umol": "umol mcmol", "nmol": "nmol", "pmol": "pmol",
    "meq": "meq", "U": "u", "mU": "mu", "uU": "uu", "[iU]": "iu [iu] ie ui", "m[iU]": "miu m[iu] mie mui",
    "u[iU]": "uiu u[iu] mciu uui", "k[iU]": "kiu k[iu]", "L": "l liter liters litre litres", "dL": "dl", "mL": "ml cc",
    "uL": "ul mcl", "fL": "fl", "pL": "pl", "cm": "cm", "mm": "mm", "m": "m", "um": "um", "mosm": "mosm mosmol",
    "kU": "ku", "ukat": "ukat", "nkat": "nkat", "kcal": "kcal",
}
_DENOMINATORS = {
    "L": "l", "dL": "dl 100ml", "mL": "ml", "uL": "ul mcl mm3 cumm", "g": "g gm", "mg": "mg", "kg": "kg",
    "mmol": "mmol", "mol": "mol", "min": "min minute", "h": "h hr hour", "d": "d day",
    "(24.h)": "24h 24hr 24hrs 24hours",
    "m2": "m2 m*2",
}
# What is printed behind a unit and says of what it is: FEU and DDU make two different units of D-dimer.
_ANNOTATIONS = {"{FEU}": "feu {feu}", "{DDU}": "ddu {ddu}",
                "{creat}": "creat cr crea creatinine creatinin kreatinin {creat}"}
# "G/L" is gigacells in one country and grams in capitals in another.
_AMBIGUOUS = frozenset(("G/l", "G/L"))
_SUPERSCRIPTS = str.maketrans({"²": "*2", "³": "*3", "⁴": "*4", "⁶": "*6", "⁹": "*9", "¹": "*1"})
_POWER = re.compile(r"^[x×]?10(?:\*|\^|e|\*\*|\^\^|\()?(3|6|9|12)\)?/")
_CALCULATED = re.compile(r"\(?calc(?:ulated|\.)?\)?$")
# Kinds of quantity, as loinc.csv names them, by (numerator, denominator).
_MASSES, _MOLES = ("kg", "g", "mg", "ug", "ng", "pg"), ("mol", "mmol", "umol", "nmol", "pmol", "meq")
# Enzymes are printed in U/L and in IU/L alike, hormones in mU/L and in mIU/L.
_ACTIVITIES = ("U", "kU", "mU", "uU", "ukat", "nkat", "[iU]", "m[iU]", "u[iU]", "k[iU]")
_KIND_OF_NUMERATOR = {
    **dict.fromkeys(_MASSES, "mass"), **dict.fromkeys(_MOLES, "moles"), **dict.fromkeys(_ACTIVITIES, "activity"),
}
_KINDS = {
    "%": "fraction", "L/L": "fraction", "/100{WBC}": "fraction", "10*3/uL": "count", "10*6/uL": "count",
    "/uL": "count", "/[HPF]": "area", "/[LPF]": "area",
    "mm[Hg]": "pressure", "kPa": "pressure", "/min": "rate", "[degF]": "temperature", "Cel": "temperature",
    "mm/h": "sedimentation", "mL/min/{1.73_m2}": "clearance", "mL/min": "clearance", "L/min": "flow",
    "[pH]": "ph", "s": "time",
    "ms": "time", "[lb_av]": "weight", "[oz_av]": "weight", "kg": "weight", "g": "weight", "pg": "weight",
    "[in_i]": "length", "[ft_i]": "length", "cm": "length", "m": "length", "mm": "length", "kg/m2": "bmi",
    "m2": "surface", "mosm/kg": "osmolality", "{Ehrlich'U}/dL": "ehrlich", "{ratio}": "ratio", "{index}": "ratio",
    "{score}": "score", "{percentile}": "percentile", "fL": "volume", "mL": "volume", "L": "volume",
    "{copies}/mL": "copies", "{Log_copies}/mL": "log_copies", "{Log_IU}/mL": "log_activity",
    "[GPL'U]": "gpl", "[MPL'U]": "mpl", "U/g{Hb}": "activity_per_mass", "{titer}": "ratio",
}


@lru_cache(maxsize=4096)
def ucum(printed: str) -> str | None:
    """The UCUM code of a printed unit; None when it is not known for certain.

    In printed forms letter case does not matter, blanks do not either; a code of UCUM's own has its exact case.
    """
    key = _squeezed(printed)
    if not key or "".join(printed.split()) in _AMBIGUOUS:
        return None
    return _printed_form(key) or _printed_form(_CALCULATED.sub("", key)) or _annotated(key) or _of_the_library(printed)


def looks_like_a_unit(printed: str) -> bool:
    """Whether an unknown text is some unit (``mg/blob``) and no remark (``See note``, ``N/A``)."""
    text = printed.strip()
    return ("/" in text or "%" in text) and text.casefold() not in ("n/a", "n/d", "pos/neg")


def kind_of_unit(code: str) -> str | None:
    """What a UCUM code measures, in the words of loinc.csv's ``kind`` column; None when no test is told by it."""
    if code.endswith(("{FEU}", "{DDU}")):
        return code[-4:-1].casefold()
    bare = code.removesuffix("{creat}")
    if bare in _KINDS:
        return _KINDS[bare]
    top, slash, bottom = bare.partition("/")
    kind = _KIND_OF_NUMERATOR.get(top)
    if kind is None or not slash:
        return None
    return _kind_of_fraction(kind, bottom)


def _kind_of_fraction(kind: str, bottom: str) -> str | None:
    if bottom in ("L", "dL", "mL", "uL"):
        return kind
    if bottom in ("(24.h)", "d"):
        return f"{kind}_per_time"
    if kind in ("mass", "moles") and bottom in (*_MASSES, *_MOLES):
        below = "mass" if bottom in _MASSES else "moles"
        return {"massmass": "ratio", "molesmoles": "molar_ratio"}.get(kind + below, f"{kind}_per_{below}")
    return "activity_per_mass" if kind == "activity" and bottom in _MASSES else None


def _printed_form(key: str) -> str | None:
    whole = _whole().get(key)
    if whole:
        return whole
    numerator, _, denominator = key.partition("/")
    top = _numerators().get(numerator)
    if top is None or not denominator:
        return top
    bottom = _denominators().get(denominator)
    return f"{top}/{bottom}" if bottom else None


def _annotated(key: str) -> str | None:
    for spelling, annotation in _annotations().items():
        code = _printed_form(key.removesuffix(spelling)) if key.endswith(spelling) else None
        if code and "/" in code and not code.endswith("}"):
            return code + annotation
    return None


def _of_the_library(printed: str) -> str | None:
    """The library is asked last and imported only then: it costs a quarter of a second and 33 MB."""
    from include.fhir.terminology.exact_ucum import exact_code, may_be_a_code

    return exact_code(printed.strip()) if may_be_a_code(printed.strip()) else None


def _squeezed(printed: str) -> str:
    text = unicodedata.normalize("NFKC", printed.translate(_SUPERSCRIPTS)).replace("μ", "u").replace("µ", "u")
    text = re.sub(r"\s+", "", text).replace("°", "deg").casefold().strip("().;,")
    text = text.replace("^2", "*2").replace("m*3", "m3").replace("m^3", "m3")
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


@cache
def _annotations() -> dict[str, str]:
    return _inverted(_ANNOTATIONS)
