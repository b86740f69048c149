"""Words by which an illness is denied, ruled out, feared or a relative's."""

from __future__ import annotations

import re

NEGATED = re.compile(
    r"\b(?:no|not|without|denie[sd]|denying|negative for|rule[sd]? out|r/o|absence of|free of|never|unlikely|"
    r"neither|nor|ruled out|no evidence of|risk (?:of|for)|screening for|prevent(?:ion)?|monitor(?:ing)? for|"
    r"watch for|if|family history|maternal|paternal|mother|father|mom|dad|mum|wife|husband|sibling|siblings|sister|"
    r"brother|uncle|aunt|grandmother|grandfather|son|daughter|cousin|parents?|"
    r"possible|possibly|suspected|probable|versus|vs|differential|"
    r"evaluat\w+ (?:for|of)|assess(?:ed|ment|ing)? for|check(?:ed|ing)? for|look(?:ing)? for|exclude|"
    r"concern(?:s|ed|ing)? (?:for|about|of)|(?:low |little |high |clinical )*suspicion (?:for|of)|"
    r"suspicious for|worr(?:y|ies|ied)|fears?|history negative|kein[e]?)\b",
    re.IGNORECASE,
)
LABELS = re.compile(r"^(?:[A-Z][A-Za-z /&-]{2,30}:\s+)+")
"""Labels before what is said (``Remarks: Dilated exam: no sign of ...``)."""
FOUND_FREE = re.compile(
    r"\s(?:negative|uninvolved|not involved|unremarkable|not identified|not detected|not seen|absent|non-?reactive|"
    r"clear|intact)$", re.IGNORECASE)
"""Ends what was looked at and found free (``Margins negative``)."""
