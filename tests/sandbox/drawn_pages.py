"""Pages drawn for the tests; every name and value on them is made up."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

LAB_ROWS = (
    ("Test", "Result", "Unit", "Range"),
    ("Sodium", "139", "mmol/L", "135-145"),
    ("Potassium", "4.2", "mmol/L", "3.5-5.1"),
    ("Glucose", "112", "mg/dL", "70-99"),
    ("Creatinine", "0.9", "mg/dL", "0.6-1.2"),
)
PAPER = (1200, 900)


def canvas() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    page = Image.new("RGB", PAPER, "white")
    return page, ImageDraw.Draw(page)


def font(size: int = 28) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def table_page(rows: Sequence[Sequence[str]] = LAB_ROWS, ruled: bool = True) -> Image.Image:
    page, draw = canvas()
    draw.text((80, 60), "Laboratory report of the morning round", fill="black", font=font(32))
    left, top, width, height = 80, 160, 260, 70
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            x, y = left + column * width, top + row * height
            if ruled:
                draw.rectangle((x, y, x + width, y + height), outline="black", width=3)
            draw.text((x + 15, y + 18), text, fill="black", font=font())
    return page


def form_page() -> Image.Image:
    page, draw = canvas()
    for y, text in ((80, "Patient name:"), (160, "Date of birth:"), (240, "Record number:")):
        draw.text((80, y), text, fill="black", font=font())
    for y, text in ((80, "Mara Lindqvist"), (160, "1971-03-09"), (240, "88-4471")):
        draw.text((340, y), text, fill="black", font=font())
    draw.text((700, 240), "Ward: North", fill="black", font=font())
    for x, label, value in ((80, "INSURER", "Harbour Mutual"), (560, "POLICY NUMBER", "PX-20977")):
        draw.rectangle((x, 400, x + 420, 500), outline="black", width=3)
        draw.text((x + 12, 408), label, fill="black", font=font(18))
        draw.text((x + 30, 446), value, fill="black", font=font(32))
    return page


def tick_page() -> Image.Image:
    page, draw = canvas()
    for y, question, ticked in ((100, "Do you smoke?", 1), (200, "Do you cough?", 0), (300, "Any known allergy?", 1)):
        draw.text((80, y), question, fill="black", font=font())
        for place, label in enumerate(("Yes", "No")):
            x = 560 + place * 200
            draw.rectangle((x, y, x + 32, y + 32), outline="black", width=3)
            if place == ticked:
                draw.line((x + 5, y + 5, x + 27, y + 27), fill="black", width=4)
                draw.line((x + 5, y + 27, x + 27, y + 5), fill="black", width=4)
            draw.text((x + 48, y), label, fill="black", font=font())
    return page


def png(page: Image.Image) -> bytes:
    body = io.BytesIO()
    page.save(body, "PNG")
    return body.getvalue()


def pdf(*pages: Image.Image) -> bytes:
    body = io.BytesIO()
    pages[0].save(body, "PDF", save_all=True, append_images=list(pages[1:]), resolution=100)
    return body.getvalue()


def encrypted_pdf() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    body = io.BytesIO()
    sheet = Canvas(body, encrypt=StandardEncryption("secret", strength=128))
    sheet.drawString(100, 700, "closed")
    sheet.save()
    return body.getvalue()


def jpeg_lying_on_its_side(page: Image.Image) -> bytes:
    """The page as a camera held upright stores it: turned, with the EXIF note that viewers turn it back by."""
    exif = Image.Exif()
    exif[0x0112] = 6
    body = io.BytesIO()
    page.transpose(Image.Transpose.ROTATE_90).save(body, "JPEG", quality=95, exif=exif)
    return body.getvalue()


def tiff(*pages: Image.Image) -> bytes:
    body = io.BytesIO()
    pages[0].save(body, "TIFF", save_all=True, append_images=list(pages[1:]))
    return body.getvalue()


def crossed_page() -> Image.Image:
    """Questions with boxes whose marks reach over the edge."""
    page, draw = canvas()
    for y, question, ticked in ((100, "Do you smoke?", 1), (200, "Do you cough?", 0), (300, "Any known allergy?", 1)):
        draw.text((80, y), question, fill="black", font=font())
        for place, label in enumerate(("Yes", "No")):
            x = 560 + place * 200
            draw.rectangle((x, y, x + 32, y + 32), outline="black", width=3)
            if place == ticked:
                draw.line((x - 5, y - 7, x + 38, y + 37), fill="black", width=5)
                draw.line((x - 6, y + 38, x + 36, y - 5), fill="black", width=5)
            draw.text((x + 46, y), label, fill="black", font=font())
    return page
