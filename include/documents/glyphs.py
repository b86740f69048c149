"""Words of a PDF page with their places, from PDFium's characters.

Lengths are points of the page as displayed: origin at its top left, y downwards, rotation applied.
"""

from __future__ import annotations

import ctypes
import re
import statistics
from collections.abc import Container
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from include.documents.page_object import Handle, Rect, is_clear

WORD_GAP = 0.22
"""Blank space, in font sizes, that parts two words; the narrowest space glyphs are about 0.25 wide."""
_QUARTER = 90
_BROKEN_BULLET = re.compile("‚Ä¢|â€¢")
"""A bullet's UTF-8 bytes that the file's maker read as Mac Roman or Windows-1252."""
_SYMBOLS = {
    **dict.fromkeys((0xF06F, 0xF070, 0xF071, 0xF072, 0xF0A8, 0x274F, 0x2750, 0x2751, 0x2752, 0x25A1), "☐"),
    **dict.fromkeys((0xF0FE, 0xF052), "☑"),
    **dict.fromkeys((0xF0FD, 0xF078, 0xF053, 0xF054), "☒"),
    0xF0FC: "✓", 0xF0B7: "•", 0xF0A7: "•", 0xF0D8: "•",
}
"""Wingdings, Wingdings 2 and Symbol put their signs at 0xF000 plus the byte; boxes and bullets are what forms use."""


@dataclass(frozen=True, slots=True)
class Frame:
    """From the page's own space to the page as displayed; ``rotation`` is clockwise degrees."""

    left: float
    bottom: float
    width: float
    height: float
    rotation: int

    @property
    def size(self) -> tuple[float, float]:
        """Displayed width and height."""
        return (self.height, self.width) if self.rotation in (90, 270) else (self.width, self.height)

    def place(self, left: float, bottom: float, right: float, top: float) -> Rect:
        """A rectangle as (x0, top, x1, bottom) of the displayed page, y downwards."""
        return self.show((left - self.left, bottom - self.bottom, right - self.left, top - self.bottom))

    def show(self, rect: Rect) -> Rect:
        """The same for one whose origin is the crop box's lower left corner."""
        x0, y0, x1, y1 = rect
        if self.rotation == 90:
            return (y0, x0, y1, x1)
        if self.rotation == 180:
            return (self.width - x1, y0, self.width - x0, y1)
        if self.rotation == 270:
            return (self.height - y1, self.width - x1, self.height - y0, self.width - x0)
        return (x0, self.height - y1, x1, self.height - y0)

    def own(self, box: Rect) -> Rect:
        """Back again: a box of the displayed page as left, bottom, right, top from the crop box's corner."""
        x0, y0, x1, y1 = box
        if self.rotation == 90:
            return (y0, x0, y1, x1)
        if self.rotation == 180:
            return (self.width - x1, y0, self.width - x0, y1)
        if self.rotation == 270:
            return (self.width - y1, self.height - x1, self.width - y0, self.height - x0)
        return (x0, self.height - y1, x1, self.height - y0)

    def displayed(self, box: Rect, turned: int) -> Rect:
        """From the page turned until its text is upright (:func:`read_words`) to the page as displayed."""
        x0, y0, x1, y1 = box
        width, height = self.size
        if turned == 90:
            return (width - y1, x0, width - y0, x1)
        if turned == 180:
            return (width - x1, height - y1, width - x0, height - y0)
        if turned == 270:
            return (y0, height - x1, y1, height - x0)
        return box


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One word: text, rectangle, font size (points), bold or not."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool = False

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def center(self) -> float:
        return (self.x0 + self.x1) / 2


def frame_of(page: pdfium.PdfPage) -> Frame:
    left, bottom, right, top = page.get_bbox()
    return Frame(left, bottom, right - left, top - bottom, page.get_rotation() % 360)


def read_words(page: pdfium.PdfPage, hidden_too: bool = False,
               without: Container[int] = ()) -> tuple[list[Glyphs], int]:
    """The page's words in content order, and the clockwise degrees by which most of its text is turned.

    :param hidden_too: also those in a mode, or a colour, that draws nothing.
    :param without: PDFium's handles of pieces of text that are left out.

    Where the text is turned by quarters, the words' places are those of the page turned back upright.
    """
    text_page = page.get_textpage()
    frame = frame_of(page)
    characters = _characters(text_page, hidden_too, without)
    turned = _turned(characters, frame.rotation)
    upright = Frame(frame.left, frame.bottom, frame.width, frame.height, (frame.rotation - turned) % 360)
    return _words(characters, upright), turned


