"""Facts from a merged document, by rules. Pure: no clock, no I/O beyond the package's own word lists."""

from include.fhir.extraction.extract import extract

__all__ = ["extract"]
