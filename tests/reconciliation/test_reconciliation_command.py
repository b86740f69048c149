"""The command where it cannot look, and what it prints."""

from __future__ import annotations

import json

import pytest

from demo.environment import Local, environ, free_ports
from include.reconciliation.__main__ import NOT_READ, SHOWN, as_json, main, table
from include.reconciliation.invariant import Invariant
from include.reconciliation.verdict import Verdict

PROBLEMS = tuple(f"doc-{number}: is lost" for number in range(SHOWN + 3))
VERDICT = Verdict((Invariant("first", {"in": 1200, "out": 1200}), Invariant("second", {"in": 1}, PROBLEMS)), 1200, 5, 6,
                  1, "abc")


def test_where_nobody_answers_it_says_what_to_do(
        sandbox: Local, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name, value in environ(sandbox).items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    monkeypatch.delenv("AIRFLOW_URL", raising=False)
    assert main(["--json"]) == NOT_READ
    monkeypatch.setenv("AIRFLOW_URL", f"http://127.0.0.1:{free_ports(1)[0]}")
    monkeypatch.setenv("AIRFLOW_TOKEN", "token")
    assert main(["--json"]) == NOT_READ
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[0].startswith("Not reconciled: AIRFLOW_URL is not set")
    assert len(said.err.splitlines()) == 2


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["--day", "yesterday"])


def test_the_table_shows_what_does_not_hold() -> None:
    lines = list(table(VERDICT))
    assert lines[0] == "HOLDS      first   in 1,200, out 1,200"
    assert lines[1] == "VIOLATED   second  in 1"
    assert lines[2].strip() == "-> doc-0: is lost"
    assert lines[2 + SHOWN].strip() == "-> and 3 more: --json lists all"
    assert lines[-1] == "1 hold, 1 violated"


def test_programs_get_all_of_it() -> None:
    assert json.loads(as_json(VERDICT)) == {
        "invariants": [{"name": "first", "holds": True, "counts": {"in": 1200, "out": 1200}, "problems": []},
                       {"name": "second", "holds": False, "counts": {"in": 1}, "problems": list(PROBLEMS)}],
        "documents": 1200, "pages_read": 5, "pages_billed": 6, "billed_again": 1, "records_digest": "abc"}
