"""Files that cannot become a record, each for one reason of the error registry."""

from __future__ import annotations

import io
import zipfile

from reportlab.lib.pdfencrypt import StandardEncryption

from include.samples.facts import Sample
from include.samples.layout import build, labelled_block, prose
from include.samples.people import HOSPITAL, MARIGOLD
from include.samples.scanning import as_pdf, scrawled

PASSWORD = "fictional"  # noqa: S105 - opens nothing but the sample
"""Opens ``encrypted.pdf``."""


def encrypted() -> bytes:
    encryption = StandardEncryption(PASSWORD, ownerPassword=f"{PASSWORD}-owner", strength=128)
    return build(HOSPITAL.titled("CONFIDENTIAL LETTER"), [
        labelled_block([("Patient", MARIGOLD.name), ("MRN", MARIGOLD.mrn)]),
        prose("This letter can be read by those who have its password.")], encrypt=encryption)


def truncated() -> bytes:
    """The transfer broke off: no page tree and no cross-reference arrived."""
    whole = build(HOSPITAL.titled("DISCHARGE SUMMARY"), [prose("This letter was cut off while it was sent.")])
    return whole[:len(whole) // 2]


def zero_bytes() -> bytes:
    return b""


def not_a_document() -> bytes:
    """A ZIP archive that was named ``.pdf``."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(zipfile.ZipInfo("notes.txt", (2024, 1, 15, 12, 0, 0)), "An archive, not a PDF.\n")
    return target.getvalue()


def no_pages() -> bytes:
    """A whole PDF whose page tree is empty."""
    objects = (b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>")
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 3\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + table + b"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def illegible_scan() -> bytes:
    """A note that no one could read; it names no patient."""
    lines = ("Seen today because of a sore knee after a fall on the stairs.",
             "No swelling, full range of motion, gait is normal today.",
             "Advised rest and ice. Return if the pain gets worse or",
             "the knee gives way. Physiotherapy twice a week.",
             "Note dictated, not read. Copy to the sports medicine office.") * 3
    return as_pdf([scrawled(lines, seed=5)], quality=50)


SAMPLES = (
    Sample("encrypted.pdf", encrypted, "file with a password", None, error_code="ENCRYPTED"),
    Sample("truncated.pdf", truncated, "damaged file", None, error_code="CORRUPT"),
    Sample("zero_bytes.pdf", zero_bytes, "empty file", None, error_code="EMPTY"),
    Sample("not_a_document.pdf", not_a_document, "archive", None, error_code="UNSUPPORTED_FORMAT"),
    Sample("no_pages.pdf", no_pages, "PDF without pages", None, error_code="NO_PAGES"),
    Sample("illegible_scan.pdf", illegible_scan, "illegible scan", ("image",), "external_ocr", "LOW_CONFIDENCE",
           facts={"patient": None}),
)
