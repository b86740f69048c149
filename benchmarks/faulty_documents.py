"""A day's documents: most of them good, and some of each of seven kinds about which somebody has to do something."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from benchmarks import letters
from include.samples import samples


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document: the code with which it ends up in the queue (empty: it does not), how one of a number is
    made, and what the operator does with all of its code."""

    code: str
    make: Callable[[int], bytes]
    action: str = "resolve"
    more: Mapping[str, str] = field(default_factory=lambda: {"reason": "sender_sends_again"})


def _sample(name: str) -> Callable[[int], bytes]:
    """A shipped sample, told from its likes by bytes after its end."""
    body = (samples.DOCUMENTS / name).read_bytes()
    return lambda number: body + f"\n%{number}\n".encode()


def _scan(number: int) -> bytes:
    """A page of OCR like no other."""
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("L", (1000, 220), 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=36)
    for row, line in enumerate((f"Specimen: {100000 + number}", "Glucose 101 mg/dL 70-199")):
        draw.text((60, 40 + 80 * row), line, fill=0, font=font)
    stored = io.BytesIO()
    page.save(stored, "PNG")
    return stored.getvalue()


GOOD = Kind("", lambda number: letters.certain(80_000_000 + number))
KINDS = (
    Kind("ENCRYPTED", _sample("encrypted.pdf")),
    Kind("CORRUPT", lambda number: b"%PDF-1.4 and nothing that a PDF needs" + f" {number}".encode()),
    Kind("EMPTY", lambda _: b""),
    Kind("UNSUPPORTED_FORMAT", lambda number: f"Only words: {number}".encode(), more={"reason": "not_medical"}),
    Kind("AccessDeniedException", _scan, "retry", {}),
    Kind("AMBIGUOUS_DATE", lambda number: letters.with_a_date_to_be_read_in_two_ways(81_000_000 + number),
         "approve", {}),
    Kind("NO_PATIENT", lambda number: letters.of_nobody(f"Note {number}"), more={"reason": "other_record"}),
)


def documents(count: int, faulty: int) -> Iterator[tuple[Kind, bytes]]:
    """``count`` documents, ``faulty`` of each kind spread among them."""
    every = max(1, count // max(1, faulty * len(KINDS)))
    bad = iter([kind for _ in range(faulty) for kind in KINDS])
    for number in range(count):
        kind = next(bad, GOOD) if number % every == 0 else GOOD
        yield kind, kind.make(number)
