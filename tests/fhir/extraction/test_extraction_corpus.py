"""Documents outside the project, where they are at hand: no document may break extraction or lose a row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from include.documents.content import DocumentContent
from include.fhir.extraction import extract
from include.ocr.blocks import read_pages

_RESPONSES = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "textract"


def _responses() -> list[Path]:
    return sorted(path for path in _RESPONSES.glob("*.json") if not path.name.endswith(".expected.json"))


@pytest.mark.skipif(not _RESPONSES.exists(), reason="the real responses are not part of the project")
@pytest.mark.parametrize("path", _responses(), ids=lambda path: path.stem)
def test_every_row_of_a_real_response_is_accounted_for(path: Path) -> None:
    answer = json.loads(path.read_text(encoding="utf-8"))
    blocks = answer.get("Blocks", []) if isinstance(answer, dict) else []
    facts = extract(DocumentContent("doc-test", tuple(read_pages(blocks))))
    assert facts.rows_in == facts.rows_out


def _key_values() -> list[list[object]]:
    expected = _RESPONSES / "patient_intake_forms_tables.json.expected.json"
    pairs: list[list[object]] = json.loads(expected.read_text(encoding="utf-8"))["key_values"]
    return pairs


@pytest.mark.skipif(not _RESPONSES.exists(), reason="the real responses are not part of the project")
def test_an_emergency_contact_of_a_real_form_is_not_the_patient() -> None:
    answer = json.loads((_RESPONSES / "patient_intake_forms_tables.json").read_text(encoding="utf-8"))
    facts = extract(DocumentContent("doc-test", tuple(read_pages(answer["Blocks"]))))
    last_names = [pair[2] for pair in _key_values() if "Last Name" in str(pair[1])]
    [patient] = facts.patients
    assert len(set(last_names)) == 3
    assert patient.birth_date is not None and patient.family in last_names and len(patient.given) == 1
