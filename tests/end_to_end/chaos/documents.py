"""Dealing out specimens, so that every round has documents of each route; no document comes twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, cycle, islice

from include.samples.specimens.documents import Specimen

KINDS = ("job", "scan", "hybrid", "text", "scan", "text")
"""The kinds of a round's documents, again and again: an asynchronous job, pages sent one by one, and none."""
WITHOUT_A_JOB = ("scan", "hybrid", "text")


class Dealer:
    """Deals from all specimens that there are, by number."""

    def __init__(self, kinds: Sequence[str] = KINDS) -> None:
        self._kinds = kinds
        self._of_kind = {kind: _of_kind(kind) for kind in kinds}

    def deal(self, documents: int) -> dict[Specimen, bytes]:
        """Specimens with their files. These are drawn once: a second drawing may carry another time of day."""
        dealt = (next(self._of_kind[kind]) for kind in islice(cycle(self._kinds), documents))
        return {specimen: specimen.body() for specimen in dealt}


def _of_kind(kind: str) -> Iterator[Specimen]:
    return (specimen for specimen in map(Specimen, count()) if specimen.kind == kind)
