"""Permissions are tried with the pipeline's role: one that is missing, and one that is too many, are found."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from demo import sandbox_account
from demo.environment import PROJECT
from demo.sandbox_account import REGION, SandboxAccount, as_moto_judges, pipeline_policies
from include.infrastructure.template import Resolver
from include.infrastructure.verification import trials
from include.infrastructure.verification.findings import Finding, Verdict
from include.settings import Settings

ROLE = "pipeline"


@pytest.fixture(scope="module")
def clients(account: SandboxAccount) -> trials.Clients:
    """With the keys of the role."""
    keys = account.client("sts").assume_role(RoleArn=account.role_arn, RoleSessionName="test")["Credentials"]

    def client(service: str) -> Any:
        url = account.local.textract_url if service == "textract" else account.local.s3_url
        return boto3.client(
            service, endpoint_url=url, region_name=REGION, aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys["SessionToken"])

    s3 = client("s3")
    return trials.Clients(s3, s3, client("textract"), client("comprehendmedical"))


@pytest.fixture(scope="module")
def places(account: SandboxAccount) -> trials.Places:
    return trials.Places(
        account.bucket("DocumentsBucket"), account.bucket("OcrTempBucket"), account.bucket("AuditBucket"),
        Settings().ocr_s3_prefix)


def wrong(clients: trials.Clients, places: trials.Places) -> list[Finding]:
    found = trials.run(clients, places, analyzes_texts=True, emulated=True)
    return [each for each in found if each.verdict is Verdict.WRONG]


@contextmanager
def policy(account: SandboxAccount, resolver: Resolver, statements: list[dict[str, Any]]) -> Iterator[None]:
    """The role's policy of these statements alone."""
    iam, place = account.client("iam"), {"RoleName": ROLE, "PolicyName": "PipelinePolicy"}
    whole = pipeline_policies(resolver)["PipelinePolicy"]
    iam.put_role_policy(**place, PolicyDocument=json.dumps(as_moto_judges({**whole, "Statement": statements})))
    try:
        yield
    finally:
        iam.put_role_policy(**place, PolicyDocument=json.dumps(as_moto_judges(whole)))


def statements_of(resolver: Resolver) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pipeline_policies(resolver)["PipelinePolicy"]["Statement"]
    return found


SIDS = ("ReadPages", "ReadDocuments", "WriteResults", "ListDocuments", "AppendAudit", "ReadAudit", "ListAudit",
        "ListOcrTemp", "PassPagesToOcr")


def test_the_role_may_what_it_has_to_and_nothing_else(clients: trials.Clients, places: trials.Places) -> None:
    assert wrong(clients, places) == []


def test_every_statement_is_tried(resolver: Resolver) -> None:
    assert [statement["Sid"] for statement in statements_of(resolver)] == list(SIDS)


@pytest.mark.parametrize("sid", SIDS)
def test_a_statement_that_is_missing_is_found_where_it_is_tried(
        account: SandboxAccount, resolver: Resolver, clients: trials.Clients, places: trials.Places, sid: str) -> None:
    left = [each for each in statements_of(resolver) if each["Sid"] != sid]
    with policy(account, resolver, left):
        found = wrong(clients, places)
    assert found
    assert all(each.expected == "allowed" and f"look at {sid}," in each.advice for each in found)


@pytest.mark.parametrize(("action", "bucket", "lines"), [
    ("s3:PutObject", "DocumentsBucket", ["change the inbox", "write elsewhere"]),
    ("s3:GetObject", "DocumentsBucket", ["read elsewhere"]),
    ("s3:DeleteObject", "DocumentsBucket",
     ["delete below inbox/", "delete below documents/", "delete below patients/"]),
    ("s3:DeleteObject", "AuditBucket", ["hide an audit event"]),
    ("s3:DeleteObjectVersion", "AuditBucket", ["delete a version of an audit event"]),
    ("s3:PutObject", "AuditBucket", ["write an event outside of the trail"]),
    ("s3:PutObject", "OcrTempBucket", ["upload outside of the prefix"]),
])
def test_a_right_too_many_is_found(
        account: SandboxAccount, resolver: Resolver, clients: trials.Clients, places: trials.Places, action: str,
        bucket: str, lines: list[str]) -> None:
    more = {"Effect": "Allow", "Action": action, "Resource": f"arn:aws:s3:::{account.bucket(bucket)}/*"}
    with policy(account, resolver, [*statements_of(resolver), more]):
        found = wrong(clients, places)
    assert [each.check for each in found] == lines
    assert all(each.expected == "refused" for each in found)


