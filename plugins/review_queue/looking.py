"""A document as a person sees it: patient data, read from S3 when it is asked for and kept nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import HTTPException

from include.review.resolutions import REASONS
from review_queue.acting import can_be_decided
from review_queue.deciding import open_for
from review_queue.entries import Entry, read_entries
from review_queue.listing import row


def entry_at(run_id: str, map_index: int) -> Entry:
    """The document of this row, as long as it is in the queue: what needs nobody is nobody's to look at here.

    :raises HTTPException: 404.
    """
    for entry in read_entries(run_id):
        if entry.map_index == map_index and entry.document_id is not None:
            return entry
    raise HTTPException(404, "This document is not in the queue any more.")
