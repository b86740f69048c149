"""Facts from a merged document, by rules. Pure: no clock, no I/O beyond the package's own word lists."""

from include.fhir.extraction.extract import extract, read_document
from include.fhir.extraction.surroundings import Extraction, Surroundings

__all__ = ["Extraction", "Surroundings", "extract", "read_document"]
