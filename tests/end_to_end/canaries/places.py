"""Every place that may hold no patient data, as items to search."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import create_engine, inspect, text

from canaries.search import Item

DATABASE, DATABASE_FILE = "Airflow's database", "Airflow's database file"
LOGS, FILES = "logs", "other files of Airflow"
KEYS, LABELS, CONTENTS = "keys of objects", "tags and metadata of objects", "objects without patient data"
TOLD, ALERTS, METRICS, PROCESSES, ADDRESSES = (
    "requests to AWS beside contents", "alerts", "metrics", "processes", "addresses in the browser")

SENDERS_KEYS = "inbox/"
"""The sender names what is below it."""
PATIENT_DATA = ("inbox/", "documents/", "ocr/", "analysis/", "patients/")
"""Where in the documents bucket patient data belongs."""


def database(url: str) -> Iterator[Item]:
    """Every column of every table and every row of it, whatever its type. Texts of a column are one item; each binary
    value is one of its own, as it may be compressed."""
    engine = create_engine(url)
    with engine.connect() as connection:
        inspector = inspect(engine)
        schemas = [name for name in inspector.get_schema_names()
                   if name != "information_schema" and not name.startswith("pg_")]
        for schema in schemas:
            for table in inspector.get_table_names(schema):
                yield from _table(connection, engine.dialect.identifier_preparer.quote(schema), table)
    engine.dispose()


def _table(connection: sqlalchemy.Connection, schema: str, table: str) -> Iterator[Item]:
    quoted = connection.dialect.identifier_preparer.quote(table)
    # Without types of columns nothing is converted and nothing is left out.
    result = connection.execute(text(f"SELECT * FROM {schema}.{quoted}"))
    names, rows = list(result.keys()), result.fetchall()
    for index, name in enumerate(names):
        values = [row[index] for row in rows if row[index] is not None]
        packed = [bytes(value) for value in values if isinstance(value, bytes | bytearray | memoryview)]
        texts = [_as_text(value) for value in values if not isinstance(value, bytes | bytearray | memoryview)]
        yield Item(DATABASE, f"{table}.{name}", "\n".join(texts).encode(errors="replace"), len(rows))
        yield from (Item(DATABASE, f"{table}.{name}", value, 0) for value in packed)


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=str)


def files(folder: Path, place: str, suffixes: tuple[str, ...] = ()) -> Iterator[Item]:
    """The content and the name of every file below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (not suffixes or path.name.endswith(suffixes)):
            name = str(path.relative_to(folder))
            yield Item(place, name, name.encode() + b"\n" + path.read_bytes())


def objects(s3: Any, patients_bucket: str) -> Iterator[Item]:
    """Of every object in every bucket the key, tags and metadata, and the content where no patient data belongs."""
    for bucket in s3.list_buckets()["Buckets"]:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket["Name"]):
            for entry in page.get("Versions", ()):
                yield from _object(s3, bucket["Name"], entry["Key"], entry["VersionId"],
                                   bucket["Name"] == patients_bucket)


def _object(s3: Any, bucket: str, key: str, version: str, with_patients: bool) -> Iterator[Item]:
    where, version_id = f"{bucket}/{key}", {} if version == "null" else {"VersionId": version}
    if not (with_patients and key.startswith(SENDERS_KEYS)):
        yield Item(KEYS, where, key.encode())
    head = s3.head_object(Bucket=bucket, Key=key, **version_id)
    told = {name: head.get(name) for name in ("Metadata", "ContentType", "ContentDisposition", "CacheControl")}
    tags = s3.get_object_tagging(Bucket=bucket, Key=key, **version_id)["TagSet"]
    yield Item(LABELS, where, _as_text([told, tags]).encode())
    if not (with_patients and key.startswith(PATIENT_DATA)):
        yield Item(CONTENTS, where, s3.get_object(Bucket=bucket, Key=key, **version_id)["Body"].read())


def told(entries: Iterable[dict[str, Any]]) -> Iterator[Item]:
    """What the sandbox was told (``/_sandbox/told``): also of objects and messages that are gone."""
    for number, entry in enumerate(entries):
        if not (entry["service"] == "s3" and f"/{SENDERS_KEYS}" in entry["place"]):
            yield Item(TOLD, f"{entry['service']} {number}", _as_text(entry).encode())


def processes(home: Path) -> Iterator[Item]:
    """Command lines and environments of the system's processes: any user of the machine sees the former."""
    mark = str(home).encode()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            environment, line = (path / "environ").read_bytes(), (path / "cmdline").read_bytes()
        except OSError:  # it has ended, or is another user's
            continue
        if mark in environment:
            yield Item(PROCESSES, f"{path.name} {line[:60]!r}", line.replace(b"\0", b" ") + b"\n" + environment)


def texts(place: str, found: Iterable[str | bytes]) -> Iterator[Item]:
    for number, one in enumerate(found):
        yield Item(place, f"{number}", one if isinstance(one, bytes) else one.encode())
