"""``python -m benchmarks.page``: tables and plots of docs/benchmarks.md, made anew from the stored figures.

What stands between ``<!-- figures: name -->`` and ``<!-- end -->`` is replaced, and nothing else. A benchmark that has
no stored figures keeps what the page says of it: a page is made on one machine from the figures of another, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.figures import PROJECT
from benchmarks.plots import PLOTS, draw
from benchmarks.promises import PROMISES, summary
from benchmarks.tables import TABLES, section

PAGE = PROJECT / "docs" / "benchmarks.md"
IMAGES = PROJECT / "docs" / "images" / "benchmarks"
FIGURES = PROJECT / "var" / "benchmarks"
SUMMARY = "promises"
_MARKED = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def stored(folder: Path = FIGURES) -> dict[str, dict[str, Any]]:
    """The figures of the benchmarks that have been measured, by name."""
    return {name: json.loads(path.read_text()) for name in PROMISES if (path := folder / f"{name}.json").exists()}


def filled(page: str, measured: Mapping[str, Mapping[str, Any]]) -> str:
    """The page with new tables.

    :raises KeyError: the page has a marker of a benchmark that there is none of.
    """

    def content(found: re.Match[str]) -> str:
        name = found[2]
        if name == SUMMARY:
            text = summary(measured)
        elif name in measured:
            picture = f"\n\n![{name.replace('_', ' ')}](images/benchmarks/{name}.svg)" if name in PLOTS else ""
            text = f"{section(name, measured[name])}{picture}"
        elif found[0].count("\n") > 1:
            return found[0]
        else:
            text = section(name, None)
        return f"{found[1]}{text}\n{found[3]}"

    unknown = {name for _, name, _ in _MARKED.findall(page)} - {SUMMARY, *TABLES}
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    return _MARKED.sub(content, page)


def make(page: Path = PAGE, images: Path = IMAGES, folder: Path = FIGURES) -> list[str]:
    """Write page and plots; the names of the benchmarks whose figures were there."""
    measured = stored(folder)
    for name in PLOTS.keys() & measured.keys():
        draw(name, measured[name], images)
    page.write_text(filled(page.read_text(), measured))
    return list(measured)


def main() -> None:
    names = make()
    print(f"docs/benchmarks.md has the figures of: {', '.join(names) or 'none'}")


if __name__ == "__main__":
    main()
