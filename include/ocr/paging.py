"""Which page each block belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from include.ocr.geometry import Block
from include.ocr.graph import related_ids

_RELATIONS = ("CHILD", "VALUE", "MERGED_CELL", "TABLE_TITLE", "TABLE_FOOTER", "ANSWER")


def blocks_by_page(blocks: Iterable[Block]) -> dict[int, list[Block]]:
    """All blocks by page number (from 1), in any order.

    ``Page`` says it; synchronous responses leave it out. Then a block belongs to the PAGE block that leads to it, else
    to the page of the block before it. Where PAGE blocks name no pages, or the same one, single pages' responses were
    put together: each PAGE block is a page, in their order.
    """
    flat = list(blocks)
    roots = list({str(block.get("Id")): block for block in flat if block.get("BlockType") == "PAGE"}.values())
    stated = [int(root.get("Page") or 0) for root in roots]
    clash = len(roots) > 1 and (0 in stated or len(set(stated)) < len(stated))
    if len(roots) == 1 and not any(block.get("Page") for block in flat):
        return {1: flat}
    owners = _owners(flat, roots, clash) if clash or any(not block.get("Page") for block in flat) else {}
    pages: dict[int, list[Block]] = {}
    number = 1
    for block in flat:
        own = owners.get(str(block.get("Id")))
        number = own if own and (clash or not block.get("Page")) else int(block.get("Page") or number)
        pages.setdefault(number, []).append(block)
    return pages


def _owners(blocks: Sequence[Block], roots: Sequence[Block], count: bool) -> dict[str, int]:
    """The page of every block that a PAGE block leads to.

    :param count: the pages are counted, whatever they are called.
    """
    known = {str(block.get("Id")): block for block in blocks}
    owners: dict[str, int] = {}
    for place, root in enumerate(roots, 1):
        number = place if count else int(root.get("Page") or 1)
        waiting = [str(root.get("Id"))]
        while waiting:
            block_id = waiting.pop()
            if block_id in known and block_id not in owners:
                owners[block_id] = number
                waiting += [child for kind in _RELATIONS for child in related_ids(known[block_id], kind)]
    return owners
