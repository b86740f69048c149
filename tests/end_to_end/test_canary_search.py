"""The canary search can fail: what is planted in a place is found, however it is packed."""

from __future__ import annotations

import base64
import bz2
import gzip
import html
import io
import json
import pickle
import socket
import subprocess
import sys
import time
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy
from canaries import places
from canaries.canary import Canary, Kind, patient
from canaries.search import Item, Search
from cryptography.fernet import Fernet
from lacking import lacking
from mail_receiver import Mailbox
from metric_receivers import StatsdReceiver
from subscriber import Subscriber

from demo.environment import LOOPBACK, Local
from demo.inbox import s3_client

KEY = Fernet.generate_key()
PATIENT = patient("planted")
CANARIES = PATIENT.canaries("planted")
NAME = f"{PATIENT.family}, {PATIENT.given}"
SEARCH = Search(CANARIES, KEY.decode())


def zipped(data: bytes) -> bytes:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", data)
    return stored.getvalue()


PACKED: dict[str, Callable[[str], bytes]] = {
    "as it is": lambda text: text.encode(),
    "upper case": lambda text: text.upper().encode(),
    "JSON": lambda text: json.dumps({"name": text}).encode(),
    "JSON in JSON": lambda text: json.dumps(json.dumps(json.dumps(text))).encode(),
    "in an address": lambda text: f"GET /?q={quote(text)}".encode(),
    "HTML": lambda text: html.escape(text).encode("ascii", "xmlcharrefreplace"),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 within another": lambda text: b"xy" + base64.urlsafe_b64encode(b"a" + text.encode()),
    "hexadecimal": lambda text: text.encode().hex().encode(),
    "gzip": lambda text: gzip.compress(text.encode()),
    "gzip behind other bytes": lambda text: b"\x00\x01log" + gzip.compress(text.encode()),
    "zlib": lambda text: zlib.compress(json.dumps([text]).encode()),
    "zlib in base64 in JSON": lambda text: json.dumps(
        {"data": base64.b64encode(zlib.compress(text.encode())).decode()}).encode(),
    "bz2": lambda text: bz2.compress(text.encode()),
    "zip": lambda text: zipped(text.encode()),
    "pickle": lambda text: pickle.dumps({"value": text}),
    "UTF-16": lambda text: text.encode("utf-16"),
    "encrypted by Airflow": lambda text: Fernet(KEY).encrypt(text.encode()),
    "encrypted within JSON": lambda text: json.dumps({"kwargs": Fernet(KEY).encrypt(text.encode()).decode()}).encode(),
}


@pytest.mark.parametrize("packed", PACKED)
def test_a_name_is_found_however_it_is_packed(packed: str) -> None:
    data = PACKED[packed](f"before {NAME} behind")
    assert {canary.text for canary in SEARCH.found(data)} >= {PATIENT.given, PATIENT.family}


@pytest.mark.parametrize("canary", CANARIES, ids=lambda canary: canary.whose)
def test_each_canary_is_found_as_it_is_printed_and_nothing_else_is(canary: Canary) -> None:
    assert SEARCH.found(f"({canary.text})".encode()) == {canary}
    assert SEARCH.found(f"({canary.text[:-3]})".encode()) == set()


@pytest.mark.parametrize("written", [
    "{0:%m/%d/%Y}", "{0:%d.%m.%Y}", "{0.day} {0:%B} {0.year}", "{0:%b} {0.day}, {0.year}", "{0:%Y%m%d}",
    "{0:%Y/%m/%d}"])
def test_a_date_is_found_in_other_formats(written: str) -> None:
    [born] = [canary for canary in CANARIES if canary.kind is Kind.DATE]
    assert SEARCH.found(written.format(PATIENT.born).encode()) == {born}


def test_names_are_found_without_accents_and_numbers_without_punctuation() -> None:
    plain = PATIENT.phone.translate({ord(sign): None for sign in "() -"})
    assert {canary.text for canary in SEARCH.found(plain.encode())} == {PATIENT.phone}
    accented = Search([Canary("name", "Jürgenström")])
    assert accented.found(b"JURGENSTROM") == set(accented.canaries)


