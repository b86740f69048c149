"""What the stores say of a document, as far as the invariants ask for it: no words of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from include.reconciliation.contribution import Contribution
from include.reporting.outcome import Outcome


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document in the documents bucket.

    :param registered: it has a ``source.json``.
    :param outcome: of the last run that sealed it.
    :param run_outcomes: of each run that sealed it and was asked for, by run id.
    :param pages: numbers of the manifest's pages, in order; None: not classified.
    :param ocr_pages: hash of each page that OCR has to read, by number.
    :param merged_pages: numbers of ``document.json``'s pages, in order; None: not merged.
    :param merged_by_ocr: those of them that OCR has read.
    :param contributions: what its bundle adds to which patient's record; None: it has no bundle.
    :param records: the patients whose records it went into.
    """

    document_id: str
    registered: bool = True
    outcome: Outcome | None = None
    run_outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    pages: tuple[int, ...] | None = None
    ocr_pages: Mapping[int, str] = field(default_factory=dict)
    merged_pages: tuple[int, ...] | None = None
    merged_by_ocr: frozenset[int] = frozenset()
    contributions: tuple[Contribution, ...] | None = None
    records: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Chain:
    """An audit chain.

    :param problems: of :class:`include.audit.chain.ChainReport`.
    :param received: when its first event was written; None where that is no ``document_received``.
    :param sealed: a seal is behind all that the pipeline did to the document.
    :param pages_billed: over its events.
    :param reviewed: a person was asked about it.
    """

    document_id: str
    day: str
    events: int
    problems: tuple[str, ...] = ()
    received: datetime | None = None
    sealed: bool = False
    pages_billed: int = 0
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class PageResult:
    """The stored OCR results of one page content: one for each set of features that it was read with.

    :param modified: when the first of them was written, in UTC, in whole seconds.
    """

    page_hash: str
    count: int
    modified: datetime
