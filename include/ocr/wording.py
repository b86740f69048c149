"""Words and tick boxes of one region as one text, in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from include.documents.content import Box, Word
from include.ocr.geometry import Block, Frame, box_of, frame_of, rows

SELECTED = "[X]"
NOT_SELECTED = "[ ]"
_NOWHERE = Box(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Wording:
    """``confidence`` (percent) is that of the word read worst: a wrong digit is a wrong number. None without words."""

    text: str
    confidence: float | None


def wording(texts: Sequence[Block], frame: Frame) -> Wording:
    """The text of WORD and SELECTION_ELEMENT blocks.

    :param frame: the page's; a region whose own words run another way (a label printed upwards) is read its own way.
    """
    unique = list({block["Id"]: block for block in texts}.values())
    own = _own_frame(unique, frame)
    ordered = in_reading_order(unique, own)
    return Wording(" ".join(filter(None, map(spoken, ordered))), lowest_confidence(ordered))


def in_reading_order(texts: Iterable[Block], frame: Frame) -> list[Block]:
    """Blocks row by row from the left; one without geometry comes first."""
    return [block for row in rows(texts, lambda block: frame.place(block) or _NOWHERE) for block in row]


def spoken(block: Block) -> str:
    """What a block prints; a tick box is ``[X]`` or ``[ ]``."""
    if block["BlockType"] == "SELECTION_ELEMENT":
        return SELECTED if is_selected(block) else NOT_SELECTED
    return str(block.get("Text", "")).strip()


def is_selected(block: Block) -> bool:
    return block.get("SelectionStatus") == "SELECTED"


def word(block: Block) -> Word:
    """A WORD block; ``handwritten`` as Textract's TextType says."""
    return Word(
        text=str(block.get("Text", "")),
        box=box_of(block) or _NOWHERE,
        confidence=confidence_of(block),
        handwritten=block.get("TextType") == "HANDWRITING",
    )


def confidence_of(block: Block) -> float:
    """Percent. A block that names none is not to be relied on: 0."""
    return float(block.get("Confidence") or 0.0)


def lowest_confidence(blocks: Iterable[Block]) -> float | None:
    return min(map(confidence_of, blocks), default=None)


def _own_frame(texts: Sequence[Block], frame: Frame) -> Frame:
    words = [block for block in texts if block["BlockType"] == "WORD"]
    own = frame_of(words)
    return own if words and own.quarter != frame.quarter else frame
