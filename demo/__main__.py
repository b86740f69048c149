"""``python -m demo run [folder] | up | down``: the local system from the command line."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from rich.console import Console

from demo import environment, processes
from demo.environment import PROJECT, Local
from demo.processes import StartError

HOME = PROJECT / "var"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("command", choices=("run", "up", "down"))
    parser.add_argument("folder", nargs="?", type=Path, help="your own documents instead of the samples")
    parser.add_argument("--home", type=Path, default=HOME, help="the folder that holds everything it writes")
    arguments = parser.parse_intermixed_args()
    home = arguments.home.resolve()
    console = Console() if sys.stdout.isatty() else Console(width=150)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if arguments.command == "down":
            console.print("Stopped" if processes.stop(home) else "Nothing runs")
            return 0
        return _up(console, home) if arguments.command == "up" else _run(console, home, arguments.folder)
    except StartError as error:
        console.print(f"[red]{error}[/red]", highlight=False)
        return 1


def _run(console: Console, home: Path, folder: Path | None) -> int:
    from demo.run import run

    if folder is not None and not folder.is_dir():
        raise StartError(f"{folder} is not a folder")
    started = time.monotonic()
    try:
        good = run(_start(console, home), folder, console)
    except KeyboardInterrupt:
        console.print("Interrupted")
        return 130
    finally:
        console.print("Stopping")
        processes.stop(home)
    console.print(f"{'Everything as it should be' if good else 'Not everything as it should be'}: "
                  f"{time.monotonic() - started:.0f} s")
    return 0 if good else 1


def _up(console: Console, home: Path) -> int:
    from demo.run import open_api

    try:
        local = _start(console, home)
        open_api(local)
    except BaseException:
        processes.stop(home)
        raise
    console.print(f"Airflow: {local.api_url}", highlight=False)
    for user, password in local.passwords.items():
        console.print(f"  {user:9} {password}", highlight=False)
    console.print(f"Review queue: {local.api_url}/plugin/review-queue", highlight=False)
    console.print(f"S3: {local.s3_url}   Textract: {local.textract_url}   log: {local.log_file}", highlight=False)
    console.print("make down stops it")
    return 0


def _start(console: Console, home: Path) -> Local:
    if processes.stop(home):
        console.print("Stopped the system that was running")
    local = environment.create(home)
    processes.prepare(local, console.print)
    process = processes.start(local)
    processes.await_healthy(local, process, console.print)
    return local


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
