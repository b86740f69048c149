"""Numbers as they are printed, with a point or a comma before their decimals."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

PRINTED = r"\d[\d,]*(?:\.\d+)?"
"""A printed number without its sign, as a part of larger patterns."""

_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")


def printed_decimal(text: str) -> Decimal | None:
    """The number that a print means: ``1,250`` and ``1,250.5`` have a comma for thousands, ``2,5`` and ``0,125`` one
    for decimals. A minus may be any of the dashes that a page prints. None where the text is no number, or has commas
    that mean neither: such a print stays text.
    """
    plain = text.strip().replace("−", "-").replace("–", "-").removeprefix("+")
    digits = plain.removeprefix("-")
    if _THOUSANDS.fullmatch(digits):
        return Decimal(plain.replace(",", ""))
    try:
        return Decimal(plain.replace(",", ".", 1) if "." not in plain else plain)
    except InvalidOperation:
        return None


def has_decimal_comma(text: str) -> bool:
    """Whether a range prints decimal commas (``0,380 - 5,330``): then three digits behind one are no thousands."""
    return "." not in text and re.search(r"(?<![\d,])(?:0,\d+|\d+,\d{1,2})(?![\d,])", text) is not None
