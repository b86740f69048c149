"""What scanners, fax machines and phones make of a printed page (PDFium and Pillow).

Pages come in as PDF bytes and leave as grey images; noise comes from a fixed seed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
import reportlab
from PIL import Image, ImageDraw, ImageFilter, ImageFont

EXIF_ORIENTATION = 0x0112
PAPER = 255
_EPOCH = time.struct_time((2024, 1, 15, 12, 0, 0, 0, 15, 0))


def render(pdf: bytes, dpi: int = 200, colour: bool = False) -> list[Image.Image]:
    """Every page as an image, grey unless ``colour``."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.render(scale=dpi / 72).to_pil() for page in document]
    finally:
        document.close()
    return [page.convert("RGB" if colour else "L") for page in pages]


def with_noise(image: Image.Image, seed: int, sigma: float = 3.0) -> Image.Image:
    """A scanner's slight blur and grain; ``sigma`` in grey levels."""
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(0.5)), dtype=np.int16)
    # Integers from the seeded generator: rounding differences between machines cannot reach the pixels.
    spread = max(1, round(sigma * 1.7))
    grain = np.random.default_rng(seed).integers(-spread, spread + 1, soft.shape, dtype=np.int16)
    return Image.fromarray(np.clip(soft + grain - spread, 0, PAPER).astype(np.uint8), image.mode)


def skewed(image: Image.Image, degrees: float) -> Image.Image:
    """The sheet drawn in askew, the corners filled with paper."""
    return image.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=PAPER)


def faxed(image: Image.Image, seed: int, specks: int = 220, streaked: bool = True) -> Image.Image:
    """Black and white only, with specks of dirt and, if ``streaked``, a streak along one side."""
    fax = image.point(lambda grey: PAPER if grey > 150 else 0)
    draw, dirt = ImageDraw.Draw(fax), np.random.default_rng(seed)
    for x, y, size in zip(
            dirt.integers(0, fax.width, specks), dirt.integers(0, fax.height, specks), dirt.integers(0, 2, specks),
            strict=True):
        draw.rectangle((int(x), int(y), int(x + size), int(y + size)), fill=0)
    for y in range(0, fax.height if streaked else 0, 7):
        draw.line((fax.width - 40, y, fax.width - 40, y + int(dirt.integers(0, 5))), fill=0)
    return fax.convert("1", dither=Image.Dither.NONE)


def scrawled(lines: Sequence[str], seed: int) -> Image.Image:
    """A page of joined-up, unfocused handwriting: it is seen that something is written, not what."""
    page, hand = Image.new("L", (1700, 2200), 244), np.random.default_rng(seed)
    font = ImageFont.truetype(BytesIO(_font_bytes("VeraIt.ttf")), 34)
    for number, line in enumerate(lines):
        x, y = 150, 250 + 110 * number
        for character in line:
            letter = Image.new("L", (60, 60), 0)
            ImageDraw.Draw(letter).text((14, 8), character, fill=PAPER, font=font)
            letter = letter.rotate(int(hand.integers(-40, 41)))
            page.paste(60, (x, y + int(hand.integers(-8, 9))), letter)
            x += int(font.getlength(character) * 0.7)
    return with_noise(page.filter(ImageFilter.GaussianBlur(2.5)), seed, sigma=4)


def _font_bytes(name: str) -> bytes:
    return (Path(reportlab.__file__).parent / "fonts" / name).read_bytes()


def photographed(image: Image.Image, seed: int) -> Image.Image:
    """A colour photo of the sheet on a desk: perspective, shade, a margin of wood."""
    width, height = image.size
    margin = width // 20
    canvas = Image.new("RGB", (width + 2 * margin, height + 2 * margin), (112, 82, 58))
    sheet = image.convert("RGB")
    mask = Image.new("L", image.size, PAPER)
    dx, dy = width * 0.012, height * 0.006
    corners = (-dx, -dy, 0, height + dy, width + dx, height - dy, width, dy)
    bend = {"size": image.size, "method": Image.Transform.QUAD, "data": corners, "resample": Image.Resampling.BICUBIC}
    canvas.paste(sheet.transform(**bend), (margin, margin), mask.transform(**bend))  # type: ignore[arg-type]
    pixels = np.asarray(canvas, dtype=np.int32)
    shade = np.linspace(1000, 840, canvas.width, dtype=np.int32)[np.newaxis, :, np.newaxis]
    return with_noise(Image.fromarray((pixels * shade // 1000).astype(np.uint8), "RGB"), seed, sigma=2)


def as_pdf(pages: Sequence[Image.Image], dpi: int = 200, quality: int = 60) -> bytes:
    """An image-only PDF: JPEG for grey and colour pages, CCITT group 4 for black and white ones."""
    target = BytesIO()
    jpeg = {} if pages[0].mode == "1" else {"quality": quality}
    pages[0].save(target, "PDF", save_all=True, append_images=pages[1:], resolution=dpi, creationDate=_EPOCH,
                  modDate=_EPOCH, **jpeg)
    return target.getvalue()


def as_tiff(pages: Sequence[Image.Image], dpi: int = 200) -> bytes:
    """A multi-page TIFF with CCITT group 4, as a fax server stores it."""
    target = BytesIO()
    pages[0].save(target, "TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=(dpi, dpi))
    return target.getvalue()


def as_png(page: Image.Image, dpi: int = 200) -> bytes:
    target = BytesIO()
    page.save(target, "PNG", optimize=True, dpi=(dpi, dpi))
    return target.getvalue()


def as_jpeg(page: Image.Image, quality: int = 60) -> bytes:
    target = BytesIO()
    page.save(target, "JPEG", quality=quality)
    return target.getvalue()


def as_phone_jpeg(page: Image.Image, quality: int = 72) -> bytes:
    """The phone was held upright but stores the picture lying, and says so in EXIF (orientation 6)."""
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6
    target = BytesIO()
    page.transpose(Image.Transpose.ROTATE_90).save(target, "JPEG", quality=quality, exif=exif)
    return target.getvalue()
