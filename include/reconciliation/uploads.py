"""The temporary bucket holds uploads of jobs under way, and nothing else. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from include.reconciliation.accounts import Account
from include.reconciliation.invariant import Invariant


def temp_bucket_empty(found: Sequence[Account], uploads: Iterable[str]) -> Invariant:
    """:param uploads: the document of each object in the temporary bucket."""
    left = Counter(uploads)
    under_way = {account.document_id for account in found if account.is_under_way}
    counts = {"uploads": left.total(),
              "of documents under way": sum(count for document, count in left.items() if document in under_way)}
    return Invariant("temp-bucket-empty", counts, tuple(
        f"{document}: {count} uploads were left behind: clear sweep_ocr_temp of documents_inbox"
        for document, count in sorted(left.items()) if document not in under_way))