def test_every_prefix_of_the_policy_is_tried(
        resolver: Resolver, clients: trials.Clients, places: trials.Places) -> None:
    """What the policy grants on the documents bucket, and what is tried there."""
    tried = [each.check for each in trials.run(clients, places, analyzes_texts=True, emulated=True)]
    by_sid = {each["Sid"]: each for each in statements_of(resolver)}
    for sid, verb in (("WriteResults", "write"), ("ReadDocuments", "read")):
        prefixes = {resource.split(":::")[1].split("/")[1] for resource in by_sid[sid]["Resource"]}
        assert {each.split()[2] for each in tried if each.startswith(f"{verb} below")} == {f"{p}/" for p in prefixes}


def command(account: SandboxAccount, folder: Path, *arguments: str, **variables: str) -> Any:
    """The command itself, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "include.infrastructure.verification", *arguments], cwd=PROJECT, text=True,
        capture_output=True,
        env={**sandbox_account.environ(account, folder), "TRIED_AS_ROLE_ARN": account.role_arn, **variables})


def test_the_command_says_what_is_wrong_and_what_to_do_and_fails(account: SandboxAccount, tmp_path: Path) -> None:
    good = command(account, tmp_path, "--json")
    assert good.returncode == 0, good.stdout + good.stderr
    findings = json.loads(good.stdout)
    assert {each["verdict"] for each in findings} == {"OK", "NOT CHECKED"}
    assert all(each["advice"] for each in findings if each["verdict"] == "NOT CHECKED")
    s3, temp = account.client("s3"), {"Bucket": account.bucket("OcrTempBucket")}
    rules = s3.get_bucket_lifecycle_configuration(**temp)["Rules"]
    s3.delete_bucket_lifecycle(**temp)
    try:
        bad = command(account, tmp_path)
    finally:
        s3.put_bucket_lifecycle_configuration(**temp, LifecycleConfiguration={"Rules": rules})
    assert bad.returncode == 1
    assert "put-bucket-lifecycle-configuration" in bad.stdout
    assert " 1 WRONG" in bad.stdout


def test_without_a_stack_the_buckets_names_are_enough_for_the_buckets(account: SandboxAccount, tmp_path: Path) -> None:
    names = {"DOCUMENTS_BUCKET": "DocumentsBucket", "OCR_S3_BUCKET": "OcrTempBucket", "AUDIT_BUCKET": "AuditBucket"}
    role = account.client("iam").get_role(RoleName=account.stack.physical_ids["PipelineRole"])["Role"]["Arn"]
    done = command(account, tmp_path, "--json", STACK="", PIPELINE_ROLE_ARN=role, **{
        variable: account.bucket(bucket) for variable, bucket in names.items()})
    lines = {(each["subject"], each["check"]): each for each in json.loads(done.stdout)}
    assert lines["audit bucket", "versioning"]["verdict"] == "OK"
    assert lines["pipeline's role", "statement AppendAudit"]["verdict"] == "OK"
    assert lines["permission", "add an audit event"]["verdict"] == "OK"
    for line in (("landing topic", "existence"), ("documents bucket", "notifications")):
        assert lines[line]["verdict"] == "NOT CHECKED"
        assert "STACK" in lines[line]["advice"]


def test_nothing_named_is_said_in_a_sentence(account: SandboxAccount, tmp_path: Path) -> None:
    done = command(account, tmp_path, STACK="")
    assert done.returncode == 2
    assert "Name the deployed stack with STACK" in done.stderr
    gone = command(account, tmp_path, STACK="gone")
    assert gone.returncode == 2
    assert "The stack gone cannot be looked up" in gone.stderr
    assert "Traceback" not in done.stderr + gone.stderr
