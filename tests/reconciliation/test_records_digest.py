"""The digest of the records: the same for two runs that say the same, another one as soon as one says less or more."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

from include.documents.content import DocumentContent
from include.fhir.bundle import build_bundle
from include.fhir.extraction import extract
from include.fhir.merge import merge, resources_by_patient
from include.reconciliation.digest import digest_of_all, digest_of_record
from tests.stages.test_convert_stage import LAB, page

Json = dict[str, Any]
OTHER_BIRTH_DATE = tuple(line.replace("03/27/1971", "03/28/1971") for line in LAB)
CORRECTED = tuple(line.replace("138  ", "139  ") for line in LAB)
FILES = {"doc-a": LAB, "doc-b": OTHER_BIRTH_DATE, "doc-c": CORRECTED}


def bundle(document: str, lines: tuple[str, ...], received: str) -> Json:
    return build_bundle(extract(DocumentContent(document, (page(lines),))), document, received=received)


def record(order: tuple[str, ...], received: str = "2026-11-23T08:00:00.000+00:00") -> Json:
    """The record of the only patient, after these documents."""
    made: Json | None = None
    for document in order:
        [resources] = resources_by_patient(bundle(document, FILES[document], received)).values()
        made = merge(made, resources, "pat-1", document).record
    assert made is not None
    return made


def test_the_order_of_documents_makes_no_difference() -> None:
    records = [record(order) for order in permutations(FILES)]
    assert len({json.dumps(each, sort_keys=True) for each in records}) > 1
    assert len({digest_of_record(each) for each in records}) == 1


def test_neither_does_the_hour_nor_a_second_merge() -> None:
    order = tuple(FILES)
    assert digest_of_record(record(order)) == digest_of_record(record((*order, "doc-a"))) == digest_of_record(
        record(order, received="2027-01-01T09:00:00.000+00:00"))


def test_every_fact_and_every_piece_of_evidence_does() -> None:
    whole = record(tuple(FILES))
    digests = {digest_of_record(whole)}
    for index in range(len(whole["entry"])):
        less = json.loads(json.dumps(whole))
        del less["entry"][index]
        digests.add(digest_of_record(less))
    confirmed = json.loads(json.dumps(whole).replace("138", "137"))
    digests.add(digest_of_record(confirmed))
    assert len(digests) == len(whole["entry"]) + 2


def test_the_order_of_patients_makes_no_difference_and_whose_a_record_is_does() -> None:
    one, two = ("pat-1", "a"), ("pat-2", "b")
    assert digest_of_all([one, two]) == digest_of_all([two, one])
    assert digest_of_all([one, two]) != digest_of_all([("pat-1", "b"), ("pat-2", "a")])
