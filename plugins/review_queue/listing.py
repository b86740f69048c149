"""What the page shows of the entries: filtered, counted, a page at a time. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from include.errors import REGISTRY
from review_queue.entries import Entry


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries to show; None and 0 choose all. ``older_than_hours`` counts from when the entry's run began."""

    code: str | None = None
    stage: str | None = None
    state: str | None = None
    run: str | None = None
    older_than_hours: float = 0.0


def chosen(entries: Sequence[Entry], wanted: Filter, now: datetime) -> list[Entry]:
    return [entry for entry in entries if _fits(entry, wanted, now)]


def _fits(entry: Entry, wanted: Filter, now: datetime) -> bool:
    return ((wanted.code is None or wanted.code in entry.codes)
            and (wanted.stage is None or wanted.stage == entry.stage)
            and (wanted.state is None or wanted.state == entry.state)
            and (wanted.run is None or wanted.run == entry.run_id)
            and (now - entry.since).total_seconds() >= wanted.older_than_hours * 3600)


def summary(entries: Sequence[Entry], wanted: Filter, now: datetime, offset: int, limit: int) -> dict[str, Any]:
    """What the page draws: counts over all that the filter leaves but for its code, and one page of rows.

    The counts by code leave the filter's own code aside, so that a click on another code is one click.
    """
    others = chosen(entries, Filter(stage=wanted.stage, state=wanted.state, run=wanted.run,
                                    older_than_hours=wanted.older_than_hours), now)
    left = chosen(others, Filter(code=wanted.code), now)
    return {
        "total": len(entries),
        "shown": len(left),
        "offset": offset,
        "by_code": [
            {"code": code, "count": count, "whose_move": REGISTRY[code].whose_move,
             "says": REGISTRY[code].operator_says}
            for code, count in Counter(code for entry in others for code in entry.codes).most_common()],
        "by_state": Counter(entry.state for entry in left),
        "stages": sorted({entry.stage for entry in entries}),
        "runs": sorted({entry.run_id for entry in entries}, reverse=True),
        "rows": [row(entry, now) for entry in left[offset:offset + limit]],
    }


def row(entry: Entry, now: datetime) -> dict[str, Any]:
    """One line of the page; ``age`` in seconds."""
    return {
        "document_id": entry.document_id,
        "run_id": entry.run_id,
        "map_index": entry.map_index,
        "stage": entry.stage,
        "task_id": entry.task_id,
        "state": entry.state,
        "codes": list(entry.codes),
        "says": [REGISTRY[code].operator_says for code in entry.codes],
        "whose_move": entry.whose_move,
        "tries": entry.tries,
        "age": round((now - entry.since).total_seconds()),
    }
