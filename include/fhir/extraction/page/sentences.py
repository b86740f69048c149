"""The sentences of running text."""

from __future__ import annotations

import re

from include.fhir.extraction.lexicon import is_drug
from include.fhir.extraction.statements.dosing import DOSE


def sentences(text: str) -> list[tuple[int, str]]:
    """(offset, sentence) of a text; a decimal point or an abbreviation of one letter does not end one."""
    out: list[tuple[int, str]] = []
    start = 0
    for end in re.finditer(
        r"(?<![A-Z]\.)(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)[.!?](?:,|\s+|$)(?=[A-Z•\-\d\s(]|$)", text
    ):
        if _is_dose_of(text[start : end.start()], text[end.end() :]):
            continue
        out.append((start, text[start : end.end()].strip()))
        start = end.end()
    if text[start:].strip():
        out.append((start, text[start:].strip()))
    return [(offset, sentence) for offset, sentence in out if sentence]


def _is_dose_of(before: str, after: str) -> bool:
    """A stop between a medicine and its dose (``Gabapentin. 300 mg``) is a blot, no end of a sentence."""
    last = re.search(r"[\w-]+$", before)
    return last is not None and is_drug(last[0]) and DOSE.match(after) is not None
