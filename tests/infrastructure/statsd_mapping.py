"""What statsd-exporter makes of a StatsD name by a mapping: its rules in order, ``*`` for one part between dots
(https://github.com/prometheus/statsd_exporter#glob-matching)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

MONITORING = Path(__file__).parents[2] / "include" / "infrastructure" / "monitoring"


@dataclass(frozen=True, slots=True)
class Series:
    """A name and labels of Prometheus."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)


def rules() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((MONITORING / "statsd_mapping.yaml").read_text())["mappings"]
    return found


def mapped(name: str) -> Series | None:
    """None for a name that is dropped."""
    for rule in rules():
        found = _match(rule, name)
        if found is not None and rule.get("action") == "drop":
            return None
        if found is not None:
            return Series(rule["name"], {label: found[int(place[1:]) - 1]
                                         for label, place in rule.get("labels", {}).items()})
    raise AssertionError(f"no rule for {name}")


def _match(rule: dict[str, Any], name: str) -> list[str] | None:
    if rule.get("match_type") == "regex":
        return [] if re.search(rule["match"], name) else None
    pattern = re.escape(rule["match"]).replace(r"\*", r"([^.]+)")
    found = re.fullmatch(pattern, name)
    return list(found.groups()) if found else None
