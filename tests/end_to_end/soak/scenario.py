"""What is delivered in one day, and what the OCR service allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count, islice

from local_system import LocalSystem

from include.samples.specimens.documents import Specimen

MOST_JOBS = 100
"""Asynchronous jobs under way at once that the sandbox allows, as Textract does."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One day.

    :param calls_a_second: AnalyzeDocument calls that the service accepts.
    :param seconds_a_page: that the service takes for a page; of a job, for one after the other.
    :param kinds: of the specimens that are delivered.
    """

    name: str
    documents: int
    calls_a_second: int = 10
    seconds_a_page: float = 1.0
    kinds: tuple[str, ...] = ("text", "scan", "hybrid", "job")
    day: str = "2026-06-15"

    def specimens(self) -> list[Specimen]:
        """The first so many of these kinds."""
        return list(islice((each for each in map(Specimen, count()) if each.kind in self.kinds), self.documents))

    def sandbox_options(self) -> list[str]:
        """Words of the sandbox's command."""
        return ["--stand-in", "--tps", str(self.calls_a_second), "--seconds-per-page", str(self.seconds_a_page)]

    def deliver(self, system: LocalSystem) -> Mapping[str, Specimen]:
        """Put the specimens into the day's inbox; each by the id that the pipeline gives it."""
        return {system.put(f"inbox/{self.day}/{each.file_name}", each.body()): each for each in self.specimens()}


def ordinary(documents: int) -> Scenario:
    """A mixed day within the quota that an account has by default."""
    return Scenario("ordinary", documents)


def short_of_quota(documents: int) -> Scenario:
    """An account with a tenth of the quota that the pipeline is set to, and nothing but pages that need it."""
    return Scenario("short of quota", documents, calls_a_second=1, kinds=("scan", "hybrid"))
