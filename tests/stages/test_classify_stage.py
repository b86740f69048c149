"""The manifest is on record also of a document that is refused once its pages are known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from include.audit.events import EventName
from include.documents import manifest as manifests
from include.documents.manifest import Manifest, PageKind
from include.documents.storage import Bucket, manifest_key
from include.errors import PipelineError
from include.stages import ocr
from include.stages.classify import classify
from include.workspace import Workspace
from tests.stages.test_ocr_stage import scan, workspace_of


def refused(workspace: Workspace, code: str, **settings: Any) -> Manifest:
    """The manifest that a refused classification leaves behind."""
    workspace.documents.delete(manifest_key(workspace.document_id))
    before = len(workspace.trail.events())
    with pytest.raises(PipelineError, match=code):
        classify(replace(workspace, settings=replace(workspace.settings, **settings)))
    assert len(workspace.trail.events()) == before
    return manifests.from_json(workspace.documents.read(manifest_key(workspace.document_id)))


@pytest.mark.parametrize(("code", "settings"), [
    ("OCR_DISABLED", {"ocr_enabled": False}), ("TOO_MANY_PAGES", {"ocr_max_pages": 2})])
def test_a_refused_document_has_its_pages_and_kinds_on_record(
        bucket: Bucket, code: str, settings: dict[str, Any]) -> None:
    manifest = refused(workspace_of(bucket, scan(3)), code, **settings)
    assert [page.kind for page in manifest.pages] == [PageKind.IMAGE] * 3
    assert [(page.number, page.page_hash) for page in manifest.ocr_pages] == [(1, None), (2, None), (3, None)]


def test_a_document_that_is_cleared_after_the_setting_changed_is_classified_anew(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, scan(2))
    whole = manifests.from_json(bucket.read(manifest_key(workspace.document_id)))
    refused(workspace, "OCR_DISABLED", ocr_enabled=False)
    assert classify(workspace) == whole
    assert [page.number for page in ocr.plan(workspace).missing] == [1, 2]


def test_a_file_that_cannot_be_read_leaves_no_manifest(bucket: Bucket) -> None:
    with pytest.raises(PipelineError, match="UNSUPPORTED_FORMAT"):
        workspace_of(bucket, b"GIF89a")
    assert not [listed.key for listed in bucket.list("") if listed.key.endswith("manifest.json")]


def test_only_a_document_that_goes_on_counts_as_classified(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, scan(1))
    assert sum(event.event is EventName.DOCUMENT_CLASSIFIED for event in workspace.trail.events()) == 1
