"""Which stack is looked at: its names from CloudFormation, or from the settings that Airflow has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from include.infrastructure.template import Stack

BUCKETS = {
    "DocumentsBucket": ("DOCUMENTS_BUCKET", "DocumentsBucketName"),
    "OcrTempBucket": ("OCR_S3_BUCKET", "OcrTempBucketName"),
    "AuditBucket": ("AUDIT_BUCKET", "AuditBucketName"),
}
"""The variable and the stack's output that name each bucket."""
ROLE = "PIPELINE_ROLE_ARN", "PipelineRoleArn"
_NAME = re.compile(r"(?P<Project>.+)-documents-(?P<Environment>[a-z0-9]+)")


class CannotLookError(Exception):
    """The stack cannot be looked at; the message is a sentence for who asked."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployed stack and who looks at it.

    :param role_arn: the pipeline's role; None where nobody has named it.
    :param tried_as: the role whose permissions are tried; None for those of who looks.
    :param who: the ARN of who looks.
    :param emulated: AWS is played by an emulator on this machine.
    """

    stack: Stack
    role_arn: str | None
    tried_as: str | None
    who: str
    emulated: bool


def find(session: Any, environment: Mapping[str, str]) -> Deployment:
    """The stack that STACK names, with the buckets' own variables before its outputs; or the variables alone.

    :param session: a boto3 session.
    :raises CannotLookError: nothing is named, it is not there, or AWS does not know who asks.
    """
    region = session.region_name or environment.get("AWS_DEFAULT_REGION") or "us-east-1"
    who = _caller(session.client("sts", region_name=region))
    name = environment.get("STACK")
    parameters, outputs, physical = _described(session.client("cloudformation", region_name=region), name)
    named = {logical: value for logical, (variable, output) in BUCKETS.items()
             if (value := environment.get(variable) or outputs.get(output))}
    if len(named) < len(BUCKETS):
        variables = ", ".join(variable for variable, _ in BUCKETS.values())
        raise CannotLookError(f"Name the deployed stack with STACK, or its buckets with {variables} (docs/aws.md)")
    if not parameters and (match := _NAME.fullmatch(named["DocumentsBucket"])):
        parameters = match.groupdict()
    role_arn = environment.get(ROLE[0]) or outputs.get(ROLE[1])
    if role_arn:
        physical = {**physical, "PipelineRole": role_arn.rpartition("/")[2]}
    stack = Stack(
        parameters=parameters, physical_ids={**physical, **named}, account=who["Account"], region=region,
        partition=who["Arn"].split(":")[1])
    return Deployment(
        stack=stack, role_arn=role_arn, tried_as=environment.get("TRIED_AS_ROLE_ARN") or role_arn, who=who["Arn"],
        emulated=is_emulated(session.client("s3", region_name=region)))


def is_emulated(client: Any) -> bool:
    """Whether a client's endpoint is on this machine."""
    return urlsplit(client.meta.endpoint_url).hostname in ("127.0.0.1", "localhost", "::1")


def _caller(sts: Any) -> dict[str, str]:
    try:
        found: dict[str, str] = sts.get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise CannotLookError(f"AWS does not accept the credentials: {error}") from None
    return found


def _described(
    cloudformation: Any, name: str | None
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """The stack's parameters, outputs and physical ids; none of them where it is not named."""
    if not name:
        return {}, {}, {}
    try:
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        resources = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    except (BotoCoreError, ClientError) as error:
        raise CannotLookError(f"The stack {name} cannot be looked up: {error}") from None
    return (
        {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", ())},
        {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())},
        {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources
         if "LogicalResourceId" in each and each.get("PhysicalResourceId")})
