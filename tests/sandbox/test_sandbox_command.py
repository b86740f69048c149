"""The sandbox's command: whoever reaches it may do anything, so that it listens where it is told, else on loopback."""

from __future__ import annotations

from include.sandbox.__main__ import parse_arguments

NEEDED = ["--s3-port", "1", "--textract-port", "2", "--data-dir", "somewhere"]


def test_it_listens_on_loopback_unless_it_is_told_otherwise() -> None:
    assert parse_arguments(NEEDED).host == "127.0.0.1"
    assert parse_arguments([*NEEDED, "--host", "0.0.0.0"]).host == "0.0.0.0"
