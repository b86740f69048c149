"""Specimens that a pathology report labels: each names the operation by which it was taken.

``A. Colon, sigmoid, polypectomy:`` stands above the diagnosis of that specimen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.fhir.extraction.collector import Context
from include.fhir.extraction.lexicon import names_illness
from include.fhir.facts import ProcedureFact, Source

SPECIMEN = re.compile(
    r"\s*(?:(?:part|specimen)\s+)?(?:[A-Z]|\d{1,2})(?:[.):]|\s[-–])\s*(?P<site>[A-Z][^:.;]{2,80}?)[\s,(]+(?P<taken>(?:[a-z-]+\s+){0,3}?"
    r"(?:biops(?:y|ies)|excision|resection|polypectomy|curett\w+|aspirat\w+|\w+ectomy|amputation|shave|punch|smear|"
    r"brushings?|washings?))\)?\s*(?P<end>:|$)",
    re.IGNORECASE,
)
"""A letter or number, the site, and behind a comma how the specimen was taken."""
HEALTHY = re.compile(
    r"(?:benign|normal|unremarkable|healthy|negative)\b[^.;]{0,40}\b(?:tissues?|mucosa|parenchyma|epitheli\w+|margins?|nodes?|"
    r"glands?|skin|marrow|endometrium|stroma|cells?|findings)\b", re.IGNORECASE)
"""What a pathologist finds where there is no illness."""


def sampled(text: str, source: Source, context: Context) -> Iterator[ProcedureFact]:
    """The operation that took a specimen, on the day when the report says it was collected; none without that day.

    Several specimens of one organ, taken in the same way, are one operation.
    """
    match = SPECIMEN.match(text)
    headed = match is not None and (match["end"] or text.isupper()) and not names_illness(match["site"])
    if match and headed and context.effective:
        name = f"{match['site'].split(',')[0].strip()}, {match['taken']}"
        yield ProcedureFact(name=name, date=context.effective, patient=context.patient, source=source)
