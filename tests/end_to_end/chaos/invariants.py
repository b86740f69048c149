"""What has to hold after every round, whatever was done to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chaos.quiet import Records
from chaos.scene import DAY, Scene, queue
from demo.watch import DAG_ID
from include.audit.verification import verify_all
from include.errors import REGISTRY, Domain
from include.settings import Settings

BLAMED = frozenset({Domain.DOCUMENT, Domain.CONVERSION})
"""Where a code of a good document never is: the fault was not the document's."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a round left.

    :param needed: pages that need OCR; ``billed``, that Textract was paid for.
    :param problems: sentences; none where every invariant holds.
    """

    documents: int
    needed: int
    billed: int
    may_be_billed_again: int
    tries_again: int
    problems: tuple[str, ...]

    @property
    def billed_again(self) -> int:
        return self.billed - self.needed


def check(scene: Scene, billed_again: Sequence[int | None], found: Records, expected: Records) -> Checked:
    """Look at everything that the round's documents have left.

    :param billed_again: pages that each fault may have billed once more; None: those that lost tries had under way.
    :param found: all records that the story's documents have made; ``expected``, those of a quiet run.
    """
    billed, needed = scene.cluster.pages_billed(), scene.pages
    tries = _tries(scene)
    allowed = sum(pages or 0 for pages in billed_again)
    if None in billed_again:
        allowed += _under_way_in_lost_tries(scene, tries)
    problems = [
        *_unaccounted(scene), *_chains(scene), *_records(found, expected), *_left_over(scene), *_blamed(scene),
        *([f"{billed} pages were billed of {needed}"] if not needed <= billed <= needed + allowed else []),
    ]
    return Checked(
        documents=len(scene.documents), needed=needed, billed=billed, may_be_billed_again=allowed,
        tries_again=sum(count - 1 for count in tries.values()), problems=tuple(problems))


def _tries(scene: Scene) -> Mapping[tuple[str, int, str], int]:
    """How often each OCR task of the round was tried: run, map index and document."""
    found = {}
    for run in scene.runs():
        documents = scene.cluster.api.xcom(DAG_ID, run, "read_batch")
        for task in scene.cluster.api.task_instances(DAG_ID, run):
            if task["task_id"] == "process_document.ocr" and task["map_index"] >= 0:
                document = documents[task["map_index"]]
                if document in scene.documents:
                    found[run, task["map_index"], document] = int(task["try_number"])
    return found


def _under_way_in_lost_tries(scene: Scene, tries: Mapping[tuple[str, int, str], int]) -> int:
    """At most so many pages that a document has, and that a task sends at once, for each try beyond the first."""
    at_once = Settings().textract_sync_concurrency
    return sum((count - 1) * min(scene.documents[document].pages_to_ocr, at_once)
               for (_, _, document), count in tries.items())


def _unaccounted(scene: Scene) -> Sequence[str]:
    """Documents in, documents accounted for: each with an outcome of its own, and each a success."""
    states = [json.loads(scene.cluster.bucket.read(f"documents/{document}/outcome.json"))["state"]
              for document in scene.documents if scene.cluster.bucket.find(f"documents/{document}/outcome.json")]
    missing = len(scene.documents) - states.count("success")
    return [f"{missing} of {len(scene.documents)} documents are no success"] if missing else []


def _chains(scene: Scene) -> Sequence[str]:
    reports = {report.document_id: report for report in verify_all(scene.cluster.audit_bucket, DAY)}
    return [f"the audit chain of {document} is not whole" for document in scene.documents
            if document not in reports or reports[document].problems]


def _records(found: Records, expected: Records) -> Sequence[str]:
    if found == expected:
        return []
    differing = [key for key in {*found, *expected} if found.get(key) != expected.get(key)]
    return [f"{len(differing)} of {len(expected)} records are not those of a quiet run"]


def _left_over(scene: Scene) -> Sequence[str]:
    problems = []
    if left := scene.cluster.temp_objects():
        problems.append(f"{len(left)} objects are left in the temporary bucket")
    runs = scene.runs()
    if entries := [entry for entry in queue(scene.cluster) if entry["run_id"] in runs]:
        problems.append(f"{len(entries)} entries are left in the review queue")
    return problems


def _blamed(scene: Scene) -> Sequence[str]:
    """Codes that say that the document is bad, or our software: of a fault of the platform, neither is true."""
    return [f"{count} tasks ended {code}" for code, count in scene.codes.items()
            if code == "INTERNAL_ERROR" or REGISTRY[code].domain in BLAMED]


