"""The committed sample documents, and the way to make them again.

Reading what is committed needs nothing; making it needs the packages of ``requirements-dev.txt``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DOCUMENTS = Path(__file__).parent / "documents"
_FACTS_ENDING = ".expected.json"


def committed() -> list[Path]:
    """The committed documents, in the order of their names, without their facts."""
    return sorted(path for path in DOCUMENTS.iterdir() if path.is_file() and not path.name.endswith(_FACTS_ENDING))


def expected(name: str) -> dict[str, Any]:
    """The facts printed on a sample, and what has to become of it.

    :param name: the document's file name.
    :raises KeyError: there is no such sample.
    """
    committed_facts = DOCUMENTS / f"{name}{_FACTS_ENDING}"
    if committed_facts.exists():
        facts: dict[str, Any] = json.loads(committed_facts.read_text(encoding="utf-8"))
        return facts
    from include.samples.catalogue import SAMPLES

    return {sample.name: sample for sample in SAMPLES}[name].expected()


def for_demo(scratch: Path) -> list[Path]:
    """The committed documents and, made in ``scratch`` with their facts, those that are too large to be committed."""
    return sorted([*committed(), *generate(scratch, large=True, small=False)], key=lambda path: path.name)


def generate(target: Path, large: bool = False, small: bool = True) -> list[Path]:
    """Write every sample and its facts; returns the paths of the documents.

    :param target: a folder, made if there is none.
    :param large: also those that are too large to be committed.
    :param small: those that are committed.
    """
    # Imported when needed: reportlab is a development dependency.
    from include.samples.catalogue import SAMPLES

    target.mkdir(parents=True, exist_ok=True)
    written = []
    for sample in SAMPLES:
        if not (large if sample.large else small):
            continue
        document = target / sample.name
        document.write_bytes(sample.make())
        facts = json.dumps(sample.expected(), indent=1, ensure_ascii=False)
        document.with_name(f"{sample.name}{_FACTS_ENDING}").write_text(f"{facts}\n", encoding="utf-8")
        written.append(document)
    return written
