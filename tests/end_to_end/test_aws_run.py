"""What ``make test-aws`` says before it starts, what it refuses, and that it leaves nothing; Airflow is not started."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aws_plan
import aws_traces
import boto3
import papers
import pytest
from aws_plan import CannotStartError, Plan
from aws_system import AwsSystem, account_of

from demo.account import Account
from demo.environment import PROJECT, Local
from demo.inbox import s3_client
from include.audit.events import EventName
from include.audit.trail import AuditTrail, Writer
from include.documents import manifest as manifests
from include.documents.intake import register, source_of_key
from include.documents.storage import manifest_key, page_result_key
from include.sandbox.provision import provision
from include.settings import Settings
from include.stages.classify import classify
from include.stages.convert import convert
from include.stages.merge import merge
from include.workspace import Workspace

PLAN = Plan(
    account=Account(
        "clinic", "eu-west-1", "clinic-documents", "clinic-ocr-temp", "clinic-audit", "arn:aws:iam::1:role/pipeline"),
    account_id="123456789012", caller="arn:aws:iam::123456789012:user/dev",
    endpoints=("https://s3.eu-west-1.amazonaws.com", "https://textract.eu-west-1.amazonaws.com"),
    mark="01234567", month="1947-05", pages=6, dollars_per_page=0.065)


@pytest.fixture
def account(sandbox: Local, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    """The sandbox as an account with buckets of its own, reached by a profile; documents have versions."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    (tmp_path / "config").write_text(
        f"[profile rehearsal]\nregion = us-east-1\nendpoint_url = {sandbox.s3_url}\nservices = sandbox\n"
        f"[services sandbox]\ntextract =\n  endpoint_url = {sandbox.textract_url}\n")
    (tmp_path / "credentials").write_text("[rehearsal]\naws_access_key_id = a\naws_secret_access_key = b\n")
    name = uuid.uuid4().hex
    names = {
        "AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_PROFILE": "rehearsal", "DOCUMENTS_BUCKET": f"documents-{name}", "OCR_S3_BUCKET": f"temp-{name}",
        "AUDIT_BUCKET": f"audit-{name}"}
    for variable, value in names.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it remembers the configuration of whoever came first
    s3 = s3_client(sandbox)
    provision(s3, names["DOCUMENTS_BUCKET"], names["OCR_S3_BUCKET"], names["AUDIT_BUCKET"])
    s3.put_bucket_versioning(Bucket=names["DOCUMENTS_BUCKET"], VersioningConfiguration={"Status": "Enabled"})
    return account_of(os.environ)


