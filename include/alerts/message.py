"""The text of each alert, the same in every channel: counts, codes and links, in plain ASCII lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import quote

from include.alerts.reasons import OpenDocument, reason

LONGEST_SUBJECT = 99
"""SNS takes fewer than 100 characters, ASCII, no line break
(https://docs.aws.amazon.com/sns/latest/api/API_Publish.html)."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One message. ``text`` ends with links."""

    subject: str
    text: str

    @property
    def html(self) -> str:
        """The text for channels that send HTML only: its lines as they are."""
        return f"<pre>{escape(self.text)}</pre>"


@dataclass(frozen=True, slots=True)
class Run:
    """A run of Airflow."""

    dag_id: str
    run_id: str


@dataclass(frozen=True, slots=True)
class Site:
    """Where Airflow's UI is: ``[api] base_url``."""

    base_url: str

    def run(self, run: Run) -> str:
        return f"{self.base_url.rstrip('/')}/dags/{run.dag_id}/runs/{quote(run.run_id, safe='')}"

    def dag(self, dag_id: str) -> str:
        return f"{self.base_url.rstrip('/')}/dags/{dag_id}/runs"

    @property
    def review_queue(self) -> str:
        return f"{self.base_url.rstrip('/')}/plugin/review-queue"


def failed(run: Run, documents: int, found: Sequence[OpenDocument], now: datetime, site: Site) -> Alert:
    """A run has ended with failed documents.

    :param documents: how many the run has.
    """
    return Alert(
        _subject(f"{len(found)} of {documents} documents failed: {_codes(found)}"),
        _text(now, f"Documents of a {run.dag_id} run that have failed: {len(found)} of {documents}.", _by_code(found),
              _links(site, run)))


def not_begun(run: Run, task_id: str, now: datetime, site: Site) -> Alert:
    """A run has failed before its documents were known.

    :param task_id: the task that should have named them.
    """
    return Alert(
        _subject(f"{run.dag_id} failed before it had any documents"),
        _text(now, f"A {run.dag_id} run has failed in {task_id}, before its documents were known. No document of it is "
                   f"processed. Move of: operator. The log of {task_id} names the code.", (), _links(site, run)))


def late(run: Run, hours: float, found: Sequence[OpenDocument] | None, now: datetime, site: Site) -> Alert:
    """A run has passed its deadline.

    :param found: what is open of the run; None where that cannot be told.
    """
    count = "" if found is None else f", documents open: {len(found)}"
    open_ones = "Which of its documents are open cannot be told." if found is None else f"Documents open: {len(found)}."
    return Alert(
        _subject(f"{run.dag_id} is late{count}"),
        _text(now, f"A {run.dag_id} run is not done after {hours:g} hours. {open_ones}", _by_code(found or ()),
              _links(site, run)))


def overdue(hours: float, found: Sequence[OpenDocument], now: datetime, site: Site) -> Alert:
    """Documents have been in the inbox too long; those that were alerted before are not among them."""
    rows = []
    for day in sorted({document.day for document in found}):
        of_day = [document for document in found if document.day == day]
        rows += [f"Landed in inbox/{day}/: {len(of_day)}", *(f"  {row}" for row in _by_code(of_day))]
    return Alert(
        _subject(f"Documents not in FHIR after {hours:g} hours: {len(found)}"),
        _text(now, f"Documents that are not in FHIR {hours:g} hours after they landed: {len(found)}.", rows,
              (f"Runs: {site.dag('documents_to_fhir')}", f"Review queue: {site.review_queue}")))


def _by_code(found: Iterable[OpenDocument]) -> list[str]:
    """``2 ENCRYPTED, move of: sender. The file has a password. ...``, most frequent first."""
    rows = []
    for code, count in _counts(found):
        why = reason(code)
        rows.append(f"{count} {code}, move of: {why.whose_move.value}. {why.says}")
    return rows


def _codes(found: Iterable[OpenDocument]) -> str:
    return ", ".join(f"{count} {code}" for code, count in _counts(found))


def _counts(found: Iterable[OpenDocument]) -> list[tuple[str, int]]:
    counted = Counter(document.code for document in found)
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))


def _links(site: Site, run: Run) -> tuple[str, ...]:
    return f"Run: {site.run(run)}", f"Review queue: {site.review_queue}"


def _text(now: datetime, what: str, rows: Sequence[str], links: Sequence[str]) -> str:
    blocks = [f"{now:%Y-%m-%d %H:%M} UTC. {what}", "\n".join(rows), "\n".join(links)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _subject(text: str) -> str:
    return text if len(text) <= LONGEST_SUBJECT else f"{text[:LONGEST_SUBJECT - 4]} ..."
