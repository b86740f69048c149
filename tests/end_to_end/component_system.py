"""A local system whose components can be killed and started again one by one, as when a machine dies."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from local_system import LocalSystem
from metric_receivers import OtlpReceiver

from demo import processes
from demo.environment import PROJECT, environ
from demo.run import open_api

SYNC_MAX_PAGES = 3
"""A document with more pages than this is one asynchronous job; few, so that OCR is quick."""

SETTINGS = {
    "OCR_SYNC_MAX_PAGES": str(SYNC_MAX_PAGES),
    "TEXTRACT_ASYNC_POLL_INTERVAL": "5",
    # 36 seconds; nothing else that this system's tests process waits for a person.
    "REVIEW_TIMEOUT_HOURS": "0.01",
    # How soon Airflow finds that something is dead. By default it takes five minutes for a task, 30 seconds for a
    # component, and five minutes until the next look for the tasks of a dead scheduler.
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    # Longer than SQLite's time-out of 15 seconds: a scheduler that had to wait so long for the database would take
    # itself for dead, and reset the tasks of its own workers, whose errors end it (Airflow 3.3.2, LocalExecutor).
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "25",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
    "AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "25",
}


class ComponentSystem(LocalSystem):
    """The same processes as ``make up``, without honcho, which stops all when one dies; ``collector`` gets its
    metrics."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.collector = OtlpReceiver()
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        processes.prepare(self.local, print)
        for name in processes.commands(self.local):
            self.start_component(name)
        processes.await_healthy(self.local, self._running["api"], print)
        self.api = open_api(self.local)

    def start_component(self, name: str) -> None:
        with self.local.log_file.open("ab") as log:
            self._running[name] = subprocess.Popen(
                processes.commands(self.local)[name], cwd=PROJECT,
                env={**environ(self.local), **SETTINGS, **self.collector.variables},
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)

    def kill(self, *names: str) -> None:
        """SIGKILL to the components and everything that they have started, at once: the scheduler's are its tasks."""
        _kill([process for name in names for process in self._family(name)])
        for name in names:
            self._running.pop(name).wait(timeout=30)

    def kill_tasks(self, run_id: str, task: str) -> int:
        """SIGKILL to every running process of a task and its supervisor; how many tasks there were."""
        running = {instance["id"] for instance in self.api.task_instances("documents_to_fhir", run_id)
                   if instance["task_id"] == f"process_document.{task}" and instance["state"] == "running"}
        supervisors = [process for process in self._family("scheduler") if _title(process) in running]
        _kill([each for process in supervisors for each in (process, *process.children(recursive=True))])
        return len(supervisors)

    def stop(self) -> None:
        for name in list(self._running):
            self._running[name].terminate() if name == "sandbox" else self.kill(name)
        for process in self._running.values():
            process.wait(timeout=30)
        self._running.clear()

    def _family(self, name: str) -> list[psutil.Process]:
        head = psutil.Process(self._running[name].pid)
        return [head, *head.children(recursive=True)]

    def log_of(self, run_id: str, task: str, index: int = 0) -> str:
        """What a document's task has logged, of all its tries."""
        folder = self.log_folder / "dag_id=documents_to_fhir" / f"run_id={run_id}"
        files = sorted((folder / f"task_id=process_document.{task}" / f"map_index={index}").glob("attempt=*.log"))
        return "".join(path.read_text() for path in files)

    def tries(self, run_id: str, task: str, index: int = 0) -> int:
        """How often a document's task was tried."""
        return next(int(instance["try_number"]) for instance in self.api.task_instances("documents_to_fhir", run_id)
                    if (instance["task_id"], instance["map_index"]) == (f"process_document.{task}", index))


def _title(process: psutil.Process) -> str:
    """The id of the task instance that a process of the LocalExecutor supervises: the last word of its title."""
    try:
        words = " ".join(process.cmdline()).split()
    except psutil.NoSuchProcess:
        return ""
    return words[-1] if "LocalExecutor:" in words else ""


def _kill(doomed: list[psutil.Process]) -> None:
    """End all of them; none sees another die, and tells."""
    for process in doomed:
        process.suspend()
    for process in doomed:
        process.kill()
