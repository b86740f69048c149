"""What classification found out about a document: its pages and its route (``manifest.json``)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class PageKind(StrEnum):
    """``mixed``: readable text, and beside it content that needs OCR."""

    TEXT = "text"
    IMAGE = "image"
    MIXED = "mixed"
    BLANK = "blank"


class Route(StrEnum):
    """How a document's pages are read; the old pipeline's names of ``extraction_method``."""

    EMBEDDED_TEXT = "embedded_text"
    EXTERNAL_OCR = "external_ocr"
    HYBRID = "hybrid"
    ASYNC_OCR = "async_ocr"


class MediaType(StrEnum):
    """What the bytes are, whatever the file is called."""

    PDF = "application/pdf"
    TIFF = "image/tiff"
    PNG = "image/png"
    JPEG = "image/jpeg"


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page. ``number`` counts from 1; ``characters`` are those of the embedded text layer.

    ``page_hash`` and ``payload_bytes`` are those of the cut-out page that OCR gets; None where no OCR is needed.
    ``adapted`` says that a limit forced the page to be rendered or scaled down, and which limit.
    """

    number: int
    kind: PageKind
    reasons: tuple[str, ...]
    characters: int
    needs_ocr: bool
    page_hash: str | None = None
    payload_bytes: int | None = None
    adapted: str | None = None

    @property
    def reason(self) -> str:
        return "; ".join(self.reasons)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A classified document. ``sha256`` is that of the source bytes; ``size`` in bytes."""

    document_id: str
    media_type: MediaType
    size: int
    sha256: str
    extraction_method: Route
    pages: tuple[PageEntry, ...]

    @property
    def total_pages(self) -> int:
        return len(self.pages)

    @property
    def text_pages(self) -> int:
        return sum(page.kind in (PageKind.TEXT, PageKind.MIXED) for page in self.pages)

    @property
    def image_pages(self) -> int:
        return sum(page.kind is PageKind.IMAGE for page in self.pages)

    @property
    def blank_pages(self) -> int:
        return sum(page.kind is PageKind.BLANK for page in self.pages)

    @property
    def chars_per_page(self) -> tuple[int, ...]:
        return tuple(page.characters for page in self.pages)

    @property
    def ocr_pages(self) -> tuple[PageEntry, ...]:
        """The pages that OCR has to read, in page order."""
        return tuple(page for page in self.pages if page.needs_ocr)


def to_json(manifest: Manifest) -> bytes:
    """The stored form, with the counts of the old pipeline beside the pages."""
    counts = ("total_pages", "text_pages", "image_pages", "blank_pages", "chars_per_page")
    stored: dict[str, Any] = {**asdict(manifest), **{name: getattr(manifest, name) for name in counts}}
    return json.dumps(stored, indent=1).encode()


def from_json(stored: bytes | str) -> Manifest:
    """Read :func:`to_json` back; the counts are derived, not read."""
    values = json.loads(stored)
    return Manifest(
        document_id=values["document_id"],
        media_type=MediaType(values["media_type"]),
        size=values["size"],
        sha256=values["sha256"],
        extraction_method=Route(values["extraction_method"]),
        pages=tuple(
            PageEntry(**{**page, "kind": PageKind(page["kind"]), "reasons": tuple(page["reasons"])})
            for page in values["pages"]
        ),
    )
