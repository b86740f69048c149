"""The sandbox as an AWS account: the template deployed, a profile that names it, rights that are checked.

moto's CloudFormation deploys the stack, and its gaps are filled: it says CREATE_COMPLETE and leaves out what a bucket
has beyond its encryption, policies of topics and queues, and subscriptions. What moto itself cannot do stays away: it
ignores the conditions of a bucket's policy, so that one which asks for TLS would deny everything; and it denies
whatever a condition of a role's policy is about, so that a role beside the stack's has the same policies without
conditions.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo import environment, processes
from demo.environment import PROJECT, Local
from include.infrastructure import template
from include.infrastructure.template import Resolver, Stack

STACK = PROFILE = "rehearsal"
ACCOUNT, REGION = "123456789012", "us-east-1"
PARAMETERS = {
    "Project": STACK, "Environment": "dev", "TrustedPrincipal": f"arn:aws:iam::{ACCOUNT}:root",
    "AuditRetentionMode": "GOVERNANCE", "AuditRetentionDays": "1"}
_ROLE = "pipeline"
_DEVELOPER = "developer"
_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@dataclass(frozen=True, slots=True)
class SandboxAccount:
    """A running sandbox with a deployed stack.

    :param keys: of a person who may do everything.
    :param stack: what was deployed.
    :param role_arn: the role that has the pipeline's policies without their conditions.
    """

    local: Local
    keys: tuple[str, str]
    stack: Stack
    role_arn: str

    def client(self, service: str) -> Any:
        """A boto3 client of the person who may do everything."""
        return client(self.local, service, self.keys)

    def bucket(self, logical_id: str) -> str:
        """A bucket's name."""
        return self.stack.physical_ids[logical_id]


@contextmanager
def started(folder: Path, parameters: Mapping[str, str] = PARAMETERS) -> Iterator[SandboxAccount]:
    """A sandbox of its own below a folder, with the stack; rights are not checked yet."""
    local = environment.create(folder)
    process = subprocess.Popen(
        processes.commands(local)["sandbox"], env=environment.environ(local), cwd=PROJECT, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        while processes.get_json(f"{local.textract_url}/_sandbox/health") is None:
            if process.poll() is not None:
                sys.exit("The sandbox does not start")
            time.sleep(0.1)
        yield _deployed(local, parameters)
    finally:
        process.terminate()
        process.wait()


def client(local: Local, service: str, keys: tuple[str, str] = ("local", "local")) -> Any:
    """A boto3 client of the sandbox."""
    import boto3

    url = local.textract_url if service == "textract" else local.s3_url
    return boto3.client(service, endpoint_url=url, region_name=REGION, aws_access_key_id=keys[0],
                        aws_secret_access_key=keys[1])


def profile(account: SandboxAccount, folder: Path) -> dict[str, str]:
    """The AWS configuration's two files with one profile; the variables that name them, the stack and the role."""
    config, credentials = folder / "config", folder / "credentials"
    config.write_text(
        f"[profile {PROFILE}]\nregion = {REGION}\nendpoint_url = {account.local.s3_url}\nservices = sandbox\n\n"
        f"[services sandbox]\ntextract =\n  endpoint_url = {account.local.textract_url}\n")
    credentials.write_text(
        f"[{PROFILE}]\naws_access_key_id = {account.keys[0]}\naws_secret_access_key = {account.keys[1]}\n")
    return {
        "AWS_PROFILE": PROFILE, "AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
        "STACK": STACK}


def environ(account: SandboxAccount, folder: Path) -> dict[str, str]:
    """This process's environment without AWS settings of the user's own, and those of the profile."""
    own = {name: value for name, value in os.environ.items()
           if not name.startswith(("AWS_", "AIRFLOW")) and not name.endswith(("_BUCKET", "_ROLE_ARN"))}
    return {**own, **profile(account, folder), "NO_PROXY": f"{environment.LOOPBACK},localhost"}


def check_rights(local: Local) -> None:
    """Switch moto's authorisation on, for good."""
    import requests

    requests.post(f"{local.s3_url}/moto-api/reset-auth", data=b"0", timeout=10).raise_for_status()


def as_moto_judges(document: Mapping[str, Any]) -> dict[str, Any]:
    """A policy without what moto does not know: conditions; resources of SNS and SES; and that deleting a batch of
    messages is no action of its own."""
    statements = []
    for statement in document["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        known = {name: value for name, value in statement.items() if name != "Condition"}
        if all(action.startswith(("sns:", "ses:")) for action in actions):
            known["Resource"] = "*"
        if "sqs:DeleteMessage" in actions:
            known["Action"] = [*actions, "sqs:DeleteMessageBatch"]
        statements.append(known)
    return {**document, "Statement": statements}


def pipeline_policies(resolver: Resolver) -> dict[str, dict[str, Any]]:
    """The policies that a stack's role has, by logical id."""
    names = ["PipelinePolicy", *(name for name in ("AnalysisPolicy", "AlertTopicPolicy", "AlertMailPolicy")
                                 if resolver.exists(name))]
    if resolver.property("LandingReaderPolicy", "Roles"):
        names.append("LandingReaderPolicy")
    return {name: resolver.property(name, "PolicyDocument") for name in names}


def _deployed(local: Local, parameters: Mapping[str, str]) -> SandboxAccount:
    cloudformation, iam = client(local, "cloudformation"), client(local, "iam")
    cloudformation.create_stack(
        StackName=STACK, TemplateBody=template.PATH.read_text(), Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()])
    physical = {each["LogicalResourceId"]: each["PhysicalResourceId"]
                for each in cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
                if "LogicalResourceId" in each}
    stack = Stack(dict(parameters), physical, ACCOUNT, REGION)
    resolver = Resolver(template.load(), stack)
    for logical_id in ("DocumentsBucket", "OcrTempBucket", "AuditBucket"):
        _complete_bucket(client(local, "s3"), physical[logical_id], resolver, logical_id)
    _complete_landing(client(local, "sns"), client(local, "sqs"), resolver, physical)
    _complete_role(iam, resolver, physical["PipelineRole"])
    keys = _person(iam)
    return SandboxAccount(local, keys, stack, _role(iam, pipeline_policies(resolver)))


def _complete_bucket(s3: Any, name: str, resolver: Resolver, logical_id: str) -> None:
    def of(property_name: str) -> Any:
        return resolver.property(logical_id, property_name)

    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=of("PublicAccessBlockConfiguration"))
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=of("OwnershipControls"))
    if versioning := of("VersioningConfiguration"):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=versioning)
    if lock := of("ObjectLockConfiguration"):
        s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=lock)
    if lifecycle := of("LifecycleConfiguration"):
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [
            {"ID": rule["Id"], "Status": rule["Status"], "Filter": {"Prefix": rule.get("Prefix", "")},
             "Expiration": {"Days": rule["ExpirationInDays"]},
             "AbortIncompleteMultipartUpload": rule["AbortIncompleteMultipartUpload"]}
            for rule in lifecycle["Rules"]]})
    if notices := of("NotificationConfiguration"):
        s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={"TopicConfigurations": [
            {"TopicArn": notice["Topic"], "Events": [notice["Event"]],
             "Filter": {"Key": {"FilterRules": notice["Filter"]["S3Key"]["Rules"]}}}
            for notice in notices["TopicConfigurations"]]})


