"""What a stage works with: its document, the buckets, the settings, the audit trail. Stages get nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from include.audit.trail import AuditTrail
from include.documents.intake import Source, read_source
from include.documents.storage import Bucket
from include.fhir.comprehend_medical.operations import Client
from include.fhir.server.client import FhirServer
from include.settings import Settings


@dataclass(frozen=True, slots=True)
class Workspace:
    """One document in one task."""

    document_id: str
    documents: Bucket
    temp: Bucket
    settings: Settings
    trail: AuditTrail
    source: Source | None = None
    """As it is registered, where whoever made the workspace has read that already."""
    fhir_server: FhirServer | None = None
    """The second destination of what goes into the record; None: there is none."""
    comprehend_medical: Callable[[], Client] | None = None
    """Makes the client of the second analyzer; called where ANALYZERS names it and a text has not been sent before."""

    def registered(self) -> Source:
        """Where the document comes from.

        :raises PipelineError: S3_NOT_FOUND, it was never registered; the other S3 codes.
        """
        return self.source or read_source(self.documents, self.document_id)
