"""Can the stored size of an image alone say that it shows something, so that it need not be decoded?

The answer is only ever "surely not blank" or "look at it". White paper with a scanner's grain takes bytes too: with
a standard deviation of three grey levels 0.014, 0.027, 0.056 and 0.152 bytes a pixel as JPEG of quality 40, 60, 75, 90;
a full letter on it 0.063, 0.086, 0.124 and 0.241. Between the two lies 2.2 divided by the mean of the quantisation
table.
"""

from __future__ import annotations

from include.documents.scan import Picture

JPEG_BYTES = 2.2
"""Bytes a pixel times the mean of the first quantisation table."""
BILEVEL_BYTES = 0.004
"""Bytes a pixel of a fax or JBIG2 image; a line of print on A4 takes 0.0005, speckled white paper up to 0.003."""
_BILEVEL = ("CCITTFaxDecode", "JBIG2Decode")
_TABLE_MARKER = b"\xff\xdb"
_HEAD = 4096


def surely_shows_something(image: Picture) -> bool:
    """True where white paper could not take so many bytes. Filters without such a measure are always looked at."""
    if not image.pixels:
        return False
    density = image.stored_bytes / image.pixels
    if image.filter in _BILEVEL:
        return density > BILEVEL_BYTES
    if image.filters != ("DCTDecode",):
        return False
    mean = quantisation(image.source.stored_head(_HEAD))
    return mean is not None and density * mean > JPEG_BYTES


def quantisation(head: bytes) -> float | None:
    """Mean of a JPEG's first quantisation table (ITU T.81, B.2.4.1); None where its head has none."""
    at = head.find(_TABLE_MARKER)
    if at < 0 or at + 5 > len(head):
        return None
    size = 2 if head[at + 4] >> 4 else 1
    table = head[at + 5 : at + 5 + 64 * size]
    if len(table) < 64 * size:
        return None
    return sum(int.from_bytes(table[i : i + size], "big") for i in range(0, len(table), size)) / 64
