"""The words of headings and what they head (``data/headings.tsv``)."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache
from pathlib import Path

from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.page.heading_forms import other_forms

_FILE = Path(__file__).parent.parent / "data" / "headings.tsv"
_HEADING_WORDS = 6


class Kind(StrEnum):
    """What a section is about; the words of the first column of ``data/headings.tsv``, and those without a heading."""

    START = "start"
    DEMOGRAPHICS = "demographics"
    CONTACT = "contact"
    INSURANCE = "insurance"
    PROVIDER = "provider"
    ENCOUNTER = "encounter"
    VISITS = "visits"
    VITALS = "vitals"
    LABS = "labs"
    TESTS = "tests"
    IMAGING = "imaging"
    MEDICATIONS = "medications"
    STOPPED = "stopped"
    CONDITIONS = "conditions"
    RESOLVED = "resolved"
    ASSESSMENT = "assessment"
    COMPLAINT = "complaint"
    ROS = "ros"
    EXAM = "exam"
    ALLERGIES = "allergies"
    IMMUNIZATIONS = "immunizations"
    PROCEDURES = "procedures"
    FAMILY = "family"
    SOCIAL = "social"
    PLAN = "plan"
    NARRATIVE = "narrative"
    CONTENTS = "contents"
    OTHER = "other"


_ASKED = (
    (
        re.compile(r"\b(?:anyone|anybody|members?|relatives?)\b.{0,30}\bfamily\b|\bfamily members?\b|\byour family\b|"
                   r"\b(?:blood )?relatives?\b.{0,30}\b(?:had|have|with)\b", re.I),
        Kind.FAMILY,
    ),
    (
        re.compile(r"\b(?:vaccin\w+|immuni[sz]ations?|shots?|screenings?|tests?|doses?)\b.{0,25}\b(?:due|overdue|"
                   r"forecast|needed|recommended|upcoming|schedule)\b|\b(?:due|upcoming|recommended|overdue|next)\b"
                   r".{0,20}\b(?:vaccin\w+|immuni[sz]ations?|shots?|screenings?)\b", re.I),
        Kind.PLAN,
    ),
    (
        re.compile(r"\bhave you (?:ever )?(?:had|been (?:diagnosed|treated|told))\b.{0,40}(?:following|check|"
                   r"conditions?|problems|illness|now have)|\b(?:ever|now) had\b.{0,25}\b(?:following|any of|these)\b|"
                   r"\b(?:check|mark|tick|circle)\b.{0,30}\b(?:conditions?|illness\w*|problems?|diseases?)\b|"
                   r"\b(?:health|medical|conditions?|illness\w*)\b.{0,25}\b(?:check|mark|tick|circle)\b.{0,12}\b(?:all|any|"
                   r"each|those|if|boxes)\b", re.I),
        Kind.CONDITIONS,
    ),
    (
        re.compile(r"\b(?:last|past)\b.{0,24}\bhave you\b|\b(?:do|are) you (?:currently )?(?:hav|experienc)", re.I),
        Kind.ROS,
    ),
)
"""Questions that head a list of tick boxes."""


_DATED = re.compile(
    r"[\s,@–-]+(?:on |at |from )?\d[\d/:.-]*(?:\s*(?:hrs?|h|uhr|[ap]\.?m\.?))?(?:[\s,]+\d[\d:/.-]*)?\s*:?$",
    re.IGNORECASE,
)
"""When what a heading heads was measured (``Triage 22:41``)."""


@cache
def _kinds() -> dict[str, Kind]:
    table: dict[str, Kind] = {}
    for row in _FILE.read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            kind, headings = row.split("\t")
            table.update((heading, Kind(kind)) for heading in headings.split("|"))
    return table


def unaccented(text: str) -> str:
    """Letters without their accents, as OCR adds them to plain ones."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@cache
def heading_of(text: str) -> Kind | None:
    """The kind of section that a heading opens; None where the text is no known heading."""
    stripped = re.sub(r"^\s*(?:\d{1,2}|[IVX]{1,4}|[A-Z])[.)]\s+", "", text)
    words = plain(stripped.replace("&", " and "))
    if len(words.split()) > 16:
        return None
    known = _kinds()
    if words in known:
        return known[words]
    if any(ord(letter) > 127 for letter in words) and (bare := unaccented(words)) in known:
        return known[bare]
    if text.strip()[:1].isupper():
        for form in other_forms(stripped):
            if form in known:
                return known[form]
    for pattern, kind in _ASKED:
        if pattern.search(text) and not re.search(r"[\[(]\s*[xX✓]?\s*[\])]|[☐☑☒]", text):
            return kind
    if (compound := _compound(plain(re.sub(r"\s*[&/+]\s*", " and ", stripped)))) is not None:
        return compound
    without = plain(re.sub(r"\([^)]*\)", "", stripped))
    dated = plain(_DATED.sub("", stripped))
    if dated in known:
        return known[dated]
    ended = known.get(re.sub(r"\s(?:continued|contd|cont|list|summary|section)$", "", words))
    return known.get(without) or ended


def _compound(words: str) -> Kind | None:
    """``Instructions and follow-up``: two known headings are one, of the first's kind."""
    first, joined, second = words.partition(" and ")
    if not joined or len(words.split()) > _HEADING_WORDS:
        return None
    known = _kinds()
    return known[first] if first in known and second in known else None
