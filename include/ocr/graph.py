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
    :param blocks: its blocks, as Textract's JSON has them. Of two that share an id the first is read: the same chunk
        may have been fetched twice; if they differ, :attr:`warnings` says so.
    """

    def __init__(self, number: int, blocks: Iterable[Block]) -> None:
        self.number = number
        self.blocks: dict[str, Block] = {}
        self._missing: dict[str, set[str]] = {}
        self._clashes = self._nameless = 0
        for block in blocks:
            if "Id" not in block or "BlockType" not in block:
                self._nameless += 1
            elif self.blocks.setdefault(str(block["Id"]), block) != block:
                self._clashes += 1

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

    def line_of(self, text: Block) -> Block | None:
        """The LINE that holds a word; None for a tick box and for a word that no LINE holds."""
        return self._lines.get(str(text["Id"]))

    @cached_property
    def _lines(self) -> dict[str, Block]:
        return {block_id: line for line in self.of_type("LINE") for block_id in related_ids(line, "CHILD")}

    @cached_property
    def frame(self) -> Frame:
        """The way that most of the page's text runs; the PAGE block's own where there is none."""
        texts = self.of_type("LINE") or self.of_type("WORD") or self.of_type("PAGE")
        return frame_of(texts)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the response refers to but does not contain, and what cannot be read, as counts: no text, no ids."""
        for page in self.of_type("PAGE"):
            self.related(page)
        unread = ((self._nameless, "block(s) without an id or a type"), (self._clashes, "block(s) with another's id"))
        return (
            *(f"{count} {what}" for count, what in unread if count),
            *(f"{len(ids)} missing block(s) referred to by {relation}"
              for relation, ids in sorted(self._missing.items())),
        )


def related_ids(block: Block, relation: str) -> Iterator[str]:
    """The ids that a block's relationships of one type name, in their order."""
    for relationship in block.get("Relationships") or ():
        if relationship.get("Type") == relation:
            yield from map(str, relationship.get("Ids") or ())


def page_number(block: Block, default: int = 1) -> int:
    """A block's page, from 1; synchronous responses leave it out."""
    return int(block.get("Page") or default)
