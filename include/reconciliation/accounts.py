"""Documents in, documents accounted for; and no false success. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from include.reconciliation.invariant import Invariant
from include.reconciliation.place import ASTRAY, ENDED, DocumentRun, Place
from include.reconciliation.stored import StoredDocument
from include.reporting.outcome import FAILED, RESOLVED, SUCCESS, Outcome

LANDED, PLANNED = "landed", "planned"
"""Nobody has looked for it yet; its batch waits for a slot."""
UNKNOWN = "unaccounted"
_STATES = (SUCCESS, FAILED, RESOLVED)


@dataclass(frozen=True, slots=True)
class Intake:
    """How documents came in, by document.

    :param inbox: those that lie in the inbox partitions.
    :param batches: runs of the batch manifests that name a document.
    :param to_be_planned: of the inbox, those that no run of documents_inbox has looked for since they landed.
    :param to_be_started: runs of batches that a run of documents_inbox, which is open, has still to start.
    """

    inbox: frozenset[str] = frozenset()
    batches: Mapping[str, Sequence[str]] = field(default_factory=dict)
    to_be_planned: frozenset[str] = frozenset()
    to_be_started: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that was found about one document.

    :param batches: runs of the inbox's batch manifests that name it.
    """

    stored: StoredDocument
    runs: tuple[DocumentRun, ...] = ()
    in_inbox: bool = False
    batches: tuple[str, ...] = ()
    to_be_planned: bool = False
    to_be_started: bool = False

    @property
    def document_id(self) -> str:
        return self.stored.document_id

    @property
    def state(self) -> str:
        """The one state that it is counted under: what still goes on before what was stored last."""
        places = {run.place for run in self.runs}
        for place in (Place.UNDER_WAY, Place.WAITING):
            if place in places:
                return place
        if self.to_be_planned:
            return LANDED
        if self.to_be_started:
            return PLANNED
        return self._stored_state(places)

    @property
    def is_under_way(self) -> bool:
        """A task of it may be writing at this moment."""
        return self.state == Place.UNDER_WAY

    @property
    def ocr_tried_again(self) -> bool:
        """Airflow shows more than one try of its task ``ocr``."""
        return sum(run.ocr_tries for run in self.runs) > 1

    @property
    def has_ended(self) -> bool:
        return self.state in _STATES

    def _stored_state(self, places: set[Place]) -> str:
        outcome = self.stored.outcome
        if outcome is None or outcome.state not in _STATES:
            return UNKNOWN
        # The run of the last outcome, where Airflow still knows it, says whether it is over.
        last = next((run for run in self.runs if run.run_id == outcome.run_id), None)
        return UNKNOWN if (last.place in ASTRAY if last else places and places <= ASTRAY) else outcome.state


def accounts(intake: Intake, stored: Iterable[StoredDocument], runs: Iterable[DocumentRun]) -> list[Account]:
    """One of each stored document, with whatever has its id."""
    of_document: dict[str, list[DocumentRun]] = {}
    for run in runs:
        of_document.setdefault(run.document_id, []).append(run)
    return [Account(
        each, tuple(of_document.get(each.document_id, ())), each.document_id in intake.inbox,
        tuple(intake.batches.get(each.document_id, ())), each.document_id in intake.to_be_planned,
        bool(intake.to_be_started.intersection(intake.batches.get(each.document_id, ()))))
        for each in stored]


def documents_accounted_for(found: Sequence[Account]) -> Invariant:
    """Every document is registered, of one batch or of runs by hand, and in exactly one state."""
    states = Counter(account.state for account in found)
    counts = {
        "in": len(found),
        "in the inbox": sum(account.in_inbox for account in found),
        "registered": sum(account.stored.registered for account in found),
        "in a batch": sum(bool(account.batches) for account in found),
        "in a run": sum(bool(account.runs) for account in found),
        "out": sum(states.values()) - states[UNKNOWN],
        **dict(sorted(states.items())),
    }
    return Invariant("documents-accounted-for", counts, tuple(
        f"{account.document_id}: {says}" for account in found for says in _not_accounted(account)))


def no_false_success(found: Sequence[Account]) -> Invariant:
    """Airflow's states and the stored outcomes say the same of each document in each run that has ended."""
    pairs = [(account, run) for account in found for run in account.runs]
    ended = [(account, run) for account, run in pairs if run.place in ENDED]
    counts = {"documents in runs": len(pairs), "ended": len(ended),
              **{f"{state} in Airflow": sum(run.place is Place(state) for _, run in ended)
                 for state in (SUCCESS, FAILED)},
              **{f"{state} in the store": sum(account.stored.outcome is not None
                                              and account.stored.outcome.state == state for account in found)
                 for state in _STATES}}
    problems = [f"{account.document_id}: {says} (run {run.run_id})"
                for account, run in ended for says in _disagreement(account.stored, run)]
    problems += [f"{account.document_id}: its outcome is success and it has no bundle" for account in found
                 if _is(account.stored.outcome, SUCCESS) and account.stored.contributions is None]
    problems += [f"{run_id}: the run is green and {count} of its documents are not" for run_id, count in Counter(
        run.run_id for _, run in pairs if run.run_state == SUCCESS and run.place is not Place.SUCCESS).items()]
    return Invariant("no-false-success", counts, tuple(problems))


def _not_accounted(account: Account) -> Iterable[str]:
    if account.to_be_planned:
        return
    if not account.stored.registered:
        yield "is not registered (no source.json): run documents_inbox of its day"
    if account.in_inbox and not account.batches and not account.runs:
        yield "lies in the inbox and is in no batch: run documents_inbox of its day"
    if len(account.batches) > 1:
        yield f"is in {len(account.batches)} batches: {', '.join(account.batches)}"
    if account.state != UNKNOWN:
        return
    if not account.runs:
        yield f"has no run{_of_batch(account)}: clear run_batch of the day's run of documents_inbox"
    elif account.stored.outcome is None and not any(run.place in ASTRAY for run in account.runs):
        yield "has no outcome: clear its task audit"
    for run in account.runs:
        if run.place in ASTRAY:
            yield f"{_WHAT_THEN[run.place]} (run {run.run_id}, {run.run_state})"


_WHAT_THEN = {
    Place.LOST: "its run has ended and its tasks have not: clear its first task that has not",
    Place.UNSEALED: "its task audit is red, nothing says what became of it: clear it",
    Place.NOT_BEGUN: "its run has ended before it had tasks: clear read_batch",
}


def _of_batch(account: Account) -> str:
    return f", though it is in the batch of {', '.join(account.batches)}" if account.batches else ""


def _disagreement(stored: StoredDocument, run: DocumentRun) -> Iterable[str]:
    outcome = stored.run_outcomes.get(run.run_id)
    if outcome is None:
        yield f"is {run.place} in Airflow and has no outcome of this run"
    elif outcome.state == RESOLVED:
        return
    elif outcome.state != run.place:
        yield f"is {run.place} in Airflow and {outcome.state} in its outcome"
    elif outcome.state == FAILED and not outcome.error_code:
        yield "has failed without a code"


def _is(outcome: Outcome | None, state: str) -> bool:
    return outcome is not None and outcome.state == state