def places_of(items: Iterable[Item]) -> dict[str, set[str]]:
    """Where what was planted is found: place, and the names of items there."""
    found: dict[str, set[str]] = {}
    for hit in SEARCH.run(items).hits:
        found.setdefault(hit.place, set()).add(hit.name)
    return found


def fill(url: str, binary: str, structured: str) -> None:
    """A table with the name in a text, compressed in a binary value, and in a structure; the number as a number."""
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as database:
        database.execute(sqlalchemy.text(
            f"CREATE TABLE kept (id BIGINT, words VARCHAR(99), data {binary}, said {structured}, none TEXT)"))
        database.execute(sqlalchemy.text("INSERT INTO kept VALUES (:id, :words, :data, :said, NULL)"), [
            {"id": 1, "words": NAME, "data": None, "said": "{}"},
            {"id": 2, "words": "", "data": zlib.compress(NAME.encode()), "said": json.dumps({"a": [NAME]})},
            {"id": int(PATIENT.record_number), "words": "", "data": None, "said": None}])
    engine.dispose()


EVERY_COLUMN = {places.DATABASE: {"kept.id", "kept.words", "kept.data", "kept.said"}}


def test_a_canary_in_any_type_of_column_is_found(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/airflow.db"
    fill(url, "BLOB", "JSON")
    assert places_of(places.database(url)) == EVERY_COLUMN
    assert places_of(places.files(tmp_path, places.DATABASE_FILE, (".db",))) == {places.DATABASE_FILE: {"airflow.db"}}


@pytest.fixture
def postgres() -> Iterator[str]:
    """A database of its own on this machine's Postgres."""
    server = sqlalchemy.create_engine("postgresql+psycopg2://postgres@127.0.0.1/postgres", isolation_level="AUTOCOMMIT")
    name = f"canaries_{uuid.uuid4().hex}"
    try:
        with server.connect() as connection:
            connection.execute(sqlalchemy.text(f"CREATE DATABASE {name}"))
    except sqlalchemy.exc.OperationalError:
        lacking("no Postgres on this machine")
    yield f"postgresql+psycopg2://postgres@127.0.0.1/{name}"
    with server.connect() as connection:
        connection.execute(sqlalchemy.text(f"DROP DATABASE {name}"))
    server.dispose()


@pytest.mark.parametrize("structured", ["JSON", "JSONB"])
def test_a_canary_in_any_type_of_column_of_postgres_is_found(postgres: str, structured: str) -> None:
    fill(postgres, "BYTEA", structured)
    assert places_of(places.database(postgres)) == EVERY_COLUMN


def test_a_canary_in_a_file_or_in_its_name_is_found(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "attempt=1.log.gz").write_bytes(gzip.compress(NAME.encode()))
    (tmp_path / f"{PATIENT.given}.log").write_text("nothing")
    (tmp_path / "other.log").write_text("nothing")
    assert places_of(places.files(tmp_path, places.LOGS)) == {
        places.LOGS: {"run/attempt=1.log.gz", f"{PATIENT.given}.log"}}


def test_a_canary_told_to_aws_is_found_also_when_it_is_gone(sandbox: Local) -> None:
    import boto3

    def client(service: str) -> Any:
        return boto3.client(service, endpoint_url=sandbox.s3_url, region_name="us-east-1",
                            aws_access_key_id="local-sandbox", aws_secret_access_key="local-sandbox")

    s3, given, number = s3_client(sandbox), PATIENT.given, PATIENT.record_number
    s3.create_bucket(Bucket="planted")
    planted: dict[str, dict[str, Any]] = {
        f"runs/{given}.json": {}, "audit/tag": {"Tagging": f"who={given}"},
        "audit/metadata": {"Metadata": {"who": given}},
        "inbox/2026-01-01/named": {}, f"inbox/2026-01-01/{given}": {}, "documents/doc-1/document.json": {},
        "logs/1.log": {}}
    for key, more in planted.items():
        body = NAME.encode() if key.startswith(("documents/", "logs/", "inbox/")) else b"-"
        s3.put_object(Bucket="planted", Key=key, Body=body, **more)
    found = places_of(places.objects(s3, "planted"))
    assert found == {
        places.KEYS: {f"planted/runs/{given}.json"}, places.CONTENTS: {"planted/logs/1.log"},
        places.LABELS: {"planted/audit/tag", "planted/audit/metadata"}}
    for key in ("audit/tag", "audit/metadata", f"runs/{given}.json"):
        s3.delete_object(Bucket="planted", Key=key)

    subscriber = Subscriber(client)
    client("sns").publish(TopicArn=subscriber.topic, Subject="-", Message=NAME)
    client("ses").verify_email_identity(EmailAddress="a@example.org")
    client("ses").send_raw_email(Source="a@example.org", Destinations=["b@example.org"],
                                 RawMessage={"Data": f"Subject: {given}\n\n-".encode()})
    textract = boto3.client("textract", endpoint_url=sandbox.textract_url, region_name="us-east-1",
                            aws_access_key_id="local-sandbox", aws_secret_access_key="local-sandbox")
    with pytest.raises(textract.exceptions.InvalidS3ObjectException):
        textract.start_document_analysis(
            DocumentLocation={"S3Object": {"Bucket": "planted", "Name": "none"}}, FeatureTypes=["TABLES"],
            JobTag=given, ClientRequestToken=number)

    import urllib.request

    with urllib.request.urlopen(f"{sandbox.textract_url}/_sandbox/told", timeout=10) as answer:
        told = json.load(answer)["told"]
    services = {name.split()[0] for name in places_of(places.told(told))[places.TOLD]}
    assert services == {"s3", "sns", "ses", "textract"}
    [alert] = subscriber.alerts()
    assert places_of(places.texts(places.ALERTS, [alert.text])) == {places.ALERTS: {"0"}}


def test_a_canary_in_a_metric_or_a_mail_is_found() -> None:
    import smtplib

    metrics, mailbox = StatsdReceiver(), Mailbox()
    mailbox.start()
    port = int(metrics.variables["AIRFLOW__METRICS__STATSD_PORT"])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(f"airflow.{PATIENT.given}:1|c".encode(), (LOOPBACK, port))
    server = json.loads(mailbox.settings["AIRFLOW_CONN_SMTP_DEFAULT"])
    with smtplib.SMTP(server["host"], server["port"]) as smtp:
        smtp.sendmail("a@example.org", ["b@example.org"], base64.b64encode(NAME.encode()))
    deadline = time.monotonic() + 10
    while not metrics.got and time.monotonic() < deadline:
        time.sleep(0.05)
    mailbox.stop()
    assert places_of(places.texts(places.METRICS, metrics.got)) == {places.METRICS: {"0"}}
    assert places_of(places.texts(places.ALERTS, mailbox.got)) == {places.ALERTS: {"0"}}


def test_a_canary_in_a_command_line_is_found(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "input()", PATIENT.record_number], stdin=subprocess.PIPE,
        env={"AIRFLOW_HOME": str(tmp_path / "airflow")})
    try:
        assert set(places_of(places.processes(tmp_path))) == {places.PROCESSES}
    finally:
        process.kill()
        process.wait()


def test_a_documented_exception_is_counted_apart() -> None:
    name = Canary("file", "Quavexfile", Kind.FILE_NAME)
    search = Search([name], is_documented=lambda hit: hit.name == "dag_run.conf")
    result = search.run([Item(places.DATABASE, column, b"quavexfile.pdf") for column in ("dag_run.conf", "log.extra")])
    assert {hit.name for hit in result.exceptions} == {"dag_run.conf"}
    assert {hit.name for hit in result.hits} == {"log.extra"}
