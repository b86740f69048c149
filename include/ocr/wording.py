"""Words and tick boxes of one region as one text, in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from include.documents.content import Box, Word
from include.ocr.geometry import Block, Frame, box_of, rows
from include.ocr.graph import PageGraph
from include.ocr.text_rows import text_rows, told_rows

SELECTED = "[X]"
NOT_SELECTED = "[ ]"
_NOWHERE = Box(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Wording:
    """``confidence`` (percent) is that of the word read worst: a wrong digit is a wrong number. None without words.
    ``handwritten``: some of the words are."""

    text: str
    confidence: float | None
    handwritten: bool


def wording(graph: PageGraph, texts: Sequence[Block]) -> Wording:
    """The text of a region's WORD and SELECTION_ELEMENT blocks."""
    return _wording(text_rows(graph, texts))


def wording_of_field(graph: PageGraph, texts: Sequence[Block]) -> Wording:
    """The text of a key's or a value's WORD and SELECTION_ELEMENT blocks."""
    return _wording(told_rows(graph, texts))


def _wording(rows: Iterable[Sequence[Block]]) -> Wording:
    ordered = [block for row in rows for block in row]
    return Wording(
        text=" ".join(filter(None, map(spoken, ordered))),
        confidence=lowest_confidence(ordered),
        handwritten=any(map(is_handwritten, ordered)),
    )


def in_reading_order(texts: Iterable[Block], frame: Frame) -> list[Block]:
    """Blocks row by row from the left; one without geometry comes first."""
    return [block for row in rows(texts, lambda block: frame.place(block) or _NOWHERE) for block in row]


def spoken(block: Block) -> str:
    """What a block prints; a tick box is ``[X]`` or ``[ ]``."""
    if block["BlockType"] == "SELECTION_ELEMENT":
        return SELECTED if is_selected(block) else NOT_SELECTED
    return str(block.get("Text") or "").strip()


def is_selected(block: Block) -> bool:
    return block.get("SelectionStatus") == "SELECTED"


def is_handwritten(block: Block) -> bool:
    return block.get("TextType") == "HANDWRITING"


def word(block: Block) -> Word:
    """A WORD block; ``handwritten`` as Textract's TextType says."""
    return Word(
        text=str(block.get("Text") or ""),
        box=box_of(block) or _NOWHERE,
        confidence=confidence_of(block),
        handwritten=is_handwritten(block),
    )


def confidence_of(block: Block) -> float:
    """Percent. A block that names none is not to be relied on: 0."""
    return float(block.get("Confidence") or 0.0)


def lowest_confidence(blocks: Iterable[Block]) -> float | None:
    return min(map(confidence_of, blocks), default=None)
