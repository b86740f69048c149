"""Counts how often each line of code runs in a piece of work: a measure of it that is the same on every machine.

Each turn of a loop counts, that of a comprehension or generator too, so a list that is searched again for every page
shows in the line that does so, however little it adds to the whole. What a single call of C does is not seen: a value
sought in a list by ``in``, a set joined to another, a sort.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

CodeLine = tuple[str, str, int]
"""Its file's name, the qualified name of its function, and its number in the file."""


def executed_lines(work: Callable[[], object]) -> dict[CodeLine, int]:
    """How often each line ran in this thread while the work was done; a function's entry and return count as well."""
    counted: Counter[tuple[CodeType, int]] = Counter()

    def trace(frame: FrameType, _event: str, _argument: Any) -> Callable[..., Any]:
        counted[frame.f_code, frame.f_lineno] += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    by_line: Counter[CodeLine] = Counter()
    for (code, number), times in counted.items():
        by_line[Path(code.co_filename).name, code.co_qualname, number] += times
    return dict(by_line)


def outgrown(
    short: Mapping[CodeLine, int], longer: Mapping[CodeLine, int], times: float, at_least: float
) -> dict[CodeLine, tuple[int, int]]:
    """The lines that ran more than so many times as often, and how often for the short and for the longer work.

    :param at_least: lines that ran no more often than this in the longer work are none, whatever they grew by.
    """
    return {line: (short.get(line, 0), ran) for line, ran in sorted(longer.items())
            if ran > at_least and ran > times * short.get(line, 0)}
