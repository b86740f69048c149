"""A Postgres of one's own, which may be stopped and killed: a folder, a port of loopback, the machine's binaries."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from demo.environment import LOOPBACK, free_ports

USER = "postgres"
_AS_POSTGRES = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups")
"""Postgres refuses to run as root."""


def binaries() -> Path | None:
    """The folder with ``initdb`` and ``pg_ctl`` of the newest version here; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    beside = shutil.which("initdb")
    return found[-1].parent if found else Path(beside).parent if beside else None


class OwnPostgres:
    """One server. It trusts whoever reaches it, as the machine's own does for the tests."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="postgres-"))
        if os.geteuid() == 0:
            shutil.chown(self._home, USER, USER)
        [self._port] = free_ports(1)

    @property
    def address(self) -> dict[str, str | int]:
        """What psycopg2 connects to."""
        return {"host": LOOPBACK, "port": self._port, "user": USER}

    def start(self) -> None:
        """Start it, on its first start with an empty data folder; answers when it does."""
        if not self._data.exists():
            self._run("initdb", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C.UTF-8")
        options = f"-p {self._port} -c listen_addresses={LOOPBACK} -c unix_socket_directories= -c max_connections=200"
        self._run("pg_ctl", "start", "--wait", "--timeout=60", f"--log={self._home / 'log'}", f"--options={options}")

    def stop(self, *, at_once: bool = False) -> None:
        """Stop it; ``at_once`` as in a power cut: no connection is told, nothing is written out, the next start has to
        recover."""
        self._run("pg_ctl", "stop", "--wait", f"--mode={'immediate' if at_once else 'fast'}")

    def remove(self) -> None:
        """Stop it if it runs, and delete its folder."""
        if (self._data / "postmaster.pid").exists():
            self.stop(at_once=True)
        shutil.rmtree(self._home, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self._home / "data"

    def _run(self, program: str, *arguments: str) -> None:
        folder = binaries()
        assert folder is not None, "no initdb on this machine"
        caller = _AS_POSTGRES if os.geteuid() == 0 else ()
        # To nowhere: the server inherits what pg_ctl writes to, and a pipe would not end before it does.
        subprocess.run([*caller, str(folder / program), "--pgdata", str(self._data), *arguments], cwd="/", check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