def _complete_landing(sns: Any, sqs: Any, resolver: Resolver, physical: Mapping[str, str]) -> None:
    sns.set_topic_attributes(
        TopicArn=physical["LandingTopic"], AttributeName="Policy",
        AttributeValue=json.dumps(resolver.property("LandingTopicPolicy", "PolicyDocument")))
    sqs.set_queue_attributes(QueueUrl=physical["LandingQueue"], Attributes={
        "Policy": json.dumps(resolver.property("LandingQueuePolicy", "PolicyDocument"))})
    sns.subscribe(
        TopicArn=physical["LandingTopic"], Protocol="sqs",
        Endpoint=resolver.property("LandingSubscription", "Endpoint"), Attributes={"RawMessageDelivery": "true"})


def _complete_role(iam: Any, resolver: Resolver, role: str) -> None:
    """moto attaches no policy that names its role itself."""
    attached = {each["PolicyArn"] for each in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]}
    for name in pipeline_policies(resolver):
        [arn] = [each["Arn"] for each in iam.list_policies(Scope="Local")["Policies"] if f"-{name}-" in each["Arn"]]
        if arn not in attached:
            iam.attach_role_policy(RoleName=role, PolicyArn=arn)


def _person(iam: Any) -> tuple[str, str]:
    iam.create_user(UserName=_DEVELOPER)
    iam.put_user_policy(UserName=_DEVELOPER, PolicyName="everything", PolicyDocument=json.dumps(_EVERYTHING))
    made = iam.create_access_key(UserName=_DEVELOPER)["AccessKey"]
    return made["AccessKeyId"], made["SecretAccessKey"]


def _role(iam: Any, policies: Mapping[str, Mapping[str, Any]]) -> str:
    """moto refuses a role whose trust names a service beside a person."""
    role = iam.create_role(RoleName=_ROLE, AssumeRolePolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/{_DEVELOPER}"}}]}))["Role"]
    for name, document in policies.items():
        iam.put_role_policy(
            RoleName=_ROLE, PolicyName=name, PolicyDocument=json.dumps(as_moto_judges(document)))
    return str(role["Arn"])
