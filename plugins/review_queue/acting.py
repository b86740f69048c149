"""What a person does with documents: first what they decided into S3, then Airflow's tasks on their way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fastapi.concurrency import run_in_threadpool

from include.errors import REGISTRY, Domain, PipelineError
from review_queue import deciding
from review_queue.airflow_calls import AirflowCalls, AirflowRefusedError
from review_queue.asked import Action, Decision, FactCorrection, Place
from review_queue.entries import DOCUMENT_STAGES, FAILED, WAITING, Entry, read_documents, read_entries

PARKED_SECONDS = 5.0
"""Airflow 3.3.2 loses an answer that comes before its scheduler has heard that the task's process is gone."""
APPROVE, REJECT = "Approve", "Reject"

GONE = "It is not in the queue any more."
NOTHING_TO_DECIDE = "It does not wait for a decision: retry it, or resolve it by hand."
NOBODYS = "It names no patient: open it to enter whose it is, or resolve it by hand. Else its facts go into no record."
NOT_BY_HAND = "Only a document can be resolved by hand: retry this task."


@dataclass(slots=True)
class Done:
    """``not_done``: the reason by the document's id, or its row where that is not known."""

    done: int = 0
    not_done: dict[str, str] = field(default_factory=dict)


class CannotError(Exception):
    """The document is not in a state for what was asked; the message says what to do."""


async def act(airflow: AirflowCalls, actor: str, action: Action) -> Done:
    """Do one thing with many documents. What cannot be done with one does not hold up the others."""
    result = Done()
    if action.action == "reopen":
        found = await run_in_threadpool(read_documents, [(place.run_id, place.map_index) for place in action.places])

        async def reopen(entry: Entry) -> None:
            await run_in_threadpool(deciding.reopen, entry, actor)

        await _clear(airflow, await _each(found, reopen, result), result)
        return result
    entries = await _entries(action.places, result)
    if action.action == "retry":
        await _clear(airflow, entries, result)
    elif action.action == "resolve":
        async def resolve(entry: Entry) -> None:
            if entry.stage not in DOCUMENT_STAGES:
                raise CannotError(NOT_BY_HAND)
            await run_in_threadpool(deciding.resolve, entry, action.reason or "", action.comment or "", actor)

        await _clear(airflow, await _each(entries, resolve, result), result)
    else:
        await _decide_each(airflow, entries, action.action, None, actor, result)
    return result


async def decide(airflow: AirflowCalls, actor: str, decision: Decision) -> Done:
    """Approve or reject one document, with its corrections."""
    result = Done()
    entries = await _entries([decision.place], result)
    await _decide_each(airflow, entries, decision.decision, decision.corrections, actor, result)
    return result


def can_be_decided(entry: Entry) -> bool:
    """It waits for a decision, has failed for want of one (rejected, nobody answered in time), or fails with the one
    that it has (what was corrected is not valid)."""
    return entry.state == WAITING or (
        entry.state == FAILED and entry.stage == "convert_to_fhir"
        and REGISTRY[entry.code].domain is Domain.CONVERSION)


async def decide_one(
    airflow: AirflowCalls,
    entry: Entry,
    option: str,
    corrections: Sequence[FactCorrection] | None,
    actor: str,
) -> None:
    """Store what a person decided, then let the document go on.

    :param corrections: None where nobody has looked at the document.
    :raises CannotError: there is nothing to decide, or not unseen.
    :raises PipelineError: DECISION_CONFLICT, an S3 code.
    :raises AirflowRefusedError: Airflow does not let it go on.
    """
    if not can_be_decided(entry):
        raise CannotError(NOTHING_TO_DECIDE)
    if option == APPROVE and corrections is None and "NO_PATIENT" in entry.codes:
        raise CannotError(NOBODYS)
    await run_in_threadpool(deciding.decide, entry, option == APPROVE, corrections, actor)
    if entry.state != WAITING:
        await airflow.clear([entry])
        return
    parked = (datetime.now(UTC) - entry.changed).total_seconds()
    await asyncio.sleep(max(0.0, PARKED_SECONDS - parked))
    await airflow.answer(entry, option)


async def _decide_each(
    airflow: AirflowCalls,
    entries: Sequence[Entry],
    decision: str,
    corrections: Sequence[FactCorrection] | None,
    actor: str,
    result: Done,
) -> None:
    option = APPROVE if decision == "approve" else REJECT

    async def one(entry: Entry) -> None:
        await decide_one(airflow, entry, option, corrections, actor)

    result.done += len(await _each(entries, one, result))


async def _entries(places: Sequence[Place], result: Done) -> list[Entry]:
    """The entries as they are now, not as the page showed them."""
    now = {(entry.run_id, entry.map_index): entry for entry in await run_in_threadpool(read_entries)}
    found = []
    for place in places:
        entry = now.get((place.run_id, place.map_index))
        if entry is None:
            result.not_done[f"{place.run_id} {place.map_index}"] = GONE
        else:
            found.append(entry)
    return found


async def _clear(airflow: AirflowCalls, entries: Sequence[Entry], result: Done) -> None:
    for run_id in dict.fromkeys(entry.run_id for entry in entries):
        of_run = [entry for entry in entries if entry.run_id == run_id]
        try:
            await airflow.clear(of_run)
            result.done += len(of_run)
        except AirflowRefusedError as error:
            result.not_done.update({_name(entry): error.says for entry in of_run})


async def _each(
    entries: Sequence[Entry], do: Callable[[Entry], Awaitable[None]], result: Done
) -> list[Entry]:
    """Those with which it worked."""
    good = []
    for entry in entries:
        try:
            await do(entry)
            good.append(entry)
        except (CannotError, deciding.RefusedError, PipelineError) as error:
            result.not_done[_name(entry)] = str(error)
        except AirflowRefusedError as error:
            result.not_done[_name(entry)] = error.says
    return good


def _name(entry: Entry) -> str:
    return entry.document_id or f"{entry.run_id} {entry.map_index}"
