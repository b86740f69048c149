from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pypdfium2 as pdfium
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption

from include.documents import images, pdf
from include.documents.images import frame_count, load_frame, open_image
from include.documents.pdf import load_page, open_pdf
from include.errors import PipelineError

Draw = Callable[[Any], None]


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(PipelineError) as caught:
        call()
    return caught.value.code


def open_and_count(data: bytes) -> int:
    with open_pdf(data) as document:
        load_page(document, 1).close()
        return len(document)


def test_a_pdf_that_needs_a_password_is_encrypted(make_pdf: Callable[..., bytes], prose: Draw) -> None:
    locked = make_pdf(prose, encrypt=StandardEncryption("secret", "owner", strength=128))
    assert code_of(lambda: open_and_count(locked)) == "ENCRYPTED"


def test_a_pdf_with_only_an_owner_password_is_processed(make_pdf: Callable[..., bytes], prose: Draw) -> None:
    assert open_and_count(make_pdf(prose, prose, encrypt=StandardEncryption("", "owner", strength=128))) == 2


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\x00" * 500, b"not a pdf"])
def test_a_pdf_that_cannot_be_opened_is_corrupt(data: bytes) -> None:
    assert code_of(lambda: open_and_count(data)) == "CORRUPT"


def small_pdf(kids: bytes, count: int) -> bytes:
    return (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[" + kids + b"]/Count "
            + str(count).encode() + b">>endobj\ntrailer<</Root 1 0 R>>\n%%EOF")


def pdf_without_pages() -> bytes:
    out = io.BytesIO()
    pdfium.PdfDocument.new().save(out)
    return out.getvalue()


@pytest.mark.parametrize("data", [pdf_without_pages(), small_pdf(b"7 0 R", 1)], ids=["none", "one that is missing"])
def test_a_pdf_without_a_page_that_loads_has_no_pages(data: bytes) -> None:
    assert code_of(lambda: open_and_count(b"%PDF-1.7")) == "CORRUPT"
    assert code_of(lambda: open_and_count(data)) == "NO_PAGES"


def test_a_page_that_is_missing_among_others_makes_the_file_corrupt() -> None:
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\ntrailer"
    data = small_pdf(b"3 0 R 7 0 R", 2).replace(b"trailer", page)
    with open_pdf(data) as document:
        load_page(document, 1).close()
        assert code_of(lambda: load_page(document, 2)) == "CORRUPT"


@pytest.mark.parametrize(("needs_rendering", "code"), [(b"/NeedsRendering true", "XFA_FORM"), (b"", None)])
def test_a_form_whose_pages_are_drawn_from_xfa_is_refused(needs_rendering: bytes, code: str | None) -> None:
    """With NeedsRendering the pages hold no form, only a request for another reader (ISO 32000-2, table 29)."""
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\ntrailer"
    form = b"/Type/Catalog/AcroForm<</Fields[]/XFA 4 0 R>>" + needs_rendering
    xfa = b"4 0 obj<</Length 0>>stream\n\nendstream endobj\n3 0 obj"
    data = small_pdf(b"3 0 R", 1).replace(b"trailer", page).replace(b"/Type/Catalog", form).replace(b"3 0 obj", xfa)
    if code is None:
        assert open_and_count(data) == 1
    else:
        assert code_of(lambda: open_and_count(data)) == code


def test_a_file_over_the_limit_is_too_large(monkeypatch: pytest.MonkeyPatch, make_pdf: Callable[..., bytes],
                                            make_image: Callable[..., bytes], prose: Draw) -> None:
    monkeypatch.setattr(pdf, "MAX_BYTES", 100)
    monkeypatch.setattr(images, "MAX_BYTES", 100)
    assert code_of(lambda: open_and_count(make_pdf(prose))) == "TOO_LARGE"
    assert code_of(lambda: read_first(make_image("x"))) == "TOO_LARGE"


def read_first(data: bytes) -> int:
    with open_image(data) as image:
        load_frame(image, 1)
        return frame_count(image)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_damaged_image_is_corrupt(kind: str, make_image: Callable[..., bytes]) -> None:
    data = make_image("Hb 13.5", kind=kind)
    assert code_of(lambda: read_first(data[: len(data) // 2])) == "CORRUPT"
    assert code_of(lambda: read_first(data[:12])) == "CORRUPT"


def test_every_frame_of_a_tiff_is_a_page(make_image: Callable[..., bytes]) -> None:
    assert read_first(make_image("a", "b", "c", kind="TIFF")) == 3


def test_an_image_with_too_many_pixels_is_not_decoded(monkeypatch: pytest.MonkeyPatch,
                                                      make_image: Callable[..., bytes]) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS", 100_000)
    assert code_of(lambda: read_first(make_image("x"))) == "PAGE_TOO_LARGE"


def test_the_limits_of_textract_are_not_decompression_bombs() -> None:
    """Sides of up to 10,000 px are legal; Pillow alone refuses above some 179 million pixels."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("1", (10_000, 10_000), 1).save(out, "PNG")
    assert read_first(out.getvalue()) == 1
