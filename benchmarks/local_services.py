"""The sandbox and the stand-in for Textract, each a process of its own, for benchmarks that need S3 over HTTP."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.figures import PROJECT
from demo import environment, processes
from demo.inbox import s3_client
from include.sandbox.provision import provision

_STARTUP_SECONDS = 120


@contextmanager
def started() -> Iterator[dict[str, str]]:
    """The environment of the processes that are measured; the buckets are there."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        local = environment.create(Path(folder))
        [canned_port] = environment.free_ports(1)
        variables = environment.environ(local)
        for command, url in (
                (processes.commands(local)["sandbox"], f"{local.textract_url}/_sandbox/health"),
                ([sys.executable, "-m", "benchmarks.canned_textract", str(canned_port)],
                 f"http://{environment.LOOPBACK}:{canned_port}/")):
            running.enter_context(_process(command, variables, url))
        provision(s3_client(local), "documents", "ocr-temp", "audit")
        yield {
            **variables,
            "AWS_ENDPOINT_URL_TEXTRACT": f"http://{environment.LOOPBACK}:{canned_port}",
            "PYTHONPATH": f"{variables['PYTHONPATH']}:{PROJECT / 'plugins'}",
        }


@contextmanager
def _process(command: list[str], variables: dict[str, str], url: str) -> Iterator[None]:
    """Until it answers under the URL, and until it is not needed any more."""
    process = subprocess.Popen(
        command, env=variables, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + _STARTUP_SECONDS
        while processes.get_json(url) is None:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[2]} does not start")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()
