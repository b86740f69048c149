"""Who forks task processes loads the heavy libraries for them; nobody else does."""

from __future__ import annotations

import pytest
from airflow_local_settings import forks_tasks


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
