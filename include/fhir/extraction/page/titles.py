"""What a document calls itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.page.reading import PrintedLine, segments

_TYPE = re.compile(
    r"\b(?P<type>discharge summary|(?:final )?patient summary(?: report)?|encounter summary|progress note|visit notes?|"
    r"(?:emergency department|consultation|operative|procedure|clinic|nursing) (?:note|report)|history and physical|"
    r"(?:laboratory|lab|pathology|radiology|diagnostic|genomic|medical) (?:report|results?)|"
    r"health insurance claim form|"
    r"(?:patient )?intake form|"
    r"medical history form|(?:vaccination|immunization) (?:record|card)(?: card)?|"
    r"medication (?:list|plan)|medikationsplan|laborbefund|arztbrief|entlassungsbericht|austrittsbericht|prescription|"
    r"problem list|referral(?: letter)?|complete blood count|urinalysis)\b",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"^\W*(?:(?:report|result) status\s*:?\s*(?P<told>corrected|amended|revised|preliminary)\b|"
    r"(?P<status>corrected|amended|revised|preliminary) (?:(?:laboratory|lab|pathology|radiology|final) )?"
    r"(?:report|results?|copy))\W*$", re.IGNORECASE)
STATUSES = {"corrected": "corrected", "amended": "amended", "revised": "amended", "preliminary": "preliminary"}
"""The FHIR ObservationStatus of what a report, or a row of it, prints of itself."""
_TOP = 25
"""Lines of the first page among which a title is looked for."""


def status_of(lines: Sequence[PrintedLine]) -> str | None:
    """The FHIR ObservationStatus that a report prints of itself (``CORRECTED REPORT``); None for an ordinary one."""
    for line in [line for line in lines if line.page == lines[0].page][:_TOP]:
        for segment in segments(line):
            if match := _STATUS.match(segment.text):
                return STATUSES[(match["told"] or match["status"]).lower()]
    return None


def title_of(lines: Sequence[PrintedLine]) -> tuple[str | None, str | None]:
    """(title line, kind of document within it), both as printed; None where no line is a known title."""
    for line in [line for line in lines if line.page == lines[0].page][:_TOP]:
        match = _TYPE.search(line.text)
        if match and ":" not in line.text and len(plain(line.text).split()) <= 8:
            return line.text.strip(), match["type"]
    return None, None
