"""Allergies from tables and sections; a denial is a fact of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from include.documents.content import Cell
from include.fhir.extraction.collector import Context
from include.fhir.extraction.lexicon import NOT_SAID, drug_in
from include.fhir.extraction.page.reading import row_source
from include.fhir.extraction.statements.dosing import read_line
from include.fhir.extraction.tables.layouts import Layout
from include.fhir.extraction.tables.tables import cell_text
from include.fhir.facts import AllergyFact, Source, UnmappedReason

DENIED = re.compile(
    r"\bNK[DFM]?A\b|\bno known\b(?:\s+\w+){0,3}?\s*allerg\w*|\bno (?:drug |food |medication )?allerg\w+|"
    r"\bdenie[sd]\b(?:\s+\w+){0,3}\s*allerg\w*|keine (?:bekannten )?allergien|^keine bekannt\w*|allergien:? keine",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"^\W*(?:none|no|nil|denie[sd]|negative|n/?a|none known|nka|nkda|no known.*|keine.*|not known|none reported|"
    r"none recorded|none listed)\W*$",
    re.IGNORECASE,
)
_OF_A_KIND = re.compile(r"^\W*no (?:known )?(?:food|environmental|latex|seasonal|contact|other|additional|further)\b"
                        r"(?:,? (?:or|and) (?:food|environmental|latex|seasonal|"
                        r"contact))*\s+allerg\w+\W*$", re.IGNORECASE)
"""Denies one kind of allergies only."""
_NO_SUBSTANCE = re.compile(
    r"\b(?:reviewed|see|unknown|other|list|below|reaction|updated|verified|allergies?|drug|food|environmental|yes|no|details)\b\W*$",
    re.IGNORECASE,
)
_REACTION = re.compile(
    r"\s*[(\[](?P<bracket>[^)\]]+)[)\]]\s*$|\s+(?:-+>|=>|→|-|–|—|:|=)\s*(?P<dash>.+)$|:\s+(?P<colon>.+)$|\s+(?:causes?|caused|"
    r"with reaction of|which causes|reaction:?|leads to)\s+(?P<verb>.+)$",
    re.IGNORECASE,
)
_SEVERITY = re.compile(
    r"\b(?P<severity>mild|moderate|severe|life[- ]threatening|high|low|schwer|leicht|mittel)\b", re.IGNORECASE
)
_REFUTED = re.compile(
    r"\b(?:refuted|denied|disproved|disproven|ruled out|entered in error|erroneous|de-?labell?ed|tolerates|"
    r"not allergic)\b",
    re.IGNORECASE,
)
"""What the row of a substance says where the patient is not allergic to it."""
_RELATIVE = re.compile(
    r"(?:mother|father|sister|brother|sibling|son|daughter|aunt|uncle|cousin|(?:maternal|paternal|grand)\w*|parents?|"
    r"mom|dad)\b", re.IGNORECASE)
"""Begins what a family history says."""
_SENTENCE = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|should|must|may|can|do|does|not|every|please|this|that|these|"
    r"which|you|your|we|our|at|if|patient|page|report|date|today|history|bring|call|contact)\b",
    re.IGNORECASE,
)
_REACTED = re.compile(
    r"\b(?P<reaction>hives|rash(?:es)?|itch(?:ing|iness)|anaphylaxis|swelling|angioedema|urticaria|nausea|vomiting|"
    r"shortness of breath|wheezing|diarrhea)\s+(?:with|to|from|after|when (?:taking|eating))\s+"
    r"(?P<substance>[A-Za-z][\w-]*(?:\s(?!and\b|or\b)[a-z][\w-]*){0,2})",
    re.IGNORECASE,
)
_REACTS = re.compile(
    r"\b(?:gets?|got|develop(?:s|ed)|had|has|experienced?|breaks? out in|broke out in|suffer(?:s|ed)|with|caused?|"
    r"reports?)\s+(?:an?\s+|some\s+|severe\s+|mild\s+|bad\s+|generali[sz]ed\s+)*(?P<reaction>(?:\w+\s)?(?:hives|rash(?:es)?|itching|"
    r"anaphylaxis|swelling|angioedema|urticaria|anaphylactic reaction|allergic reaction|bronchospasm|nausea|vomiting|"
    r"stomach upset|gi upset|diarrhea|cough|wheezing))\s+(?:with|to|from|after(?: taking| eating| receiving)?|when "
    r"(?:taking|given|eating)|on)\s+(?:the\s+|taking\s+)?(?P<substance>[A-Za-z][\w-]*(?:\s(?:antibiotics|drugs|dye|stings?|products))?)",
    re.IGNORECASE,
)
_GAVE = re.compile(
    r"^[^.;]{0,40}?(?:,\s*(?:which|that)\s+(?:\w+\s+)?(?:gave|gives|causes?|caused|produced|results? in|resulted in|"
    r"led to)"
    r"|,\s*with|\(|[–—-]|:|,\s*(?:reaction|causing|developing)|\s+causing|\s+which causes)\s*"
    r"(?:(?:him|her|them|a|an|severe|mild|bad|itchy)\s+)*(?P<reaction>(?:[a-z]+ )?(?:hives|rash|itching|anaphylaxis|"
    r"swelling|"
    r"angioedema|urticaria|bronchospasm|nausea|vomiting|diarrhea|cough|wheezing|headache|dizziness|hypotension))\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?P<substance>[A-Za-z][\w-]+)\s+allergy\b(?!\s+(?:test|shot|panel|symptom|medic|season|"
                    r"clinic|list))", re.IGNORECASE)
_NO_ALLERGY = re.compile(
    r"\b(?:no|not|denie[sd]|without|mother|father|sister|brother|family|rule out|possible|suspected|question\w*|"
    r"if|for)\b",
    re.IGNORECASE,
)
_STATED = re.compile(r"\b(?:allerg(?:ic|y|ies) (?:to|include)|does not tolerate|"
                     r"intolerant (?:of|to))\s*:?\s+(?P<list>[^.;]+)", re.IGNORECASE)


def allergy_row(
    cells: Sequence[Cell], layout: Layout, context: Context, page: int
) -> list[AllergyFact] | UnmappedReason:
    """The allergy of one table row."""
    substance = cell_text(cells, layout.column("substance"))
    source = row_source(page, cells)
    if not substance or re.fullmatch(r"\W*(?:other|-)?\W*", substance, re.IGNORECASE):
        return UnmappedReason.EMPTY
    if _NOTHING.match(substance) or DENIED.search(substance):
        return [AllergyFact(substance, denied=True, patient=context.patient, source=source)]
    if NOT_SAID.search(substance):
        return UnmappedReason.EMPTY
    reaction = cell_text(cells, layout.column("reaction"))
    if _REFUTED.search(f"{reaction} {cell_text(cells, layout.column('status'))}"):
        return [AllergyFact(substance, denied=True, patient=context.patient, source=source)]
    severity = cell_text(cells, layout.column("severity"))
    return [AllergyFact(substance, reaction or None, severity or None, patient=context.patient, source=source)]


def listed_allergies(text: str, source: Source, context: Context) -> Iterator[AllergyFact]:
    """The allergies of a text under their heading; each sentence speaks for itself."""
    parts = [part for part in re.split(r"(?<=[a-z)])\.\s+(?=[A-Z])", text.strip()) if part.strip()]
    if len(parts) > 1:
        for part in parts:
            yield from listed_allergies(part, source, context)
        return
    clean = text.strip(" .•*-")
    if _OF_A_KIND.search(clean) and not _NOTHING.match(clean):
        return
    if NOT_SAID.search(clean) and not DENIED.search(clean) and not is_substance(clean):
        return
    told = re.split(r"(?<=[a-z)])[.;]\s+(?=[A-Z])", clean)
    if len(told) > 1 and DENIED.search(clean):
        for part in told:
            yield from listed_allergies(part, source, context)
        return
    if _NOTHING.match(clean) or DENIED.search(clean):
        said = DENIED.search(clean)
        yield AllergyFact(said[0] if said else clean, denied=True, patient=context.patient, source=source)
        return
    columns = re.split(r"\s{3,}", text.strip(" .•*-"))
    if len(columns) > 1 and is_substance(columns[0]):
        yield from _in_columns(columns, source, context)
        return
    reacted = [pair for pair in _reacted(clean) if is_substance(pair[0])]
    for name, reaction_first in reacted:
        yield AllergyFact(name, reaction_first, patient=context.patient, source=source)
    for entry in [] if reacted else _entries(clean):
        if (
            _is_dosed(entry)
            or _NO_SUBSTANCE.search(re.sub(r"\s*\([^)]*\)$", "", entry))
            or _NOTHING.match(entry)
            or _RELATIVE.match(entry)
            or not re.search(r"[^\W\d_]{3}", entry)
        ):
            continue
        if not is_substance(entry) and (_SENTENCE.search(clean) or re.search(r"\d|:$", entry)):
            continue
        reaction = _REACTION.search(entry)
        detail = next((part for part in reaction.groups() if part), None) if reaction else None
        severity = _SEVERITY.search(detail or "")
        substance = re.sub(
            r"^(?:allergic to|allergy to)\s+", "", entry[: reaction.start()] if reaction else entry, flags=re.IGNORECASE
        )
        if 1 <= len(substance.split()) <= 4:
            yield AllergyFact(
                legible_substance(substance.strip(" ,:")),
                detail,
                severity["severity"] if severity else None,
                patient=context.patient,
                source=source,
            )


def _is_dosed(entry: str) -> bool:
    """A medicine that is taken; a route alone (``IV contrast``) is part of a substance's name."""
    line = read_line(entry)
    return bool(line.dose or line.frequency)


