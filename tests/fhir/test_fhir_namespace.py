"""The URIs that are ours begin with the deployment's own domain."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from demo.environment import PROJECT

_PRINT = "from include.fhir.resources import elements as e; print(e.SOURCE_EXTENSION, e.PATIENT_KEYS)"


@pytest.mark.parametrize("namespace", ["https://clinic.example", "https://clinic.example/fhir/ours"])
def test_the_deployment_says_how_its_own_uris_begin(namespace: str) -> None:
    printed = subprocess.run(
        [sys.executable, "-c", _PRINT],
        env={**os.environ, "FHIR_NAMESPACE": namespace}, cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    assert printed.split() == [f"{namespace}/StructureDefinition/source", f"{namespace}/patient"]
