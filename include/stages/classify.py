"""First stage: look at every page and choose the document's route."""

from __future__ import annotations

from include.audit.events import EventName
from include.documents.manifest import Manifest, to_json
from include.documents.manifest_builder import examine
from include.documents.storage import manifest_key
from include.stages.stopwatch import Stopwatch
from include.workspace import Workspace


def classify(workspace: Workspace) -> Manifest:
    """Write ``manifest.json``, also of a document that is refused once its pages are known.

    :raises PipelineError: the codes of unreadable files; OCR_DISABLED and TOO_MANY_PAGES, after the manifest.
    """
    watch = Stopwatch()
    data = workspace.documents.read(workspace.registered().key)
    manifest, refusal = examine(workspace.document_id, data, workspace.settings)
    workspace.documents.write(manifest_key(workspace.document_id), to_json(manifest))
    if refusal is not None:
        raise refusal
    workspace.trail.write(
        EventName.DOCUMENT_CLASSIFIED, page_count=manifest.total_pages, duration_ms=watch.milliseconds)
    return manifest
