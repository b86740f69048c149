"""docker-compose.yaml as Docker Compose itself reads it, and the Dockerfile beside it. No engine has run them."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import compose_file
import pytest
from lacking import lacking

from demo.environment import PROJECT
from include.infrastructure.environment_file import new_secrets
from include.settings import Settings

SECRETS = new_secrets()
DOCKERFILE = (PROJECT / "Dockerfile").read_text()
ONCE = {"airflow-init", "sandbox-buckets"}
"""Services that end."""
PROFILED = {"sandbox", "sandbox-buckets", "statsd-exporter", "prometheus", "grafana"}


@pytest.fixture(scope="module", autouse=True)
def reader() -> None:
    """Docker Compose; where CI runs, it has to be there."""
    if not compose_file.compose():
        lacking("no Docker Compose on this machine; requirements-dev.txt installs it")


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return compose_file.read(SECRETS)


@pytest.fixture(scope="module")
def services(project: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = project["services"]
    return found


@pytest.fixture(scope="module")
def airflow(services: dict[str, Any]) -> dict[str, Any]:
    """The services that are Airflow's own."""
    return {name: found for name, found in services.items()
            if "AIRFLOW__CORE__EXECUTOR" in (found.get("environment") or {})}


def test_the_services_are_those_of_the_guide(services: dict[str, Any], airflow: dict[str, Any]) -> None:
    assert set(airflow) == {
        "airflow-init", "api-server", "dag-processor", "scheduler", "triggerer", "worker", "worker-cpu"}
    assert set(services) == {*airflow, "postgres", "redis", *PROFILED}
    assert {name for name, found in services.items() if found.get("profiles")} == PROFILED


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("value", [None, ""])
def test_without_a_secret_nothing_starts_and_a_sentence_says_what_to_do(secret: str, value: str | None) -> None:
    variables = {name: text for name, text in SECRETS.items() if name != secret}
    done = compose_file.run(variables if value is None else {**variables, secret: value}, "config", "--quiet")
    assert done.returncode != 0
    assert f"required variable {secret} is missing a value: run \"make env\" first, or see .env.example" in done.stderr


def test_no_secret_has_a_default_or_is_written_down() -> None:
    """Every value of a variable that is named like a secret is taken from outside, with ``:?``."""
    text = compose_file.FILE.read_text()
    named = re.findall(r"^ +(\w*(?:PASSWORD|SECRET|SECRET_KEY|FERNET_KEY|REDISCLI_AUTH)): (.+)$", text, re.MULTILINE)
    assert len(named) > 5
    assert [name for name, value in named if not re.fullmatch(r"\$\{\w+:\?[^}]+}", value)] == []
    assert not re.search(r"\$\{\w*(PASSWORD|SECRET|KEY)\w*:?-", text)
    assert re.findall(r"://\w*:([^@$]+)@", text) == []


def test_every_port_is_bound_to_loopback(services: dict[str, Any]) -> None:
    bound = {name: port["host_ip"] for name, found in services.items() for port in found.get("ports", ())}
    assert set(bound) == {"api-server", "sandbox", "prometheus", "grafana"}
    assert all(ip_address(address).is_loopback for address in bound.values())


def test_postgres_and_redis_have_no_way_out(project: dict[str, Any], services: dict[str, Any]) -> None:
    assert project["networks"]["backend"]["internal"] is True
    assert [set(services[name]["networks"]) for name in ("postgres", "redis")] == [{"backend"}, {"backend"}]


def test_every_service_has_limits_and_is_confined(services: dict[str, Any]) -> None:
    for name, found in services.items():
        limits = found["deploy"]["resources"]["limits"]
        assert float(limits["cpus"]) > 0, name
        assert int(limits["memory"]) >= 256 * 1024**2, name
        assert found["read_only"] is True, name
        assert found["cap_drop"] == ["ALL"], name
        assert found["security_opt"] == ["no-new-privileges:true"], name
        assert found["restart"] == ("no" if name in ONCE else "unless-stopped"), name
        assert found["logging"]["options"]["max-size"], name


def test_every_service_that_stays_has_a_health_check(services: dict[str, Any]) -> None:
    assert {name for name, found in services.items() if not found.get("healthcheck")} == ONCE


