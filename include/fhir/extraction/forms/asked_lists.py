"""What a form's question asks to be listed where it is answered Yes: ``If yes, list: ...`` under the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from include.fhir.extraction.page.sections import Kind, Piece, Section

_IF_YES = re.compile(
    r"^\W*(?:if (?:yes|so|any)|when yes|wenn ja)\b[^:?]{0,40}[:?]\s*(?P<listed>\S.*)$|"
    r"^\W*(?:please )?(?:list|describe|explain|specify)(?: (?:them|all|below|here|which|what))?\s*:\s*(?P<told>\S.*)$",
    re.IGNORECASE,
)
_ANSWERS = re.compile(r"(?:yes|no|n/?a|\W)*", re.IGNORECASE)
_BLANK = re.compile(r"[\W_]*(?:n/?a|none|no|nil|-+)?[\W_]*", re.IGNORECASE)
_ASKED = (
    (re.compile(r"\ballerg\w+|\bsensitivit\w+", re.IGNORECASE), Kind.ALLERGIES),
    (re.compile(r"\b(?:surger\w+|operations?|operated)\b", re.IGNORECASE), Kind.PROCEDURES),
    (re.compile(
        r"\b(?:medical|health|long[- ]term|chronic|ongoing)\s+(?:health\s+)?(?:problems?|conditions?|illness\w*)|"
        r"\bdiagnos\w+|\billness\w*|\bdisease", re.IGNORECASE), Kind.CONDITIONS),
    (re.compile(
        r"\b(?:tak(?:e|ing)|using|use|on)\b.{0,30}\b(?:medications?|medicines?|drugs?|prescriptions?)", re.IGNORECASE
    ), Kind.MEDICATIONS),
)  # fmt: skip
"""Questions by what their list holds; the first that fits."""
_FAMILY = re.compile(r"\b(?:family|relatives?|mother|father|parents?|brothers?|sisters?)\b", re.IGNORECASE)
_NEAR = 3
"""Lines above a list among which its question stands; boxes may stand between."""


def asked_sections(sections: Sequence[Section]) -> list[Section]:
    """The sections, with each filled list under a question as a section of what the question asks for."""
    found: list[Section] = []
    before: list[str] = []
    for section in sections:
        left: list[Piece] = []
        before.append(section.heading)
        for piece in section.pieces:
            match = _IF_YES.match(piece.text)
            kind = _kind(before) if match else None
            if match and kind is not None:
                listed = match["listed"] or match["told"]
                if not _BLANK.fullmatch(listed):
                    found.append(Section(kind, "", [replace(piece, text=listed)]))
            else:
                left.append(piece)
            before.append(piece.text)
        found.append(replace(section, pieces=left))
    return found


def _kind(before: Sequence[str]) -> Kind | None:
    """What the nearest question asks for; its words may stand in brackets that name examples."""
    texts = [text for text in before if not _ANSWERS.fullmatch(text.strip())]
    for text in reversed(texts[-_NEAR:]):
        if "?" in text or re.match(r"\s*\d{1,2}[.)]\s", text):
            if _FAMILY.search(text):
                return None
            return next((kind for asked, kind in _ASKED if asked.search(text)), None)
    return None
