"""How long a document's conversion takes beside fhir.resources alone on the same finished resources, in turns."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median

from benchmarks.conversion import (
    RECEIVED,
    built_by_the_library,
    convert,
    into_records,
    resources_of,
    written,
)
from include.documents.content import DocumentContent
from include.fhir.bundle import build_bundle
from include.fhir.extraction import extract
from include.fhir.validation import validate

SYNTHETIC, STORED = "synthetic", "stored"
OURS, LIBRARY, LIBRARY_READING = "ours", "library", "library reading"
EXTRACT, BUILD, VALIDATE = "extract", "build", "validate"
NEW_RECORD, KNOWN_RECORD = "new record", "known record"


@dataclass(frozen=True, slots=True)
class Speed:
    """CPU milliseconds a document, medians over the rounds; ratios are medians of the rounds' ratios.

    ``ours``: from the merged document to the written bundle. ``library``: fhir.resources builds, validates and writes
    the same resources; ``library_reading`` without the writing. ``of_library_highest`` is the worst round's.
    ``new_record`` and ``known_record``: into a patient's record that is new, or that has the document already.
    """

    name: str
    group: str
    pages: int
    resources: int
    ours: float
    extract: float
    build: float
    validate: float
    library: float
    library_reading: float
    of_library: float
    of_library_highest: float
    of_library_reading: float
    new_record: float
    known_record: float

    @property
    def documents_per_second(self) -> float:
        return 1000 / self.ours


def compare(document: DocumentContent, group: str, rounds: int) -> Speed:
    """One document, everyone in turns; whoever is first in a round is last in the next. The first round, in which
    models and rules are made, does not count.

    :raises ValueError: the document's bundle is not valid.
    """
    facts, bundle = extract(document), convert(document)
    resources = resources_of(bundle)
    records = into_records(bundle, document.document_id, {})
    work: dict[str, Callable[[], object]] = {
        OURS: partial(written, document),
        LIBRARY: partial(built_by_the_library, resources),
        LIBRARY_READING: partial(built_by_the_library, resources, dumped=False),
        EXTRACT: partial(extract, document),
        BUILD: partial(build_bundle, facts, document.document_id, received=RECEIVED),
        VALIDATE: partial(validate, bundle),
        NEW_RECORD: partial(into_records, bundle, document.document_id, {}),
        KNOWN_RECORD: partial(into_records, bundle, document.document_id, records),
    }
    spent: dict[str, list[float]] = {name: [] for name in work}
    for number in range(rounds + 1):
        for name in list(work)[:: -1 if number % 2 else 1]:
            spent[name].append(_milliseconds(work[name]))
    counted = {name: times[1:] for name, times in spent.items()}
    ratios = _ratios(counted[OURS], counted[LIBRARY])
    return Speed(
        name=document.document_id, group=group, pages=len(document.pages), resources=len(resources),
        ours=median(counted[OURS]), extract=median(counted[EXTRACT]), build=median(counted[BUILD]),
        validate=median(counted[VALIDATE]), library=median(counted[LIBRARY]),
        library_reading=median(counted[LIBRARY_READING]), of_library=median(ratios), of_library_highest=max(ratios),
        of_library_reading=median(_ratios(counted[OURS], counted[LIBRARY_READING])),
        new_record=median(counted[NEW_RECORD]), known_record=median(counted[KNOWN_RECORD]))


def _ratios(ours: list[float], theirs: list[float]) -> list[float]:
    return [one / other for one, other in zip(ours, theirs, strict=True)]


def _milliseconds(do: Callable[[], object]) -> float:
    """CPU time: other work on the machine must not speak for or against anybody."""
    gc.collect()
    started = time.process_time()
    do()
    return 1000 * (time.process_time() - started)
