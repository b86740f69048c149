"""What a deployment needs once: the pools have the settings' sizes, the first login a password of its own."""

from __future__ import annotations

from include.infrastructure.prepare import commands
from include.settings import Settings


def test_the_pools_are_as_large_as_the_settings_say_and_batches_counts_deferred_tasks() -> None:
    found = {command[3]: command for command in commands(Settings(ocr_pool_slots=7, batch_runs_at_once=3), None)
             if command[:3] == ["airflow", "pools", "set"]}
    assert found["ocr"][4] == "7"
    assert "--include-deferred" not in found["ocr"]
    assert found["batches"][4] == "3"
    assert "--include-deferred" in found["batches"]


def test_the_database_is_migrated_first_and_the_buckets_are_looked_at_last() -> None:
    found = list(commands(Settings(), "a password"))
    assert found[0] == ["airflow", "db", "migrate"]
    assert found[-1][1:] == ["-m", "document_tasks.reachable"]


def test_without_a_password_no_login_is_made() -> None:
    assert not [command for command in commands(Settings(), None) if "users" in command]
    [made] = [command for command in commands(Settings(), "a password") if "users" in command]
    assert made[-1] == "--password=a password"
