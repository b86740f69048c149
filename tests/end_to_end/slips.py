"""Scanned slips, quick to read: a few lines of large print each, and no slip like another."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont


def slips(first: int, count: int, lines: int = 5) -> bytes:
    """A PDF of scanned pages of one patient; page ``n`` states the glucose ``first + n``, from 70 to 199.

    :param first: with ``count`` this makes every page of every test its own.
    :param lines: 5 are a whole slip; fewer are quicker to read.
    """
    pages = [_slip(first + number, lines) for number in range(count)]
    stored = io.BytesIO()
    pages[0].save(stored, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return stored.getvalue()


def _slip(number: int, lines: int) -> Image.Image:
    text = [f"Specimen: {100000 + number}", "Patient: Tamsin Oakenshaw", "Date of birth: 03/27/1971", "MRN: 55120987",
            f"Glucose {70 + number % 130} mg/dL 70-199"]
    page = Image.new("L", (1000, 60 + 80 * lines), 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=36)
    for row, line in enumerate(text[:lines]):
        draw.text((60, 40 + 80 * row), line, fill=0, font=font)
    return page
