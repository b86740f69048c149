"""The services of docker-compose.yaml process the samples, and a Celery worker may die on the way."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import killed_worker
import pytest
from cluster_system import ClusterSystem
from killed_worker import Figures
from rich.console import Console

from include.samples import samples

CHOICE = (
    "consult_fax.tif", "lab_report_scan.pdf", "lab_report_text.pdf", "large_scan.pdf", "medication_list_text.pdf",
    "not_a_document.pdf", "referral_hybrid.pdf", "vital_signs_text.pdf")
"""Every route, and a file that is no document."""


@pytest.fixture(scope="module")
def figures(cluster: ClusterSystem, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Figures]:
    """One of each is enough for the tests that follow on this cluster, and costs them less time."""
    files = [path for path in samples.for_demo(tmp_path_factory.mktemp("samples")) if path.name in CHOICE]
    assert len(files) == len(CHOICE)
    found = killed_worker.run(cluster, files, Console(file=sys.stdout, width=120))
    print(*found.lines(), sep="\n")
    yield found
    cluster.retire("scheduler-2", "worker-2")


def test_every_document_ends_as_its_facts_file_says_though_a_worker_was_killed(figures: Figures) -> None:
    assert (figures.documents, list(figures.problems)) == (len(CHOICE), [])
    assert figures.tries == 2
    assert (figures.chains, figures.broken) == (len(CHOICE), 0)


def test_no_page_is_billed_twice_though_a_worker_was_killed_with_one_half_read(figures: Figures) -> None:
    assert figures.billed == figures.needed > 0


def test_two_workers_and_the_workers_for_computing_have_shared_the_work(figures: Figures) -> None:
    assert set(figures.tasks) == {"worker-1", "worker-2", "worker-cpu"}
    assert all(count > 0 for count in figures.tasks.values())


def test_nothing_listens_beyond_loopback(cluster: ClusterSystem, figures: Figures) -> None:
    found = cluster.listening()
    assert f"127.0.0.1:{cluster.local.api_port}" in found
    assert [address for address in found if not address.startswith("127.0.0.1:")] == []


def test_two_schedulers_are_alive(cluster: ClusterSystem, figures: Figures) -> None:
    assert cluster.healthy("scheduler-1")
    assert cluster.healthy("scheduler-2")


def test_task_logs_are_where_the_file_says(cluster: ClusterSystem, figures: Figures) -> None:
    """In the volume that all services share: the API server shows them though no worker serves them."""
    logs: list[Path] = list(cluster.log_folder.glob("dag_id=documents_to_fhir/**/attempt=*.log"))
    assert len(logs) > len(CHOICE)
