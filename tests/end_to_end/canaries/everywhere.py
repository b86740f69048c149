"""The search of a whole system."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from urllib.request import urlopen

from local_system import LocalSystem

from canaries import places
from canaries.canary import Canary
from canaries.places import DATABASE, DATABASE_FILE
from canaries.search import Hit, Item, Result, Search
from canaries.story import Story

CONF = {"dag_run.conf", "log.extra"}
"""Columns in which Airflow keeps what a run by hand was given: of the run, and of its own audit log of requests."""


def search(system: LocalSystem, story: Story, places_found: Iterable[Item]) -> Result:
    """Look for every canary in what :func:`items` has found."""
    names = frozenset(story.names_in_conf())

    def is_documented(hit: Hit) -> bool:
        return hit.canary in names and (hit.place == DATABASE_FILE or (hit.place == DATABASE and hit.name in CONF))

    return Search(story.canaries(), system.local.fernet_key, is_documented).run(places_found)


def items(system: LocalSystem, story: Story) -> Iterator[Item]:
    """Everything that is to be searched."""
    home, local = system.local.airflow_home, system.local
    yield from places.database(system.database_url)
    yield from places.files(home, DATABASE_FILE, (".db", ".db-wal", ".db-journal"))
    yield from places.files(home / "logs", places.LOGS)
    yield from places.files(local.log_file.parent, places.LOGS)
    yield from places.files(home, places.FILES, (".cfg", ".json", ".generated", ".py", ".pid", ".err", ".out"))
    yield from places.objects(system.s3, system.bucket.name)
    with urlopen(f"{local.textract_url}/_sandbox/told", timeout=60) as answer:
        yield from places.told(json.load(answer)["told"])
    yield from places.texts(places.ALERTS, [f"{alert.subject}\n{alert.text}" for alert in story.alerts])
    yield from places.texts(places.ALERTS, system.mailbox.got)
    yield from places.texts(places.METRICS, [b"\n".join(system.statsd.got)])
    yield from places.processes(local.home)
    yield from places.texts(places.ADDRESSES, story.addresses)


def seen_where_they_belong(system: LocalSystem, canaries: list[Canary]) -> set[Canary]:
    """The canaries that are in what the pipeline has written into the documents bucket for patient data: a search
    that finds them nowhere has not looked for what the documents say."""
    found: set[Canary] = set()
    looking = Search(canaries)
    for prefix in places.PATIENT_DATA:
        if prefix != places.SENDERS_KEYS:
            for entry in system.bucket.list(prefix):
                found |= looking.found(system.bucket.read(entry.key))
    return found