def test_who_needs_another_waits_until_it_is_healthy_or_has_ended_well(services: dict[str, Any]) -> None:
    waits = [(name, other, condition) for name, found in services.items()
             for other, condition in (found.get("depends_on") or {}).items()]
    for name, other, condition in waits:
        expected = "service_completed_successfully" if other in ONCE else "service_healthy"
        assert condition["condition"] == expected, (name, other)
        assert condition["required"] is (other not in PROFILED or name in PROFILED), (name, other)
    for needed in ("airflow-init", "statsd-exporter"):
        assert {name for name, other, _ in waits if other == needed} - {"prometheus"} == {
            "api-server", "dag-processor", "scheduler", "triggerer", "worker", "worker-cpu"}


def test_workers_may_finish_their_tasks_when_they_are_stopped(services: dict[str, Any]) -> None:
    """Longer than the longest task, with the signal for Celery alone."""
    for name in ("worker", "worker-cpu"):
        assert services[name]["stop_grace_period"] == "15m0s"
        assert services[name]["environment"]["DUMB_INIT_SETSID"] == "0"


def test_every_image_has_a_version(services: dict[str, Any]) -> None:
    for name, found in services.items():
        repository, _, tag = found["image"].rpartition(":")
        assert repository, name
        assert tag == "local" if repository.startswith("documents-to-fhir") else re.match(r"v?\d+\.\d+", tag), name
    assert re.findall(r"^FROM (\S+:\S+)", DOCKERFILE, re.MULTILINE) == ["apache/airflow:3.3.2-python3.11"]


def test_every_setting_reaches_every_airflow_service() -> None:
    """With a value of its own for each."""
    given = {setting.name.upper(): f"value of {setting.name}" for setting in fields(Settings)}
    found = compose_file.read({**SECRETS, **given})["services"]
    for name in ("airflow-init", "api-server", "dag-processor", "scheduler", "triggerer", "worker", "worker-cpu"):
        environment = found[name]["environment"]
        assert {variable: environment.get(variable) for variable in given} == given, name


def test_what_is_not_set_is_left_to_the_defaults_of_the_settings(airflow: dict[str, Any]) -> None:
    for name, found in airflow.items():
        own = {variable: found["environment"][variable] for setting in fields(Settings)
               if found["environment"][variable := setting.name.upper()] is not None}
        assert own == {"CPU_QUEUE": "cpu"}, name


def test_all_airflow_services_have_the_same_environment(airflow: dict[str, Any]) -> None:
    """The same secrets, database, broker, buckets and connection: tasks run in workers, deadlines in the triggerer,
    the review queue in the API server."""
    own = {"ADMIN_PASSWORD", "DUMB_INIT_SETSID"}
    common = {name: {variable: value for variable, value in found["environment"].items() if variable not in own}
              for name, found in airflow.items()}
    assert [name for name, environment in common.items() if environment != common["api-server"]] == []
    environment = common["api-server"]
    assert environment["AIRFLOW__API_AUTH__JWT_SECRET"] == SECRETS["AIRFLOW_JWT_SECRET"]
    assert environment["AIRFLOW__CORE__FERNET_KEY"] == SECRETS["AIRFLOW_FERNET_KEY"]
    assert environment["AIRFLOW__API__SECRET_KEY"] == SECRETS["AIRFLOW_SECRET_KEY"]


@pytest.mark.parametrize(("variables", "address", "path"), [
    ({}, "http://localhost:8080", ""),
    ({"AIRFLOW_PORT": "9000"}, "http://localhost:9000", ""),
    ({"AIRFLOW_BASE_URL": "https://airflow.example.org", "AIRFLOW_BASE_PATH": "/clinic"},
     "https://airflow.example.org/clinic", "/clinic")])
def test_people_and_tasks_reach_the_api_server_below_the_same_path(
        variables: dict[str, str], address: str, path: str) -> None:
    """What FastAPI mounts, such as the execution API, is found below ``root_path`` alone."""
    found = compose_file.read({**SECRETS, **variables})["services"]
    environment = found["worker"]["environment"]
    assert environment["AIRFLOW__API__BASE_URL"] == address
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == f"http://api-server:8080{path}/execution/"
    assert found["api-server"]["healthcheck"]["test"][-1] == f"http://localhost:8080{path}/api/v2/monitor/health"


