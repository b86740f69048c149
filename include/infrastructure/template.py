"""The CloudFormation template as data, and what it means for one deployed stack.

The functions that the template uses, and no others:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).parent / "pipeline.yaml"

Template = Mapping[str, Any]

_NO_VALUE = object()
_VARIABLE = re.compile(r"\$\{([^}]+)\}")
_ARN_FORMATS = {
    "AWS::S3::Bucket": "arn:{partition}:s3:::{name}",
    "AWS::SQS::Queue": "arn:{partition}:sqs:{region}:{account}:{tail}",
    "AWS::KMS::Key": "arn:{partition}:kms:{region}:{account}:key/{name}",
    "AWS::IAM::Role": "arn:{partition}:iam::{account}:role/{name}",
}
"""``!GetAtt X.Arn`` by the resource's type; ``tail`` is what follows the last slash of a queue's URL."""


class UnresolvedError(Exception):
    """The template needs something of the stack that is not known; the message names it."""


@dataclass(frozen=True, slots=True)
class Stack:
    """What a deployed stack is made of.

    :param parameters: values by name; those that are missing have the template's defaults.
    :param physical_ids: what ``!Ref`` gives, by logical id: a bucket's name, a topic's ARN, a queue's URL.
    """

    parameters: Mapping[str, str]
    physical_ids: Mapping[str, str]
    account: str
    region: str
    partition: str = "aws"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms: ``!Sub x`` as ``{"Sub": x}``."""


def _short_form(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, object]:
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    raise ValueError(f"!{name} of a mapping is not known here")


_Loader.add_multi_constructor("!", _short_form)


def load(path: Path = PATH) -> Template:
    """The template, each function as a mapping of its short name to its arguments."""
    loaded: Template = yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506 - a SafeLoader
    return loaded


class Resolver:
    """What a template's properties are for one stack, without functions.

    :param template: of :func:`load`.
    """

    def __init__(self, template: Template, stack: Stack) -> None:
        self._template = template
        self._stack = stack

    def exists(self, logical_id: str) -> bool:
        """Whether the resource's condition holds, if it has one."""
        resource = self._template["Resources"][logical_id]
        return "Condition" not in resource or self.condition(resource["Condition"])

    def property(self, logical_id: str, name: str) -> Any:
        """A property of a resource; None where the template does not set it.

        :raises UnresolvedError: it needs a physical id that is not known.
        """
        value = self.resolve(self._template["Resources"][logical_id]["Properties"].get(name))
        return None if value is _NO_VALUE else value

    def condition(self, name: str) -> bool:
        return self._holds(self._template["Conditions"][name])

    def resolve(self, node: Any) -> Any:
        """A value of the template without its functions."""
        if isinstance(node, list):
            return [value for each in node if (value := self.resolve(each)) is not _NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            [(name, argument)] = node.items()
            if name in ("Ref", "Sub", "GetAtt", "If"):
                return self._function(name, argument)
        resolved = {name: self.resolve(value) for name, value in node.items()}
        return {name: value for name, value in resolved.items() if value is not _NO_VALUE}

    def _holds(self, node: Mapping[str, Any]) -> bool:
        [(name, arguments)] = node.items()
        if name == "Not":
            return not self._holds(arguments[0])
        if name == "Equals":
            one, other = (str(self.resolve(each)) for each in arguments)
            return one == other
        raise ValueError(f"!{name} is not known here")

    def _function(self, name: str, argument: Any) -> Any:
        if name == "Ref":
            return self._ref(argument)
        if name == "GetAtt":
            return self._attribute(argument)
        if name == "If":
            condition, then, otherwise = argument
            return self.resolve(then if self.condition(condition) else otherwise)
        return _VARIABLE.sub(lambda match: self._variable(match[1]), argument)

    def _variable(self, name: str) -> str:
        return str(self._attribute(name) if "." in name else self._ref(name))

    def _ref(self, name: str) -> Any:
        pseudo = {
            "AWS::AccountId": self._stack.account, "AWS::Region": self._stack.region,
            "AWS::Partition": self._stack.partition, "AWS::NoValue": _NO_VALUE}
        if name in pseudo:
            return pseudo[name]
        if name in self._template["Parameters"]:
            return self._parameter(name)
        return self._physical_id(name)

    def _parameter(self, name: str) -> Any:
        declared = self._template["Parameters"][name]
        value = self._stack.parameters.get(name, declared["Default"])
        return int(value) if declared["Type"] == "Number" else value

    def _physical_id(self, name: str) -> str:
        if name not in self._stack.physical_ids:
            raise UnresolvedError(name)
        return self._stack.physical_ids[name]

    def _attribute(self, dotted: str) -> str:
        name, _, attribute = dotted.partition(".")
        kind = self._template["Resources"][name]["Type"]
        if attribute != "Arn" or kind not in _ARN_FORMATS:
            raise ValueError(f"{attribute} of {kind} is not known here")
        physical = self._physical_id(name)
        return _ARN_FORMATS[kind].format(
            partition=self._stack.partition, region=self._stack.region, account=self._stack.account, name=physical,
            tail=physical.rpartition("/")[2])
