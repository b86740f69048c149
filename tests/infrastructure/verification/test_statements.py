"""Statements that mean the same are the same text, others are not.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from typing import Any

import pytest

from include.infrastructure.verification.statements import by_name, canonical

STATEMENT: dict[str, Any] = {
    "Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:a",
    "Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}


@pytest.mark.parametrize("same", [
    {"Action": ["s3:ListBucket", "s3:GetObject"]}, {"Resource": ["arn:a"]}, {"Principal": {"AWS": ["*"]}},
    {"Condition": {"Bool": {"aws:SecureTransport": ["false"]}}}, {"Sid": "Another"}])
def test_order_and_lists_of_one_make_no_difference(same: dict[str, Any]) -> None:
    assert canonical({**STATEMENT, **same}) == canonical(STATEMENT)


@pytest.mark.parametrize("other", [
    {"Effect": "Deny"}, {"Action": "s3:*"}, {"Resource": ["arn:a", "arn:b"]}, {"Principal": {"Service": "*"}},
    {"Condition": {}}, {"NotAction": "s3:PutObject"}])
def test_anything_else_does(other: dict[str, Any]) -> None:
    assert canonical({**STATEMENT, **other}) != canonical(STATEMENT)


def test_no_statement_is_lost_because_of_its_name() -> None:
    nameless = {name: value for name, value in STATEMENT.items() if name != "Sid"}
    assert list(by_name([{"Statement": [STATEMENT, nameless]}, {"Statement": STATEMENT}])) == [
        "statement Read", "statement without a name", "statement Read (2)"]