@pytest.fixture
def system(account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AwsSystem:
    """With a plan of one page beside the calls that are refused."""
    monkeypatch.setattr(aws_plan, "SENT", {"scan": papers.scan})
    return AwsSystem(tmp_path / "home", account)


def without_profile() -> dict[str, str]:
    """A person's environment: not that of the make and the pytest that run this test."""
    return {name: value for name, value in os.environ.items()
            if name != "AWS_PROFILE" and not name.startswith(("MAKE", "MFLAGS", "PYTEST_"))}


def test_make_test_aws_without_a_profile_says_how_to_and_fails() -> None:
    command = ["make", "--no-print-directory", "test-aws"]
    done = subprocess.run(command, cwd=PROJECT, env=without_profile(), capture_output=True, text=True)
    assert done.returncode != 0
    assert done.stdout.strip().splitlines()[-1] == aws_plan.HOW_TO


def test_pytest_without_a_profile_skips_the_tests_and_says_why() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--aws", "tests/end_to_end/test_either_account.py", "-p", "no:cacheprovider"],
        cwd=PROJECT, env=without_profile(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert aws_plan.HOW_TO in done.stdout
    assert "passed" not in done.stdout


def test_the_announcement_names_the_account_the_cost_and_what_comes_and_goes() -> None:
    said = "\n".join(PLAN.announcement())
    for words in (
            "Account 123456789012, region eu-west-1, as arn:aws:iam::123456789012:user/dev (profile clinic)",
            "https://textract.eu-west-1.amazonaws.com", "with the role arn:aws:iam::1:role/pipeline",
            "at most 6 pages x 0.065 dollars = 0.39 dollars",
            "3 calls of Comprehend Medical with 81 characters each",
            "s3://clinic-documents/inbox/1947-05-*/test-aws-01234567/", "s3://clinic-ocr-temp/ocr-temp/<id>/",
            "s3://clinic-audit/audit/<day>/<id>/",
            "Deletes all of that in the end, every version, also when a test fails"):
        assert words in said
    assert "the role's are not tested" in "\n".join(
        replace(PLAN, account=replace(PLAN.account, role_arn=None)).announcement())


def test_the_cost_is_counted_in_the_documents_and_is_below_a_dollar() -> None:
    """One scanned page, one beside a page of text, two of a job; and two calls that are to be refused."""
    pages = aws_plan.most_pages("01234567", Settings())
    assert pages == 1 + 1 + 2 + 2 <= aws_plan.MOST_PAGES
    assert aws_plan.dollars_per_page(Settings()) == pytest.approx(65 / 1000)
    assert replace(PLAN, pages=aws_plan.MOST_PAGES).dollars < 1


def test_documents_with_more_pages_than_may_be_sent_are_not_begun_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_plan, "MOST_PAGES", 5)
    with pytest.raises(CannotStartError, match="would send 6 pages; they may send 5"):
        aws_plan.most_pages("01234567", Settings())


def test_a_feature_without_a_known_price_is_not_begun_with() -> None:
    with pytest.raises(CannotStartError, match="QUERIES"):
        aws_plan.dollars_per_page(Settings(textract_feature_types=("TABLES", "QUERIES")))


def test_the_pages_are_each_run_s_own() -> None:
    """Else a page that an earlier run left in the account would not be sent, and its result be another's."""
    first, second = (aws_plan.page_hashes(papers.scan(mark), Settings()) for mark in ("01234567", "76543210"))
    assert len(first) == len(second) == 1
    assert first != second


def test_without_a_stack_or_its_buckets_it_says_what_to_name(
        account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUDIT_BUCKET")
    with pytest.raises(CannotStartError, match="STACK"):
        account_of(os.environ)
    monkeypatch.setenv("STACK", "nowhere")
    with pytest.raises(CannotStartError, match="The stack nowhere cannot be looked up"):
        account_of(os.environ)
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(CannotStartError, match="no profile nobody"):
        account_of(os.environ)


def test_a_bucket_that_is_not_there_is_named_before_anything_starts(account: Account, tmp_path: Path) -> None:
    with pytest.raises(CannotStartError, match="cannot use the bucket gone"):
        AwsSystem(tmp_path / "home", replace(account, temp_bucket="gone"))


def test_a_document_beyond_what_was_announced_is_not_sent(system: AwsSystem) -> None:
    system.plan = replace(system.plan, pages=1)
    system.put(system.key(1, "scan.pdf"), papers.scan(system.mark))
    system.put(system.key(1, "same.pdf"), papers.scan(system.mark))
    with pytest.raises(AssertionError, match="more pages than announced"):
        system.put(system.key(1, "packet.pdf"), papers.text_and_scan(system.mark))
    with pytest.raises(AssertionError, match="a key of this run's own"):
        system.put("inbox/2026-01-01/other.pdf", b"")
    assert [entry.key.rpartition("/")[2] for entry in system.bucket.list("")] == ["same.pdf", "scan.pdf"]


def test_everything_that_came_of_a_run_is_deleted_in_every_version_and_nothing_else(system: AwsSystem) -> None:
    others = leave_traces_of_others(system)
    for name, page in (("chemistry.pdf", papers.chemistry), ("scan.pdf", papers.scan)):
        process(system, system.key(3, name), page(system.mark))
    system.bucket.delete(system.key(3, "scan.pdf"))
    kinds = {entry.key.split("/")[0] for entry in system.bucket.list("") if entry.key not in others}
    assert kinds == {"inbox", "documents", "ocr", "patients", "runs", "batches"}
    events = [entry.key for entry in system.audit_bucket.list("audit/") if entry.key not in others]
    assert len({key.split("/")[2] for key in events}) == 2
    assert system.remove() > len(kinds)
    buckets = system.bucket, system.audit_bucket
    assert {version.key for bucket in buckets for version in aws_traces.versions(bucket, "")} == others
    assert list(aws_traces.versions(system.temp_bucket, "")) == []


def test_what_a_killed_run_left_is_found_when_it_is_old_enough(system: AwsSystem) -> None:
    system.put(system.key(3, "scan.pdf"), papers.scan(system.mark))
    now = datetime.now(UTC)
    assert aws_traces.marks_left(system.bucket, now - timedelta(hours=3)) == set()
    assert aws_traces.marks_left(system.bucket, now + timedelta(hours=3)) == {system.mark}


def leave_traces_of_others(system: AwsSystem) -> set[str]:
    """Objects beside a run's own, in each of the places where it has some."""
    day, mark = system.day(3), "00000000" if system.mark != "00000000" else "00000001"
    event = f"audit/{day}/doc-other/000001.json"
    keys = {
        "inbox/2026-01-03/a.pdf", aws_traces.inbox_prefix(day, mark) + "a.pdf", "documents/doc-other/source.json",
        "ocr/other-forms-tables.json", "patients/pat-other.json",
        f"runs/{aws_traces.run_name(mark)}__1/report.json", "runs/batch__2026-01-03__0001__x/report.json",
        "batches/2026-01-03/0001-x.json"}
    for key in keys:
        system.bucket.write(key, b"{}")
    system.audit_bucket.create(event, b"{}")
    return {*keys, event}


def process(system: AwsSystem, key: str, body: bytes) -> None:
    """What the pipeline writes of a document, by its own stages; without Airflow, and without OCR."""
    document = system.put(key, body)
    source = source_of_key(system.bucket, key, datetime.now(UTC).strftime("%Y-%m-%d"))
    register(system.bucket, source)
    trail = AuditTrail(system.audit_bucket, source.day, document, Writer(system.run_id(), "task", 1))
    trail.begin(EventName.DOCUMENT_RECEIVED)
    workspace = Workspace(document, system.bucket, system.temp_bucket, Settings(), trail)
    classify(workspace)
    pages = manifests.from_json(system.bucket.read(manifest_key(document))).ocr_pages
    for page in pages:
        system.bucket.write(page_result_key(str(page.page_hash), ("TABLES", "FORMS")), b"{}")
        system.temp_bucket.write(f"ocr-temp/{document}/job.pdf", b"pages")
    if not pages:
        merge(workspace)
        convert(workspace)
    system.bucket.write(f"runs/{system.run_id()}/report.json", b"{}")
    system.bucket.write(f"runs/batch__{system.day(3)}__0001__x/report.json", b"{}")
    system.bucket.write(f"batches/{system.day(3)}/0001-x.json", b"{}")
