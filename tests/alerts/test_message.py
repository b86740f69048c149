"""An alert says what is open, how many, whose move it is and where to look; the same in every channel."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from include.alerts import message
from include.alerts.message import Alert, Run, Site
from include.alerts.reasons import NOT_PLANNED, UNDER_WAY, WAITING, OpenDocument, reason
from include.errors import REGISTRY

NOW = datetime(2026, 5, 4, 3, 12, tzinfo=UTC)
SITE = Site("https://airflow.example.org/")
RUN = Run("documents_to_fhir", "manual__2026-05-04T01:00:00+00:00")
FOUND = [OpenDocument("doc-1", "ENCRYPTED", "2026-05-03"), OpenDocument("doc-2", WAITING, "2026-05-01"),
         OpenDocument("doc-3", "ENCRYPTED", "2026-05-03")]

ALERTS = {
    "failed": message.failed(RUN, 50, FOUND, NOW, SITE),
    "not begun": message.not_begun(RUN, "read_batch", NOW, SITE),
    "late": message.late(RUN, 4, FOUND, NOW, SITE),
    "late, unknown": message.late(RUN, 0.5, None, NOW, SITE),
    "overdue": message.overdue(24, FOUND, NOW, SITE),
}


def test_a_run_s_failures_are_counted_by_code_with_whose_move_it_is() -> None:
    assert ALERTS["failed"] == Alert(
        "3 of 50 documents failed: 2 ENCRYPTED, 1 WAITING",
        "2026-05-04 03:12 UTC. Documents of a documents_to_fhir run that have failed: 3 of 50.\n\n"
        f"2 ENCRYPTED, move of: sender. {REGISTRY['ENCRYPTED'].operator_says}\n"
        "1 WAITING, move of: reviewer. A person has to decide: see the review queue.\n\n"
        "Run: https://airflow.example.org/dags/documents_to_fhir/runs/manual__2026-05-04T01%3A00%3A00%2B00%3A00\n"
        "Review queue: https://airflow.example.org/plugin/review-queue\n")


def test_documents_over_their_age_are_counted_by_day_and_code() -> None:
    lines = ALERTS["overdue"].text.splitlines()
    assert lines[2:6] == [
        "Landed in inbox/2026-05-01/: 1", f"  1 WAITING, move of: reviewer. {reason(WAITING).says}",
        "Landed in inbox/2026-05-03/: 2", f"  2 ENCRYPTED, move of: sender. {reason('ENCRYPTED').says}"]


@pytest.mark.parametrize("alert", ALERTS.values(), ids=ALERTS.keys())
def test_every_alert_links_to_the_review_queue_and_names_no_document(alert: Alert) -> None:
    assert alert.text.endswith("\nReview queue: https://airflow.example.org/plugin/review-queue\n")
    assert "\n\nRun" in alert.text
    assert "doc-" not in alert.subject + alert.text
    assert alert.text.isascii()


def test_a_subject_is_what_sns_takes_however_many_codes_there_are() -> None:
    """API_Publish: ASCII, fewer than 100 characters, no line break."""
    everything = [OpenDocument(f"doc-{number}", code) for number, code in enumerate(REGISTRY)]
    for alert in (*ALERTS.values(), message.failed(RUN, 5000, everything, NOW, SITE)):
        assert len(alert.subject) < 100
        assert alert.subject.isascii()
        assert "\n" not in alert.subject


def test_a_mail_shows_the_same_lines_and_runs_nothing() -> None:
    assert Alert("", "a <b>\nc\n").html == "<pre>a &lt;b&gt;\nc\n</pre>"


@pytest.mark.parametrize("code", [*REGISTRY, WAITING, UNDER_WAY, NOT_PLANNED])
def test_every_reason_says_whose_move_it_is(code: str) -> None:
    assert reason(code).whose_move
    assert reason(code).says.endswith(".")
