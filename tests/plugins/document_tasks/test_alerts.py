"""An alert arrives by every channel with the same text, once, whatever a channel does: SNS and SES of the sandbox, and
a mail server of the test's own."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, message_from_string
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

import boto3
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import AsyncMessage
from subscriber import Subscriber

from demo.environment import LOOPBACK, Local, free_ports, variables
from demo.processes import get_json
from document_tasks.alerts import raise_alert, send_pending
from document_tasks.failure_alerts import alert_failures
from include.alerts import outbox
from include.alerts.message import Run
from include.alerts.outbox import Entry
from include.documents.storage import Bucket, overdue_alert
from include.reporting.outcome import FAILED, SUCCESS, Outcome
from include.settings import settings

ENTRY = Entry("3 of 50 documents failed", "2 EMPTY, move of: sender. <As it is.> {{ not_rendered }}\nRun: http://x/\n",
              run=Run("documents_to_fhir", "run"))
KEY = overdue_alert("digest")
SENDER, RECIPIENT = "pipeline@example.org", "on-call@example.org"


class Mails(AsyncMessage):
    """A mail server's inbox."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Message] = []

    async def handle_message(self, message: Message) -> None:
        self.messages.append(message)


@pytest.fixture
def client(sandbox: Local, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """The environment of Airflow's processes; boto3 clients of the sandbox."""
    for name, value in variables(sandbox).items():
        if name.startswith(("AWS_", "AIRFLOW_CONN", "AIRFLOW__API__BASE_URL")):
            monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield lambda service: boto3.client(service, region_name="us-east-1", endpoint_url=sandbox.s3_url)
    settings.cache_clear()


@pytest.fixture
def sns(client: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Subscriber:
    subscriber = Subscriber(client)
    monkeypatch.setenv("ALERT_CHANNELS", "sns")
    monkeypatch.setenv("ALERT_SNS_TOPIC_ARN", subscriber.topic)
    return subscriber


@pytest.fixture
def mail(client: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Controller]:
    """A mail server that is down; ``start()`` starts it."""
    port = free_ports(1)[0]
    server = Controller(Mails(), hostname=LOOPBACK, port=port)
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps({
        "conn_type": "smtp", "host": LOOPBACK, "port": port,
        "extra": {"disable_ssl": True, "disable_tls": True, "timeout": 5, "retry_limit": 1}}))
    monkeypatch.setenv("ALERT_MAIL_TO", f"{RECIPIENT},second@example.org")
    monkeypatch.setenv("ALERT_MAIL_FROM", SENDER)
    yield server
    server.stop(no_assert=True)


def always(_entry: Entry) -> bool:
    return True


def subject(message: Message) -> str:
    return str(make_header(decode_header(message["Subject"])))


def body(message: Message) -> str:
    [part] = [part for part in message.walk() if part.get_content_type() == "text/html"]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n").strip()


def test_sns_brings_subject_and_text_once(bucket: Bucket, sns: Subscriber) -> None:
    assert raise_alert(bucket, KEY, ENTRY)
    assert raise_alert(bucket, KEY, ENTRY)
    assert sns.alerts() == [ENTRY.alert]


def test_ses_brings_the_same_lines(
        bucket: Bucket, sandbox: Local, client: Callable[[str], Any], mail: Controller, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALERT_CHANNELS", "ses")
    client("ses").verify_email_identity(EmailAddress=SENDER)
    assert raise_alert(bucket, KEY, ENTRY)
    found = get_json(f"{sandbox.s3_url}/moto-api/data.json")
    assert found
    [sent] = found["ses"]["RawMessage"]
    assert (sent["source"], set(sent["destinations"])) == (SENDER, {RECIPIENT, "second@example.org"})
    message = message_from_string(sent["raw_data"])
    assert subject(message) == ENTRY.subject
    assert body(message) == ENTRY.alert.html


def test_smtp_brings_the_same_lines(
        bucket: Bucket, mail: Controller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_CHANNELS", "smtp")
    mail.start()
    assert raise_alert(bucket, KEY, ENTRY)
    [message] = mail.handler.messages
    assert (message["X-MailFrom"], message["X-RcptTo"]) == (SENDER, f"{RECIPIENT}, second@example.org")
    assert subject(message) == ENTRY.subject
    assert body(message_from_bytes(message.as_bytes())) == ENTRY.alert.html


def test_what_one_channel_refuses_goes_out_by_the_other_and_comes_later(
        bucket: Bucket, sns: Subscriber, mail: Controller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_CHANNELS", "smtp,sns")
    assert not raise_alert(bucket, KEY, ENTRY)
    assert sns.alerts() == [ENTRY.alert]
    assert not send_pending(bucket, always)
    mail.start()
    assert send_pending(bucket, always)
    assert send_pending(bucket, always)
    assert [subject(message) for message in mail.handler.messages] == [ENTRY.subject]
    assert sns.alerts() == []


def test_a_channel_that_is_down_is_tried_once_a_look_and_keeps_the_other_from_nothing(
        bucket: Bucket, sns: Subscriber, mail: Controller, monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("ALERT_CHANNELS", "smtp")
    keys = [overdue_alert(name) for name in "abc"]
    assert not any(raise_alert(bucket, key, ENTRY) for key in keys)
    monkeypatch.setenv("ALERT_CHANNELS", "smtp,sns")
    settings.cache_clear()
    caplog.clear()
    assert not send_pending(bucket, always)
    assert caplog.text.count("cannot be sent by smtp") == 1
    assert sns.alerts() == [ENTRY.alert] * 3


def test_what_is_mended_before_a_channel_works_again_is_not_sent(
        bucket: Bucket, mail: Controller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_CHANNELS", "smtp")
    assert not raise_alert(bucket, KEY, ENTRY)
    mail.start()
    assert send_pending(bucket, lambda _entry: False)
    assert send_pending(bucket, always)
    assert mail.handler.messages == []


def test_an_alert_of_which_nobody_says_whether_it_is_open_keeps_none_of_the_others(
        bucket: Bucket, sns: Subscriber, mail: Controller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_CHANNELS", "smtp")
    entries = {name: replace(ENTRY, subject=name) for name in ("a", "b", "c")}
    assert not any(raise_alert(bucket, overdue_alert(name), entry) for name, entry in entries.items())
    monkeypatch.setenv("ALERT_CHANNELS", "sns")
    settings.cache_clear()

    def all_but_a(entry: Entry) -> bool:
        if entry.subject == "a":
            raise RuntimeError
        return True

    assert not send_pending(bucket, all_but_a)
    assert [alert.subject for alert in sns.alerts()] == ["b", "c"]
    assert send_pending(bucket, always)
    assert [alert.subject for alert in sns.alerts()] == ["a"]


def test_an_alert_comes_also_where_the_bucket_does_not_answer(bucket: Bucket, sns: Subscriber) -> None:
    assert raise_alert(Bucket(bucket.client, "no-such-bucket"), KEY, ENTRY)
    assert sns.alerts() == [ENTRY.alert]


def test_without_a_channel_the_log_says_what_would_have_been_sent(
        bucket: Bucket, client: Callable[[str], Any], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert raise_alert(bucket, KEY, ENTRY)
    assert ENTRY.subject in caplog.text
    assert ENTRY.text in caplog.text
    assert list(bucket.list("alerts/")) == []


def outcomes(*codes: str | None) -> list[Outcome]:
    return [Outcome(f"doc-{place}", "run", FAILED if code else SUCCESS, code) for place, code in enumerate(codes)]


def test_a_run_s_failures_are_one_alert_and_one_more_only_for_a_new_one(bucket: Bucket, sns: Subscriber) -> None:
    def alerted(*codes: str | None) -> list[str]:
        alert_failures(bucket, "documents_to_fhir", "run", outcomes(*codes))
        return [alert.subject for alert in sns.alerts()]

    assert alerted(None, None, None) == []
    assert alerted("EMPTY", "EMPTY", None) == ["2 of 3 documents failed: 2 EMPTY"]
    assert alerted("EMPTY", "EMPTY", None) == []
    assert alerted(None, "EMPTY", None) == []
    assert alerted("CORRUPT", "EMPTY", None) == ["2 of 3 documents failed: 1 CORRUPT, 1 EMPTY"]
    assert alerted(None, None, None) == []
    assert alerted("EMPTY", None, None) == []
    assert outbox.failures_of(bucket, "alerts/") == {"doc-0 EMPTY", "doc-1 EMPTY", "doc-0 CORRUPT"}
