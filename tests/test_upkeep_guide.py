"""docs/upkeep.md names what there is; its commands run in ``tests/end_to_end/test_upkeep.py``."""

from __future__ import annotations

import re
from pathlib import Path

from local_system import LOG_SETTINGS

from include.retention.__main__ import KEEP_DAYS
from include.retention.cutoff import SHORTEST_KEEP_DAYS
from include.retention.metadata import TABLES
from include.status.__main__ import CHAINS

PROJECT = Path(__file__).resolve().parents[1]
GUIDE = (PROJECT / "docs" / "upkeep.md").read_text()


def test_the_settings_for_logs_are_those_that_were_tried() -> None:
    told = dict(re.findall(r"^    (AIRFLOW__LOGGING__\w+)=(.*)$", GUIDE, re.MULTILINE))
    assert told == LOG_SETTINGS


def test_every_command_that_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make (?:-s )?([a-z]+-?[a-z]+)", GUIDE)) - {"them"} <= targets
    for module in re.findall(r"python -m ([\w.]+)", GUIDE):
        path = PROJECT / module.replace(".", "/")
        assert (path / "__main__.py").exists() or path.with_suffix(".py").exists(), module


def test_its_numbers_are_those_of_the_code() -> None:
    assert f"KEEP_DAYS={KEEP_DAYS}" in GUIDE
    assert f"The shortest time is {SHORTEST_KEEP_DAYS} days" in GUIDE
    assert f"{CHAINS} audit chains by chance" in GUIDE
    assert {"dag", "trigger", "log"}.isdisjoint(TABLES)
