"""The pipeline runs with exactly the template's policies, and fails by name without any one statement of them.

``make iam-table`` takes away each action and each resource, too; conditions are nothing that moto knows.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo.sandbox_account import SandboxAccount, pipeline_policies
from include.errors import REGISTRY
from include.infrastructure import template
from include.infrastructure.template import Resolver
from include.settings import settings
from tests.infrastructure import least_privilege
from tests.infrastructure.least_privilege import Part, Policies, parts, run_with, without
from tests.infrastructure.pipeline_run import End

FAILS = {
    "ReadPages": End("ocr, by calls", "AccessDeniedException"),
    "ReadDocuments": End("read_batch", "S3_ACCESS_DENIED"),
    "WriteResults": End("plan_batches", "S3_ACCESS_DENIED"),
    "ListDocuments": End("plan_batches", "S3_ACCESS_DENIED"),
    "AppendAudit": End("plan_batches", "S3_ACCESS_DENIED"),
    "ReadAudit": End("classify", "S3_ACCESS_DENIED"),
    "ListAudit": End("classify", "S3_ACCESS_DENIED"),
    "ListOcrTemp": End("audit", "S3_ACCESS_DENIED"),
    "PassPagesToOcr": End("ocr, by a job", "S3_ACCESS_DENIED"),
    "AnalyzeTexts": End("convert_to_fhir, with a patient", "ANALYSIS_ACCESS_DENIED"),
    "PublishAlerts": End("alerts", "ALERT_NOT_SENT"),
    "MailAlerts": End("alerts", "ALERT_NOT_SENT"),
}
"""Where the pipeline fails first, and with which code, by the statement that is taken away."""
UNHEARD = {
    "ReceiveLandings": End("inbox events", "logged: The inbox's queue cannot be read: ClientError"),
}
"""Fails nothing: the day's run finds what events did not tell of."""
NOT_ASKED_FOR = {"DecryptLandings"}
"""moto's SQS decrypts nothing."""


@pytest.fixture(scope="module")
def policies(account: SandboxAccount) -> Policies:
    return pipeline_policies(Resolver(template.load(), account.stack))


@pytest.fixture(scope="module", autouse=True)
def prepared(account: SandboxAccount) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AIRFLOW_CONN_AWS_DEFAULT", "")
        for name in ("ALERT_CHANNELS", "ALERT_SNS_TOPIC_ARN", "ALERT_MAIL_FROM", "ALERT_MAIL_TO"):
            patched.setenv(name, "")
        least_privilege.prepare(account)
        yield
    settings.cache_clear()


def test_with_exactly_its_policies_the_pipeline_succeeds(account: SandboxAccount, policies: Policies) -> None:
    assert run_with(account, policies) == End()


def test_every_statement_is_taken_away_once(policies: Policies) -> None:
    assert {part.sid for part in parts(policies) if not part.what} == {*FAILS, *UNHEARD, *NOT_ASKED_FOR}


@pytest.mark.parametrize("sid", [*FAILS, *UNHEARD])
def test_without_a_statement_the_pipeline_fails_and_says_by_what(
        account: SandboxAccount, policies: Policies, sid: str) -> None:
    [part] = [each for each in parts(policies) if each == Part(each.policy, sid)]
    assert run_with(account, without(policies, part)) == {**FAILS, **UNHEARD}[sid]


def test_each_of_these_codes_tells_the_operator_what_to_do() -> None:
    assert {end.code for end in FAILS.values()} <= set(REGISTRY)
    assert all(not REGISTRY[end.code].retry for end in FAILS.values() if end.code != "ALERT_NOT_SENT")
