"""``make compose-native``: the services of docker-compose.yaml without Docker, the samples through them, and one of the
two Celery workers killed on the way."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from rich.console import Console

sys.path.insert(0, str(Path(__file__).parent))

import killed_worker
from cluster_system import ClusterSystem, missing

from include.samples import samples


def main() -> int:
    console = Console(width=120, highlight=False)
    reason = missing()
    if reason:
        console.print(reason)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        system = ClusterSystem(Path(folder) / "cluster", say=console.print)
        try:
            system.start()
            (Path(folder) / "samples").mkdir()
            figures = killed_worker.run(system, samples.for_demo(Path(folder) / "samples"), console)
        except BaseException:
            console.print(system.log_tail())
            raise
        finally:
            console.print("Stopping")
            system.stop()
    console.print(*figures.lines(), sep="\n")
    return 1 if figures.problems or figures.broken or figures.billed != figures.needed else 0


if __name__ == "__main__":
    sys.exit(main())
