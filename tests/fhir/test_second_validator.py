"""Every bundle and record is valid for a validator that shares nothing with ours, and that validator can say no."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from include.documents.content import DocumentContent, Origin
from include.documents.embedded_text import read_pages
from include.documents.manifest_builder import build_manifest
from include.errors import PipelineError
from include.fhir.bundle import build_bundle
from include.fhir.extraction import extract
from include.fhir.facts import ConditionFact, DocumentFacts, PatientFact, PractitionerFact, PrintedIdentifier, Source
from include.fhir.merge import merge, resources_by_patient
from include.ocr.blocks import read_pages as read_ocr_pages
from include.review.amendments import add_patient, amended, change, fingerprint
from include.samples import samples
from include.settings import Settings

Json = dict[str, Any]
Validate = Callable[[Sequence[Json]], list[list[str]]]
RECEIVED = "2026-01-05T10:00:00Z"
GOOD = build_bundle(DocumentFacts(patients=(PatientFact("Ann Lee", family="Lee"),),
                                  conditions=(ConditionFact("Asthma"),)), "doc-1", received=RECEIVED)


@pytest.fixture(scope="module")
def second_opinion(node_project: Path) -> Validate:
    """The problems of each bundle."""

    def validate(bundles: Sequence[Json]) -> list[list[str]]:
        lines = "".join(f"{json.dumps(bundle)}\n" for bundle in bundles)
        done = subprocess.run(["node", "validate.mjs"], cwd=node_project, input=lines, capture_output=True, text=True,
                              check=False, timeout=300)
        assert done.returncode == 0, done.stderr[-2000:]
        return [json.loads(line) for line in done.stdout.splitlines()]

    return validate


def text_bundle(data: bytes, document_id: str) -> Json | None:
    """The bundle of a PDF from its text pages; None where it has none or is no document."""
    try:
        manifest = build_manifest(document_id, data, Settings())
        pages = tuple(read_pages(data, [page.number for page in manifest.pages]))
    except (PipelineError, OSError):
        return None
    if not any(page.origin is Origin.EMBEDDED for page in pages):
        return None
    return build_bundle(extract(DocumentContent(document_id, pages)), document_id, received=RECEIVED,
                        source_media_type="application/pdf")


@pytest.mark.parametrize(("kind", "changes"), [
    ("Patient", {"gender": "feminine"}),
    ("Patient", {"birthDate": "24.05.1977"}),
    ("Patient", {"nickname": "Annie"}),
    ("Condition", {"subject": {"display": 5}}),
    ("Condition", {"code": "Asthma"}),
    ("Condition", {"subject": {"reference": GOOD["entry"][1]["fullUrl"]}}),
    ("DocumentReference", {"status": "superceded"}),
    ("Provenance", {"agent": []}),
])
def test_it_refuses_what_is_wrong(second_opinion: Validate, kind: str, changes: Json) -> None:
    broken = copy.deepcopy(GOOD)
    resource = next(e["resource"] for e in broken["entry"] if e["resource"]["resourceType"] == kind)
    resource.update(changes)
    good, bad = second_opinion([GOOD, broken])
    assert good == []
    assert bad


def test_it_knows_what_us_core_asks_of_a_patient(second_opinion: Validate) -> None:
    claimed = copy.deepcopy(GOOD)
    claimed["entry"][0]["resource"]["meta"] = {
        "profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"]}
    assert second_opinion([claimed])[0]


def test_bundles_and_records_of_the_samples_are_valid(second_opinion: Validate) -> None:
    bundles = [bundle for path in samples.committed() if path.suffix == ".pdf"
               for bundle in [text_bundle(path.read_bytes(), f"doc-{path.name}")] if bundle]
    records = [merge(None, resources, patient, "doc-1").record
               for bundle in bundles for patient, resources in resources_by_patient(bundle).items()]
    assert len(bundles) >= 5
    assert len(records) >= 4
    assert second_opinion([*bundles, *records]) == [[]] * (len(bundles) + len(records))


def test_a_practitioner_with_an_npi_is_valid(second_opinion: Validate) -> None:
    npi = PrintedIdentifier("1234567893", label="NPI")
    bundle = build_bundle(DocumentFacts(patients=(PatientFact("Ann Lee"),),
                                        practitioners=(PractitionerFact("Dr. Kim", identifiers=(npi,)),)), "doc-1",
                          received=RECEIVED)
    assert second_opinion([bundle]) == [[]]


def test_what_a_person_has_put_right_is_valid_in_bundle_and_record(second_opinion: Validate) -> None:
    added = add_patient({"name": "Ann Lee", "birth_date": "1977-05-24", "record_number": "55120987"})
    asthma = ConditionFact("Asthrna", source=Source(1, "Asthrna", confidence=50.0))
    put_right = change("conditions", 0, fingerprint(asthma), {"name": "Asthma"})
    bundle = build_bundle(
        amended(DocumentFacts(conditions=(asthma,)), [added, put_right]).facts, "doc-1", received=RECEIVED)
    [(patient, resources)] = resources_by_patient(bundle).items()
    record = merge(None, resources, patient, "doc-1", confirmed=True).record
    assert "verifier" in str(record)
    assert second_opinion([bundle, record]) == [[], []]


def test_bundles_of_real_documents_are_valid(second_opinion: Validate, shared: Path) -> None:
    bundles = []
    for path in sorted((shared / "corpus" / "medical").glob("*.pdf")):
        bundle = text_bundle(path.read_bytes(), f"doc-{path.name}")
        bundles += [bundle] if bundle else []
    for path in sorted((shared / "corpus" / "textract").glob("*.json")):
        answer = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(answer, dict) and answer.get("Blocks"):
            pages = tuple(read_ocr_pages(answer["Blocks"]))
            facts = extract(DocumentContent(f"doc-{path.name}", pages))
            bundles.append(build_bundle(facts, f"doc-{path.name}", received=RECEIVED))
    assert len(bundles) >= 10
    assert second_opinion(bundles) == [[]] * len(bundles)