def _in_columns(columns: Sequence[str], source: Source, context: Context) -> Iterator[AllergyFact]:
    """A row of a list: each substance with what stands behind it, a reaction or how severe it is."""
    starts = [n for n, text in enumerate(columns) if n == 0 or is_substance(text)]
    for start, end in zip(starts, [*starts[1:], len(columns)], strict=True):
        details = [text for text in columns[start + 1 : end] if not _REFUTED.search(text)]
        severity = next((text for text in details if _SEVERITY.fullmatch(text.strip())), None)
        reaction = next((text for text in details if text != severity), None)
        if len(details) == end - start - 1:
            substance = legible_substance(columns[start].strip(" ,:•*-"))
            yield AllergyFact(substance, reaction, severity, patient=context.patient, source=source)


def legible_substance(text: str) -> str:
    """``lodine`` is what OCR makes of ``Iodine``: an l that begins no known substance where an I does."""
    def word(match: re.Match[str]) -> str:
        read = "I" + match[0][1:]
        return read if match[0] not in _allergens() and read.lower() in _allergens() else match[0]

    return re.sub(r"\bl[a-z]{3,}", word, text)


def is_substance(text: str) -> bool:
    """Whether a text has a word that is known to name what people are allergic to (``data/allergens.txt``)."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return drug_in(text) is not None or any(w in _allergens() or w.rstrip("s") in _allergens() for w in words)


@cache
def _allergens() -> frozenset[str]:
    rows = (Path(__file__).parent.parent / "data" / "allergens.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for row in rows if not row.startswith("#") for word in row.split())


def _reacted(text: str) -> list[tuple[str, str]]:
    """(substance, reaction) of ``hives with sulfa``: the reaction is named first."""
    return [(match["substance"].strip(), match["reaction"]) for match in _REACTED.finditer(text)]


def stated_allergies(sentence: str, source: Source, context: Context) -> Iterator[AllergyFact]:
    """``allergic to penicillin`` in running text, and the abbreviations that deny all allergies."""
    said = re.search(r"\bNK[DFM]?A\b|\bno known (?:drug |food |medication )?allerg\w+", sentence, re.IGNORECASE)
    if said:
        yield AllergyFact(said[0], denied=True, patient=context.patient, source=source)
        return
    for match in _NAMED.finditer(sentence):
        before = sentence[: match.start()]
        if is_substance(match["substance"]) and not _NO_ALLERGY.search(before[-60:]):
            yield AllergyFact(match["substance"], patient=context.patient, source=source)
    for match in _STATED.finditer(sentence):
        if not re.search(r"\b(?:not|no|denies|denied|mother|father|sister|brother|"
                         r"if)\b", sentence[: match.start()], re.IGNORECASE):
            told = list(listed_allergies(_up_to_clause(match["list"]), source, context))
            gave = _GAVE.search(sentence[match.start("list") :])
            if len(told) == 1 and told[0].reaction is None and gave:
                told = [replace(told[0], reaction=gave["reaction"])]
            yield from told
    for match in _REACTS.finditer(sentence):
        if is_substance(match["substance"]) and not _NO_ALLERGY.search(sentence[: match.start()]):
            yield AllergyFact(match["substance"], match["reaction"], patient=context.patient, source=source)


def _up_to_clause(listed: str) -> str:
    """A list of substances without what is said of them behind it."""
    return re.split(r",?\s+(?:which|that|who|but|although|causing|since|because|as a child|with (?:a |resulting )?"
                    r"(?:hives|rash|anaphylaxis|swelling|reaction))\b", listed)[0]


def _entries(text: str) -> list[str]:
    parts = re.split(r"[;\n]|,\s*(?![^()]*\))|\s+and\s+(?![^()]*\))|\s•\s*|\.\s+(?=[A-Z])", text)
    return [re.sub(r"^\s*(?:\d{1,2}[.)]|[•*\-–])\s*", "", part).strip(" .") for part in parts if part.strip()]
