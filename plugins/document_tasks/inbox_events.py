"""Runs of documents_inbox when documents land: S3's notices from an SQS queue as events of an Airflow asset.

An event's payload is stored in Airflow's database, and a notice names a file: the payload holds days and counts only.
A message is deleted once its event is in the database, so that no event is lost; what is lost in spite of that
(the queue is away for days, S3 sends no notice) is found by the day's run.
"""

# Airflow's trigger classes and the hook's async connection carry no annotations.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Hashable, Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, AssetOrTimeSchedule, AssetWatcher
from airflow.triggers.base import BaseEventTrigger, TriggerEvent
from airflow.triggers.shared_stream import AdvanceItem, SharedStreamProducer

from include.documents.landing import days_of_notices
from include.settings import settings

if TYPE_CHECKING:
    from airflow.providers.amazon.aws.triggers.sqs import SqsSensorTrigger
    from airflow.sdk.bases.timetable import BaseTimetable

log = logging.getLogger(__name__)

POLL_SECONDS = 120.0
"""A run for every document of a slow trickle would be a batch of one document: in a day at most 720 batches come of
this, fewer than a task can be mapped to."""

MESSAGES_IN_AN_ANSWER = 10
"""SQS's own limit, for receiving and for deleting."""

ANSWERS_IN_A_POLL = 100


def with_inbox_events(timetable: BaseTimetable) -> BaseTimetable:
    """The timetable, and events of the inbox beside it where the setting INBOX_EVENTS_QUEUE_URL names a queue."""
    if not settings().inbox_events_queue_url:
        return timetable
    trigger = InboxEventsTrigger(
        queue_url=settings().inbox_events_queue_url, aws_conn_id=settings().aws_conn_id,
        region_name=settings().aws_default_region)
    landings = Asset("inbox_landings", watchers=[AssetWatcher(name="inbox_queue", trigger=trigger)])
    return AssetOrTimeSchedule(timetable=timetable, assets=[landings])


class InboxEventsTrigger(BaseEventTrigger):
    """An event ``{"days": {"YYYY-MM-DD": count}}`` for whatever landed since the last poll.

    The Amazon provider's SqsSensorTrigger puts whole messages into its event, and deletes them before the event is
    stored. Its connection and its way of receiving are used; the rest is Airflow's stream with acknowledgements
    (``airflow.triggers.shared_stream``), whose producer hears which events are in the database.

    :param queue_url: the SQS queue.
    :param aws_conn_id: the Airflow connection.
    :param region_name: the queue's region.
    :param poll_seconds: from one poll to the next.
    """

    def __init__(
        self, *, queue_url: str, aws_conn_id: str, region_name: str, poll_seconds: float = POLL_SECONDS
    ) -> None:
        super().__init__()
        self.queue_url = queue_url
        self.aws_conn_id = aws_conn_id
        self.region_name = region_name
        self.poll_seconds = poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return "document_tasks.inbox_events.InboxEventsTrigger", {
            "queue_url": self.queue_url, "aws_conn_id": self.aws_conn_id, "region_name": self.region_name,
            "poll_seconds": self.poll_seconds}

    def shared_stream_key(self) -> Hashable:
        return ("inbox_events", self.queue_url)

    @classmethod
    def create_shared_stream_producer(cls, kwargs: dict[str, Any]) -> SharedStreamProducer:
        return InboxQueue(**kwargs)

    async def filter_shared_stream(self, shared_stream: AsyncIterator[Any]) -> AsyncIterator[TriggerEvent]:
        async for days in shared_stream:
            yield TriggerEvent({"days": days})

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Not called: the trigger has a shared stream.

        :raises NotImplementedError: always.
        """
        raise NotImplementedError
        yield


class InboxQueue(SharedStreamProducer):
    """The queue's side of the stream: receives messages, and deletes those whose event was taken over."""

    def __init__(self, *, queue_url: str, aws_conn_id: str, region_name: str, poll_seconds: float) -> None:
        self.queue_url = queue_url
        self.aws_conn_id = aws_conn_id
        self.region_name = region_name
        self.poll_seconds = poll_seconds

    async def open_stream(self) -> AsyncIterator[tuple[dict[str, int], list[str]]]:
        """What landed, and the receipts of the messages that said so, poll after poll.

        A poll that fails is logged and followed by the next: with the stream, Airflow would end the trigger.
        """
        while True:
            try:
                messages = await self._receive()
            except Exception as error:  # the trigger has to live through every outage of the queue
                log.warning("The inbox's queue cannot be read: %s", type(error).__name__)
                messages = []
            receipts = [message["ReceiptHandle"] for message in messages]
            days = days_of_notices(message["Body"] for message in messages)
            if days:
                log.info("%d notices about %d days", len(messages), len(days))
                yield days, receipts
            elif receipts:
                await self._delete(receipts)
            await asyncio.sleep(self.poll_seconds)

    async def advance(self, batch: Sequence[AdvanceItem]) -> None:
        """Delete the messages of events that are stored; those of others come back when their visibility ends."""
        for item in batch:
            if item.outcome.is_clean:
                await self._delete(item.broker_payload)

    async def _receive(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        sensor = self._sensor()
        async with await sensor.hook.get_async_conn() as client:
            for _ in range(ANSWERS_IN_A_POLL):
                answer: Any = await sensor.poll_sqs(client)
                found += answer.get("Messages", [])
                if not answer.get("Messages"):
                    break
        return found

    async def _delete(self, receipts: Sequence[str]) -> None:
        """A message that is not deleted comes back, and its run finds nothing new."""
        try:
            async with await self._sensor().hook.get_async_conn() as client:
                for start in range(0, len(receipts), MESSAGES_IN_AN_ANSWER):
                    part = receipts[start:start + MESSAGES_IN_AN_ANSWER]
                    entries = [{"Id": str(number), "ReceiptHandle": receipt} for number, receipt in enumerate(part)]
                    await client.delete_message_batch(QueueUrl=self.queue_url, Entries=entries)
        except Exception as error:  # as in open_stream
            log.warning("Messages of the inbox's queue cannot be deleted: %s", type(error).__name__)

    def _sensor(self) -> SqsSensorTrigger:
        # Imported when needed: a DAG parse must not pay for the Amazon provider.
        from airflow.providers.amazon.aws.triggers.sqs import SqsSensorTrigger

        return SqsSensorTrigger(
            sqs_queue=self.queue_url, aws_conn_id=self.aws_conn_id, region_name=self.region_name,
            max_messages=MESSAGES_IN_AN_ANSWER)
