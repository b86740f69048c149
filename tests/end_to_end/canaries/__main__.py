"""``make canaries``: the search on a local system of its own; the exit code is 1 where a canary is found."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from local_system import LocalSystem

from canaries.everywhere import items, search, seen_where_they_belong
from canaries.story import Story


def main() -> int:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder:
        system = LocalSystem(Path(folder))
        try:
            system.start()
            story = Story(system)
            print(f"{len(story.documents)} documents go their ways; this takes some minutes")
            story.tell(Path(found) if found else None)
            result = search(system, story, items(system, story))
            seen = seen_where_they_belong(system, story.canaries())
        finally:
            system.stop()
    print(*result.report(), sep="\n")
    print(f"{len(story.canaries())} canaries were searched for; {len(seen)} of them are in S3's results, "
          "where they belong")
    if not found:
        print("No Chromium on this machine: the browser's addresses were not searched")
    return 1 if result.hits else 0


if __name__ == "__main__":
    sys.exit(main())
