"""Our reading of real responses beside that of AWS's own two readers; ``*.expected.json`` is the arbiter.

Wherever they differ, one of the reasons below says who is right and why; a difference without a reason fails.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.ocr import second_opinions
from tests.ocr.second_opinions import Statement, Statements, blocks_of

RESPONSES = Path(__file__).parents[2].parent / "shared" / "corpus" / "textract"
FILES = sorted(path for path in RESPONSES.glob("*.json") if path.with_name(f"{path.name}.expected.json").is_file())
READERS = {"textractor": second_opinions.of_textractor, "trp": second_opinions.of_trp}

pytestmark = [
    pytest.mark.skipif(not FILES, reason="needs the corpus of real responses beside the checkout"),
    pytest.mark.skipif(not (find_spec("textractor") and find_spec("trp")), reason="needs AWS's readers: make install"),
]


class Arbiter(Enum):
    """What the expectation says where the readers differ."""

    AGREES = "has our statement"
    IS_SILENT = "has neither statement"
    CONTRADICTS = "has their statement"


@dataclass(frozen=True)
class Difference:
    """What one place says by our reading and by the other; None where a reader says nothing there."""

    mine: Statement | None
    theirs: Statement | None

    def is_reordered(self) -> bool:
        return bool(self.mine and self.theirs) and _words(self.mine) == _words(self.theirs)

    def is_shortened(self) -> bool:
        """The other reader has only some of the words, or none."""
        return bool(self.mine) and _words(self.theirs) < _words(self.mine)

    def has_marks(self) -> bool:
        return self.mine is not None and any(mark in self.mine[-1] for mark in second_opinions.MARKS.values())


@dataclass(frozen=True)
class Reason:
    """Why a reader differs from ours, where that is so, and on whose side the arbiter is."""

    reader: str
    why: str
    holds: Callable[[Difference, list[dict[str, Any]]], bool]
    arbiter: Arbiter = Arbiter.AGREES
    in_every_run: bool = True


REASONS = (
    Reason(
        "textractor", "It sorts a cell's words from the top left of the paper, also where the page lies on its side.",
        lambda it, blocks: it.is_reordered() and not it.has_marks() and second_opinions.rotation(blocks) != 0),
    Reason(
        "textractor", "Lines that stand staggered (a tilted sticker) come in the order of a set, another in each run.",
        lambda it, blocks: it.is_reordered() and second_opinions.stand_staggered(it.mine, blocks),
        in_every_run=False),
    Reason(
        "textractor", "It reads a cell's words before its tick boxes; on paper each box stands before its label.",
        lambda it, _: it.is_reordered() and it.has_marks()),
    Reason(
        "textractor", "It reads across LINEs of a value that stand side by side; Textract's ids have another order.",
        lambda it, blocks: it.is_reordered() and second_opinions.stand_side_by_side(it.theirs, blocks)),
    Reason(
        "textractor", "Of a merged cell it gives the part that stands first in its own list, not the whole text.",
        lambda it, blocks: it.is_shortened() and second_opinions.is_merged(it.mine, blocks)),
    Reason(
        "trp", "It takes the ids of a cell in their order, which for tick boxes is not that of the paper.",
        lambda it, _: it.is_reordered() and it.has_marks()),
    Reason(
        "trp", "It drops a pair whose key has no words; the value stands on the page.",
        lambda it, _: it.theirs is None and it.mine is not None and it.mine[0] == "field" and it.mine[2] == ""),
    *(
        Reason(
            reader, "It does not know the BlockTypes KEY and VALUE, and neither does the arbiter; the pairs are there.",
            lambda it, blocks: it.theirs is None and all(block["BlockType"] != "KEY_VALUE_SET" for block in blocks),
            Arbiter.IS_SILENT)
        for reader in READERS
    ),
)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_difference_to_another_reader_has_a_reason_and_the_arbiter_decides(path: Path, reader: str) -> None:
    blocks, arbiter = blocks_of(path), second_opinions.expected(path)
    for difference in differences(second_opinions.ours(path), READERS[reader](path)):
        reasons = [reason for reason in REASONS if reason.reader == reader and reason.holds(difference, blocks)]
        assert reasons, f"{reader} reads it differently, and no reason is known: {difference}"
        assert verdict(difference, arbiter) is reasons[0].arbiter, f"{reasons[0].why} {difference}"


def test_every_reason_is_still_needed() -> None:
    met = {
        reason.why
        for path in FILES
        for reader, read in READERS.items()
        for difference in differences(second_opinions.ours(path), read(path))
        for reason in REASONS
        if reason.reader == reader and reason.holds(difference, blocks_of(path))
    }
    assert {reason.why for reason in REASONS if reason.in_every_run} <= met


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_tick_boxes_are_those_of_the_response(path: Path) -> None:
    """Neither reader lists the boxes that stand alone: the response itself is the second opinion."""
    marks = Counter(second_opinions.MARKS[b["SelectionStatus"]] for b in blocks_of(path) if "SelectionStatus" in b)
    read = Counter(s[2] for s in second_opinions.ours(path).elements() if s[0] == "tick")
    assert read == marks


def differences(mine: Statements, theirs: Statements) -> Iterator[Difference]:
    """What only one of two readers says, paired by place; tick boxes apart, which the other readers do not list."""
    own, other = (sorted((a - b).elements()) for a, b in ((mine, theirs), (theirs, mine)))
    for statement in (one for one in own if one[0] != "tick"):
        same_place = [one for one in other if one[:-1] == statement[:-1] and _words(one) <= _words(statement)]
        match = max(same_place, key=lambda one: _words(one).total(), default=None)
        if match is not None:
            other.remove(match)
        yield Difference(statement, match)
    yield from (Difference(None, one) for one in other)


def verdict(difference: Difference, arbiter: Statements) -> Arbiter:
    if difference.mine is not None and arbiter[difference.mine]:
        return Arbiter.AGREES
    if difference.theirs is not None and arbiter[difference.theirs]:
        return Arbiter.CONTRADICTS
    return Arbiter.IS_SILENT


def _words(statement: Statement | None) -> Counter[str]:
    return Counter(statement[-1].replace("[ ]", "[_]").split()) if statement else Counter()
