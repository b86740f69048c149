"""No page is lost between classification and the merged document. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from include.reconciliation.accounts import Account
from include.reconciliation.invariant import Invariant
from include.reconciliation.place import Place
from include.reconciliation.stored import StoredDocument
from include.reporting.outcome import SUCCESS


def pages_merged(found: Sequence[Account], read: Collection[str]) -> Invariant:
    """Of each document that is in FHIR, or waits for a person: the manifest's pages are the merged ones, each once, and
    those that needed OCR were read by it.

    :param read: hashes of the pages whose results are stored.
    """
    converted = [account.stored for account in found if account.state in (SUCCESS, Place.WAITING)]
    counts = {"documents": len(converted),
              "pages in manifests": sum(len(each.pages or ()) for each in converted),
              "pages merged": sum(len(each.merged_pages or ()) for each in converted)}
    return Invariant("no-page-lost", counts, tuple(
        f"{each.document_id}: {says}" for each in converted for says in _lost(each, read)))


def _lost(stored: StoredDocument, read: Collection[str]) -> Iterable[str]:
    if stored.pages is None or stored.merged_pages is None:
        yield f"has no {'manifest.json' if stored.pages is None else 'document.json'}"
        return
    if stored.pages != stored.merged_pages:
        yield f"{len(stored.pages)} pages in its manifest, {len(stored.merged_pages)} merged, or not the same ones"
    if unread := [number for number, page_hash in stored.ocr_pages.items() if page_hash not in read]:
        yield f"no stored OCR result of its pages {', '.join(map(str, unread))}"
    if passed_over := sorted(stored.ocr_pages.keys() - stored.merged_by_ocr):
        yield f"its pages {', '.join(map(str, passed_over))} needed OCR and were merged without"
