"""Airflow's API server alone, with the logins of the FAB provider and an address that has a path, on loopback."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from demo import environment, processes
from demo.environment import PROJECT, Local
from include.airflow_api import AirflowApi

PATH = "/clinic"
REVIEWER = "Reviewer"
ROLES = {"viewer": "Viewer", "operator": "Op", "admin": "Admin", "reviewer": REVIEWER, "stranger": "Public"}
"""The users, each with its only role. ``Public`` has no permission at all."""
REVIEWER_ROLE = PROJECT / "include" / "infrastructure" / "reviewer_role.json"
_MODULE = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"


class FabServer:
    """One API server over SQLite: no scheduler, so that what is cleared stays cleared.

    :param home: the folder of its database and its log.
    :param sandbox: whose S3 it uses.
    """

    def __init__(self, home: Path, sandbox: Local) -> None:
        passwords = {user: secrets.token_urlsafe(9) for user in ROLES}
        self.local = replace(
            environment.create(home), passwords=passwords, s3_port=sandbox.s3_port,
            textract_port=sandbox.textract_port)
        self.url = f"{self.local.api_url}{PATH}"
        self._process: subprocess.Popen[bytes] | None = None
        self._logins: dict[str, str] = {}

    @property
    def environ(self) -> dict[str, str]:
        return {
            **environment.environ(self.local),
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__CORE__AUTH_MANAGER": _MODULE,
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{self.local.airflow_home / 'airflow.db'}?timeout=15",
        }

    def start(self) -> None:
        """Make the database, the roles and the users with the documented commands, then serve."""
        self.local.airflow_home.mkdir(parents=True)
        self.local.log_file.parent.mkdir(parents=True)
        self.airflow("db", "migrate")
        self.airflow("dags", "reserialize")
        self.airflow("sync-perm", "--include-dags")
        self.airflow("roles", "import", str(REVIEWER_ROLE))
        self.airflow("users", "create", "--username", "admin", "--role", ROLES["admin"], "--firstname", "Admin",
                     "--lastname", "Example", "--email", "admin@example.org", 
                     f"--password={self.local.passwords['admin']}")
        with self.local.log_file.open("wb") as log:
            self._process = subprocess.Popen(
                [*processes.commands(self.local)["api"], "--proxy-headers"], env=self.environ, cwd=PROJECT,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + processes.STARTUP_SECONDS
        while processes.get_json(f"{self.url}/api/v2/monitor/health") is None:
            assert self._process.poll() is None, self.local.log_file.read_text()[-4000:]
            assert time.monotonic() < deadline, "the API server does not answer"
            time.sleep(0.5)
        admin = self.api("admin")
        for user, role in ROLES.items():
            if user != "admin":
                admin.call("POST", "/auth/fab/v1/users", {
                    "username": user, "email": f"{user}@example.org", "first_name": user, "last_name": "Example",
                    "roles": [{"name": role}], "password": self.local.passwords[user]})

    def api(self, user: str) -> AirflowApi:
        return AirflowApi(self.url, user, self.local.passwords[user])

    def login(self, user: str) -> str:
        """What a request of this user says in its header ``Authorization``."""
        if user not in self._logins:
            self._logins[user] = str(self.api(user)._session.headers["Authorization"])
        return self._logins[user]

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)

    def airflow(self, *arguments: str) -> str:
        """One of Airflow's commands; what it prints."""
        done = subprocess.run(
            [str(Path(sys.executable).parent / "airflow"), *arguments], env=self.environ, cwd=PROJECT,
            capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
