"""References between resources, wherever in a resource they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def moved(node: Any, places: Mapping[str, str]) -> Any:
    """The same with every reference that ``places`` knows changed to where it leads now."""
    if isinstance(node, list):
        return [moved(part, places) for part in node]
    if isinstance(node, dict):
        return {k: places.get(v, v) if k == "reference" and isinstance(v, str) else moved(v, places)
                for k, v in node.items()}
    return node
