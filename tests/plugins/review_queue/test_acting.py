"""Which documents a person can decide about."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest

from include.errors import REGISTRY, Domain
from review_queue.acting import APPROVE, CannotError, can_be_decided, decide_one
from review_queue.airflow_calls import AirflowCalls
from tests.plugins.review_queue.test_entries import ENTRY

CONVERSION = replace(ENTRY, stage="convert_to_fhir")


def test_whatever_waits_can_be_decided() -> None:
    assert can_be_decided(replace(CONVERSION, state="awaiting_input", codes=("NO_PATIENT",)))


@pytest.mark.parametrize("code", REGISTRY)
def test_of_the_failed_those_can_be_decided_whose_conversion_failed(code: str) -> None:
    """Also with what a person has entered: a document must not be locked by a decision."""
    assert can_be_decided(replace(CONVERSION, codes=(code,))) is (REGISTRY[code].domain is Domain.CONVERSION)


def test_what_is_tried_again_or_failed_elsewhere_cannot_be_decided() -> None:
    assert not can_be_decided(replace(CONVERSION, state="up_for_retry", codes=("MERGE_CONFLICT",)))
    assert not can_be_decided(replace(ENTRY, stage="ocr", codes=("LOW_CONFIDENCE",)))


def test_a_document_of_nobody_is_not_approved_unseen() -> None:
    """Its facts would go into no record, and nobody would be told."""
    waiting = replace(CONVERSION, state="awaiting_input", codes=("NO_PATIENT", "LOW_CONFIDENCE"))
    with pytest.raises(CannotError, match="enter whose it is"):
        asyncio.run(decide_one(AirflowCalls(httpx.AsyncClient()), waiting, APPROVE, None, "eve"))
