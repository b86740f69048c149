"""Thousands of damaged files through the local way of a document, each to end with a state and a code.

``python -m benchmarks.mutants [--count 2000] [--seed 4] [--corpus DIR]...`` prints the counts, and exits with 1 after a
crash, a hang, too much memory or an error outside the registry; such a mutant lies in ``var/mutants/`` then.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from benchmarks.mutations import OF_PDF, OF_PICTURE
from include.documents.content import PageContent, to_json
from include.documents.embedded_text import read_isolated
from include.documents.manifest import Manifest, MediaType, PageKind
from include.documents.manifest_builder import examine
from include.documents.media import detect
from include.errors import PipelineError
from include.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent
SAMPLES = PROJECT / "include" / "samples" / "documents"
OFFENDERS = PROJECT / "var" / "mutants"
SEED = 4
MAX_SECONDS, MAX_WAITED, MAX_MEGABYTES = 10.0, 60.0, 1024
MAX_FILE_BYTES = 2_000_000
_SHARES = ((MediaType.PDF, 70), (MediaType.TIFF, 10), (MediaType.PNG, 10), (MediaType.JPEG, 10))
"""Percent of the mutants."""
_SHOWN = 20
_OURS = ("INTERNAL_ERROR",)
"""Codes that say that our software failed."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mutant: ``state`` is ``read`` or ``refused``, ``code`` the route or the error's code.

    ``seconds`` is the processor time of its children together, which neighbours on the machine do not lengthen;
    ``waited`` the seconds on the clock; ``megabytes`` the largest child's peak.
    """

    index: int
    mutation: str
    media_type: str
    state: str
    code: str
    seconds: float
    waited: float
    megabytes: int

    @property
    def offends(self) -> bool:
        over = self.seconds > MAX_SECONDS or self.waited > MAX_WAITED or self.megabytes > MAX_MEGABYTES
        return over or self.state == "crashed" or self.code in _OURS


class Usage(logging.Handler):
    """Adds up what the isolation notes about its children."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.seconds = 0.0
        self.megabytes = 0

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno == logging.DEBUG and isinstance(record.args, tuple):
            _, seconds, megabytes = record.args
            self.seconds += float(str(seconds))
            self.megabytes = max(self.megabytes, int(str(megabytes)))


@contextmanager
def usage_of_children() -> Iterator[Usage]:
    usage, log = Usage(), logging.getLogger("include.documents.isolation")
    before, log.propagate = log.level, False
    log.setLevel(logging.DEBUG)
    log.addHandler(usage)
    try:
        yield usage
    finally:
        log.removeHandler(usage)
        log.setLevel(before)
        log.propagate = True


def read_files(folders: Iterable[Path]) -> dict[MediaType, list[bytes]]:
    """Files below 2 MB by media type, in the order of their names; others are left out."""
    found: dict[MediaType, list[bytes]] = {media_type: [] for media_type, _ in _SHARES}
    for folder in folders:
        for path in sorted(p for p in folder.iterdir() if p.is_file() and 64 < p.stat().st_size < MAX_FILE_BYTES):
            data = path.read_bytes()
            try:
                found[detect(data)].append(data)
            except PipelineError:
                continue
    return found


def make(files: dict[MediaType, list[bytes]], seed: int, index: int) -> tuple[str, bytes]:
    """The mutant of this number and the name of what was done to it; the same in every run."""
    random = Random(f"{seed} {index}")  # noqa: S311 - a test's choice, no secret
    kinds, weights = zip(*((kind, share) for kind, share in _SHARES if files[kind]), strict=True)
    media_type = random.choices(kinds, weights)[0]
    data, other = random.choice(files[media_type]), random.choice(files[media_type])
    mutation = random.choice(OF_PDF if media_type is MediaType.PDF else OF_PICTURE)
    return mutation.__name__, mutation(data, other, random)


def run(data: bytes) -> tuple[str, str]:
    """State and code of a file on its way through classification, cutting and reading."""
    try:
        manifest, refusal = examine("mutant", data, Settings())
        if refusal is not None:
            return "refused", refusal.code
        for page in _embedded(data, manifest):
            to_json(page)
    except PipelineError as error:
        return "refused", error.code
    except Exception as error:  # every other one is what we look for
        return "crashed", type(error).__name__
    return "read", manifest.extraction_method.value


def _embedded(data: bytes, manifest: Manifest) -> Iterator[PageContent]:
    numbers = [page.number for page in manifest.pages if page.kind in (PageKind.TEXT, PageKind.MIXED)]
    return read_isolated(data, numbers) if manifest.media_type is MediaType.PDF else iter(())


def try_one(files: dict[MediaType, list[bytes]], seed: int, index: int) -> Result:
    """Make a mutant and send it on its way; an offending one is kept in a file."""
    mutation, data = make(files, seed, index)
    started = time.monotonic()
    with usage_of_children() as usage:
        state, code = run(data)
    result = Result(index, mutation, _media_type(data), state, code, usage.seconds, time.monotonic() - started,
                    usage.megabytes)
    if result.offends:
        OFFENDERS.mkdir(parents=True, exist_ok=True)
        (OFFENDERS / f"{seed}-{index}-{code}").write_bytes(data)
    return result


def _media_type(data: bytes) -> str:
    try:
        return detect(data).value
    except PipelineError:
        return "unknown"


def try_all(files: dict[MediaType, list[bytes]], seed: int, indices: Iterable[int], workers: int = 2) -> list[Result]:
    """Results in the order of the numbers.

    :raises concurrent.futures.process.BrokenProcessPool: a mutant has ended the process of a stage.
    """
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        return list(pool.map(partial(try_one, files, seed), indices, chunksize=5))


def report(results: Sequence[Result]) -> Iterator[str]:
    """Counts by media type, state and code; the slowest and the largest; the offenders."""
    counts = Counter((r.media_type, r.state, r.code) for r in results)
    for (media_type, state, code), count in sorted(counts.items()):
        yield f"{media_type:16} {state:8} {code:20} {count:6}"
    slowest = max(results, key=lambda r: r.seconds)
    largest = max(results, key=lambda r: r.megabytes)
    yield f"slowest: {slowest.seconds:.1f} s of processor time, mutant {slowest.index} ({slowest.mutation})"
    yield f"largest: {largest.megabytes} MB, mutant {largest.index} ({largest.mutation})"
    offenders = [r for r in results if r.offends]
    yield f"{len(results)} mutants, {len(offenders)} of them crashed, hung or took too much memory"
    for r in offenders[:_SHOWN]:
        yield f"  mutant {r.index} ({r.mutation}, {r.media_type}): {r.code}, {r.seconds:.1f} s, {r.megabytes} MB"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--corpus", type=Path, action="append", default=[], help="a folder of real files as well")
    options = parser.parse_args(arguments)
    files = read_files([SAMPLES, *options.corpus])
    originals = ", ".join(f"{len(found)} {kind.value}" for kind, found in files.items())
    sys.stdout.write(f"seed {options.seed}, {options.count} mutants of {originals}\n")
    started = time.monotonic()
    results = try_all(files, options.seed, range(options.count))
    sys.stdout.writelines(f"{line}\n" for line in report(results))
    sys.stdout.write(f"{time.monotonic() - started:.0f} seconds\n")
    return 1 if any(result.offends for result in results) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
