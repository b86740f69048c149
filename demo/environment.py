"""The environment that every process of the local system shares: ports, folders, secrets, Airflow's settings."""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from demo.account import Account

PROJECT = Path(__file__).resolve().parent.parent
LOOPBACK = "127.0.0.1"
USERS = ("admin", "operator", "viewer")
ROLES = {"admin": "admin", "operator": "op", "viewer": "viewer"}


@dataclass(frozen=True, slots=True)
class Local:
    """Where the local system lives. ``home`` holds everything it writes; passwords are made anew for each home.

    With an ``account`` there is no sandbox: Airflow works in AWS, and the sandbox's ports stay unused.
    """

    home: Path
    api_port: int
    execution_port: int
    s3_port: int
    textract_port: int
    passwords: dict[str, str]
    secret: str
    fernet_key: str
    account: Account | None = None

    @property
    def api_url(self) -> str:
        return f"http://{LOOPBACK}:{self.api_port}"

    @property
    def execution_url(self) -> str:
        """Where the processes of tasks speak to Airflow."""
        return f"http://{LOOPBACK}:{self.execution_port}"

    @property
    def s3_url(self) -> str:
        return f"http://{LOOPBACK}:{self.s3_port}"

    @property
    def textract_url(self) -> str:
        return f"http://{LOOPBACK}:{self.textract_port}"

    @property
    def airflow_home(self) -> Path:
        return self.home / "airflow"

    @property
    def log_file(self) -> Path:
        return self.home / "logs" / "local-system.log"


def create(home: Path, account: Account | None = None) -> Local:
    """Choose free ports and new secrets."""
    ports = free_ports(4)
    return Local(
        home=home,
        api_port=ports[0],
        execution_port=ports[1],
        s3_port=ports[2],
        textract_port=ports[3],
        passwords={user: secrets.token_urlsafe(9) for user in USERS},
        secret=secrets.token_hex(32),
        fernet_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        account=account,
    )


def save(local: Local) -> None:
    """Remember the system for ``make down`` and for a look at the UI; readable by this user only."""
    path = local.home / "local-system.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps({**asdict(local), "home": str(local.home)}, indent=1))


def load(home: Path) -> Local | None:
    """The system that was started in this home, None where there is none."""
    path = home / "local-system.json"
    if not path.exists():
        return None
    values = json.loads(path.read_text())
    account = Account(**values["account"]) if values.get("account") else None
    return Local(**{**values, "home": Path(values["home"]), "account": account})


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at this moment."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def variables(local: Local) -> dict[str, str]:
    """The environment of every process."""
    airflow = {
        "API__BASE_URL": local.api_url,
        "API__SECRET_KEY": local.secret,
        "API__EXPOSE_CONFIG": "False",
        "API__EXPOSE_STACKTRACE": "True",
        "API_AUTH__JWT_SECRET": local.secret,
        "CORE__AUTH_MANAGER": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "CORE__EXECUTION_API_SERVER_URL": f"{local.execution_url}/execution/",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__FERNET_KEY": local.fernet_key,
        "CORE__LOAD_EXAMPLES": "False",
        # A slot waits up to a second for the end of a task's process: more of them than processors.
        "CORE__PARALLELISM": "12",
        "CORE__MAX_ACTIVE_TASKS_PER_DAG": "16",
        "CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{user}:{role}" for user, role in ROLES.items()),
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
        # One writer at a time: after SQLite's own 5 s a request that had to wait would fail.
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{local.airflow_home / 'airflow.db'}?timeout=15",
        "LOGGING__LOGGING_LEVEL": "INFO",
        # Runs that wait for people are running runs; with more of them than a loop takes, a backfill's never come.
        "SCHEDULER__MAX_DAGRUNS_PER_LOOP_TO_SCHEDULE": "100",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
    }
    return {
        **{f"AIRFLOW__{name}": value for name, value in airflow.items()},
        "AIRFLOW_HOME": str(local.airflow_home),
        "NO_PROXY": f"{LOOPBACK},localhost",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": os.pathsep.join([str(PROJECT), str(PROJECT / "config")]),
        "PYTHONUNBUFFERED": "1",
        **(local.account.variables(os.environ) if local.account else _sandbox_variables(local)),
    }


def _sandbox_variables(local: Local) -> dict[str, str]:
    """The AWS keys are worthless anywhere but here; both ways to an endpoint are set, so that no client can reach AWS
    by mistake."""
    return {
        "AIRFLOW_CONN_AWS_DEFAULT": _connection(local),
        "AWS_ACCESS_KEY_ID": "local-sandbox",
        "AWS_SECRET_ACCESS_KEY": "local-sandbox",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": local.s3_url,
        "AWS_ENDPOINT_URL_TEXTRACT": local.textract_url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "DOCUMENTS_BUCKET": "documents",
        "AUDIT_BUCKET": "audit",
        "OCR_S3_BUCKET": "ocr-temp",
    }


def _connection(local: Local) -> str:
    return json.dumps({
        "conn_type": "aws",
        "login": "local-sandbox",
        "password": "local-sandbox",
        "extra": {
            "region_name": "us-east-1",
            "service_config": {
                "s3": {"endpoint_url": local.s3_url},
                "textract": {"endpoint_url": local.textract_url},
            },
            # One OCR at a time: a page can wait longer than botocore's 60 s, and a call given up would be billed twice.
            "config_kwargs": {"retries": {"mode": "standard", "total_max_attempts": 4}, "read_timeout": 600},
        },
    })


def environ(local: Local) -> dict[str, str]:
    """This process's environment with the local system's on top, without AWS settings of the user's own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "AIRFLOW"))}
    return {**own, **variables(local)}
