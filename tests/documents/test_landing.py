"""S3's notices, as AWS documents them: days come out, files' names do not."""

from __future__ import annotations

import json

import pytest

from include.documents.landing import days_of_notices


def notice(*keys: str) -> str:
    """The body of a message; keys are URL-encoded in it."""
    return json.dumps({"Records": [
        {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "b"}, "object": {"key": key, "size": 1}}}
        for key in keys]})


def test_documents_are_counted_by_the_day_of_their_partition() -> None:
    bodies = [
        notice("inbox/2026-11-25/a%2Bb+c.pdf", "inbox/2026-11-26/folder/d.pdf"), notice("inbox/2026-11-26/e.tif")]
    assert days_of_notices(bodies) == {"2026-11-25": 1, "2026-11-26": 2}


@pytest.mark.parametrize("body", [
    '{"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}', "no JSON", "[]", "{}", '{"Records": 1}',
    notice("inbox/2026-11-25/"), notice("inbox/2026-13-45/a.pdf"), notice("inbox/a.pdf"),
    notice("documents/2026-11-25/a.pdf")])
def test_what_is_no_document_in_a_partition_counts_nowhere(body: str) -> None:
    assert days_of_notices([body]) == {}
