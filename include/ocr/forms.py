"""Form fields: KEY blocks with the VALUE blocks that they name."""

from __future__ import annotations

from collections.abc import Iterator

from include.documents.content import FormField, Signature
from include.ocr.geometry import Block, box_of, union
from include.ocr.graph import PageGraph
from include.ocr.wording import confidence_of, in_reading_order, is_selected, wording_of_field

_PAIRED = ("KEY_VALUE_SET", "KEY")
"""BlockTypes of a key: as documented, and as some responses have it."""


def keys_of(graph: PageGraph) -> list[Block]:
    """The page's KEY blocks in reading order."""
    keys = [block for block in graph.of_type(*_PAIRED)
            if block["BlockType"] == "KEY" or "KEY" in (block.get("EntityTypes") or ())]
    return in_reading_order(keys, graph.frame)


def read_fields(graph: PageGraph) -> Iterator[FormField]:
    """The page's fields in the reading order of their keys.

    A value that is a tick box has ``selected``, and ``[X]`` or ``[ ]`` in its text. The confidence is the lowest of the
    pairing's and the words': a well-read word beside the wrong label is wrong. Where a part of the field is missing
    from the response it is 0: what is left is not known to be all.

    A key that names no value at all is an empty field as sure as the key; a value that no key names is no field, its
    words stand in the page's lines.
    """
    for key in keys_of(graph):
        values = graph.related(key, "VALUE")
        texts = [text for value in values for text in graph.texts(value)]
        whole = graph.is_whole(key, "VALUE") and all(map(graph.is_whole, (key, *values)))
        ticks = [text for text in texts if text["BlockType"] == "SELECTION_ELEMENT"]
        value = wording_of_field(graph, texts)
        known = [confidence_of(block) for block in (key, *values)]
        if value.confidence is not None:
            known.append(value.confidence)
        yield FormField(
            key=wording_of_field(graph, graph.texts(key)).text,
            value=value.text,
            key_box=box_of(key),
            value_box=union(box for box in map(box_of, values) if box),
            confidence=min(known) if whole else 0.0,
            selected=is_selected(ticks[0]) if len(ticks) == 1 else None,
            handwritten=value.handwritten,
        )


def read_signatures(graph: PageGraph) -> Iterator[Signature]:
    """The page's SIGNATURE blocks in reading order, each with the key of the field whose value it is.

    They are in no text: that somebody signed is not what a page prints.
    """
    signatures = in_reading_order(graph.of_type("SIGNATURE"), graph.frame)
    keys: dict[str, Block] = {}
    for key in keys_of(graph) if signatures else ():
        for value in graph.related(key, "VALUE"):
            for child in graph.related(value):
                keys.setdefault(str(child["Id"]), key)
    for block in signatures:
        signed = keys.get(str(block["Id"]))
        label = wording_of_field(graph, graph.texts(signed)).text if signed else ""
        yield Signature(label, box_of(block), confidence_of(block))
