"""Each page is billed once: what the audit chains say was billed, beside the results that are stored. Pure.

A reading that is stored is an object; that it was billed is an event. An event does not name its page, so both are
counted over documents that share pages with each other and with no others: nothing smaller can be told apart.

The trail has an event for each reading that was stored and went on. A worker that is killed between Textract's answer
and the result leaves neither, and the page is read again: only the account's own meter knows of the first reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from include.reconciliation.accounts import Account
from include.reconciliation.invariant import Invariant
from include.reconciliation.stored import Chain, PageResult


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the caller can explain.

    :param billed_again: readings beyond the first of a page.
    :param unaccounted: results without an event.
    :param textract_billed: pages that the account's meter shows; None: it was not read.
    """

    billed_again: int = 0
    unaccounted: int = 0
    textract_billed: int | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """Pages; ``read`` are the stored results, ``billed`` what the chains or the meter say, the greater of the two.

    :param again: billed beyond the results.
    :param invariant: what is shown.
    """

    read: int
    billed: int
    again: int
    invariant: Invariant


@dataclass(frozen=True, slots=True)
class _Group:
    """Documents that share pages; ``read`` results beside ``billed`` pages; ``open``: some of them are under way."""

    documents: tuple[str, ...]
    read: int
    billed: int
    open: bool
    tried_again: tuple[str, ...]


def pages_billed_once(
    found: Sequence[Account], chains: Mapping[str, Sequence[Chain]], results: Iterable[PageResult], allowed: Allowed,
    *, whole: bool = True,
) -> Bill:
    """:param chains: by document.

    :param results: of every page that is stored.
    :param whole: these are all the documents that there are. Otherwise a page that was stored before any of these
        documents was received was read, and billed, for another.
    """
    stored = {result.page_hash: result for result in results}
    known = {page_hash for account in found for page_hash in account.stored.ocr_pages.values()}
    if not whole:
        stored = {page_hash: result for page_hash, result in stored.items() if page_hash in known}
        stored = _read_for_these(found, chains, stored)
    groups = _groups(found, chains, stored)
    of_nobody = sum(result.count for page_hash, result in stored.items() if page_hash not in known)
    return _bill(groups, of_nobody, allowed)


def _bill(groups: Sequence[_Group], of_nobody: int, allowed: Allowed) -> Bill:
    judged = [group for group in groups if not group.open]
    more = [group for group in judged if group.billed > group.read]
    fewer = [group for group in judged if group.billed < group.read]
    read = sum(group.read for group in groups) + of_nobody
    by_events = sum(group.billed for group in groups)
    # A document whose pages were cut otherwise before was billed for results that no manifest names any more.
    left_over = sum(group.billed - group.read for group in more)
    again = max(left_over - of_nobody, 0)
    unaccounted = sum(group.read - group.billed for group in fewer)
    if len(judged) == len(groups):
        unaccounted += max(of_nobody - left_over, 0)
    meter = allowed.textract_billed
    unseen = max((meter or 0) - by_events, 0)
    explained = min(again + unseen, sum(len(group.tried_again) for group in groups))
    counts = {"pages billed by the audit trail": by_events, "pages read and stored": read,
              **({} if meter is None else {"pages billed by Textract's meter": meter}),
              "billed again": again + unseen, "explained by a try that was lost": explained,
              "without an event": unaccounted, "results that no manifest names": of_nobody,
              "documents not judged, under way": sum(len(group.documents) for group in groups if group.open)}
    problems = [*_of_again(more, again, unseen, allowed), *_of_unaccounted(fewer, of_nobody, unaccounted, allowed)]
    if meter is not None and meter < by_events:
        problems.append(f"Textract's meter: shows {meter} pages, the audit trail {by_events}")
    return Bill(read, by_events + unseen, again + unseen, Invariant("pages-billed-once", counts, tuple(problems)))


def _of_again(more: Sequence[_Group], again: int, unseen: int, allowed: Allowed) -> Iterable[str]:
    if again + unseen <= allowed.billed_again:
        return
    if again:
        yield from (f"{_names(group)}: {group.billed - group.read} pages billed again{_why(group)}" for group in more)
    if unseen:
        yield f"Textract's meter: {unseen} pages that no audit event tells of"


def _of_unaccounted(
    fewer: Sequence[_Group], of_nobody: int, unaccounted: int, allowed: Allowed
) -> Iterable[str]:
    if unaccounted <= allowed.unaccounted:
        return
    for group in fewer:
        yield f"{_names(group)}: {group.read - group.billed} stored results without an event{_why(group)}"
    if missing := unaccounted - sum(group.read - group.billed for group in fewer):
        yield f"ocr/: {missing} of {of_nobody} results that no manifest names have no event"


def _names(group: _Group) -> str:
    shown = ", ".join(group.documents[:3])
    return f"{shown} and {len(group.documents) - 3} more" if len(group.documents) > 3 else shown


def _why(group: _Group) -> str:
    if group.tried_again:
        return f"; explained where a try was lost: ocr was tried more than once for {', '.join(group.tried_again[:3])}"
    return "; documents that share a page were read at once" if len(group.documents) > 1 else ""


def _groups(
    found: Sequence[Account], chains: Mapping[str, Sequence[Chain]], stored: Mapping[str, PageResult]
) -> list[_Group]:
    groups = []
    for members in _sharing(found):
        pages = {page_hash for account in members for page_hash in account.stored.ocr_pages.values()}
        billed = sum(chain.pages_billed for account in members for chain in chains.get(account.document_id, ()))
        groups.append(_Group(
            tuple(account.document_id for account in members),
            sum(stored[page_hash].count for page_hash in pages if page_hash in stored), billed,
            any(account.is_under_way for account in members),
            tuple(account.document_id for account in members if account.ocr_tried_again)))
    return groups


def _sharing(found: Sequence[Account]) -> list[list[Account]]:
    """The documents, those together that have a page in common, also by way of a third one."""
    leader = {account.document_id: account.document_id for account in found}

    def first_of(document: str) -> str:
        while leader[document] != document:
            leader[document] = leader[leader[document]]
            document = leader[document]
        return document

    holder: dict[str, str] = {}
    for account in found:
        for page_hash in account.stored.ocr_pages.values():
            other = holder.setdefault(page_hash, account.document_id)
            leader[first_of(account.document_id)] = first_of(other)
    together: dict[str, list[Account]] = defaultdict(list)
    for account in found:
        together[first_of(account.document_id)].append(account)
    return list(together.values())


def _read_for_these(
    found: Sequence[Account], chains: Mapping[str, Sequence[Chain]], stored: Mapping[str, PageResult]
) -> dict[str, PageResult]:
    received: dict[str, list[float]] = defaultdict(list)
    for account in found:
        times = [chain.received.timestamp() for chain in chains.get(account.document_id, ()) if chain.received]
        for page_hash in account.stored.ocr_pages.values():
            received[page_hash] += times
    # S3 tells when an object was written in whole seconds.
    return {page_hash: result for page_hash, result in stored.items()
            if result.modified.timestamp() >= int(min(received[page_hash], default=0))}
