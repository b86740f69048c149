"""Whatever the bytes are, a document ends with a state and a code of the registry."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.mutants import SAMPLES, SEED, make, read_files, report, run, try_all
from benchmarks.mutations import OF_PDF, OF_PICTURE, Mutation
from include.documents.manifest import Route
from include.errors import REGISTRY
from tests.documents.bombs import page_of, pdf

COUNT = 100
HEADS = (b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00\x08\x00\x00\x00", b"MM\x00+")
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def ends_well(data: bytes) -> bool:
    state, code = run(data)
    return code in set(Route) if state == "read" else state == "refused" and code in set(REGISTRY) - {"INTERNAL_ERROR"}


def test_no_mutant_of_the_samples_crashes_hangs_or_eats_memory() -> None:
    files = read_files([SAMPLES])
    results = try_all(files, SEED, range(COUNT))
    assert [r for r in results if r.offends] == []
    assert {r.code for r in results} <= set(Route) | set(REGISTRY)
    assert len(results) == COUNT
    assert any(f"{COUNT} mutants, 0 of them" in line for line in report(results))


def test_the_same_seed_makes_the_same_mutants() -> None:
    files = read_files([SAMPLES])
    assert [make(files, 1, n) for n in range(30)] == [make(files, 1, n) for n in range(30)]
    assert [make(files, 1, n) for n in range(30)] != [make(files, 2, n) for n in range(30)]


@pytest.mark.parametrize("mutation", list(dict.fromkeys((*OF_PDF, *OF_PICTURE))))
def test_every_mutation_changes_a_file(mutation: Mutation) -> None:
    data = page_of(filters=1)
    assert any(mutation(data, page_of(b"0 0 m"), Random(seed)) != data for seed in range(5))


@FEW
@given(head=st.sampled_from(HEADS), body=st.binary(max_size=400))
def test_any_bytes_end_with_a_state_and_a_code(head: bytes, body: bytes) -> None:
    assert ends_well(head + body)


@FEW
@given(content=st.lists(st.sampled_from(
    [b"q", b"Q", b"BT", b"ET", b"0 0 m", b"9e9 -9e9 l", b"S", b"(ab) Tj", b"/F1 10 Tf", b"1 0 0 1 72 700 Tm", b"3 Tr",
     b"0 0 0 0 0 0 cm", b"1e9 0 0 1e9 0 0 cm", b"/X Do", b"BI /W 1 /H 1 /BPC 8 /CS /G ID \x00 EI",
     b"0 0 100 100 re W n", b"[(a) -1e9 (b)] TJ", b"/None gs", b"\x00\xff", b"<<", b"]"]), max_size=40))
def test_any_content_of_a_page_ends_with_a_state_and_a_code(content: list[bytes]) -> None:
    assert ends_well(page_of(b"\n".join(content)))


_VALUES = st.sampled_from(["null", "true", "0", "-1", "1e30", "()", "(x)", "/X", "[]", "<<>>", "3 0 R", "5 0 R",
                           "9 0 R", "[0 0 612 792]", "[1e9 0 -1e9 0]", "[3 0 R]", "4294967296"])


@FEW
@given(entries=st.dictionaries(st.sampled_from(
    ["Type", "Kids", "Count", "Parent", "MediaBox", "CropBox", "Rotate", "UserUnit", "Contents", "Resources", "Annots",
     "AcroForm", "Fields", "Font", "Subtype", "Rect", "V", "FT"]), _VALUES, max_size=8), at=st.integers(1, 4))
def test_any_entries_of_a_page_and_its_tree_end_with_a_state_and_a_code(entries: dict[str, str], at: int) -> None:
    objects: dict[int, bytes | str] = {
        1: "<</Type/Catalog/Pages 2 0 R", 2: "<</Type/Pages/Kids[3 0 R]/Count 1",
        3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Annots[4 0 R]",
        4: "<</Type/Annot/Subtype/Widget/FT/Tx/Rect[0 0 9 9]/V(x)"}
    more = "".join(f"/{name} {value}" for name, value in entries.items())
    assert ends_well(pdf({n: f"{body!s}{more if n == at else ''}>>" for n, body in objects.items()}))
