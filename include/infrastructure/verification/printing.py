"""Findings as a table for people and as JSON for programs."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from include.infrastructure.verification.findings import Finding, Verdict

_WIDTH = 118
_LONGEST = 500


def table(findings: Sequence[Finding]) -> str:
    """A line per finding; below one that is not OK, what was found, what was expected and what to do."""
    subjects, checks = (max(map(len, column)) for column in zip(
        *((each.subject, each.check) for each in findings), strict=True))
    lines = []
    for each in findings:
        head = f"{each.verdict:11}  {each.subject:{subjects}}  {each.check:{checks}}"
        lines.append(f"{head}  {_short(each.found)}".rstrip() if each.verdict is Verdict.OK else head.rstrip())
        lines += [line for name, text in _explained(each) for line in _wrapped(name, text)]
    return "\n".join(lines)


def summary(findings: Sequence[Finding]) -> str:
    """How many of each verdict."""
    counts = Counter(each.verdict for each in findings)
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict)


def as_json(findings: Sequence[Finding]) -> str:
    return json.dumps([asdict(each) for each in findings], indent=1)


def _explained(finding: Finding) -> list[tuple[str, str]]:
    if finding.verdict is Verdict.WRONG:
        return [("found", finding.found), ("expected", finding.expected), ("to do", finding.advice)]
    return [("because", finding.advice)] if finding.verdict is Verdict.NOT_CHECKED else []


def _short(text: str) -> str:
    return "as in the template" if text.startswith("{") else text


def _wrapped(name: str, text: str) -> list[str]:
    return textwrap.wrap(
        text[:_LONGEST], _WIDTH, initial_indent=f"{'':13}{name + ':':10}", subsequent_indent=" " * 23)
