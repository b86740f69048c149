"""What the bytes of a file are, by content; names and declared types are not looked at."""

from __future__ import annotations

from include.documents.manifest import MediaType
from include.errors import PipelineError

PDF_HEADER_WITHIN = 1024
"""Readers accept ``%PDF-`` anywhere in the first 1,024 bytes (ISO 32000-1, annex H.3, note 13)."""

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
    (b"II+\x00", MediaType.TIFF),
    (b"MM\x00+", MediaType.TIFF),
)


def detect(data: bytes) -> MediaType:
    """The media type of a file's bytes.

    :raises PipelineError: EMPTY, UNSUPPORTED_FORMAT.
    """
    if not data:
        raise PipelineError("EMPTY")
    for signature, media_type in _SIGNATURES:
        if data.startswith(signature):
            return media_type
    if b"%PDF-" in data[:PDF_HEADER_WITHIN]:
        return MediaType.PDF
    raise PipelineError("UNSUPPORTED_FORMAT")
