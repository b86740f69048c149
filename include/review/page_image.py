"""The picture of one page for a person, as its regions refer to it.

Regions are ratios of the page as displayed (crop box, rotation applied) or as OCR got it. A PDF page is drawn from the
source, with annotations and form fields; of an image file the page is drawn that OCR gets, turned as EXIF says.

A fresh interpreter draws it, ``python -m include.review.page_image <number> <width>``: the file comes in by stdin, the
PNG goes out by stdout. The caller is a thread of an API server, where a fork would copy the locks of all others. The
child has none of the caller's environment, so no credentials; a file that crashes it or eats memory ends it alone.
"""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from include.errors import REGISTRY, PipelineError

if TYPE_CHECKING:
    from PIL import Image

    from include.workspace import Workspace

WIDTH = 1100
"""Pixels; a scan of fewer is not blown up."""
LONGEST_SIDE = 6000
"""Pixels, whatever the page's proportions."""

_NARROWEST, _WIDEST = 100, 3000
_CPU_SECONDS = 10
_WALL_SECONDS = 60
_MEMORY_MB = 2048
_PROJECT = Path(__file__).resolve().parents[2]
_REFUSED = 3
"""Exit status of a child that says a code of the registry on stderr."""


def page_image(workspace: Workspace, number: int, width: int = WIDTH) -> bytes:
    """Page ``number`` (from 1) of the document's source as PNG.

    :raises PipelineError: PAGE_NOT_FOUND; PARSER_FAILED, drawing crashed or took too much; the codes of files that
        cannot be opened; S3 codes.
    """

    if number < 1:
        raise PipelineError("PAGE_NOT_FOUND")
    return drawn(workspace.documents.read(workspace.registered().key), number, width)


def drawn(data: bytes, number: int, width: int = WIDTH) -> bytes:
    """Page ``number`` (from 1) of a file as PNG, drawn by a process of its own.

    :raises PipelineError: as :func:`page_image`, but for the S3 codes.
    """
    width = min(max(width, _NARROWEST), _WIDEST)
    command = [sys.executable, "-m", "include.review.page_image", str(number), str(width)]
    environment = {"PYTHONPATH": str(_PROJECT), "PATH": os.defpath}
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, and numbers
            command, input=data, capture_output=True, env=environment, cwd=_PROJECT, timeout=_WALL_SECONDS)
    except subprocess.TimeoutExpired:
        raise PipelineError("PARSER_FAILED") from None
    if done.returncode == 0 and done.stdout:
        return done.stdout
    code = done.stderr.decode(errors="replace").strip()
    raise PipelineError(code if done.returncode == _REFUSED and code in REGISTRY else "PARSER_FAILED")


def draw(data: bytes, number: int, width: int) -> bytes:
    """As :func:`drawn`, in this process.

    :raises PipelineError: PAGE_NOT_FOUND and the codes of files that cannot be opened.
    """
    from include.documents.manifest import MediaType
    from include.documents.media import detect

    media_type = detect(data)
    picture = _pdf_page(data, number, width) if media_type is MediaType.PDF else _frame(data, number, width)
    stored = io.BytesIO()
    picture.save(stored, "PNG", compress_level=4)
    return stored.getvalue()


def _pdf_page(data: bytes, number: int, width: int) -> Image.Image:
    from include.documents.pdf import load_page, open_pdf

    with open_pdf(data) as document:
        if number > len(document):
            raise PipelineError("PAGE_NOT_FOUND")
        page = load_page(document, number)
        across, down = page.get_size()
        if across <= 0 or down <= 0:
            raise PipelineError("CORRUPT")
        scale = min(width / across, LONGEST_SIDE / down)
        picture: Image.Image = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
        page.close()
    return picture


def _frame(data: bytes, number: int, width: int) -> Image.Image:
    from PIL import Image, ImageOps

    from include.documents.cutting import cut_page
    from include.documents.images import frame_count, load_frame, open_image
    from include.documents.media import detect

    with open_image(data) as file:
        if number > frame_count(file):
            raise PipelineError("PAGE_NOT_FOUND")
    with open_image(cut_page(data, detect(data), number).payload) as file:
        load_frame(file, 1)
        ImageOps.exif_transpose(file, in_place=True)
        scale = min(1.0, width / file.width, LONGEST_SIDE / file.height)
        size = max(1, round(file.width * scale)), max(1, round(file.height * scale))
        return _on_white(file).resize(size, Image.Resampling.LANCZOS)


def _on_white(picture: Image.Image) -> Image.Image:
    """In grey or RGB; what is transparent is paper, and 16 bits of grey become 8."""
    from PIL import Image

    if picture.mode in ("L", "RGB") and "transparency" not in picture.info:
        return picture
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode.startswith("I") or picture.mode == "F":
        highest: Any = picture.getextrema()[1]
        share = 255.0 / max(float(highest), 1.0)
        return picture.convert("F").point(lambda level: level * share).convert("L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return picture.convert("RGB")


def _confine() -> None:
    """What the child may use; no core file, which would hold the document."""
    for kind, most in ((resource.RLIMIT_CPU, _CPU_SECONDS), (resource.RLIMIT_AS, _MEMORY_MB * 1024 * 1024),
                       (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        with suppress(OSError, ValueError):  # macOS refuses some
            resource.setrlimit(kind, (most, most))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _main(number: str, width: str) -> int:
    """The child's whole life; nothing of the document goes to stderr."""
    _confine()
    try:
        picture = draw(sys.stdin.buffer.read(), int(number), int(width))
    except PipelineError as error:
        sys.stderr.write(error.code)
        return _REFUSED
    except MemoryError:
        return 1
    sys.stdout.buffer.write(picture)
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
