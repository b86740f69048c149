"""``make rehearse-aws``: ``make test-aws`` against the sandbox, which plays the account.

The template is deployed by moto's CloudFormation, a profile with nothing but endpoints and keys names the account, and
moto's authorisation is on: a call that the template's policy does not allow is refused. What moto cannot do: the
conditions of a policy, a role's trust in a service, a stack's bucket policies, policies attached to roles, and
versioning. The first two are taken away here, the last two put in place.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from demo import environment, processes
from demo.environment import PROJECT, Local

STACK = "rehearsal"
PROFILE = "rehearsal"
_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, _sandbox(Path(folder)) as local:
        keys = deploy(local)
        files = profile(local, Path(folder), keys)
        check_rights(local)
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "AIRFLOW"))}
        ended = subprocess.run(
            ["make", "test-aws"], cwd=PROJECT, env={**own, **files, "STACK": STACK}, check=False).returncode
        calls = processes.get_json(f"{local.textract_url}/_sandbox/calls") or {}
        print(f"The endpoint billed {calls['pages_billed']} pages")
        left = left_over(local, keys)
        print(f"Left in the buckets: {left or 'nothing'}")
        return ended or len(left)


@contextmanager
def _sandbox(folder: Path) -> Iterator[Local]:
    local = environment.create(folder)
    process = subprocess.Popen(processes.commands(local)["sandbox"], env=environment.environ(local), cwd=PROJECT)
    try:
        while processes.get_json(f"{local.textract_url}/_sandbox/health") is None:
            if process.poll() is not None:
                sys.exit("The sandbox does not start")
            time.sleep(0.1)
        yield local
    finally:
        process.terminate()
        process.wait()


def client(local: Local, service: str, keys: tuple[str, str] = ("local", "local")) -> Any:
    import boto3

    return boto3.client(service, endpoint_url=local.s3_url, region_name="us-east-1", aws_access_key_id=keys[0],
                        aws_secret_access_key=keys[1])


def deploy(local: Local) -> tuple[str, str]:
    """The stack, and a person who may do everything; that person's keys."""
    template = (PROJECT / "include" / "infrastructure" / "pipeline.yaml").read_text()
    client(local, "cloudformation").create_stack(
        StackName=STACK, TemplateBody=template, Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": "Project", "ParameterValue": STACK},
                    {"ParameterKey": "TrustedPrincipal", "ParameterValue": "arn:aws:iam::123456789012:root"}])
    iam, s3 = client(local, "iam"), client(local, "s3")
    iam.create_user(UserName="developer")
    [role] = iam.list_roles()["Roles"]
    iam.update_assume_role_policy(RoleName=role["RoleName"], PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"AWS": "arn:aws:iam::123456789012:user/developer"}}]}))
    iam.attach_role_policy(RoleName=role["RoleName"], PolicyArn=_without_conditions(iam))
    s3.put_bucket_versioning(
        Bucket=f"{STACK}-documents-dev", VersioningConfiguration={"Status": "Enabled"})
    iam.put_user_policy(UserName="developer", PolicyName="everything", PolicyDocument=json.dumps(_EVERYTHING))
    made = iam.create_access_key(UserName="developer")["AccessKey"]
    return made["AccessKeyId"], made["SecretAccessKey"]


def _without_conditions(iam: Any) -> str:
    """The ARN of the pipeline's policy."""
    [policy] = [each for each in iam.list_policies(Scope="Local")["Policies"]
                if "PipelinePolicy" in each["PolicyName"]]
    version = {"PolicyArn": policy["Arn"], "VersionId": policy["DefaultVersionId"]}
    document = iam.get_policy_version(**version)["PolicyVersion"]["Document"]
    for statement in document["Statement"]:
        statement.pop("Condition", None)
    iam.create_policy_version(
        PolicyArn=policy["Arn"], PolicyDocument=json.dumps(document), SetAsDefault=True)
    return str(policy["Arn"])


def profile(local: Local, folder: Path, keys: tuple[str, str]) -> dict[str, str]:
    """The AWS configuration's two files; the variables that name them and their one profile."""
    config, credentials = folder / "config", folder / "credentials"
    config.write_text(
        f"[profile {PROFILE}]\nregion = us-east-1\nendpoint_url = {local.s3_url}\nservices = sandbox\n\n"
        f"[services sandbox]\ntextract =\n  endpoint_url = {local.textract_url}\n")
    credentials.write_text(
        f"[{PROFILE}]\naws_access_key_id = {keys[0]}\naws_secret_access_key = {keys[1]}\n")
    return {"AWS_PROFILE": PROFILE, "AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(credentials)}


def check_rights(local: Local) -> None:
    """Switch moto's authorisation on."""
    request = urllib.request.Request(
        f"{local.s3_url}/moto-api/reset-auth", method="POST", data=b"0", headers={"Content-Type": "text/plain"})
    urllib.request.urlopen(request, timeout=10).close()


def left_over(local: Local, keys: tuple[str, str]) -> list[str]:
    """Versions and delete markers in either bucket."""
    s3 = client(local, "s3", keys)
    found = []
    for bucket in (f"{STACK}-documents-dev", f"{STACK}-ocr-temp-dev"):
        answer = s3.list_object_versions(Bucket=bucket)
        found += [each["Key"] for each in (*answer.get("Versions", ()), *answer.get("DeleteMarkers", ()))]
    return found


if __name__ == "__main__":
    sys.exit(main())
