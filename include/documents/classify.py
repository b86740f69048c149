"""Which kind each page is, and why.

A page that needs OCR must never be called text or blank, and a text page never blank: where the signs
contradict each other the page goes to OCR, which costs cents; a lost page costs facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2 as pdfium
from PIL import ImageFile

from include.documents import ink
from include.documents.annotations import Annotation, AnnotationKind, is_blank_notice, read_annotations
from include.documents.density import surely_shows_something
from include.documents.images import frame_count, load_frame, open_image
from include.documents.language import Legibility, legibility, reads_like_language, reads_plainly, word_share
from include.documents.manifest import UNMAPPED_PART, MediaType, PageKind, PageSigns
from include.documents.media import detect
from include.documents.pdf import load_page, open_pdf
from include.documents.residue import look, unread_rows
from include.documents.scan import PageScan, covered_share, scan_page
from include.documents.unread import MAX_LOOK_PIXELS, Logos, Medium, undecodable, unread_media
from include.errors import PipelineError
from include.settings import Settings

UNMAPPED_SHARE = 0.3
"""Share of characters without a Unicode value from which a page's text cannot be trusted; icons stay below."""
FEW_WORDS = 0.5
"""Share of a short text's tokens that are words or numbers by their form, below which it is not believed."""
PAGES_AT_ONCE = 300
"""Pages after which a file is opened anew: PDFium keeps what it has read of it, which of scans is all, until it is
closed."""


@dataclass(frozen=True, slots=True)
class PageFinding:
    """``number`` counts from 1; ``reasons`` are sentences for people, ``signs`` the figures behind them."""

    number: int
    kind: PageKind
    reasons: tuple[str, ...]
    signs: PageSigns = field(default_factory=PageSigns)

    @property
    def characters(self) -> int:
        return self.signs.characters


def classify_pages(data: bytes, settings: Settings) -> tuple[MediaType, list[PageFinding]]:
    """Every page's kind, in page order.

    :raises PipelineError: EMPTY, UNSUPPORTED_FORMAT, ENCRYPTED, CORRUPT, NO_PAGES, TOO_LARGE, PAGE_TOO_LARGE.
    """
    media_type = detect(data)
    return media_type, list(page_findings(data, media_type, settings))


def page_findings(data: bytes, media_type: MediaType, settings: Settings) -> Iterator[PageFinding]:
    """The same page by page.

    :raises PipelineError: as :func:`classify_pages`.
    """
    if media_type is MediaType.PDF:
        first, last = 1, 1
        logos: Logos = set()
        while first <= last:
            with open_pdf(data) as document:
                last = len(document)
                for number in range(first, min(last, first + PAGES_AT_ONCE - 1) + 1):
                    yield _pdf_finding(document, number, settings, logos)
            first += PAGES_AT_ONCE
    else:
        with open_image(data) as image:
            for number in range(1, frame_count(image) + 1):
                yield _image_finding(image, number)


def _image_finding(image: ImageFile.ImageFile, number: int) -> PageFinding:
    load_frame(image, number)
    if ink.is_blank(ink.colours(image)):
        return PageFinding(number, PageKind.BLANK, ("image without marks",), PageSigns(image_share=1.0))
    return PageFinding(number, PageKind.IMAGE, ("image file",), PageSigns(image_share=1.0))


def _pdf_finding(document: pdfium.PdfDocument, number: int, settings: Settings, logos: Logos) -> PageFinding:
    page = load_page(document, number)
    try:
        scan = scan_page(page)
        annotations = read_annotations(page)
        quality = legibility(scan.text)
        signs = _signs(scan, annotations, quality)
        kind, reasons = _Judge(page, scan, annotations, quality, signs, settings, logos).kind()
        return PageFinding(number, kind, reasons, signs)
    except pdfium.PdfiumError:
        raise PipelineError("CORRUPT") from None
    finally:
        page.close()


def _signs(scan: PageScan, annotations: tuple[Annotation, ...], quality: Legibility) -> PageSigns:
    return PageSigns(
        characters=scan.characters,
        hidden_characters=len(scan.hidden_text.strip()),
        unmapped_share=round(scan.unmapped, 3),
        garbled_share=round(quality.garbled_share, 3),
        image_share=round(scan.image_share, 3),
        outlines=len(scan.curves),
        filled_fields=sum(a.kind is AnnotationKind.FIELD or a.selected is True for a in annotations),
        notes=sum(a.kind is AnnotationKind.NOTE for a in annotations),
        comments=sum(a.kind is AnnotationKind.COMMENT for a in annotations),
        drawn_annotations=sum(a.kind is AnnotationKind.DRAWN for a in annotations),
        rotation=scan.rotation,
    )


