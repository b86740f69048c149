"""An alert is remembered before it is sent: one sender at a time, nothing twice, nothing lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from include.alerts import outbox
from include.alerts.message import Run
from include.alerts.outbox import Entry
from include.documents.storage import Bucket, alerted_documents_key, overdue_alert, run_failed_alerts

KEY = overdue_alert("digest")
ENTRY = Entry("Subject", "Text\n", run=Run("documents_to_fhir", "run"), failures=("doc-1 EMPTY",),
              documents={"2026-05-01": ("doc-1", "doc-2")}, sent=("sns",))


def now() -> datetime:
    return datetime.now(UTC)


def test_an_entry_is_read_as_it_was_written() -> None:
    assert outbox.from_json(outbox.to_json(ENTRY)) == ENTRY


def test_of_many_that_raise_the_same_alert_one_may_send_it(bucket: Bucket) -> None:
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: outbox.put(bucket, KEY, ENTRY, now()), range(8)))
    assert sum(claim is not None for claim in claims) == 1


def test_what_somebody_sends_at_this_moment_is_not_pending(bucket: Bucket) -> None:
    assert outbox.put(bucket, KEY, ENTRY, now())
    assert list(outbox.pending(bucket, now())) == []


def test_what_a_dead_sender_had_is_pending_after_its_lease_for_one_other(bucket: Bucket) -> None:
    dead = outbox.put(bucket, KEY, ENTRY, now() - outbox.LEASE - timedelta(seconds=1))
    assert dead
    [taken] = outbox.pending(bucket, now())
    assert taken.entry.alert == ENTRY.alert
    assert list(outbox.pending(bucket, now())) == []
    assert outbox.note(bucket, dead, closed=True) is None


def test_what_a_channel_refused_is_pending_at_once_and_knows_the_channels_that_took_it(bucket: Bucket) -> None:
    claim = outbox.put(bucket, KEY, ENTRY, now())
    assert claim
    assert outbox.note(bucket, claim, sent=("sns", "ses"), claimed=None)
    [taken] = outbox.pending(bucket, now())
    assert taken.entry.sent == ("sns", "ses")
    assert outbox.note(bucket, taken, closed=True, claimed=None)
    assert list(outbox.pending(bucket, now())) == []


def test_the_list_of_alerted_documents_is_no_alert(bucket: Bucket) -> None:
    outbox.remember_documents(bucket, "2026-05-01", ("doc-1",))
    assert list(outbox.pending(bucket, now())) == []


def test_documents_that_several_remember_at_once_are_all_remembered(bucket: Bucket) -> None:
    ids = [f"doc-{number}" for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda each: outbox.remember_documents(bucket, "2026-05-01", (each,)), ids))
    assert outbox.alerted_documents(bucket, "2026-05-01") == set(ids)
    before = bucket.read_version(alerted_documents_key("2026-05-01")).etag
    outbox.remember_documents(bucket, "2026-05-01", ("doc-3",))
    assert bucket.read_version(alerted_documents_key("2026-05-01")).etag == before


def test_the_failures_of_a_run_are_those_of_all_its_alerts(bucket: Bucket) -> None:
    mine, other = run_failed_alerts("documents_to_fhir", "run"), run_failed_alerts("documents_to_fhir", "run2")
    for prefix, failure in ((f"{mine}1.json", "doc-1 EMPTY"), (f"{mine}2.json", "doc-2 EMPTY"),
                            (f"{other}1.json", "doc-3 EMPTY")):
        outbox.put(bucket, prefix, Entry("", "", failures=(failure,)), now())
    assert outbox.failures_of(bucket, mine) == {"doc-1 EMPTY", "doc-2 EMPTY"}