def test_a_secret_is_given_to_those_alone_who_use_it(services: dict[str, Any], airflow: dict[str, Any]) -> None:
    holders = {secret: {name for name, found in services.items()
                        if any(value in str(text) for text in (found.get("environment") or {}).values())}
               for secret, value in SECRETS.items()}
    everywhere = set(airflow)
    assert holders == {
        "AIRFLOW_FERNET_KEY": everywhere, "AIRFLOW_JWT_SECRET": everywhere, "AIRFLOW_SECRET_KEY": everywhere,
        "POSTGRES_PASSWORD": everywhere | {"postgres"}, "REDIS_PASSWORD": everywhere | {"redis"},
        "ADMIN_PASSWORD": {"airflow-init"}, "GRAFANA_PASSWORD": {"grafana"}}
    commands = str([(found.get("command"), found.get("healthcheck")) for found in services.values()])
    assert [secret for secret, value in SECRETS.items() if value in commands] == []
    assert "--broker" not in commands


def test_every_file_that_is_mounted_exists_and_is_read_only(services: dict[str, Any]) -> None:
    mounts = [mount for found in services.values() for mount in found.get("volumes", ()) if mount["type"] == "bind"]
    assert mounts
    for mount in mounts:
        assert Path(mount["source"]).exists(), mount["source"]
        assert mount["read_only"] is True, mount["source"]


def test_every_queue_that_a_task_is_sent_to_has_a_worker() -> None:
    services = compose_file.read({**SECRETS, "CPU_QUEUE": "mine"})["services"]
    served = {name: _option(services[name]["command"], "--queues") for name in ("worker", "worker-cpu")}
    assert served == {"worker": "default", "worker-cpu": "mine"}
    assert services["scheduler"]["environment"]["CPU_QUEUE"] == "mine"
    assert Settings().cpu_queue == "default"


def _option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


STAGES = re.split(r"^(?=FROM )", DOCKERFILE, flags=re.MULTILINE)[1:]


def stage(name: str) -> str:
    return next(text for text in STAGES if re.match(rf"FROM \S+ AS {name}\n", text))


@pytest.mark.parametrize("name", ["pipeline", "sandbox"])
def test_the_image_runs_as_airflow_s_user(name: str) -> None:
    assert re.findall(r"^USER (\S+)", stage(name), re.MULTILINE)[-1] == "airflow"


def test_a_plain_build_makes_the_pipeline() -> None:
    assert STAGES[-1].split() == ["FROM", "pipeline"]


def test_nothing_of_pip_s_cache_stays_and_everything_is_locked() -> None:
    installs = re.findall(r"pip install ((?:[^\n]*\\\n)*[^\n]*)", DOCKERFILE)
    assert len(installs) == 2
    for install in installs:
        assert "--no-cache-dir" in install
        assert "-c /opt/pipeline/constraints.txt" in install


def test_the_image_holds_what_is_imported() -> None:
    """Every folder and requirements file of the product, and none of the development's."""
    pipeline = stage("pipeline")
    for folder in ("config", "dags", "plugins"):
        assert f"{folder} /opt/pipeline/{folder}\n" in pipeline
    assert "/tmp/include /opt/pipeline/include\n" in pipeline
    assert "rm -r /tmp/include/sandbox /tmp/include/samples" in stage("sources")
    assert "include/sandbox /opt/pipeline/include/sandbox\n" in stage("sandbox")
    let_in = {line[1:] for line in (PROJECT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {word for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
              for word in line.split()[:-1] if not word.startswith("--")}
    assert {path.split("/")[0] for path in copied} == let_in
    assert all((PROJECT / path).exists() for path in copied)


def test_the_product_s_image_needs_nothing_that_it_leaves_out() -> None:
    left_out = {"include.sandbox", "include.samples", "demo", "benchmarks", "tests"}
    files = [path for folder in ("dags", "plugins", "config", "include") for path in (PROJECT / folder).rglob("*.py")
             if not str(path.relative_to(PROJECT)).startswith(("include/sandbox", "include/samples"))]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else (
                [f"{node.module}"] if isinstance(node, ast.ImportFrom) else [])
            assert not [name for name in names if name.startswith(tuple(left_out))], path
