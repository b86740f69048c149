"""What was looked at, how it is, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """OK: nothing to do. ATTENTION: somebody has something to do, the system works. PROBLEM: it does not."""

    OK = "OK"
    ATTENTION = "ATTENTION"
    PROBLEM = "PROBLEM"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the summary: counts, codes and ids, never patient data.

    :param subject: what was looked at.
    :param says: what was found.
    :param do: what to do about it; empty where there is nothing to do.
    """

    subject: str
    level: Level
    says: str
    do: str = ""


def ok(subject: str, says: str) -> Finding:
    return Finding(subject, Level.OK, says)


def attention(subject: str, says: str, do: str) -> Finding:
    return Finding(subject, Level.ATTENTION, says, do)


def problem(subject: str, says: str, do: str) -> Finding:
    return Finding(subject, Level.PROBLEM, says, do)


def exit_code(findings: Iterable[Finding]) -> int:
    """1 where there is a problem, else 0."""
    return int(any(finding.level is Level.PROBLEM for finding in findings))


def duration(seconds: float) -> str:
    """In the two largest units: ``3 d 4 h``, ``12 min``."""
    minutes = int(seconds // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
