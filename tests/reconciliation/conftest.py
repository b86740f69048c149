"""A deployment with three documents in it: typed, scanned, failed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from include.documents.storage import Bucket
from include.workspace import Workspace
from tests.reconciliation.deployment import Deployment
from tests.stages.test_convert_stage import LAB

OTHER_PATIENT = tuple(line.replace("55120987", "55120988") for line in LAB)


@dataclass(frozen=True)
class Three:
    """``typed`` and ``scanned`` are converted, ``locked`` has failed."""

    deployment: Deployment
    typed: Workspace
    scanned: Workspace
    locked: Workspace


@pytest.fixture
def deployment(bucket: Bucket) -> Deployment:
    return Deployment(bucket)


@pytest.fixture
def three(deployment: Deployment) -> Three:
    typed, scanned = deployment.text("typed.pdf"), deployment.scan("scan.pdf", "one", "two", lines=OTHER_PATIENT)
    locked = deployment.register("locked.pdf")
    deployment.convert(typed, scanned)
    deployment.fail(locked)
    return Three(deployment, typed, scanned, locked)
