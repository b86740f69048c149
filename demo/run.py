"""The demo: documents into the inbox, the day's run, progress, results."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from demo import results, watch
from demo.environment import Local
from demo.inbox import AUDIT_BUCKET, BUCKET, Delivered, deliver, s3_client
from demo.processes import StartError, get_json
from demo.watch import Row
from include.airflow_api import AirflowApi
from include.audit.verification import verify_all
from include.documents.storage import Bucket
from include.settings import settings

DAGS = frozenset({"documents_inbox", "documents_to_fhir"})
LONGEST_SECONDS = 3600
HEARTBEAT_SECONDS = 10


def run(local: Local, folder: Path | None, console: Console) -> bool:
    """Process a folder's files, or the shipped samples; True when everything ended as it should.

    For the samples that is what each one's facts file says; for a user's own files, that each is accounted for.
    """
    api = open_api(local)
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    s3 = s3_client(local)
    with tempfile.TemporaryDirectory() as scratch:
        files = _files(folder, Path(scratch))
        console.print(f"{len(files)} documents into s3://{BUCKET}/inbox/{day}/")
        delivered = deliver(s3, day, files)
    billed_before = _pages_billed(local)
    since = datetime.now(UTC)
    api.trigger("documents_inbox", run_id=f"demo__{since:%Y-%m-%dT%H-%M-%S}", conf={"date": day})
    rows = follow(api, day, delivered, console)
    names = {each.document_id: each.file for each in delivered}
    bucket, audit = Bucket(s3, BUCKET), Bucket(s3, AUDIT_BUCKET)
    gathered = {row.document_id: results.gather(bucket, audit, day, since, row) for row in rows}
    outcomes = {document_id: outcome for document_id, (outcome, _) in gathered.items()}
    results.show(console, names, rows, outcomes)
    path = results.write(local.home / "results", names, rows, gathered)
    console.print(f"Bundles and results: {path.parent}")
    billed = _pages_billed(local) - billed_before
    counted = sum(outcome.pages_billed for outcome in outcomes.values())
    console.print(f"Pages billed by the Textract endpoint: {billed}; counted by the pipeline: {counted}")
    chains = list(verify_all(audit, day))
    console.print(f"Audit chains: {sum(not chain.problems for chain in chains)} whole of {len(chains)}")
    problems = accounted(delivered, rows) + [f"the audit chain of {c.document_id}" for c in chains if c.problems]
    if billed != counted:
        problems.append("the pipeline's count of billed pages is not the endpoint's")
    if folder is None:
        problems += unexpected(rows, names, {key: value.error_code for key, value in outcomes.items()})
    for problem in problems:
        console.print(f"[red]not as it should be:[/red] {problem}")
    return not problems


def open_api(local: Local, seconds: float = 120) -> AirflowApi:
    """A logged-in API client, once the pools are made and the DAGs are there.

    :raises StartError: a DAG does not load, or not in time.
    """
    api = AirflowApi(local.api_url, "admin", local.passwords["admin"])
    api.make_pool("ocr", settings().ocr_pool_slots, "OCR tasks at once, as OCR_POOL_SLOTS says")
    api.make_pool(
        "batches", settings().batch_runs_at_once, "Batches at work at once, as BATCH_RUNS_AT_ONCE says",
        include_deferred=True)
    deadline = time.monotonic() + seconds
    while not api.dag_ids() >= DAGS:
        errors = api.import_errors()
        if errors:
            raise StartError(f"A DAG does not load: {errors[0]['stack_trace']}")
        if time.monotonic() > deadline:
            raise StartError(f"The DAGs have not loaded; see {local.log_file}")
        time.sleep(1)
    return api


def follow(api: AirflowApi, day: str, delivered: Sequence[Delivered], console: Console) -> list[Row]:
    """Print each document as it ends, and what runs in between; return when every one has ended or waits."""
    names = {each.document_id: each.file for each in delivered}
    started, last_word, done = time.monotonic(), time.monotonic(), set[str]()
    while True:
        rows = [row for row in watch.rows(api, watch.day_runs(api, day)) if row.document_id in names]
        for row in rows:
            if row.state != "running" and row.document_id not in done:
                done.add(row.document_id)
                last_word = time.monotonic()
                console.print(
                    f"{last_word - started:5.0f} s  {len(done):3}/{len(names)}  "
                    f"{row.state:14}  {names[row.document_id]}", highlight=False)
        if len(done) == len(names):
            return rows
        now = time.monotonic()
        if now - last_word > HEARTBEAT_SECONDS:
            last_word = now
            stages = Counter(row.stage for row in rows if row.state == "running")
            console.print(f"{now - started:5.0f} s  at work: " + (
                ", ".join(f"{count} in {stage}" for stage, count in stages.items()) or "starting"), highlight=False)
        if now - started > LONGEST_SECONDS:
            return rows
        time.sleep(2)


def accounted(delivered: Sequence[Delivered], rows: Sequence[Row]) -> list[str]:
    """Files in the inbox are documents in the table, each with an end or a person to wait for."""
    seen = {row.document_id: row.state for row in rows}
    return [f"{each.file} is {seen.get(each.document_id, 'missing')}" for each in delivered
            if seen.get(each.document_id, "running") == "running"]


def unexpected(rows: Sequence[Row], names: dict[str, str], codes: dict[str, str | None]) -> list[str]:
    """Samples that ended otherwise than their facts file says."""
    from include.samples import samples

    problems = []
    for row in rows:
        name = names[row.document_id]
        facts = samples.expected(name)
        state, allowed = facts["state"], facts["expect"]["error_codes"]
        if row.state != state or (allowed and codes[row.document_id] not in allowed):
            problems.append(f"{name} is {row.state} {codes[row.document_id] or ''}, not {state} {' '.join(allowed)}")
    return problems


def _files(folder: Path | None, scratch: Path) -> list[Path]:
    if folder is None:
        from include.samples import samples

        return samples.for_demo(scratch)
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    files = [path for path in files if not path.name.endswith(".expected.json")]
    if not files:
        raise StartError(f"{folder} holds no files")
    return files


def _pages_billed(local: Local) -> int:
    calls = get_json(f"{local.textract_url}/_sandbox/calls")
    return int((calls or {})["pages_billed"])
