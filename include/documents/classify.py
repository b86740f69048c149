"""Which kind each page is, and why.

A page that needs OCR must never be called text or blank, and a text page never blank: where the signs
contradict each other the page goes to OCR, which costs cents; a lost page costs facts.
"""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2 as pdfium
from PIL import ImageFile

from include.documents import ink
from include.documents.annotations import Annotation, AnnotationKind, is_blank_notice, read_annotations
from include.documents.images import frame_count, load_frame, open_image
from include.documents.language import is_garbled, reads_like_language
from include.documents.manifest import MediaType, PageKind
from include.documents.media import detect
from include.documents.pdf import load_page, open_pdf
from include.documents.residue import images_hold_content, look, share_outside_text
from include.documents.scan import PageScan, glyph_rows, scan_page
from include.errors import PipelineError
from include.settings import Settings

SIZEABLE_IMAGES = 0.06
"""Share of the page from which images may hold content of their own; a logo covers 1 %, a table of five rows 8 %."""
UNMAPPED_SHARE = 0.3
"""Share of characters without a Unicode value from which a page's text cannot be trusted; icons stay below."""
OUTLINED_LETTERS = 40
"""Drawn letters in rows beside real text from which outlines count as content."""
SPARSE_OUTLINED_LETTERS = 8
"""The same on a page with fewer characters than OCR_TEXT_THRESHOLD, such as one with a typed page number only."""
OUTSIDE_HIDDEN_LAYER = 0.5
"""Share of a scan's edges that its text layer may leave uncovered: rules and logos, not half of the page."""
MAX_LOOK_PIXELS = 60_000_000
"""A page with a larger image is not looked at for blankness, it is OCR's: decoding alone would take gigabytes."""


@dataclass(frozen=True, slots=True)
class PageFinding:
    """``characters`` are those of the text layer that a reader sees; ``number`` counts from 1."""

    number: int
    kind: PageKind
    reasons: tuple[str, ...]
    characters: int


def classify_pages(data: bytes, settings: Settings) -> tuple[MediaType, list[PageFinding]]:
    """Every page's kind, in page order.

    :raises PipelineError: EMPTY, UNSUPPORTED_FORMAT, ENCRYPTED, CORRUPT, NO_PAGES, TOO_LARGE, PAGE_TOO_LARGE.
    """
    media_type = detect(data)
    if media_type is MediaType.PDF:
        with open_pdf(data) as document:
            return media_type, [_pdf_finding(document, n, settings) for n in range(1, len(document) + 1)]
    with open_image(data) as image:
        return media_type, [_image_finding(image, n) for n in range(1, frame_count(image) + 1)]


def _image_finding(image: ImageFile.ImageFile, number: int) -> PageFinding:
    load_frame(image, number)
    if ink.is_blank(ink.grey(image)):
        return PageFinding(number, PageKind.BLANK, ("image without marks",), 0)
    return PageFinding(number, PageKind.IMAGE, ("image file",), 0)


def _pdf_finding(document: pdfium.PdfDocument, number: int, settings: Settings) -> PageFinding:
    page = load_page(document, number)
    try:
        scan = scan_page(page)
        annotations = read_annotations(page)
        kind, reasons = _judge(page, scan, annotations, settings)
        return PageFinding(number, kind, reasons, scan.characters)
    except pdfium.PdfiumError:
        raise PipelineError("CORRUPT") from None
    finally:
        page.close()


def _judge(page: pdfium.PdfPage, scan: PageScan, annotations: tuple[Annotation, ...],
           settings: Settings) -> tuple[PageKind, tuple[str, ...]]:
    text = scan.text.strip()
    if text and (scan.unmapped > UNMAPPED_SHARE or is_garbled(text)):
        return PageKind.IMAGE, ("text cannot be read: its font has no usable map",)
    if is_blank_notice(text) and scan.image_share < SIZEABLE_IMAGES:
        return PageKind.BLANK, ("says that it is blank",)
    if text:
        return _judge_visible_text(page, scan, annotations, settings)
    return _judge_without_text(page, scan, annotations)


def _judge_visible_text(page: pdfium.PdfPage, scan: PageScan, annotations: tuple[Annotation, ...],
                        settings: Settings) -> tuple[PageKind, tuple[str, ...]]:
    enough = scan.characters >= settings.ocr_text_threshold
    unread = _unread_content(page, scan, annotations, enough)
    if unread:
        counted = f"{scan.characters} characters of text"
        return (PageKind.MIXED if enough else PageKind.IMAGE), (counted, *unread)
    counted = f"{scan.characters} characters of text" + ("" if enough else " and nothing else to read")
    fields = sum(a.kind is AnnotationKind.FIELD or a.selected is True for a in annotations)
    return PageKind.TEXT, (counted, f"{fields} filled-in form fields") if fields else (counted,)


def _judge_without_text(page: pdfium.PdfPage, scan: PageScan,
                        annotations: tuple[Annotation, ...]) -> tuple[PageKind, tuple[str, ...]]:
    filled = [a for a in annotations if a.kind is not AnnotationKind.TICK and not is_blank_notice(a.text)]
    if not (scan.images or scan.paths or scan.shadings or filled):
        notice = any(is_blank_notice(a.text) for a in annotations)
        return PageKind.BLANK, ("says that it is blank" if notice else "nothing on the page",)
    if not filled and scan.image_pixels <= MAX_LOOK_PIXELS and ink.is_blank(look(page)):
        return PageKind.BLANK, ("image without marks" if scan.images else "drawing without marks",)
    if scan.hidden_text.strip():
        return _judge_hidden_layer(page, scan)
    if scan.images:
        return PageKind.IMAGE, (f"no text, images cover {_percent(scan.image_share)}",)
    if filled:
        return PageKind.IMAGE, ("no text, filled-in annotations",)
    return PageKind.IMAGE, ("no text, only drawn outlines",)


def _judge_hidden_layer(page: pdfium.PdfPage, scan: PageScan) -> tuple[PageKind, tuple[str, ...]]:
    """A text layer stands for its scan only if it reads well and lies over what the scan shows."""
    if not reads_like_language(scan.hidden_text):
        return PageKind.IMAGE, ("scan with a hidden text layer that does not read like language",)
    if scan.image_pixels > MAX_LOOK_PIXELS or share_outside_text(page) > OUTSIDE_HIDDEN_LAYER:
        return PageKind.IMAGE, ("scan with a hidden text layer that leaves out much of the page",)
    return PageKind.TEXT, (f"scan with a readable text layer of {len(scan.hidden_text.strip())} characters",)


def _holds_content(page: pdfium.PdfPage, scan: PageScan) -> bool:
    return scan.image_pixels > MAX_LOOK_PIXELS or images_hold_content(page, scan)


def _unread_content(page: pdfium.PdfPage, scan: PageScan, annotations: tuple[Annotation, ...],
                    enough: bool) -> tuple[str, ...]:
    """What stands beside the text and is not in it."""
    unread = []
    if scan.image_share >= SIZEABLE_IMAGES and _holds_content(page, scan):
        unread.append(f"images cover {_percent(scan.image_share)}")
    if glyph_rows(scan.curves) >= (OUTLINED_LETTERS if enough else SPARSE_OUTLINED_LETTERS):
        unread.append("letters drawn as outlines")
    if any(a.kind is AnnotationKind.NOTE and not is_blank_notice(a.text) for a in annotations):
        unread.append("typed notes on top of the page")
    if any(a.kind is AnnotationKind.DRAWN for a in annotations):
        unread.append("drawn or stamped annotations")
    return tuple(unread)


def _percent(share: float) -> str:
    return f"{share * 100:.0f} % of the page"
