"""One sandbox process for the whole folder, on free loopback ports, reached over real HTTP.

Not the project-wide one: that one has Textract's usual rate, and these tests call faster.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

REPOSITORY = Path(__file__).parents[2]


class Sandbox:
    """A running sandbox and its clients."""

    def __init__(self, folder: Path, tps: float = 1000.0, *more: str) -> None:
        self.folder = folder
        self.s3_port, self.textract_port = _free_port(), _free_port()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "include.sandbox", "--s3-port", str(self.s3_port),
             "--textract-port", str(self.textract_port), "--data-dir", str(folder), "--tps", str(tps), *more],
            cwd=REPOSITORY, env={**os.environ, "PYTHONPATH": str(REPOSITORY)})
        self._wait()
        self.s3 = self.client("s3", self.s3_port)
        self.textract = self.client("textract", self.textract_port)

    def client(self, service: str, port: int, key: str = "local", secret: str = "local") -> Any:
        return boto3.client(
            service, endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1",
            aws_access_key_id=key, aws_secret_access_key=secret,
            config=Config(retries={"total_max_attempts": 1}, read_timeout=60))

    def _wait(self) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                if self.page("GET", "health") == {"status": "ok"}:
                    return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("the sandbox does not answer")

    def page(self, method: str, name: str, body: object = None) -> Any:
        """Ask one of the sandbox's own pages."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.textract_port}/_sandbox/{name}", method=method,
            data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def textract_of(self, user: str, *statements: dict[str, object]) -> Any:
        """Textract's client of a new user with this policy."""
        return self.client("textract", self.textract_port, *self._keys_of(user, *statements))

    def s3_of(self, user: str, *statements: dict[str, object]) -> Any:
        """S3's client of a new user with this policy."""
        return self.client("s3", self.s3_port, *self._keys_of(user, *statements))

    def _keys_of(self, user: str, *statements: dict[str, object]) -> tuple[str, str]:
        iam = self.client("iam", self.s3_port)
        iam.create_user(UserName=user)
        policy = {"Version": "2012-10-17", "Statement": list(statements)}
        iam.put_user_policy(UserName=user, PolicyName="rights", PolicyDocument=json.dumps(policy))
        made = iam.create_access_key(UserName=user)["AccessKey"]
        return made["AccessKeyId"], made["SecretAccessKey"]

    def check_rights(self) -> None:
        """Switch moto's authorisation on, for good."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.s3_port}/moto-api/reset-auth", method="POST", data=b"0",
            headers={"Content-Type": "text/plain"})
        urllib.request.urlopen(request, timeout=10).close()

    def fault(self, **members: object) -> None:
        self.page("POST", "faults", members)

    def finished(self, job_id: str, **more: Any) -> Any:
        """GetDocumentAnalysis' first answer after the job has ended."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            answer = self.textract.get_document_analysis(JobId=job_id, **more)
            if answer["JobStatus"] != "IN_PROGRESS":
                return answer
            time.sleep(0.1)
        raise TimeoutError("the job does not end")

    def stop(self) -> int:
        self._process.terminate()
        return self._process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"))
    sandbox.s3.create_bucket(Bucket="documents")
    yield sandbox
    sandbox.stop()


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    """The running sandbox without faults and with its counts at zero."""
    running.page("DELETE", "faults")
    running.page("DELETE", "calls")
    yield running
    running.page("DELETE", "faults")


@pytest.fixture(scope="session")
def start_sandbox() -> Iterator[Callable[..., Sandbox]]:
    """Start further sandboxes; they are stopped in the end."""
    started: list[Sandbox] = []

    def start(folder: Path, tps: float = 1000.0, *more: str) -> Sandbox:
        started.append(Sandbox(folder, tps, *more))
        return started[-1]

    yield start
    for sandbox in started:
        sandbox.stop()
