"""What is warmed up in the parent is not built again in its tasks."""

from __future__ import annotations

import json
import subprocess
import sys

from include.samples.samples import DOCUMENTS
from include.stages import warm_up

CONVERSION = """
import json, sys
from benchmarks.conversion import convert, merged
from include.stages.warm_up import warm_up

document = merged(open(sys.argv[1], "rb").read(), "doc-1")
if sys.argv[2] == "warm":
    warm_up()
seen = []
sys.addaudithook(lambda event, details: seen.append(str(details[0])) if event in ("open", "import") else None)
convert(document)
print(json.dumps(sorted(set(seen))))
"""


def opened_and_imported(temperature: str) -> list[str]:
    """By the conversion of a sample in a process of its own."""
    command = [sys.executable, "-c", CONVERSION, str(DOCUMENTS / "discharge_letter.pdf"), temperature]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return list(json.loads(done.stdout))


def test_a_warm_process_converts_without_reading_a_vocabulary_or_loading_a_model() -> None:
    cold = opened_and_imported("cold")
    assert any(name.endswith("loinc.csv") for name in cold)
    assert any(name.startswith("fhir.resources") for name in cold)
    assert opened_and_imported("warm") == []


def test_the_page_states_each_kind_of_fact() -> None:
    """Else what is built for the missing ones is built in each task."""
    bundle = warm_up.warm_up()
    assert {entry["resource"]["resourceType"] for entry in bundle["entry"]} == {
        "AllergyIntolerance", "Condition", "Device", "DiagnosticReport", "DocumentReference", "Encounter",
        "Immunization", "MedicationStatement", "Observation", "Patient", "Practitioner", "PractitionerRole",
        "Procedure", "Provenance"}
