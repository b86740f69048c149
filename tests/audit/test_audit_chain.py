"""The audit chain: each event carries the digest of the one before; whatever is changed shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from include.audit import chain
from include.audit.events import AuditEvent, EventName, identifier


def event(sequence: int, previous: str, name: EventName = EventName.DOCUMENT_CLASSIFIED) -> AuditEvent:
    return AuditEvent(
        sequence=sequence, time="2026-11-23T10:00:00.000+00:00", event=name, document_id="doc-1", run_id="run-1",
        task_id="process_document.classify", try_number=1, actor="pipeline", previous=previous)


def chained(*names: EventName) -> list[bytes]:
    stored: list[bytes] = []
    for number, name in enumerate(names, start=1):
        stored.append(chain.encode(event(number, chain.digest(stored[-1]) if stored else chain.FIRST, name)))
    return stored


WHOLE = (EventName.DOCUMENT_RECEIVED, EventName.DOCUMENT_CLASSIFIED, EventName.DOCUMENT_SEALED)


def test_a_whole_chain_has_no_problems_and_is_sealed() -> None:
    report = chain.verify("doc-1", chained(*WHOLE))
    assert (report.problems, report.sealed, report.events) == ((), True, 3)


def test_a_chain_that_goes_on_after_its_seal_is_open_again() -> None:
    report = chain.verify("doc-1", chained(*WHOLE, EventName.DOCUMENT_CLASSIFIED))
    assert (report.problems, report.sealed) == ((), False)


@pytest.mark.parametrize("missing", [0, 1])
def test_an_event_that_is_missing_before_the_end_shows(missing: int) -> None:
    stored = chained(*WHOLE)
    del stored[missing]
    assert chain.verify("doc-1", stored).problems


def test_a_changed_event_shows_even_if_it_is_well_formed() -> None:
    stored = chained(*WHOLE)
    stored[1] = chain.encode(replace(chain.decode(stored[1]), actor="somebody"))
    assert any("does not follow" in problem for problem in chain.verify("doc-1", stored).problems)


def test_an_event_of_another_document_shows() -> None:
    assert chain.verify("doc-2", chained(*WHOLE)).problems


def test_what_is_no_event_is_reported_and_not_raised() -> None:
    assert chain.verify("doc-1", [b"{}", b"not json"]).problems


def test_words_of_a_document_do_not_fit_into_an_event() -> None:
    with pytest.raises(ValueError, match="run_id"):
        replace(event(1, ""), run_id="Jane Doe")
    with pytest.raises(TypeError):
        AuditEvent(**{**event(1, "").as_dict(), "patient": "x"})


def test_only_a_view_reads_patient_data() -> None:
    with pytest.raises(ValueError, match="data_accessed"):
        replace(event(1, ""), data_accessed=True)
    with pytest.raises(ValueError, match="data_accessed"):
        replace(event(1, ""), event=EventName.DOCUMENT_VIEWED)


def test_names_of_airflow_become_identifiers() -> None:
    assert identifier("manual__2026-11-23T10:00:00+00:00 by hand/1") == "manual__2026-11-23T10:00:00+00:00_by_hand_1"


def test_an_event_that_an_earlier_version_wrote_still_has_its_bytes() -> None:
    """As it was stored before ``resource_count`` came; a chain is verified for years, by whatever version runs then."""
    body = (
        b'{"actor":"pipeline","data_accessed":false,"document_id":"doc-1","duration_ms":12,"error_code":null,'
        b'"event":"document_classified","job_id":null,"page_count":3,"previous":"","run_id":"run-1","sequence":1,'
        b'"task_id":"process_document.classify","time":"2026-11-23T10:00:00.000+00:00","try_number":1}')
    assert chain.encode(chain.decode(body)) == body
    assert chain.verify("doc-1", [body]).problems == ()


def test_an_event_from_before_decisions_were_named_still_has_its_bytes() -> None:
    body = (
        b'{"actor":"ann","data_accessed":false,"document_id":"doc-1","duration_ms":null,"error_code":null,'
        b'"event":"review_decided","job_id":null,"page_count":null,"previous":"","resource_count":2,"run_id":"run-1",'
        b'"sequence":1,"task_id":"t","time":"2026-11-23T10:00:00.000+00:00","try_number":1}')
    assert chain.encode(chain.decode(body)) == body


def test_a_field_that_came_later_is_stored_where_it_says_something() -> None:
    counted = replace(event(1, chain.FIRST), resource_count=4, decision="resolved:duplicate")
    assert chain.decode(chain.encode(counted)) == counted