@dataclass(frozen=True, slots=True)
class _Character:
    text: str
    rect: tuple[float, float, float, float]
    size: float
    angle: int
    bold: bool


def _characters(text_page: pdfium.PdfTextPage, hidden_too: bool, without: Container[int]) -> list[_Character | None]:
    """None stands for white space and line ends."""
    raw = text_page.raw
    box = pdfium_c.FS_RECTF()
    found: list[_Character | None] = []
    visible: dict[int, tuple[bool, int, bool]] = {}
    for index in range(text_page.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(raw, index)
        text = _text_of(code)
        if text is None:
            continue
        if text.isspace() or (pdfium_c.FPDFText_IsGenerated(raw, index) == 1 and text != "-"):
            found.append(None)
            continue
        holder = pdfium_c.FPDFText_GetTextObject(raw, index)
        key = ctypes.addressof(holder.contents) if holder else 0
        if key not in visible:
            visible[key] = _object_facts(raw, index, holder, key)
        seen, angle, bold = visible[key]
        if key in without or not (seen or hidden_too):
            continue
        pdfium_c.FPDFText_GetLooseCharBox(raw, index, box)
        size = pdfium_c.FPDFText_GetFontSize(raw, index)
        rect = (box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top))
        extent = rect[3] - rect[1] if angle % 180 == 0 else rect[2] - rect[0]
        found.append(_Character(text, rect, extent / 1.15 if extent > 0 else size, angle, bold))
    return found


def _text_of(code: int) -> str | None:
    if code in (0, 0xFFFE, 0xFFFF) or 0xD800 <= code <= 0xDFFF:
        return None
    if code == 2:
        # PDFium's mark for a hyphen at a line's end.
        return "-"
    return " " if code == 0xA0 or code < 32 else _SYMBOLS.get(code, chr(code))


def _object_facts(raw: object, index: int, holder: object, key: Handle) -> tuple[bool, int, bool]:
    """Seen by a reader, angle of the text in clockwise quarters, bold."""
    mode = pdfium_c.FPDFTextObj_GetTextRenderMode(holder) if holder else 0
    angle = pdfium_c.FPDFText_GetCharAngle(raw, index)
    quarter = round(angle / 1.5707963) * _QUARTER % 360 if angle >= 0 else 0
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(128)
    pdfium_c.FPDFText_GetFontInfo(raw, index, name, 128, flags)
    bold = b"bold" in name.value.lower() or pdfium_c.FPDFText_GetFontWeight(raw, index) >= 600
    seen = mode != pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE and not (key and is_clear(key))
    return seen, quarter, bold


def _turned(characters: list[_Character | None], rotation: int) -> int:
    angles = [(c.angle + rotation) % 360 for c in characters if c]
    return statistics.mode(angles) if angles else 0


def _words(characters: list[_Character | None], frame: Frame) -> list[Glyphs]:
    words: list[Glyphs] = []
    run: list[tuple[_Character, tuple[float, float, float, float]]] = []
    for character in [*characters, None]:
        placed = (character, frame.place(*character.rect)) if character else None
        if run and (placed is None or _apart(run[-1], placed)):
            words.append(_word(run))
            run = []
        if placed is not None:
            run.append(placed)
    return [word for word in words if word.text]


def _apart(last: tuple[_Character, tuple[float, float, float, float]],
           following: tuple[_Character, tuple[float, float, float, float]]) -> bool:
    (_, a), (character, b) = last, following
    size = max(character.size, 1.0)
    same_line = min(a[3], b[3]) - max(a[1], b[1]) > 0.4 * min(a[3] - a[1], b[3] - b[1])
    return not same_line or b[0] - a[2] > WORD_GAP * size or b[0] < a[0] - 0.5 * size


def _word(run: list[tuple[_Character, tuple[float, float, float, float]]]) -> Glyphs:
    boxes = [box for _, box in run]
    return Glyphs(
        text=_BROKEN_BULLET.sub("•", "".join(c.text for c, _ in run).strip()),
        x0=min(b[0] for b in boxes), top=min(b[1] for b in boxes),
        x1=max(b[2] for b in boxes), bottom=max(b[3] for b in boxes),
        size=statistics.median(c.size for c, _ in run),
        bold=sum(c.bold for c, _ in run) * 2 > len(run),
    )
