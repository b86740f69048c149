"""Raising an alert: remembered in the documents bucket first, then sent by every channel."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from document_tasks.alert_channels import Channel, channels
from include.errors import PipelineError
from include.settings import settings

if TYPE_CHECKING:
    from include.alerts.message import Site
    from include.alerts.outbox import Claim, Entry
    from include.documents.storage import Bucket

log = logging.getLogger(__name__)


def site() -> Site:
    """Where Airflow's UI is."""
    from airflow.sdk.configuration import conf

    from include.alerts.message import Site

    return Site(conf.get("api", "base_url", fallback="http://localhost:8080/"))


def raise_alert(bucket: Bucket, key: str, entry: Entry) -> bool:
    """Send an alert unless it was raised before; False where a channel failed: the next occasion sends it again.

    Where the bucket does not answer, the alert is sent all the same: it may come twice, but it comes.

    :param key: where the alert is remembered; the same for the same alert.
    """
    from include.alerts import outbox

    chosen = channels(settings())
    if not chosen:
        log.warning("ALERT_CHANNELS is empty, so no alert is sent. It would say: %s\n%s", entry.subject, entry.text)
        return True
    try:
        claim = outbox.put(bucket, key, entry, datetime.now(UTC))
    except PipelineError as error:
        log.error("The alert cannot be remembered, so it may come twice. %s", error)
        answers = [_send(channel, entry) for channel in chosen]
        return all(answers)
    if claim is None:
        log.info("This alert was raised before: %s", entry.subject)
        return True
    down: set[str] = set()
    send(bucket, claim, chosen, down)
    return not down


def send_pending(bucket: Bucket, still_open: Callable[[Entry], bool]) -> bool:
    """Send what could not be sent before, or close it where nothing of it is open any more; False where a channel
    fails again, or where it cannot be told of an alert whether it is open: that one waits for the next occasion.

    :raises PipelineError: an S3 code.
    """
    from include.alerts import outbox

    chosen = channels(settings())
    if not chosen:
        return True
    down: set[str] = set()
    told = True
    for claim in outbox.pending(bucket, datetime.now(UTC)):
        is_open = _ask(still_open, claim.entry)
        if is_open:
            send(bucket, claim, chosen, down)
        elif is_open is None:
            told = False
            outbox.note(bucket, claim, claimed=None)
        else:
            log.info("Nothing of this alert is open any more, so it is not sent: %s", claim.entry.subject)
            outbox.note(bucket, claim, closed=True, claimed=None)
    return told and not down


def _ask(still_open: Callable[[Entry], bool], entry: Entry) -> bool | None:
    """None where there is no answer: whatever is raised for one alert must not keep the others."""
    try:
        return still_open(entry)
    except Exception as error:
        log.error("It cannot be told whether this alert is open still (%s): %s",
                  error.code if isinstance(error, PipelineError) else type(error).__name__, entry.subject)
        return None


def send(bucket: Bucket, claim: Claim, chosen: Sequence[Channel], down: set[str]) -> None:
    """Send an alert by the channels that have not sent it yet.

    :param down: names of channels that have failed just now and are not tried again; those that fail are added.
    :raises PipelineError: an S3 code.
    """
    from include.alerts import outbox

    for day, document_ids in claim.entry.documents.items():
        outbox.remember_documents(bucket, day, document_ids)
    for channel in chosen:
        if channel.name in claim.entry.sent or channel.name in down:
            continue
        if not _send(channel, claim.entry):
            down.add(channel.name)
            continue
        noted = outbox.note(bucket, claim, sent=(*claim.entry.sent, channel.name))
        if noted is None:
            log.warning("Somebody else sends this alert by now: %s", claim.entry.subject)
            return
        claim = noted
    done = {channel.name for channel in chosen} <= {*claim.entry.sent}
    outbox.note(bucket, claim, closed=done, claimed=None)


def _send(channel: Channel, entry: Entry) -> bool:
    """Whatever a channel raises must not keep the alert from the others; an alert holds nothing of a document."""
    try:
        channel.send(entry.alert)
    except Exception as error:
        log.error("The alert cannot be sent by %s (%s: %s): %s", channel.name, type(error).__name__, error,
                  entry.subject)
        return False
    log.info("Alert sent by %s: %s", channel.name, entry.subject)
    return True
