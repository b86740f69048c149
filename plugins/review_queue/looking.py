"""A document as a person sees it: patient data, read from S3 when it is asked for and kept nowhere else."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fastapi import HTTPException

from include.errors import REGISTRY
from include.review.resolutions import REASONS
from review_queue.acting import can_be_decided
from review_queue.deciding import open_for
from review_queue.entries import Entry, read_entries
from review_queue.listing import row

if TYPE_CHECKING:
    from include.review.facts_page import FactView


def entry_at(run_id: str, map_index: int) -> Entry:
    """The document of this row, as long as it is in the queue: what needs nobody is nobody's to look at here.

    :raises HTTPException: 404.
    """
    for entry in read_entries(run_id):
        if entry.map_index == map_index and entry.document_id is not None:
            return entry
    raise HTTPException(404, "This document is not in the queue any more.")


def facts(run_id: str, map_index: int, actor: str) -> dict[str, Any]:
    """What was read from the document, and what a person can do about it. The view is audited before it is given.

    :raises HTTPException: 404, it is not in the queue.
    :raises PipelineError: an S3 code.
    """
    from include.audit.events import EventName
    from include.review.amendments import as_values, without
    from include.review.facts_page import facts_for_review

    entry = entry_at(run_id, map_index)
    workspace = open_for(entry, actor)
    page = facts_for_review(workspace)
    workspace.trail.write(EventName.DOCUMENT_VIEWED, page_count=len(page.pages))
    stands = page.decision
    return {
        "entry": row(entry, datetime.now(UTC)),
        "can_be_decided": can_be_decided(entry) and page.has_facts,
        "pages": [asdict(each) for each in page.pages],
        "facts": [_fact(each) for each in (*page.patients, *page.facts)],
        "addable": [] if page.patients or not page.has_facts else [
            {"group": "patients", "label": "Patient", "fields": [asdict(each) for each in page.empty]}],
        "reasons": [{"code": code, "says": REGISTRY[code].operator_says} for code in page.reasons],
        "decision": {"decision": stands.decision, "actor": stands.actor, "time": stands.time,
                     "amendments": [as_values(each) for each in without(stands.amendments, page.stale)],
                     "stale": [as_values(each) for each in page.stale]} if stands else None,
        "resolutions": REASONS,
    }


def page_image(run_id: str, map_index: int, number: int, actor: str) -> bytes:
    """One page as PNG. The view is audited before it is given.

    :raises HTTPException: 404, the document is not in the queue.
    :raises PipelineError: PAGE_NOT_FOUND, PARSER_FAILED, the codes of files that cannot be opened, S3 codes.
    """
    from include.audit.events import EventName
    from include.review.page_image import page_image as drawn

    workspace = open_for(entry_at(run_id, map_index), actor)
    image = drawn(workspace, number)
    workspace.trail.write(EventName.DOCUMENT_VIEWED, page_count=1)
    return image


def _fact(view: FactView) -> dict[str, Any]:
    return {**asdict(view), "doubts": [{"code": code, "says": REGISTRY[code].operator_says} for code in view.doubts]}
