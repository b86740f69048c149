"""Which version made each document, and which documents are to be made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from include.documents.storage import Bucket, document_of_folder, documents_prefix, run_outcome_key
from include.fhir.converter import CONVERTER_VERSION
from include.reporting.outcome import SUCCESS, Outcome
from include.reporting.stored_outcomes import latest
from include.reprocessing.batches import given_to

_READS_AT_ONCE = 16

Progress = Callable[[int, int], None]
"""How many documents have been looked at, and of how many."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Every document that there is, counted once.

    :param by_version: documents in FHIR, by the version that made them; empty where it is not told.
    :param to_do: those of another version than this one, in the order of their ids.
    :param under_way: of another version, and in a batch for this one that has not come to them yet.
    :param open: never sealed, failed or resolved by hand: nothing of these is made anew; whatever they become, this
        version makes.
    """

    by_version: Mapping[str, int]
    to_do: tuple[str, ...]
    under_way: int
    open: int


def _silent(_done: int, _of: int) -> None:
    """No progress is shown."""


def survey(bucket: Bucket, *, version: str = CONVERTER_VERSION, again: bool = False,
           progress: Progress = _silent) -> Survey:
    """Look at the latest outcome of every document: a small read for each.

    :param version: the one that all are to have.
    :param again: count as to do also what is under way, because its run is gone.
    :raises PipelineError: an S3 code.
    """
    documents = [document_of_folder(folder) for folder in bucket.list_folders(documents_prefix())]
    outcomes: list[Outcome | None] = []
    with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
        for outcome in pool.map(lambda document: latest(bucket, document), documents):
            outcomes.append(outcome)
            progress(len(outcomes), len(documents))
        done = [outcome for outcome in outcomes if outcome and outcome.state == SUCCESS]
        others = [outcome.document_id for outcome in done if outcome.converter != version]
        given = {} if again else given_to(bucket, version)
        waits = dict(zip(others, pool.map(
            lambda document: _under_way(bucket, document, given.get(document, ())), others), strict=True))
    return Survey(
        by_version=dict(sorted(Counter(outcome.converter for outcome in done).items())),
        to_do=tuple(document for document in others if not waits[document]),
        under_way=sum(waits.values()),
        open=len(documents) - len(done))


def _under_way(bucket: Bucket, document: str, run_ids: Sequence[str]) -> bool:
    """Whether one of these runs has not sealed the document."""
    return any(not bucket.exists(run_outcome_key(run_id, document)) for run_id in run_ids)
