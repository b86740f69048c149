"""The examination that an imaging report is about, from its labelled title (``Exam: CT chest with contrast``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from include.fhir.extraction.collector import Context
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.forms.pairs import Pair
from include.fhir.extraction.statements.procedures import cpt_in
from include.fhir.facts import ProcedureFact

_LABELS = frozenset((
    "exam", "examination", "study", "procedure", "exam description", "type of exam", "exam type", "exam performed",
    "test", "study description", "study type", "imaging study", "type of study", "untersuchung", "exam name",
    "study name",
))  # fmt: skip
_MODALITY = re.compile(
    r"(?:CT|CTA|MRI?|MRA|MR|X-?rays?|XR|US|ultrasound|sonogra\w+|mammogra\w+|DE?XA|PET(?:/CT)?|SPECT|NM|nuclear|echocardiogra\w+|"
    r"fluoroscop\w+|angiogra\w+|radiograph\w*|computed tomography|magnetic resonance|doppler|bone density|"
    r"screening mammo\w*|"
    r"bilateral (?:screening|diagnostic) mammo\w*|(?:chest|abdom\w+|spine|knee|hip|shoulder|foot|hand|wrist|"
    r"ankle) (?:x-?ray|radiograph))\b",
    re.IGNORECASE,
)
_DATES = ("procedure_date", "visit_date", "collected")
_NOT_DONE = re.compile(r"\b(?:cancell?ed|not (?:done|performed)|declined|order(?:ed)?|scheduled|"
                       r"requested)\b", re.IGNORECASE)

_WORDS = 12
"""Words of the longest name of an examination."""


def imaged(pairs: Sequence[Pair], contexts: dict[int, Context]) -> Iterator[ProcedureFact]:
    """The examinations named by a label of their own; dated by the printed date of the examination, else undated.

    A name that does not begin with its modality may be any test's and is left to the sections.
    """
    dated: dict[int, Pair] = {}
    for other in (pair for meaning in _DATES for pair in pairs if pair.meaning == meaning):
        dated.setdefault(other.source.page, other)
    for pair in pairs:
        context = contexts.get(pair.at)
        if context is None or plain(pair.label) not in _LABELS or not _MODALITY.match(pair.value):
            continue
        if _NOT_DONE.search(pair.value) or len(pair.value.split()) > _WORDS:
            continue
        printed = dated.get(pair.source.page)
        date = context.reader.read(printed.value, printed.at) if printed else None
        yield ProcedureFact(
            pair.value, date=date, code_printed=cpt_in(pair.value), patient=context.patient, source=pair.source
        )
