"""What every benchmark does with its figures: where they come from, tables for people, JSON for programs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

PROJECT = Path(__file__).resolve().parent.parent


def circumstances() -> dict[str, Any]:
    """When and on what was measured."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": {"system": f"{platform.system()} {platform.machine()}", "cpus": os.cpu_count()},
    }


def store(figures: Mapping[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")


def table(title: str, columns: Sequence[str], lines: Sequence[Sequence[str]], texts: Collection[str]) -> Table:
    """A table whose columns are numbers, but those named in ``texts``."""
    drawn = Table(title=title, title_justify="left")
    for column in columns:
        drawn.add_column(column, no_wrap=True, justify="left" if column in texts else "right")
    for line in lines:
        drawn.add_row(*line)
    return drawn


def show_targets(targets: Mapping[str, bool | None], console: Console) -> None:
    """Whether each promise is kept."""
    for target, kept in targets.items():
        console.print(f"{target}: {'not measured' if kept is None else 'yes' if kept else 'NO'}")
