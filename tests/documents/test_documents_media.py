from __future__ import annotations

from collections.abc import Callable

import pytest

from include.documents.manifest import MediaType
from include.documents.media import detect
from include.errors import PipelineError


@pytest.mark.parametrize(("kind", "media_type"), [
    ("PNG", MediaType.PNG), ("JPEG", MediaType.JPEG), ("TIFF", MediaType.TIFF), ("PDF", MediaType.PDF)])
def test_the_format_is_told_by_the_bytes(kind: str, media_type: MediaType, make_image: Callable[..., bytes]) -> None:
    assert detect(make_image("Hb 13.5", kind=kind)) is media_type


@pytest.mark.parametrize("start", [b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"])
def test_tiff_comes_in_both_byte_orders_and_as_bigtiff(start: bytes) -> None:
    assert detect(start + b"rest") is MediaType.TIFF


def test_a_pdf_header_may_stand_anywhere_within_the_first_1024_bytes() -> None:
    assert detect(b"x" * 1019 + b"%PDF-1.4") is MediaType.PDF
    with pytest.raises(PipelineError, match="UNSUPPORTED_FORMAT"):
        detect(b"x" * 1020 + b"%PDF-1.4")


def test_a_file_without_bytes_is_empty() -> None:
    with pytest.raises(PipelineError, match="EMPTY"):
        detect(b"")


@pytest.mark.parametrize("data", [b"GIF89a", b"PK\x03\x04", b"<html>", b"plain text", b"BM" + b"\x00" * 60])
def test_any_other_format_is_refused(data: bytes) -> None:
    with pytest.raises(PipelineError, match="UNSUPPORTED_FORMAT"):
        detect(data)
