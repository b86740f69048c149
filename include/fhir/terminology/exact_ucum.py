"""Printed units that are UCUM codes as they stand (``nmol/h/mL``, ``mL/kg/h``), read by the library ``ucumvert``.

UCUM's grammar alone is no proof of what a page means: it reads ``K/L`` as kelvin per litre, ``G`` as gauss, ``a`` as
year. Beyond doubt is a code only if it is valid, case by case, and each of its units is one that a laboratory prints
and that is read in no other way, with a prefix from kilo down to femto.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_UNITS = frozenset(("g", "mol", "L", "m", "s", "min", "h", "d", "wk", "mo", "U", "[iU]", "[IU]", "eq", "osm", "kat",
                    "cal", "Pa", "%", "[HPF]", "[LPF]", "[pH]", "[degF]", "Cel", "m[Hg]", "m[H2O]", "[lb_av]",
                    "[in_i]", "[arb'U]", "[CFU]", "10*"))
_PREFIXES = frozenset(("k", "d", "c", "m", "u", "n", "p", "f"))
# One unit alone ("U", "g") is a printed form; a code that says more has a division, a product or brackets.
_SHAPE = re.compile(r"(?=.*[/\[{])[A-Za-z0-9%\[\]{}()/.*'_+-]{2,40}")


def may_be_a_code(printed: str) -> bool:
    """Whether the text has the form of a compound code: asking the library is worth its import."""
    return _SHAPE.fullmatch(printed) is not None


def exact_code(printed: str) -> str | None:
    """The text itself where it is a valid UCUM code beyond doubt, else None."""
    tree = _parsed(printed)
    if tree is None:
        return None
    tokens = list(tree.scan_values(lambda value: hasattr(value, "type")))
    units = {str(token) for token in tokens if token.type in ("UNIT_METRIC", "UNIT_NON_METRIC")}
    prefixes = {str(token) for token in tokens if token.type.startswith("PREFIX")}
    return printed if units and units <= _UNITS and prefixes <= _PREFIXES else None


def is_valid(code: str) -> bool:
    """Whether a code is in UCUM's case-sensitive grammar (https://ucum.org/ucum#section-Syntax-Rules)."""
    return _parsed(code) is not None


def _parsed(code: str) -> Any:
    """The code's syntax tree, of the library's own parser; None where there is none."""
    from ucumvert import InvalidUcumError, parse_ucum

    try:
        return parse_ucum(code, _parser())
    except InvalidUcumError:
        return None


@cache
def _parser() -> Any:
    from ucumvert import get_ucum_parser

    return get_ucum_parser()
