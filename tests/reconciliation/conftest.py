"""A deployment with three documents in it: typed, scanned, failed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from demo.environment import Local
from demo.inbox import s3_client
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
    """Nothing is in it."""
    return Deployment(bucket)


@pytest.fixture(scope="session")
def made_once(sandbox: Local) -> Three:
    client: Any = s3_client(sandbox)
    name = f"test-{uuid.uuid4().hex}"
    client.create_bucket(Bucket=name)
    deployment = Deployment(Bucket(client, name))
    typed, scanned = deployment.text("typed.pdf"), deployment.scan("scan.pdf", "one", "two", lines=OTHER_PATIENT)
    locked = deployment.register("locked.pdf")
    deployment.convert(typed, scanned)
    deployment.fail(locked)
    return Three(deployment, typed, scanned, locked)


@pytest.fixture(scope="session")
def objects(made_once: Three) -> dict[str, tuple[str, bytes]]:
    """ETag and bytes of each object that it has."""
    bucket = made_once.deployment.bucket
    return {listed.key: (listed.etag, bucket.read(listed.key)) for listed in bucket.list("")}


@pytest.fixture
def three(made_once: Three, objects: dict[str, tuple[str, bytes]]) -> Iterator[Three]:
    """Whatever the test does to it is undone behind it."""
    bucket = made_once.deployment.bucket
    deployment = Deployment(bucket)
    deployment.airflow.runs = list(made_once.deployment.airflow.runs)
    yield Three(deployment, *(deployment.workspace(each.document_id)
                              for each in (made_once.typed, made_once.scanned, made_once.locked)))
    now = {listed.key: listed.etag for listed in bucket.list("")}
    for key in now.keys() - objects.keys():
        bucket.delete(key)
    for key, (etag, body) in objects.items():
        if now.get(key) != etag:
            bucket.write(key, body)
