"""What reaches the person on call from a real Airflow, over SNS: one alert where something is open, and no second."""

from __future__ import annotations

import papers
import pytest
from cluster_system import ClusterSystem
from local_system import TOPIC, until
from subscriber import Subscriber

from benchmarks import letters
from include.alerts.message import Alert
from include.errors import REGISTRY


class OnCall:
    """The person who gets the alerts of the cluster."""

    def __init__(self, cluster: ClusterSystem) -> None:
        self._subscriber = Subscriber(cluster.client, TOPIC)
        self._got: list[Alert] = []

    def told(self, about: str) -> list[Alert]:
        """All alerts that have come so far and contain this."""
        self._got += self._subscriber.alerts()
        return [alert for alert in self._got if about in alert.text]

    def await_alert(self, about: str) -> Alert:
        [alert] = until(lambda: self.told(about) or None, 60, "an alert")
        return alert


@pytest.fixture
def on_call(cluster: ClusterSystem) -> OnCall:
    return OnCall(cluster)


def test_a_batch_and_its_day_that_are_open_at_their_deadlines_are_told_once_each_whoever_finds_them(
        cluster: ClusterSystem, on_call: OnCall) -> None:
    document = cluster.put(cluster.key(21, "note.pdf"), letters.of_nobody())
    day_run = cluster.process_day(21)
    batch_run = until(
        lambda: next((run["dag_run_id"] for run in cluster.api.runs("documents_to_fhir")
                      if run["dag_run_id"].startswith("batch__2026-01-21__")), None), 60, "the batch's run")
    cluster.await_state(batch_run, document, "awaiting_input")
    late = {"documents_to_fhir": batch_run, "documents_inbox": day_run}
    for dag_id, run_id in late.items():
        cluster.pass_deadline(run_id)
        alert = on_call.await_alert(run_id)
        assert alert.subject == f"{dag_id} is late, documents open: 1"
        assert "\n1 WAITING, move of: reviewer. " in alert.text
        assert f"\nRun: {cluster.local.api_url}/dags/{dag_id}/runs/{run_id}\n" in alert.text
        assert cluster.await_callback(run_id) == "success"
        cluster.pass_deadline(run_id)
        assert cluster.await_callback(run_id) == "success"
        assert on_call.told(run_id) == [alert]
    for dag_id, run_id in late.items():
        cluster.api.call("PATCH", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}", {"state": "failed"})


def test_a_run_that_has_ended_is_not_told_even_if_airflow_finds_its_deadline_missed(
        cluster: ClusterSystem, on_call: OnCall) -> None:
    run_id = cluster.process([])
    cluster.keep_deadline(run_id)
    assert cluster.await_run(run_id) == "success"
    cluster.pass_deadline(run_id)
    assert cluster.await_callback(run_id) == "success"
    assert on_call.told(run_id) == []


def test_the_failures_of_a_run_are_one_alert_also_after_a_clear_and_after_its_deadline(
        cluster: ClusterSystem, on_call: OnCall) -> None:
    keys = [cluster.key(23, name) for name in ("empty.pdf", "text.pdf")]
    cluster.put(keys[0], b"")
    cluster.put(keys[1], b"no document")
    run_id = cluster.process(keys)
    assert cluster.await_run(run_id) == "failed"
    alert = on_call.await_alert(run_id)
    assert alert.subject.startswith("2 of 2 documents failed: ")
    assert f"\n1 EMPTY, move of: sender. {REGISTRY['EMPTY'].operator_says}\n" in alert.text
    assert "text.pdf" not in alert.text
    cluster.api.clear("documents_to_fhir", run_id, [["process_document.classify", index] for index in (0, 1)])
    assert cluster.await_run(run_id) == "failed"
    cluster.pass_deadline(run_id)
    assert cluster.await_callback(run_id) == "success"
    assert on_call.told(run_id) == [alert]


def test_a_document_that_nobody_has_planned_is_told_for_its_age_once(cluster: ClusterSystem, on_call: OnCall) -> None:
    cluster.put(cluster.key(24, "forgotten.pdf"), papers.blood_count(cluster.mark))
    for _ in range(2):
        run_id = cluster.api.trigger("documents_overdue", conf={"date": cluster.day(24)})
        assert cluster.await_run(run_id, "documents_overdue") == "success"
    [alert] = on_call.told(f"inbox/{cluster.day(24)}/")
    assert alert.subject == "Documents not in FHIR after 0.0003 hours: 1"
    assert "  1 NOT_PLANNED, move of: operator. " in alert.text
    assert "forgotten" not in alert.text
