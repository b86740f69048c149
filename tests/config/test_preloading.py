"""Who forks task processes loads the heavy libraries for them; nobody else does."""

from __future__ import annotations

import airflow_local_settings
import pytest
from airflow_local_settings import WARM, forks_tasks


@pytest.mark.parametrize(("arguments", "executor", "expected"), [
    (["scheduler", "--skip-serve-logs"], "LocalExecutor", True),
    (["scheduler"], "CeleryExecutor", False),
    (["scheduler"], "KubernetesExecutor", False),
    (["celery", "worker", "--queues", "default"], "CeleryExecutor", True),
    (["celery", "flower"], "CeleryExecutor", False),
    (["triggerer"], "LocalExecutor", False),
    (["api-server"], "LocalExecutor", False),
    ([], "LocalExecutor", False)])
def test_the_parent_of_task_processes_preloads(arguments: list[str], executor: str, expected: bool) -> None:
    assert forks_tasks(arguments, executor) is expected


def test_what_cannot_be_warmed_up_keeps_nothing_else_from_it(
        monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise ValueError("words that may be anybody's")

    warmed: list[str] = []
    first, *others = WARM
    monkeypatch.setattr(f"{first}.warm_up", broken)
    for module in others:
        monkeypatch.setattr(f"{module}.warm_up", lambda module=module: warmed.append(module))
    airflow_local_settings.preload()
    assert warmed == others
    assert [record.getMessage() for record in caplog.records if "preloaded" in record.getMessage()] == [
        f"{first} is not preloaded: ValueError"]
