"""Prescribed medicines: an entry, and below it how to take it behind ``Sig:`` (signa, "label it").

Prescriptions print the sign ℞ at most, no heading in words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.fhir.extraction.lexicon import drug_in
from include.fhir.extraction.page.reading import PrintedLine
from include.fhir.extraction.statements.dosing import DOSE

_SIG = re.compile(r"\s*(?:sig|s|signa|directions)\s?[.:]\s*\S", re.IGNORECASE)
_MORE = re.compile(
    r"\s*(?:sig|s|signa|directions|disp(?:ense)?|qty|quantity|refills?|d\.?a\.?w|substitution\w*)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\s*(?:rx\W*)?(?:\d{1,2}[.)]\s*)?(?P<entry>.*)", re.IGNORECASE)


def prescriptions(lines: Sequence[PrintedLine]) -> list[tuple[PrintedLine, ...]]:
    """The lines of each prescribed medicine.

    :param lines: the lines of one page, in reading order.
    """
    found: list[tuple[PrintedLine, ...]] = []
    for at, line in enumerate(lines[:-1]):
        entry = _NUMBERED.match(line.text)
        named = entry is not None and (DOSE.search(entry["entry"]) or drug_in(entry["entry"]))
        if not named or _MORE.match(line.text):
            continue
        end = at + 1
        while end < len(lines) and _MORE.match(lines[end].text):
            end += 1
        if any(_SIG.match(other.text) for other in lines[at + 1 : end]):
            found.append(tuple(lines[at:end]))
    return found
