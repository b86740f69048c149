"""The picture of a page shows what its regions refer to, whatever is on it; a hostile file ends the child alone."""

from __future__ import annotations

import io

import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageDraw
from reportlab.pdfgen import canvas

from include.errors import PipelineError
from include.review import page_image
from include.samples import samples
from tests.documents import bombs


def sample(name: str) -> bytes:
    return (samples.DOCUMENTS / name).read_bytes()


def shown(png: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(png))
    assert picture.format == "PNG"
    return picture.convert("L")


def is_dark(picture: Image.Image, left: float, top: float) -> bool:
    """At a place in ratios, as boxes have them."""
    return int(picture.getpixel((round(left * picture.width), round(top * picture.height)))) < 100  # type: ignore[arg-type]


def marked(kind: str, **options: object) -> bytes:
    """A black square near the top left corner of a sheet of 200 x 400."""
    sheet = Image.new("L", (200, 400), 255)
    ImageDraw.Draw(sheet).rectangle((10, 20, 50, 60), fill=0)
    stored = io.BytesIO()
    sheet.save(stored, kind, **options)
    return stored.getvalue()


def turned_pdf(rotation: int) -> bytes:
    """A black square near the top left corner of a page in a crop box of its own, turned for display."""
    stored = io.BytesIO()
    sheet = canvas.Canvas(stored, pagesize=(300, 500))
    sheet.rect(60, 370, 40, 40, fill=1)
    sheet.save()
    document = pdfium.PdfDocument(stored.getvalue())
    document[0].set_cropbox(50, 20, 250, 420)
    document[0].set_rotation(rotation)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_page_of_text_is_drawn_at_the_width_asked_for() -> None:
    picture = shown(page_image.drawn(sample("lab_report_text.pdf"), 1))
    assert picture.width == pytest.approx(page_image.WIDTH, abs=2)
    assert min(picture.tobytes()) < 100


@pytest.mark.parametrize(("rotation", "place"), [(0, (0.15, 0.075)), (90, (0.925, 0.15)), (180, (0.85, 0.925))])
def test_a_turned_and_cropped_page_is_drawn_as_it_is_displayed(rotation: int, place: tuple[float, float]) -> None:
    picture = shown(page_image.draw(turned_pdf(rotation), 1, 400))
    assert is_dark(picture, *place)
    assert not is_dark(picture, 0.5, 0.5)


def test_a_photo_is_turned_as_exif_says_and_a_frame_is_found_by_its_number() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    photo = shown(page_image.draw(marked("JPEG", exif=exif), 1, 1100))
    assert photo.size == (400, 200)
    assert is_dark(photo, 1 - 40 / 400, 30 / 200)
    blank = Image.new("L", (100, 100), 255)
    frames = marked("TIFF", save_all=True, append_images=[blank])
    assert is_dark(shown(page_image.draw(frames, 1, 1100)), 0.15, 0.1)
    assert shown(page_image.draw(frames, 2, 1100)).getextrema() == (255, 255)


def test_a_large_scan_is_scaled_down_and_a_small_one_is_not_blown_up() -> None:
    assert shown(page_image.draw(sample("lab_report_scan.pdf"), 1, 500)).width == pytest.approx(500, abs=1)
    assert shown(page_image.draw(marked("PNG"), 1, 1100)).size == (200, 400)
    assert shown(page_image.draw(marked("PNG"), 1, 100)).size == (100, 200)


@pytest.mark.parametrize(("name", "number", "code"), [
    ("lab_report_text.pdf", 99, "PAGE_NOT_FOUND"), ("encrypted.pdf", 1, "ENCRYPTED"),
    ("not_a_document.pdf", 1, "UNSUPPORTED_FORMAT"), ("consult_fax.tif", 99, "PAGE_NOT_FOUND")])
def test_what_cannot_be_drawn_has_its_code(name: str, number: int, code: str) -> None:
    with pytest.raises(PipelineError) as refused:
        page_image.drawn(sample(name), number)
    assert refused.value.code == code


def test_a_file_that_eats_its_processor_time_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_image, "_WALL_SECONDS", 0.01)
    with pytest.raises(PipelineError, match="PARSER_FAILED"):
        page_image.drawn(sample("lab_report_text.pdf"), 1)


def test_a_picture_of_more_pixels_than_are_decoded_is_refused() -> None:
    with pytest.raises(PipelineError, match="PAGE_TOO_LARGE"):
        page_image.drawn(bombs.png(30_000, 30_000, 8, 0, b""), 1)
