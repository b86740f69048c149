"""The services of docker-compose.yaml without Docker: each one's own command with its own environment, on loopback."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import compose_file
import psutil  # type: ignore[import-untyped]
import psycopg2  # type: ignore[import-untyped]
from local_system import ALERT_SETTINGS, LOG_SETTINGS, LOGS, TOPIC, LocalSystem, until
from mail_receiver import SENDER

from demo.environment import LOOPBACK, PROJECT, free_ports
from demo.run import open_api
from include.infrastructure.environment_file import SANDBOX, new_secrets

POSTGRES: Mapping[str, str | int] = {"host": LOOPBACK, "port": 5432, "user": "postgres"}
REPLICAS = {"scheduler": 2, "worker": 2}
"""Services that run more than once here, as with ``docker compose up --scale``; their processes are ``worker-1`` ..."""
ONCE = ("sandbox-buckets", "airflow-init")
ROLES = {"operator": "Op", "viewer": "Viewer"}
"""Beside the admin, whom airflow-init makes."""
STARTUP_SECONDS = 240
STOP_SECONDS = 20
TAIL_LINES = 20
SOON = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "120",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "10",
    "TEXTRACT_ASYNC_POLL_INTERVAL": "5",
}
"""How soon what is dead is found and jobs are looked at: the only values that are not those of the file."""


def missing() -> str | None:
    """What this machine lacks for a cluster; None where it has everything."""
    if not compose_file.compose():
        return "Docker Compose is not here to read docker-compose.yaml"
    if shutil.which("redis-server") is None:
        return "redis-server is not installed"
    try:
        psycopg2.connect(**{**POSTGRES, "connect_timeout": 3}).close()
    except psycopg2.OperationalError:
        return "nobody answers as Postgres on 127.0.0.1:5432"
    return None


class ClusterSystem(LocalSystem):
    """The whole deployment.

    Not as in Docker: names and ports of services are ports of loopback; Postgres is the machine's own, with a database
    and a role that are deleted afterwards; paths of the image are those of this checkout and of ``home``. What has
    ended stays so until :meth:`revive`.

    :param sandbox_options: more words of the sandbox's command, as ``--stand-in``.
    :param soon: variables of Airflow's services beside those of the file.
    :param postgres: how psycopg2 connects to the server's administrator.
    :param variables: what ``.env`` would say, beside what is needed to run here.
    """

    mark = "48151624"

    def __init__(
        self, home: Path, say: Callable[[str], None] = print, sandbox_options: Sequence[str] = (), *,
        soon: Mapping[str, str] = SOON, postgres: Mapping[str, str | int] = POSTGRES,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(home)
        self._say = say
        self._sandbox_options = sandbox_options
        self._soon = soon
        self._postgres = postgres
        made = {**new_secrets(), "ADMIN_PASSWORD": self.local.passwords["admin"]}
        self._variables = {
            **made, **{name: value.strip("'") for name, value in SANDBOX.items()}, **ALERT_SETTINGS,
            **self.mailbox.settings, **LOG_SETTINGS,
            # Also in the volume, where a test looks for them.
            "AIRFLOW__LOGGING__DELETE_LOCAL_LOGS": "False",
            "AIRFLOW_BASE_URL": self.local.api_url, "AIRFLOW_STATSD_ON": "True", **(variables or {})}
        self._services = compose_file.services(self._variables)
        self._role = f"cluster_{secrets.token_hex(4)}"
        self._redis_port, *self._health_ports = free_ports(1 + REPLICAS["scheduler"])
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        self.mailbox.start()
        for folder in ("logs", "redis", "sandbox", "task-logs"):
            (self.home / folder).mkdir(parents=True)
        with _administrator(self._postgres) as database:
            password = self._variables["POSTGRES_PASSWORD"]
            database.execute(f"CREATE ROLE {self._role} LOGIN PASSWORD '{password}'")
            database.execute(f"CREATE DATABASE {self._role} OWNER {self._role}")
        self._say("Redis and sandbox")
        self.launch("redis")
        self.launch("sandbox")
        self.await_healthy("redis", "sandbox")
        for name in ONCE:
            self._say(name)
            self.run_once(name)
        self.client("sns").create_topic(Name=TOPIC)
        self.client("ses").verify_email_identity(EmailAddress=SENDER)
        self.s3.create_bucket(Bucket=LOGS)
        self._say("api-server")
        self.launch("api-server")
        self.await_healthy("api-server")
        others = [instance for name in ("scheduler", "dag-processor", "triggerer", "worker", "worker-cpu")
                  for instance in instances(name)]
        self._say(", ".join(others))
        for instance in others:
            self.launch(instance)
        self.api = open_api(self.local)
        self._make_logins()
        self.await_healthy(*others)

    def launch(self, instance: str) -> None:
        """Start one of a service's processes: ``redis``, ``worker-1``."""
        command, environment = self.command_of(instance), self.environment_of(instance)
        with (self.home / "logs" / f"{instance}.log").open("ab") as log:
            self._running[instance] = subprocess.Popen(
                command, env=environment, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True)

    def run_once(self, instance: str) -> None:
        self.launch(instance)
        assert self._running.pop(instance).wait(timeout=STARTUP_SECONDS) == 0, self._tail(instance)

    def await_healthy(self, *names: str) -> None:
        """Ask each one's own health check until it is content."""
        for instance in names:
            until(lambda instance=instance: self.healthy(instance) or None, STARTUP_SECONDS,  # type: ignore[misc]
                  f"{instance} to be healthy")

    def healthy(self, instance: str) -> bool:
        """Whether its health check is content.

        :raises AssertionError: its process has ended.
        """
        assert self._running[instance].poll() is None, self._tail(instance)
        words = self._services[service_of(instance)].health
        command = ["sh", "-c", words[1]] if words[0] == "CMD-SHELL" else list(words)
        done = subprocess.run(
            [self._mapped(word, instance) for word in command], env=self.environment_of(instance), cwd=PROJECT,
            capture_output=True, check=False)
        return done.returncode == 0

    def command_of(self, instance: str) -> list[str]:
        command = [self._mapped(word, instance) for word in self._services[service_of(instance)].command]
        return command + {"api-server": ["--host", LOOPBACK], "worker": ["--celery-hostname", instance],
                          "worker-cpu": ["--celery-hostname", instance],
                          "sandbox": [*self._sandbox_options]}.get(service_of(instance), [])

    def environment_of(self, instance: str) -> dict[str, str]:
        """The environment of a service's process; variables that the file leaves to the image are not set."""
        own = self._services[service_of(instance)].environment
        return {
            **{name: self._mapped(value, instance) for name, value in own.items() if value is not None},
            **(self._soon if any(name.startswith("AIRFLOW__") for name in own) else {}),
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": self._mapped("8974", instance),
            "AIRFLOW_HOME": str(self.home / "airflow" / instance),
            "HOME": str(self.home),
            "HOSTNAME": instance,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
        }

    def _mapped(self, text: str, instance: str) -> str:
        """What the file says, as it is here."""
        health = dict(zip(instances("scheduler"), self._health_ports, strict=True)).get(instance, 0)
        here = {
            r"//airflow:([^@]+)@postgres:5432/airflow": (
                rf"//{self._role}:\1@{self._postgres['host']}:{self._postgres['port']}/{self._role}"),
            r"\bport 6379\ndir /data": f"bind {LOOPBACK}\nport {self._redis_port}\ndir {self.home}/redis",
            r"\b(redis|api-server|sandbox)(?=:\d)|^statsd-exporter$": LOOPBACK,
            r"^9125$": self.statsd.variables["AIRFLOW__METRICS__STATSD_PORT"],
            r"\b0\.0\.0\.0\b": LOOPBACK,
            r"\b6379\b": str(self._redis_port),
            r"\b8080\b": str(self.local.api_port),
            r"\b8974\b": str(health),
            r"\b4566\b": str(self.local.s3_port),
            r"\b4567\b": str(self.local.textract_port),
            "/opt/pipeline": str(PROJECT),
            "/opt/logs": str(self.log_folder),
            "/opt/sandbox": str(self.home / "sandbox"),
        }
        for pattern, replacement in here.items():
            text = re.sub(pattern, replacement, text)
        return text

    def _make_logins(self) -> None:
        for name, role in ROLES.items():
            self.api.call("POST", "/auth/fab/v1/users", {
                "username": name, "password": self.local.passwords[name], "first_name": name, "last_name": name,
                "email": f"{name}@example.org", "roles": [{"name": role}]})

    def kill(self, instance: str) -> None:
        """SIGKILL to a process and all that it has started, at once, as when its machine dies."""
        family = self.family(instance)
        for process in family:
            process.suspend()
        for process in family:
            process.kill()
        self._running.pop(instance).wait(timeout=30)

    def revive(self) -> list[str]:
        """Start what has ended by itself again, as ``restart: unless-stopped`` does; its names."""
        ended = [name for name, process in self._running.items() if process.poll() is not None]
        for name in ended:
            self.launch(name)
        return ended

    def retire(self, *names: str) -> None:
        """Let processes end what they do, and end."""
        for instance in names:
            self._running[instance].terminate()
        for instance in names:
            self._running.pop(instance).wait(timeout=STARTUP_SECONDS)

    def family(self, instance: str) -> list[psutil.Process]:
        """A process and all that it has started."""
        head = psutil.Process(self._running[instance].pid)
        return [head, *head.children(recursive=True)]

    def pids(self) -> dict[str, int]:
        """The first process of each instance that runs."""
        return {name: process.pid for name, process in self._running.items()}

    def stop(self) -> None:
        """Ask all to end as ``docker compose down`` does; kill what has not after a while; delete the database."""
        alive = {name: process for name, process in self._running.items() if process.poll() is None}
        families = [each for name in alive for each in self.family(name)]
        for process in alive.values():
            process.terminate()
        _, left = psutil.wait_procs(families, timeout=STOP_SECONDS)
        for process in left:
            process.kill()
        for process in alive.values():
            process.wait(timeout=30)
        if self._running:
            with _administrator(self._postgres) as database:
                database.execute(f"DROP DATABASE IF EXISTS {self._role} WITH (FORCE)")
                database.execute(f"DROP ROLE IF EXISTS {self._role}")
        self._running.clear()
        self.mailbox.stop()

    def listening(self) -> list[str]:
        """The addresses on which any of its processes listens."""
        found = []
        for process in [process for name in self._running for process in self.family(name)]:
            with suppress(psutil.NoSuchProcess):  # a task that has just ended
                found += [f"{socket.laddr.ip}:{socket.laddr.port}" for socket in process.net_connections()
                          if socket.status == psutil.CONN_LISTEN]
        return found

    def tasks_ended(self) -> Counter[str]:
        """How many tasks each Celery worker says that it has ended."""
        logs = (self.home / "logs").glob("worker*.log")
        return Counter({path.stem: path.read_text(errors="replace").count("succeeded in ") for path in logs})

    @property
    def database_url(self) -> str:
        return self.environ()["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]

    @property
    def _utc(self) -> str:
        return "+00"

    @property
    def log_folder(self) -> Path:
        return self.home / "task-logs"

    def kept(self) -> Iterator[tuple[str, bytes]]:
        command = ["pg_dump", "--inserts", self.database_url.replace("+psycopg2", "")]
        yield "database", subprocess.run(command, capture_output=True, check=True).stdout
        for folder in (self.home / "airflow", self.home / "logs", self.log_folder):
            for path in folder.rglob("*"):
                if path.is_file():
                    yield path.name, path.read_bytes()

    def environ(self) -> dict[str, str]:
        return self.environment_of("api-server")

    def log_tail(self) -> str:
        return "\n".join(self._tail(path.stem) for path in sorted((self.home / "logs").glob("*.log")))

    def _tail(self, instance: str) -> str:
        lines = (self.home / "logs" / f"{instance}.log").read_text(errors="replace").splitlines()
        return "\n".join([f"-- {instance}", *lines[-TAIL_LINES:]])


def instances(service: str) -> list[str]:
    """The names of a service's processes."""
    count = REPLICAS.get(service, 1)
    return [service] if count == 1 else [f"{service}-{number}" for number in range(1, count + 1)]


def service_of(instance: str) -> str:
    return re.sub(r"-\d$", "", instance)


@contextmanager
def _administrator(server: Mapping[str, Any]) -> Iterator[Any]:
    """A cursor of the server's administrator; CREATE DATABASE is no part of a transaction."""
    connection = psycopg2.connect(**server)
    connection.autocommit = True
    try:
        yield connection.cursor()
    finally:
        connection.close()
