"""Lines into files of one type each, on disk until a file is full, then handed on: memory holds none of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from include.fhir.export.limits import Limits


@dataclass(frozen=True, slots=True)
class NdjsonFile:
    """A finished file, ``<type>-<number from 1>.ndjson``; its size in bytes."""

    kind: str
    number: int
    resources: int
    size: int

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.number}.ndjson"


@dataclass(slots=True)
class _Part:
    path: Path
    stream: BinaryIO
    limit: int
    resources: int = 0
    size: int = 0


@dataclass(slots=True)
class Spool:
    """Files that are being written, one of each type at most.

    :param folder: where they lie until they are full.
    :param hand_on: takes a finished file; what is at its path is deleted after.
    """

    folder: Path
    limits: Limits
    hand_on: Callable[[NdjsonFile, Path], None]
    _parts: dict[str, _Part] = field(default_factory=dict)
    _begun: Counter[str] = field(default_factory=Counter)

    def write(self, kind: str, line: bytes) -> None:
        part = self._parts.get(kind)
        full = part is not None and part.size + len(line) + 1 > part.limit
        if part is None or (full and self.limits.may_begin_another(self._begun.total())):
            self._finish(kind)
            part = self._begin(kind)
        part.stream.write(line)
        part.stream.write(b"\n")
        part.resources += 1
        part.size += len(line) + 1

    def finish(self) -> None:
        """Hand on what is left."""
        for kind in sorted(self._parts):
            self._finish(kind)

    def close(self) -> None:
        """Close what an error has left open; nothing is handed on."""
        for part in self._parts.values():
            part.stream.close()

    def _begin(self, kind: str) -> _Part:
        limit = self.limits.file_bytes_of(self._begun.total())
        self._begun[kind] += 1
        path = self.folder / f"{kind}.ndjson"
        self._parts[kind] = _Part(path, path.open("wb"), limit)
        return self._parts[kind]

    def _finish(self, kind: str) -> None:
        part = self._parts.pop(kind, None)
        if part is None:
            return
        part.stream.close()
        self.hand_on(NdjsonFile(kind, self._begun[kind], part.resources, part.size), part.path)
        part.path.unlink()
