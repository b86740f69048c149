"""A FHIR server of the test's own, and a document that goes there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from include.documents.storage import Bucket
from include.workspace import Workspace
from tests.fhir.server.fhir_endpoint import FhirEndpoint, serve
from tests.stages.delivering import connected
from tests.stages.test_convert_stage import LAB, page


@pytest.fixture
def endpoint() -> Iterator[FhirEndpoint]:
    with serve() as started:
        yield started


@pytest.fixture
def workspace(bucket: Bucket, endpoint: FhirEndpoint) -> Workspace:
    return connected(bucket, endpoint, page(LAB))
