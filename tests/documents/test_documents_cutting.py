from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from include.documents import cutting
from include.documents.cutting import cut_page, join_pages
from include.documents.manifest import MediaType
from include.errors import PipelineError

Draw = Callable[[Any], None]


def pixels(data: bytes, frame: int = 0) -> Any:
    image = Image.open(io.BytesIO(data))
    image.seek(frame)
    return np.asarray(image.convert("RGB"))


def page_pixels(data: bytes, index: int = 0) -> Any:
    return pdfium.PdfDocument(data)[index].render(scale=1).to_numpy()


def test_a_pdf_page_is_copied_not_rendered(make_pdf: Callable[..., bytes], prose: Draw,
                                           scan: Callable[..., Draw]) -> None:
    source = make_pdf(prose, scan())
    cut = cut_page(source, MediaType.PDF, 1)
    document = pdfium.PdfDocument(cut.payload)
    assert (cut.media_type, len(document), cut.adapted) == (MediaType.PDF, 1, None)
    assert document[0].get_textpage().get_text_range() == pdfium.PdfDocument(source)[0].get_textpage().get_text_range()
    assert np.array_equal(page_pixels(cut.payload), page_pixels(source))


def test_a_hash_is_that_of_the_payload(make_pdf: Callable[..., bytes], prose: Draw) -> None:
    cut = cut_page(make_pdf(prose), MediaType.PDF, 1)
    assert cut.page_hash == hashlib.sha256(cut.payload).hexdigest()


def test_the_same_page_out_of_another_file_has_the_same_hash(make_pdf: Callable[..., bytes], prose: Draw,
                                                             scan: Callable[..., Draw]) -> None:
    alone, behind = make_pdf(scan()), make_pdf(prose, scan())
    assert cut_page(alone, MediaType.PDF, 1).page_hash == cut_page(behind, MediaType.PDF, 2).page_hash


def test_another_process_at_another_time_cuts_the_same_bytes(make_pdf: Callable[..., bytes], scan: Callable[..., Draw],
                                                             tmp_path: Path) -> None:
    """PDFium writes the time and a random ID into what it saves."""
    source = tmp_path / "source.pdf"
    source.write_bytes(make_pdf(scan()))
    program = ("import sys, time; time.sleep(1.1)\n"
               "from include.documents.cutting import cut_page\nfrom include.documents.manifest import MediaType\n"
               "print(cut_page(open(sys.argv[1], 'rb').read(), MediaType.PDF, 1).page_hash)")
    ran = subprocess.run([sys.executable, "-c", program, str(source)], capture_output=True, text=True, check=True,
                         cwd=Path(__file__).parents[2])
    assert ran.stdout.strip() == cut_page(source.read_bytes(), MediaType.PDF, 1).page_hash


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_an_image_within_the_limits_goes_as_it_is(kind: str, make_image: Callable[..., bytes]) -> None:
    data = make_image("Hb 13.5", kind=kind)
    cut = cut_page(data, MediaType[kind], 1)
    assert (cut.payload, cut.media_type, cut.adapted) == (data, MediaType[kind], None)


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_a_frame_of_a_tiff_becomes_a_png_with_the_same_pixels(mode: str, make_image: Callable[..., bytes]) -> None:
    data = make_image("a", "b", "c", kind="TIFF", mode=mode)
    cut = cut_page(data, MediaType.TIFF, 2)
    assert (cut.media_type, cut.adapted) == (MediaType.PNG, None)
    assert np.array_equal(pixels(cut.payload), pixels(data, 1))


def test_a_side_over_the_limit_is_scaled_down_and_says_so(make_image: Callable[..., bytes]) -> None:
    """10,000 px, https://docs.aws.amazon.com/textract/latest/dg/limits-document.html"""
    legal, long = make_image("x", size=(10_000, 100)), make_image("x", size=(10_001, 100))
    assert cut_page(legal, MediaType.PNG, 1).adapted is None
    cut = cut_page(long, MediaType.PNG, 1)
    assert Image.open(io.BytesIO(cut.payload)).width == 10_000
    assert cut.adapted == "side over 10,000 px: scaled down"


def test_a_pdf_page_over_the_limit_is_rendered_and_says_so(make_pdf: Callable[..., bytes], prose: Draw) -> None:
    """9,000 pt, the same source."""
    assert cut_page(make_pdf(prose, size=(9000, 50)), MediaType.PDF, 1).adapted is None
    cut = cut_page(make_pdf(prose, size=(9001, 50)), MediaType.PDF, 1)
    assert Image.open(io.BytesIO(cut.payload)).width == 6000
    assert cut.adapted == "page over 9,000 pt: rendered at 6,000 px"


def test_a_page_that_cannot_be_made_to_fit_is_too_large(make_image: Callable[..., bytes],
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    data = make_image("x")
    monkeypatch.setattr(cutting, "MAX_BYTES", 100)
    with pytest.raises(PipelineError, match="PAGE_TOO_LARGE"):
        cut_page(data, MediaType.PNG, 1)


def test_joined_pages_stand_in_the_order_asked_for(make_pdf: Callable[..., bytes], prose: Draw,
                                                   scan: Callable[..., Draw]) -> None:
    source = make_pdf(scan("one"), prose, scan("three"))
    joined = join_pages(source, MediaType.PDF, [3, 1])
    assert len(pdfium.PdfDocument(joined)) == 2
    assert np.array_equal(page_pixels(joined, 0), page_pixels(source, 2))
    assert np.array_equal(page_pixels(joined, 1), page_pixels(source, 0))
    assert joined == join_pages(source, MediaType.PDF, [3, 1])


def test_frames_are_joined_without_loss(make_image: Callable[..., bytes]) -> None:
    data = make_image("a", "b", kind="TIFF", mode="L", size=(400, 300))
    joined = pdfium.PdfDocument(join_pages(data, MediaType.TIFF, [2, 1]))
    pictures = [next(iter(page.get_objects())).get_bitmap().to_pil().convert("RGB") for page in joined]
    assert np.array_equal(np.asarray(pictures[0]), pixels(data, 1))
    assert np.array_equal(np.asarray(pictures[1]), pixels(data, 0))


def test_a_jpeg_is_joined_with_its_own_bytes(make_image: Callable[..., bytes]) -> None:
    data = make_image("Hb 13.5", kind="JPEG")
    assert data in join_pages(data, MediaType.JPEG, [1])


@pytest.mark.parametrize(("orientation", "size"), [(1, (306, 396)), (6, (396, 306)), (8, (396, 306)), (3, (306, 396))])
def test_a_turned_photo_stands_upright_in_a_joined_pdf(orientation: int, size: tuple[int, int],
                                                       make_image: Callable[..., bytes]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    joined = pdfium.PdfDocument(join_pages(make_image("Hb", kind="JPEG", exif=exif.tobytes()), MediaType.JPEG, [1]))
    assert tuple(round(side) for side in joined[0].get_size()) == size
