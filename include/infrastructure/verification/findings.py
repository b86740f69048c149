"""One line for each thing that was looked at, and how what was found compares with what the template says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

NONE = "none"
"""The setting is not there."""
EXISTENCE, THERE = "existence", "there"
"""Where a resource is not there, nothing else is said of it."""
STATEMENTS = "statements"
"""All statements of a policy that could not be read."""
STATEMENT = "statement "
"""Begins the name of each statement of a policy."""


class Verdict(StrEnum):
    OK = "OK"
    WRONG = "WRONG"
    NOT_CHECKED = "NOT CHECKED"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that could not be had, and why."""

    why: str


Value = str | Unknown
"""A setting in words or as canonical JSON: equal where the settings mean the same."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line.

    :param subject: what was looked at, such as a bucket.
    :param check: what about it.
    :param advice: what to do where it is wrong; why it was not checked where it was not.
    """

    subject: str
    check: str
    verdict: Verdict
    found: str = ""
    expected: str = ""
    advice: str = ""


def compare(
    subject: str, expected: Mapping[str, Value], found: Mapping[str, Value], advice: Mapping[str, str]
) -> Iterator[Finding]:
    """A finding for each setting that the template names, then for each that it does not.

    :param advice: by the first word of a setting's name.
    """
    is_there = found.get(EXISTENCE) == THERE
    for check in dict.fromkeys((*expected, *found)) if is_there else (EXISTENCE,):
        if check == STATEMENTS:
            continue
        hidden = found.get(STATEMENTS, NONE) if check.startswith(STATEMENT) else NONE
        wanted, have = expected.get(check, NONE), found.get(check, hidden)
        unknown = next((value for value in (wanted, have) if isinstance(value, Unknown)), None)
        if unknown:
            yield Finding(subject, check, Verdict.NOT_CHECKED, advice=unknown.why)
        elif wanted == have:
            yield Finding(subject, check, Verdict.OK, str(have), str(wanted))
        else:
            yield Finding(subject, check, Verdict.WRONG, str(have), str(wanted), advice[check.split()[0]])
