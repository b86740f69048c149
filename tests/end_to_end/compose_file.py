"""docker-compose.yaml as Docker Compose itself reads it, with the image's part from the Dockerfile."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
FILE = PROJECT / "docker-compose.yaml"
PROFILES = ("sandbox", "monitoring")


@dataclass(frozen=True, slots=True)
class Service:
    """What is run, and with which environment; ``None`` where the environment does not set a variable."""

    command: tuple[str, ...]
    environment: Mapping[str, str | None]
    health: tuple[str, ...]
    """A command, or ``CMD-SHELL`` and a line for a shell; empty where there is none."""


@cache
def compose() -> tuple[str, ...]:
    """How Docker Compose is called here; empty where it is not. The package's own command loses the exit code."""
    package = find_spec("compose")
    installed = package and package.origin and Path(package.origin).parent / "docker-compose"
    for found in (str(installed) if installed else None, shutil.which("docker-compose")):
        if found:
            return (found,)
    plugin = shutil.which("docker") and subprocess.run(
        ["docker", "compose", "version"], capture_output=True, check=False).returncode == 0
    return ("docker", "compose") if plugin else ()


def run(variables: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Docker Compose with these variables instead of an ``.env``, and with nothing of this process's environment."""
    command = [*compose(), "--project-directory", str(PROJECT), "--file", str(FILE), "--env-file", os.devnull]
    own = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run([*command, *arguments], env={**own, **variables}, capture_output=True, text=True, check=False)


def read(variables: Mapping[str, str], profiles: Sequence[str] = PROFILES) -> dict[str, Any]:
    """The whole file with these variables filled in."""
    flags = [word for profile in profiles for word in ("--profile", profile)]
    done = run(variables, *flags, "config", "--format", "json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.replace("$$", "$"))
    return found


def services(variables: Mapping[str, str]) -> dict[str, Service]:
    """Every service, with the variables that the image sets below those of the service."""
    image = image_environment()
    return {
        name: Service(
            command=tuple(found["command"] or ()),
            environment={**(image if "build" in found or name == "sandbox-buckets" else {}),
                         **(found.get("environment") or {})},
            health=_test(found.get("healthcheck", {}).get("test", ())))
        for name, found in read(variables)["services"].items()}


def _test(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(words[1:]) if words[:1] == ["CMD"] else tuple(words)


def image_environment() -> dict[str, str]:
    """The variables of the Dockerfile's ``ENV``."""
    text = (PROJECT / "Dockerfile").read_text().replace("\\\n", " ")
    [line] = re.findall(r"^ENV (.+)$", text, re.MULTILINE)
    return dict(part.split("=", 1) for part in line.split())
