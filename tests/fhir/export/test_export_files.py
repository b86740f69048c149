"""Lines in files that are rolled by size, and never too many."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.fhir.export.files import NdjsonFile, Spool
from include.fhir.export.limits import Limits


def spooled(folder: Path, limits: Limits, lines: list[tuple[str, bytes]]) -> list[tuple[NdjsonFile, bytes]]:
    handed_on: list[tuple[NdjsonFile, bytes]] = []
    spool = Spool(folder, limits, lambda file, path: handed_on.append((file, path.read_bytes())))
    for kind, line in lines:
        spool.write(kind, line)
    spool.finish()
    return handed_on


def test_a_file_is_full_before_the_line_that_would_pass_its_size(tmp_path: Path) -> None:
    lines = [("A", b"12345"), ("A", b"123"), ("B", b"1"), ("A", b"1")]
    assert spooled(tmp_path, Limits(file_bytes=10), lines) == [
        (NdjsonFile("A", 1, 2, 10), b"12345\n123\n"),
        (NdjsonFile("A", 2, 1, 2), b"1\n"),
        (NdjsonFile("B", 1, 1, 2), b"1\n")]
    assert [file.name for file, _ in spooled(tmp_path, Limits(file_bytes=10), lines)] == [
        "A-1.ndjson", "A-2.ndjson", "B-1.ndjson"]


def test_a_line_that_is_larger_than_a_file_has_one_of_its_own(tmp_path: Path) -> None:
    handed_on = spooled(tmp_path, Limits(file_bytes=4), [("A", b"1"), ("A", b"123456789"), ("A", b"2")])
    assert [body for _, body in handed_on] == [b"1\n", b"123456789\n", b"2\n"]


@pytest.mark.parametrize("files", [2, 5, 40, 100])
def test_an_export_of_many_files_gets_larger_ones_and_keeps_every_line(tmp_path: Path, files: int) -> None:
    lines = [("A", f"{number:09}".encode()) for number in range(2_000)]
    handed_on = spooled(tmp_path, Limits(files=files, file_bytes=20), [*lines, ("B", b"1")])
    assert len(handed_on) <= files
    written = [line for file, body in handed_on if file.kind == "A" for line in body.splitlines()]
    assert written == [line for _, line in lines]
    sizes = [file.size for file, _ in handed_on if file.kind == "A"][:-1]
    assert sizes == sorted(sizes)


def test_no_file_is_larger_than_the_largest_while_another_may_be_begun() -> None:
    limits = Limits()
    sizes = [limits.file_bytes_of(number) for number in range(limits.files) if limits.may_begin_another(number)]
    assert (sizes[0], sizes[4_000], max(sizes)) == (50_000_000, 50_000_000, 5_000_000_000)
    assert sum(sizes) > 10 * limits.job_bytes


def test_what_was_handed_on_is_gone_from_the_disk(tmp_path: Path) -> None:
    spooled(tmp_path, Limits(file_bytes=4), [("A", b"1"), ("A", b"123456789")])
    assert list(tmp_path.iterdir()) == []
