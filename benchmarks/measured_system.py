"""The two deployments under measurement: the demo's (SQLite, LocalExecutor) and docker-compose.yaml's services
(Postgres, Celery). Each has the bare DAG of ``floor_dags`` beside the pipeline's own."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cluster_system import ClusterSystem
from local_system import LOG_SETTINGS

from benchmarks.process_times import cpu_seconds
from demo import environment, processes
from demo.environment import PROJECT, Local
from demo.run import open_api
from include.airflow_api import AirflowApi

SQLITE, CLUSTER = "sqlite", "postgres_celery"
FLOOR_DAG = "airflow_floor"
BUNDLES = {"AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps([
    {"name": name, "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle", "kwargs": {"path": str(path)}}
    for name, path in (("dags-folder", PROJECT / "dags"), ("floor", PROJECT / "benchmarks" / "floor_dags"))])}
LOADED_WITHIN_SECONDS = 120

Say = Callable[[str], None]


class Measured(ABC):
    """A running deployment."""

    api: AirflowApi
    local: Local

    @abstractmethod
    def start(self, say: Say) -> None:
        """Return when every part answers."""

    @abstractmethod
    def stop(self) -> None:
        """End every process."""

    @abstractmethod
    def pids(self) -> Mapping[str, int]:
        """The first process of each component."""

    def cpu_seconds(self) -> dict[str, float]:
        """What each component has used so far."""
        return {name: cpu_seconds(pid) for name, pid in self.pids().items()}


class OnSqlite(Measured):
    """What ``make up`` starts, without honcho.

    :param settings: variables that differ from the demo's.
    """

    def __init__(self, home: Path, settings: Mapping[str, str]) -> None:
        self.local = environment.create(home)
        self._settings = {**BUNDLES, **settings}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, say: Say) -> None:
        processes.prepare(self.local, say)
        variables = {**environment.environ(self.local), **self._settings}
        with self.local.log_file.open("ab") as log:
            for name, command in processes.commands(self.local).items():
                self._running[name] = subprocess.Popen(
                    command, cwd=PROJECT, env=variables, stdin=subprocess.DEVNULL, stdout=log,
                    stderr=subprocess.STDOUT)
        processes.await_healthy(self.local, self._running["api"], say)
        self.api = open_api(self.local)

    def stop(self) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.wait(timeout=60)

    def pids(self) -> Mapping[str, int]:
        return {name: process.pid for name, process in self._running.items()}


class _Services(ClusterSystem):
    """Without what only tests want: logs in S3, metrics."""

    def __init__(self, home: Path, say: Say, settings: Mapping[str, str]) -> None:
        super().__init__(home, say)
        self._settings = {**BUNDLES, "AIRFLOW__METRICS__STATSD_ON": "False", **settings}

    def environment_of(self, instance: str) -> dict[str, str]:
        own = super().environment_of(instance)
        return {**{name: value for name, value in own.items() if name not in LOG_SETTINGS}, **self._settings}


class OnCluster(Measured):
    """The services of docker-compose.yaml.

    :param settings: variables that differ from the file's.
    """

    def __init__(self, home: Path, settings: Mapping[str, str], say: Say) -> None:
        self._services = _Services(home, say, settings)
        self.local = self._services.local

    def start(self, say: Say) -> None:
        self._services.start()
        self.api = self._services.api

    def stop(self) -> None:
        self._services.stop()

    def pids(self) -> Mapping[str, int]:
        return self._services.pids()


@contextmanager
def running(system: str, settings: Mapping[str, str], say: Say) -> Iterator[Measured]:
    """The deployment, for as long as it is wanted.

    :param system: :data:`SQLITE` or :data:`CLUSTER`.
    :param settings: environment variables that differ from what is shipped.
    :raises SystemExit: a DAG does not load.
    """
    processes.exit_when_asked_to_end()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "system"
        started: Measured = OnSqlite(home, settings) if system == SQLITE else OnCluster(home, settings, say)
        try:
            started.start(say)
            _await_floor(started.api)
            yield started
        finally:
            say("Stopping")
            started.stop()


def _await_floor(api: AirflowApi) -> None:
    deadline = time.monotonic() + LOADED_WITHIN_SECONDS
    while FLOOR_DAG not in api.dag_ids():
        if time.monotonic() > deadline:
            raise SystemExit(f"{FLOOR_DAG} has not loaded: {api.import_errors()}")
        time.sleep(1)
