"""The local system, started once: Airflow's real processes on free ports of loopback, with the sandbox or, with
``--aws``, an AWS account."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from aws_plan import HOW_TO, CannotStartError
from aws_system import AwsSystem, account_of, session_of
from cluster_system import ClusterSystem, missing
from component_system import ComponentSystem
from lacking import lacking
from local_system import LocalSystem

FOLDER = Path(__file__).parent
Running = TypeVar("Running", bound=LocalSystem)


def pytest_sessionstart(session: pytest.Session) -> None:
    """A profile that is not there would fail the import of whatever test asks botocore for anything."""
    profile = os.environ.get("AWS_PROFILE")
    if session.config.getoption("--aws") and profile:
        try:
            session_of(profile)
        except CannotStartError as error:
            pytest.exit(str(error), returncode=1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """These tests begin first, for they take longest. With ``--aws`` only the tests marked for it, and these only where
    a profile says which account."""
    items.sort(key=lambda item: FOLDER not in item.path.parents)
    if not config.getoption("--aws"):
        return
    unmarked = [item for item in items if item.get_closest_marker("aws") is None]
    config.hook.pytest_deselected(items=unmarked)
    items[:] = [item for item in items if item not in unmarked]
    if not os.environ.get("AWS_PROFILE"):
        for item in items:
            item.add_marker(pytest.mark.skip(reason=HOW_TO))


_running: list[LocalSystem] = []


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """An Airflow that no test needs any more would take time from the others until the session ends."""
    if FOLDER in item.path.parents and (nextitem is None or FOLDER not in nextitem.path.parents):
        for started in _running:
            started.stop()


@pytest.fixture(scope="session")
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    home = tmp_path_factory.mktemp("local")
    on_aws = request.config.getoption("--aws")
    started = _in_account(request.config, home) if on_aws else LocalSystem(home)
    with ExitStack() as undone_in_any_case:
        if isinstance(started, AwsSystem):
            undone_in_any_case.callback(_tidy_up, request.config, started)
        undone_in_any_case.callback(started.stop)
        _running.append(started)
        started.start()
        yield started
        print(started.log_tail())


@contextmanager
def _run(started: Running) -> Iterator[Running]:
    _running.append(started)
    try:
        started.start()
        yield started
    finally:
        started.stop()
        print(started.log_tail())


@pytest.fixture(scope="session")
def components(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComponentSystem]:
    """A system of its own, whose components may be killed."""
    with _run(ComponentSystem(tmp_path_factory.mktemp("components"))) as started:
        yield started


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClusterSystem]:
    """The services of docker-compose.yaml: Celery, Postgres, Redis; where CI runs, they have to be there."""
    reason = missing()
    if reason:
        lacking(reason)
    with _run(ClusterSystem(tmp_path_factory.mktemp("cluster"))) as started:
        yield started


@pytest.fixture
def clean(components: ComponentSystem) -> ComponentSystem:
    """That system without faults, its counts at zero."""
    components.no_faults()
    components.no_calls()
    return components


def _in_account(config: pytest.Config, home: Path) -> AwsSystem:
    """The system in the account, announced."""
    try:
        system = AwsSystem(home, account_of(os.environ))
    except CannotStartError as error:
        pytest.exit(str(error), returncode=1)
    _say(config, *system.plan.announcement())
    return system


def _tidy_up(config: pytest.Config, system: AwsSystem) -> None:
    _say(config, f"Deleted everything again: {system.remove()} versions of objects")


def _say(config: pytest.Config, *lines: str) -> None:
    """To the person at the terminal, not to a failed test's captured output."""
    capture = config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("", *lines, sep="\n", flush=True)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """A browser; where CI runs, it has to be there."""
    import shutil

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        lacking("no Chromium on this machine; .ci/run installs it")
    return Path(found)
