"""Notices from the sandbox's SQS as events that name no file; a message is deleted once its event is taken over."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import subprocess
import sys
import uuid
from typing import Any

import boto3
import pytest
from airflow.models.trigger import Trigger
from airflow.triggers.shared_stream import AdvanceItem, AdvanceOutcome

from demo.environment import PROJECT, Local, variables
from document_tasks.inbox_events import InboxEventsTrigger, InboxQueue, with_inbox_events

TAKEN_OVER, LOST = AdvanceOutcome(acked=1, failed=0), AdvanceOutcome(acked=0, failed=1)


@pytest.fixture
def sqs(sandbox: Local, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The sandbox's SQS, and Airflow's connection to it."""
    connection = {
        "conn_type": "aws", "login": "local-sandbox", "password": "local-sandbox",
        "extra": {"endpoint_url": sandbox.s3_url, "region_name": "us-east-1"}}
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(connection))
    return boto3.client(
        "sqs", endpoint_url=sandbox.s3_url, region_name="us-east-1", aws_access_key_id="local-sandbox",
        aws_secret_access_key="local-sandbox")


@pytest.fixture
def queue_url(sqs: Any) -> str:
    url: str = sqs.create_queue(QueueName=f"landing-{uuid.uuid4().hex}")["QueueUrl"]
    return url


def land(sqs: Any, queue_url: str, *keys: str) -> None:
    for key in keys:
        body = {"Records": [{"s3": {"object": {"key": key}}}]}
        sqs.send_message(QueueUrl=queue_url, MessageBody=json.dumps(body))


def left(sqs: Any, queue_url: str) -> int:
    """Messages that are not deleted, those under way included."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def queue(queue_url: str) -> InboxQueue:
    return InboxQueue(
        queue_url=queue_url, aws_conn_id="aws_default", region_name="us-east-1", poll_seconds=0.01)


def first(reader: InboxQueue) -> tuple[dict[str, int], list[str]]:
    async def read() -> tuple[dict[str, int], list[str]]:
        return await anext(reader.open_stream())

    return asyncio.run(asyncio.wait_for(read(), 30))


def test_a_poll_takes_all_that_landed_as_days_and_counts(sqs: Any, queue_url: str) -> None:
    keys = [f"inbox/2026-11-2{number % 2 + 5}/QUILLFEATHER_{number}.pdf" for number in range(23)]
    land(sqs, queue_url, *keys)
    days, receipts = first(queue(queue_url))
    assert days == {"2026-11-25": 12, "2026-11-26": 11}
    assert len(receipts) == 23


def test_messages_are_deleted_when_their_event_is_taken_over_and_not_before(sqs: Any, queue_url: str) -> None:
    land(sqs, queue_url, *(f"inbox/2026-11-25/{number}.pdf" for number in range(12)))
    reader = queue(queue_url)
    _, receipts = first(reader)
    assert left(sqs, queue_url) == 12
    asyncio.run(reader.advance([AdvanceItem(receipts, LOST)]))
    assert left(sqs, queue_url) == 12
    asyncio.run(reader.advance([AdvanceItem(receipts, TAKEN_OVER)]))
    assert left(sqs, queue_url) == 0


def test_a_message_about_no_document_is_deleted_and_starts_nothing(sqs: Any, queue_url: str) -> None:
    land(sqs, queue_url, "inbox/2026-11-25/")
    reader = queue(queue_url)

    async def read() -> None:
        stream = reader.open_stream()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(anext(stream), 4)

    asyncio.run(read())
    assert left(sqs, queue_url) == 0


def test_an_outage_of_the_queue_ends_nothing(sqs: Any, queue_url: str, caplog: pytest.LogCaptureFixture) -> None:
    reader = queue(queue_url + "-not-yet")

    async def read() -> dict[str, int]:
        stream = reader.open_stream()
        waiting = asyncio.ensure_future(anext(stream))
        while "cannot be read" not in caplog.text:
            await asyncio.sleep(0.05)
        url = sqs.create_queue(QueueName=(queue_url + "-not-yet").rpartition("/")[2])["QueueUrl"]
        land(sqs, url, "inbox/2026-11-25/a.pdf")
        days, _ = await asyncio.wait_for(waiting, 30)
        return days

    assert asyncio.run(read()) == {"2026-11-25": 1}


def test_the_event_holds_what_the_stream_says() -> None:
    trigger = InboxEventsTrigger(queue_url="q", aws_conn_id="aws_default", region_name="us-east-1")

    async def stream() -> Any:
        yield {"2026-11-25": 2}

    async def events() -> list[Any]:
        return [event.payload async for event in trigger.filter_shared_stream(stream())]

    assert asyncio.run(events()) == [{"days": {"2026-11-25": 2}}]


def test_the_trigger_survives_airflow_s_database() -> None:
    trigger = InboxEventsTrigger(queue_url="q", aws_conn_id="c", region_name="eu-west-1", poll_seconds=7)
    row = Trigger.from_object(trigger)
    module, _, name = row.classpath.rpartition(".")
    assert getattr(importlib.import_module(module), name)(**row.kwargs).serialize() == trigger.serialize()
    assert row.kwargs == {"queue_url": "q", "aws_conn_id": "c", "region_name": "eu-west-1", "poll_seconds": 7}


def test_without_a_queue_the_schedule_is_the_timetable_alone() -> None:
    timetable: Any = object()
    assert with_inbox_events(timetable) is timetable


WITH_A_QUEUE = """
import sys
from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization
bag = DagBag("dags")
assert not bag.import_errors, bag.import_errors
heavy = "boto3" in sys.modules
dag = DagSerialization.from_dict(DagSerialization.to_dict(bag.dags["documents_inbox"]))
[[key, asset]] = dag.timetable.asset_condition.iter_assets()
print(heavy, type(dag.timetable).__name__, dag.timetable.periodic, asset.name, asset.watchers[0].trigger["classpath"])
"""


def test_with_a_queue_the_dag_keeps_its_days_and_watches_the_inbox(sandbox: Local) -> None:
    environment = {**os.environ, **variables(sandbox), "INBOX_EVENTS_QUEUE_URL": "https://sqs.example/1/landing"}
    done = subprocess.run(
        [sys.executable, "-c", WITH_A_QUEUE], env=environment, cwd=PROJECT, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1:] == [
        "False AssetOrTimeSchedule True inbox_landings document_tasks.inbox_events.InboxEventsTrigger"], done.stderr
