"""DetectEntitiesV2's entities as places on the page (API_Entity, API_Attribute)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from include.fhir.comprehend_medical.texts import Span, Text

_PERSONAL = "PROTECTED_HEALTH_INFORMATION"


@dataclass(frozen=True, slots=True)
class Part:
    """An entity or attribute: where it stands, its type, what the service understands of it, how sure (percent) it is.

    Of an attribute the score is the lower of its own and that of its relationship to the entity.
    """

    type: str
    spans: tuple[Span, ...]
    traits: frozenset[str]
    score: float

    @property
    def lines(self) -> frozenset[int]:
        return frozenset(span.at for span in self.spans)


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity with its attributes, in the order of the page."""

    category: str
    part: Part
    attributes: tuple[Part, ...]

    def all_of(self, *types: str) -> list[Part]:
        """The attributes of some types that the text does not negate."""
        return [part for part in self.attributes if part.type in types and "NEGATION" not in part.traits]


def mentions_in(answer: dict[str, Any], text: Text) -> Iterator[Mention]:
    """The entities of an answer to a text; whom the document is about is for the rules to tell, so that personal data
    (PROTECTED_HEALTH_INFORMATION) is passed over."""
    for entity in answer.get("Entities", ()):
        part = _part(entity, text)
        if part.spans and entity.get("Category") != _PERSONAL:
            attributes = (_part(attribute, text) for attribute in entity.get("Attributes", ()))
            yield Mention(str(entity.get("Category")), part,
                          tuple(sorted((each for each in attributes if each.spans), key=lambda each: each.spans)))


def percent(*scores: float) -> float:
    """The lowest of scores from 0 to 1; two decimals, for they come as 32-bit floats."""
    return round(min(scores) * 100, 2)


def _part(said: dict[str, Any], text: Text) -> Part:
    return Part(
        str(said.get("Type")),
        text.spans(said.get("BeginOffset", 0), said.get("EndOffset", 0)),
        frozenset(str(trait.get("Name")) for trait in said.get("Traits", ())),
        percent(said.get("Score", 0.0), said.get("RelationshipScore", 1.0)),
    )
