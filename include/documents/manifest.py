"""What classification found out about a document: its pages and its route (``manifest.json``)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
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


UNMAPPED_PART = 0.12
"""Share of the characters without a Unicode value from which a part of a page's text, such as a table in a font of its
own, cannot be trusted; icons and bullets stay below."""


@dataclass(frozen=True, slots=True)
class PageSigns:
    """The figures by which a page was judged. Shares go from 0 to 1.

    :param characters: those of the text layer that a reader sees.
    :param hidden_characters: those in invisible mode or under an image.
    :param unmapped_share: of the characters, those whose font does not say what they mean.
    :param garbled_share: of the text, what cannot be what the page shows.
    :param image_share: of the page, what images cover.
    :param outlines: paths with curves or many corners.
    :param filled_fields: form fields with a value and selected tick boxes.
    :param notes: typed notes (FreeText annotations).
    :param comments: comments with words (Text annotations), which a rendering does not show.
    :param drawn_annotations: ink, stamps and drawn shapes.
    :param rotation: clockwise degrees by which the page is turned for display.
    """

    characters: int = 0
    hidden_characters: int = 0
    unmapped_share: float = 0.0
    garbled_share: float = 0.0
    image_share: float = 0.0
    outlines: int = 0
    filled_fields: int = 0
    notes: int = 0
    comments: int = 0
    drawn_annotations: int = 0
    rotation: int = 0


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page. ``number`` counts from 1.

    ``page_hash`` and ``payload_bytes`` are those of the cut-out page that OCR gets; None where no OCR is needed.
    ``adapted`` says that a limit forced the page to be rendered or scaled down, and which limit.
    """

    number: int
    kind: PageKind
    reasons: tuple[str, ...]
    needs_ocr: bool
    signs: PageSigns = field(default_factory=PageSigns)
    page_hash: str | None = None
    payload_bytes: int | None = None
    adapted: str | None = None

    @property
    def characters(self) -> int:
        """Of the embedded text layer."""
        return self.signs.characters

    @property
    def readable(self) -> bool:
        """The text layer is what the page shows, as far as it goes."""
        return self.kind in (PageKind.TEXT, PageKind.MIXED) and not (
            self.signs.garbled_share or self.signs.unmapped_share > UNMAPPED_PART)

    @property
    def has_own_fields(self) -> bool:
        """The file holds values of this page, whatever OCR reads: form fields, notes, comments."""
        return bool(self.signs.filled_fields or self.signs.notes or self.signs.comments)

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
            PageEntry(**{
                **page, "kind": PageKind(page["kind"]), "reasons": tuple(page["reasons"]),
                "signs": PageSigns(**page["signs"])})
            for page in values["pages"]
        ),
    )