@dataclass(frozen=True, slots=True)
class _Judge:
    """The rules over the signs of one page."""

    page: pdfium.PdfPage
    scan: PageScan
    annotations: tuple[Annotation, ...]
    quality: Legibility
    signs: PageSigns
    settings: Settings
    logos: Logos

    def kind(self) -> tuple[PageKind, tuple[str, ...]]:
        text = self.scan.text.strip()
        if not self.scan.displayable:
            return PageKind.IMAGE, ("the page's boxes leave nothing to be shown",)
        if text and (self.quality.garbled or self._unmapped()):
            return PageKind.IMAGE, ("text cannot be read: its font has no usable map",)
        if is_blank_notice(text) and self._nothing_beside_text():
            return PageKind.BLANK, ("says that it is blank",)
        return self._visible_text() if text else self._no_text()

    def _unmapped(self) -> bool:
        """Letters that stand for others: most have no map, or the few that there are make no words."""
        if self.scan.silent:
            return True
        if self.scan.unmapped > UNMAPPED_SHARE:
            return not reads_plainly(self.scan.text)
        return self.scan.characters < self.settings.ocr_text_threshold and word_share(self.scan.text) < FEW_WORDS

    def _visible_text(self) -> tuple[PageKind, tuple[str, ...]]:
        characters = self.signs.characters
        enough = characters >= self.settings.ocr_text_threshold
        unread = self._beside_text()
        if unread:
            return (PageKind.MIXED if enough else PageKind.IMAGE), (f"{characters} characters of text", *unread)
        counted = f"{characters} characters of text" + ("" if enough else " and nothing else to read")
        fields = self.signs.filled_fields
        return PageKind.TEXT, (counted, f"{fields} filled-in form fields") if fields else (counted,)

    def _beside_text(self) -> tuple[str, ...]:
        """What stands beside the text and is not in it."""
        unread = []
        if self.quality.garbled_part or self.scan.unmapped > UNMAPPED_PART:
            unread.append("a part of the text cannot be read: its font has no usable map")
        if self.scan.unfinished:
            unread.append("too many objects to look at")
        media = unread_media(self.page, self.scan, self.logos)
        if Medium.IMAGE in media:
            unread.append(f"writing in images, which cover {_percent(self.scan.image_share)}")
        if self.scan.stamped:
            unread.append("a picture stamped over text")
        if Medium.PAINTED in media:
            unread.append("writing in painted areas")
        if Medium.OUTLINES in media:
            unread.append("letters drawn as outlines")
        if Medium.VALUE in media:
            unread.append("a picture or drawing where a label asks for a value")
        if Medium.STROKES in media:
            unread.append("lines drawn as by a pen")
        if any(a.kind is AnnotationKind.NOTE and not is_blank_notice(a.text) for a in self.annotations):
            unread.append("typed notes on top of the page")
        if self.signs.drawn_annotations:
            unread.append("drawn or stamped annotations")
        return tuple(unread)

    def _no_text(self) -> tuple[PageKind, tuple[str, ...]]:
        filled = self._filled()
        if self.scan.empty and not filled:
            notice = any(is_blank_notice(a.text) for a in self.annotations)
            return PageKind.BLANK, ("says that it is blank" if notice else "nothing on the page",)
        if not filled and self._shows_nothing():
            return PageKind.BLANK, ("image without marks" if self.scan.images else "drawing without marks",)
        if self.scan.hidden_text.strip() and not filled:
            return self._hidden_layer()
        if filled:
            return PageKind.IMAGE, ("no text, filled-in annotations",)
        if self.scan.images:
            return PageKind.IMAGE, (f"no text, images cover {_percent(self.scan.image_share)}",)
        if self.scan.text_objects:
            return PageKind.IMAGE, ("text without characters: its font has no usable map",)
        return PageKind.IMAGE, ("no text, only drawn outlines",)

    def _nothing_beside_text(self) -> bool:
        return not (self.scan.images or self.scan.curves or self._filled() or self._beside_text())

    def _filled(self) -> bool:
        """Something was filled in or put on top that is more than a notice."""
        return any(a.selected is not False and not is_blank_notice(a.text) for a in self.annotations)

    def _shows_nothing(self) -> bool:
        return not self._surely_marked() and ink.is_blank(look(self.page)) and not undecodable(self.scan)

    def _surely_marked(self) -> bool:
        """The page is not blank as far as its images' sizes alone can tell."""
        if self.scan.unfinished or self.scan.image_pixels > MAX_LOOK_PIXELS:
            return True
        dense = [image.rect for image in self.scan.images if surely_shows_something(image)]
        return covered_share(dense, self.scan.width, self.scan.height) >= 0.5

    def _hidden_layer(self) -> tuple[PageKind, tuple[str, ...]]:
        """A text layer stands for its scan only if it reads well and lies over what the scan shows."""
        if not reads_like_language(self.scan.hidden_text):
            return PageKind.IMAGE, ("scan with a hidden text layer that does not read like language",)
        if self.scan.image_pixels > MAX_LOOK_PIXELS or unread_rows(self.page, hidden_too=True):
            return PageKind.IMAGE, ("scan with a hidden text layer that leaves out writing on the page",)
        return PageKind.TEXT, (f"scan with a readable text layer of {len(self.scan.hidden_text.strip())} characters",)


def _percent(share: float) -> str:
    return f"{share * 100:.0f} % of the page"
