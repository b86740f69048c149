"""``make iam-table``: the pipeline with exactly its policy, then with each part of it taken away.

A part is a statement, an action of one or a resource of one. The table says where the pipeline fails then, and with
which code; a part without which it does not fail is granted for nothing, or cannot be tried here, which is said.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo import sandbox_account
from demo.sandbox_account import ACCOUNT, REGION, SandboxAccount, as_moto_judges, pipeline_policies
from include.infrastructure import template
from include.infrastructure.template import Resolver
from include.settings import settings
from tests.infrastructure.pipeline_run import End, PipelineRun, iterate_versions, land, run_pipeline

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"
MAIL = "alerts@example.org"
PARAMETERS = {
    **sandbox_account.PARAMETERS, "InboxEvents": "true", "ComprehendMedical": "true", "AlertTopicArn": TOPIC,
    "AlertMailIdentityArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{MAIL}"}
"""Everything that a deployer may ask for."""
ROLE = "pipeline"

Policies = Mapping[str, dict[str, Any]]

NOT_TRIED = {
    ("DecryptLandings", ""): "moto's SQS decrypts nothing",
}
"""By statement and part: what no emulator here asks for."""


@dataclass(frozen=True)
class Part:
    """A part of a policy; ``what`` is empty for the whole statement."""

    policy: str
    sid: str
    what: str = ""

    def __str__(self) -> str:
        return f"{self.sid} {self.what}".strip()


def parts(policies: Policies) -> Iterator[Part]:
    """Each statement, then each of its actions and resources where it has several."""
    for name, document in policies.items():
        for statement in document["Statement"]:
            yield Part(name, statement["Sid"])
            for element in ("Action", "Resource"):
                if isinstance(statement[element], list) and len(statement[element]) > 1:
                    yield from (Part(name, statement["Sid"], _short(each)) for each in statement[element])


def without(policies: Policies, part: Part) -> dict[str, dict[str, Any]]:
    """The policies with a part taken away; one may have no statement left."""
    statements = []
    for statement in policies[part.policy]["Statement"]:
        if statement["Sid"] != part.sid:
            statements.append(statement)
        elif part.what:
            statements.append({
                name: [each for each in value if _short(each) != part.what]
                if name in ("Action", "Resource") and isinstance(value, list) else value
                for name, value in statement.items()})
    return {**policies, part.policy: {**policies[part.policy], "Statement": statements}}


def run_with(account: SandboxAccount, policies: Policies) -> End:
    """The pipeline from empty buckets on, its role with these policies alone."""
    _empty(account)
    iam, judged = account.client("iam"), {name: as_moto_judges(document) for name, document in policies.items()}
    for name, document in judged.items():
        if document["Statement"]:
            iam.put_role_policy(RoleName=ROLE, PolicyName=name, PolicyDocument=json.dumps(document))
        else:
            iam.delete_role_policy(RoleName=ROLE, PolicyName=name)
    run = PipelineRun(account, judged)
    land(run)
    run.take_on_the_role()
    os.environ["AIRFLOW_CONN_AWS_DEFAULT"] = _connection(account, run.keys)
    return run_pipeline(run)


def prepare(account: SandboxAccount) -> None:
    """Alerts have where to go; every channel is asked."""
    account.client("sns").create_topic(Name=TOPIC.rpartition(":")[2])
    account.client("ses").verify_email_identity(EmailAddress=MAIL)
    os.environ.update({
        "ALERT_CHANNELS": "sns,ses", "ALERT_SNS_TOPIC_ARN": TOPIC, "ALERT_MAIL_FROM": MAIL, "ALERT_MAIL_TO": MAIL})
    settings.cache_clear()


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, sandbox_account.started(Path(folder), PARAMETERS) as account:
        sandbox_account.check_rights(account.local)
        prepare(account)
        policies = pipeline_policies(Resolver(template.load(), account.stack))
        whole = run_with(account, policies)
        print(f"With the whole policy: {whole.code or 'everything succeeds'}\n")
        print("| without | fails in | with |\n|---|---|---|", flush=True)
        useless = 0
        for part in parts(policies):
            end = run_with(account, without(policies, part))
            reason = NOT_TRIED.get((part.sid, part.what))
            useless += not end.code and reason is None
            place = "" if part.what else "**"
            print(f"| {place}{part}{place} | {end.step or 'nothing'} | {end.code or reason or 'GRANTED FOR NOTHING'} |",
                  flush=True)
        return 1 if whole.code or useless else 0


def _empty(account: SandboxAccount) -> None:
    s3 = account.client("s3")
    for logical_id in ("DocumentsBucket", "OcrTempBucket", "AuditBucket"):
        bucket = account.bucket(logical_id)
        if found := list(iterate_versions(s3, bucket)):
            s3.delete_objects(Bucket=bucket, Delete={"Objects": found}, BypassGovernanceRetention=True)


def _connection(account: SandboxAccount, keys: Mapping[str, str]) -> str:
    return json.dumps({
        "conn_type": "aws", "login": keys["AccessKeyId"], "password": keys["SecretAccessKey"],
        "extra": {"region_name": REGION, "aws_session_token": keys["SessionToken"],
                  "endpoint_url": account.local.s3_url,
                  "config_kwargs": {"retries": {"mode": "standard", "total_max_attempts": 1}}}})


def _short(value: str) -> str:
    """An action, or where in a bucket a resource is."""
    return value.rpartition(":::")[2].partition("/")[2] if ":::" in value else value


if __name__ == "__main__":
    sys.exit(main())
