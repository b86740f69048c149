"""What has to hold of every deployment at every moment, and how it was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invariant:
    """One that was checked. Ids, counts and codes only, never patient data.

    :param name: short, in kebab-case.
    :param counts: what was counted in and out, in the order in which it is shown.
    :param problems: ``<document, run or patient>: <what>`` for each place where it does not hold.
    """

    name: str
    counts: Mapping[str, int]
    problems: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.problems
