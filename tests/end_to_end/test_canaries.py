"""No patient data outside the buckets: documents of invented patients go every way, then everything is searched."""

from __future__ import annotations

from pathlib import Path

import pytest
from canaries import places
from canaries.canary import Canary, patient
from canaries.everywhere import CONF, items, search, seen_where_they_belong
from canaries.search import Item, Result, Search
from canaries.story import EXPECTED, Story
from local_system import LocalSystem


@pytest.fixture(scope="module")
def story(system: LocalSystem, chromium: Path) -> Story:
    told = Story(system)
    told.tell(chromium)
    return told


@pytest.fixture(scope="module")
def found(system: LocalSystem, story: Story) -> list[Item]:
    return list(items(system, story))


@pytest.fixture(scope="module")
def result(system: LocalSystem, story: Story, found: list[Item]) -> Result:
    searched = search(system, story, found)
    print("", *searched.report(), sep="\n")
    return searched


def test_the_pipeline_has_read_what_is_searched_for(system: LocalSystem, story: Story) -> None:
    seen = seen_where_they_belong(system, story.canaries())
    for way in ("text", "picture", "approved", "rejected", "by hand", "by id"):
        missing = {canary.whose for canary in story.documents[way].canaries()} - {canary.whose for canary in seen}
        assert len(missing) <= (2 if way == "picture" else 0), missing
    assert {"typed by a person: given name", "typed by a person: record number"} <= {canary.whose for canary in seen}


def test_nothing_of_any_document_is_outside_the_buckets(result: Result) -> None:
    assert result.hits == set(), "\n".join(result.report())


def test_every_kind_of_place_was_searched(result: Result) -> None:
    expected = {places.DATABASE, places.DATABASE_FILE, places.LOGS, places.FILES, places.KEYS, places.LABELS,
                places.CONTENTS, places.TOLD, places.ALERTS, places.METRICS, places.PROCESSES, places.ADDRESSES}
    assert set(result.seen) == expected
    assert all(seen.bytes > 0 for seen in result.seen.values())


def test_the_documented_exception_is_there_and_is_the_only_one(result: Result, story: Story) -> None:
    """Names of files that a run by hand was given: Airflow stores a run's conf before anything of ours runs."""
    assert {hit.name for hit in result.exceptions if hit.place == places.DATABASE} == CONF
    assert {hit.canary for hit in result.exceptions} == set(story.names_in_conf())


def test_no_key_and_no_password_is_in_a_row_a_log_or_a_message(system: LocalSystem, found: list[Item]) -> None:
    local = system.local
    secrets = {"Fernet key": local.fernet_key, "JWT secret": local.secret, **local.passwords}
    kept = {places.PROCESSES, places.FILES}
    looking = Search([Canary(name, secret) for name, secret in secrets.items()])
    result = looking.run(item for item in found if item.place not in kept)
    assert result.hits == set(), "\n".join(result.report())


def test_what_is_planted_in_airflow_itself_is_found(system: LocalSystem, story: Story, result: Result) -> None:
    """In a note, in an XCom, and in a variable, which Airflow encrypts; after the search, which has to find nothing."""
    planted = Canary("planted", patient("planted in Airflow").name)
    run = f"/api/v2/dags/documents_to_fhir/dagRuns/{story.run_id}"
    system.api.call("PATCH", run, {"note": f"Ask {planted.text}"})
    system.api.call("POST", f"{run}/taskInstances/read_batch/xcomEntries", {"key": "planted", "value": [planted.text]})
    system.api.call("POST", "/api/v2/variables", {"key": "planted", "value": planted.text})
    hits = Search([planted], system.local.fernet_key).run(places.database(system.database_url)).hits
    system.api.call("DELETE", "/api/v2/variables/planted")
    assert {hit.name for hit in hits} >= {"dag_run_note.content", "xcom.value", "variable.val"}


def test_each_way_was_gone(story: Story) -> None:
    assert set(EXPECTED) <= set(story.ids)
    assert len(story.alerts) >= 4
