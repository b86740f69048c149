"""One page's Textract blocks as a graph: who is whose child.

A response may refer to a block that it does not contain; that is noted once and the rest is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from include.ocr.geometry import Block, Frame, frame_of

TEXTS = frozenset({"WORD", "SELECTION_ELEMENT"})


class PageGraph:
    """The blocks of one page.

    :param number: the page's number, from 1.
    :param blocks: its blocks, as Textract's JSON has them.
    """

    def __init__(self, number: int, blocks: Iterable[Block]) -> None:
        self.number = number
        self.blocks: dict[str, Block] = {str(block["Id"]): block for block in blocks}
        self._missing: dict[str, set[str]] = {}

    def of_type(self, *kinds: str) -> list[Block]:
        """The blocks of these BlockTypes in the response's order."""
        return [block for block in self.blocks.values() if block["BlockType"] in kinds]

    def related(self, block: Block, relation: str = "CHILD") -> list[Block]:
        """The blocks that a relationship names, in its order; one that is not there is noted for :attr:`warnings`."""
        found = []
        for block_id in related_ids(block, relation):
            if block_id in self.blocks:
                found.append(self.blocks[block_id])
            else:
                self._missing.setdefault(f"{block['BlockType']} {relation}", set()).add(block_id)
        return found

    def is_whole(self, block: Block, relation: str = "CHILD") -> bool:
        """Whether every block that the relationship names is there."""
        return all(block_id in self.blocks for block_id in related_ids(block, relation))

    def texts(self, block: Block) -> list[Block]:
        """The words and tick boxes among a block's children, in no order that means anything."""
        return [child for child in self.related(block) if child["BlockType"] in TEXTS]

    @cached_property
    def frame(self) -> Frame:
        """The way that most of the page's text runs; the PAGE block's own where there is none."""
        texts = self.of_type("LINE") or self.of_type("WORD") or self.of_type("PAGE")
        return frame_of(texts)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the response refers to but does not contain, as counts: no text, no ids."""
        return tuple(f"{len(ids)} missing block(s) referred to by {relation}"
                     for relation, ids in sorted(self._missing.items()))


def related_ids(block: Block, relation: str) -> Iterator[str]:
    """The ids that a block's relationships of one type name, in their order."""
    for relationship in block.get("Relationships") or ():
        if relationship["Type"] == relation:
            yield from relationship["Ids"]


def page_number(block: Block, default: int = 1) -> int:
    """A block's page, from 1; synchronous responses leave it out."""
    return int(block.get("Page") or default)
