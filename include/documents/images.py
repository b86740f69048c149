"""Opening TIFF, PNG and JPEG with Pillow and putting its refusals into the registry's codes."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from PIL import Image, ImageFile, UnidentifiedImageError

from include.documents.pdf import MAX_BYTES, MAX_PAGES
from include.errors import PipelineError

MAX_PIXELS = 250_000_000
"""Pixels of one page that are decoded at all: 2.5 times what Textract's 10,000 x 10,000 allows, 750 MB as RGB."""


@contextmanager
def open_image(data: bytes) -> Iterator[ImageFile.ImageFile]:
    """An image file whose pages are its frames; nothing is decoded yet.

    :raises PipelineError: CORRUPT, TOO_LARGE; PAGE_TOO_LARGE where a frame has more than MAX_PIXELS.
    """
    if len(data) > MAX_BYTES:
        raise PipelineError("TOO_LARGE")
    with image_errors():
        image = Image.open(io.BytesIO(data), formats=("TIFF", "PNG", "JPEG"))
    with image:
        yield image


def frame_count(image: ImageFile.ImageFile) -> int:
    """Pages of the file, counted by walking over them; leaves the first one selected.

    Pillow's ``n_frames`` goes on to the last of a million directories.

    :raises PipelineError: CORRUPT, TOO_MANY_PAGES.
    """
    if image.format != "TIFF":
        return 1
    with image_errors():
        frames = next(frame for frame in count(1) if frame > MAX_PAGES or not _reaches(image, frame))
        image.seek(0)
    if frames > MAX_PAGES:
        raise PipelineError("TOO_MANY_PAGES")
    return frames


def _reaches(image: ImageFile.ImageFile, frame: int) -> bool:
    try:
        image.seek(frame)
    except EOFError:
        return False
    return True


def load_frame(image: ImageFile.ImageFile, number: int) -> None:
    """Go to page ``number`` (from 1) and decode it.

    :raises PipelineError: CORRUPT, PAGE_TOO_LARGE.
    """
    with image_errors():
        if image.format == "TIFF":
            image.seek(number - 1)
        if image.width * image.height > MAX_PIXELS:
            raise PipelineError("PAGE_TOO_LARGE")
        image.load()


@contextmanager
def image_errors() -> Iterator[None]:
    """Pillow's errors as codes, its warnings dropped; MAX_PIXELS stands for its bomb check, as 100 MP are legal."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except Image.DecompressionBombError:
            raise PipelineError("PAGE_TOO_LARGE") from None
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError):
            raise PipelineError("CORRUPT") from None
