"""The records of a run's patients as NDJSON, a resource a line, for a server's bulk import."""

from include.fhir.export.limits import Limits
from include.fhir.export.run import Export, export_run

__all__ = ["Export", "Limits", "export_run"]
