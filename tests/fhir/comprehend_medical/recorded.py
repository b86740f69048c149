"""The note of ``answers/note.txt`` and answers of Comprehend Medical to it.

Nothing was recorded from AWS: the answers were composed from the API's documentation and botocore's model
(2018-10-30), and ``test_recorded_answers.py`` holds them against that model. The codes in them are examples of form.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from include.documents.content import Box, DocumentContent, Line, Origin, PageContent, Word
from include.fhir.comprehend_medical.operations import Operation

FOLDER = Path(__file__).parent / "answers"
NOTE = (FOLDER / "note.txt").read_text(encoding="utf-8")
_LETTER, _LINE = 0.01, 0.02


def page(text: str, number: int = 1, confidence: float = 100.0) -> PageContent:
    """A page on which every word stands where it stands in the text: a letter is a hundredth of the page wide."""
    lines = []
    for row, printed in enumerate(text.splitlines()):
        words = tuple(
            Word(found[0], Box(found.start() * _LETTER, row * _LINE, len(found[0]) * _LETTER, _LINE), confidence)
            for found in re.finditer(r"\S+", printed))
        box = Box(words[0].box.left, row * _LINE, words[-1].box.right - words[0].box.left, _LINE)
        lines.append(Line(" ".join(word.text for word in words), box, confidence, words))
    return PageContent(number, Origin.EMBEDDED, tuple(lines))


def note() -> DocumentContent:
    return DocumentContent("doc-1", (page(NOTE),))


def answer(operation: Operation) -> dict[str, Any]:
    answered: dict[str, Any] = json.loads((FOLDER / f"{operation}.json").read_text(encoding="utf-8"))
    return answered


class Recorded:
    """Answers each operation with its record, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Operation, str]] = []

    def ask(self, operation: Operation, text: str) -> dict[str, Any]:
        self.asked.append((operation, text))
        return answer(operation)


class Scripted:
    """Finds the entities that a test describes, wherever their words stand in a text; infers no codes.

    :param entities: entities as the service gives them, with ``Text`` in place of offsets, attributes too.
    """

    def __init__(self, *entities: dict[str, Any]) -> None:
        self._entities = entities
        self.asked: list[tuple[Operation, str]] = []

    def ask(self, operation: Operation, text: str) -> dict[str, Any]:
        self.asked.append((operation, text))
        if operation is not Operation.DETECT_ENTITIES:
            return {"Entities": []}
        return {"Entities": [_placed(entity, text) for entity in self._entities if entity["Text"] in text]}


def entity(category: str, kind: str, text: str, *attributes: dict[str, Any], traits: tuple[str, ...] = (),
           score: float = 0.99) -> dict[str, Any]:
    return {"Category": category, "Type": kind, "Text": text, "Score": score, "Attributes": list(attributes),
            "Traits": [{"Name": trait, "Score": 0.9} for trait in traits]}


def attribute(kind: str, text: str, score: float = 0.99, relation: float = 0.99, *,
              traits: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"Type": kind, "Text": text, "Score": score, "RelationshipScore": relation,
            "Traits": [{"Name": trait, "Score": 0.9} for trait in traits]}


def _placed(said: dict[str, Any], text: str, after: int = 0) -> dict[str, Any]:
    begin = text.find(said["Text"], after)
    begin = begin if begin >= 0 else text.index(said["Text"])
    attributes = [_placed(each, text, begin) for each in said.get("Attributes", ())]
    return {**said, "BeginOffset": begin, "EndOffset": begin + len(said["Text"]), "Attributes": attributes}
