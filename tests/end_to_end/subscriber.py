"""Who gets the alerts of a topic: an SQS queue of the sandbox."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from include.alerts.message import Alert


class Subscriber:
    """A topic, made where it is missing, and a queue that gets its messages from now on.

    :param client: makes a boto3 client of a service.
    :param topic: the topic's name; one of its own where none is given.
    """

    def __init__(self, client: Callable[[str], Any], topic: str = "") -> None:
        name = f"alerts-{uuid.uuid4().hex}"
        self._sqs = client("sqs")
        self._queue = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]
        self.topic = client("sns").create_topic(Name=topic or name)["TopicArn"]
        client("sns").subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=attributes["QueueArn"])

    def alerts(self) -> list[Alert]:
        """What has come since one looked last."""
        got = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages", [])
        for each in got:
            self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=each["ReceiptHandle"])
        bodies = [json.loads(each["Body"]) for each in got]
        return [Alert(body["Subject"], body["Message"]) for body in bodies]
