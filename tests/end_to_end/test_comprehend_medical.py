"""Amazon Comprehend Medical itself, on one invented sentence, through the pipeline's own connection. Only in an account
whose stack allows it (parameter ComprehendMedical): the sandbox has no such service."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from aws_plan import ANALYZED
from local_system import LocalSystem

from demo.environment import variables
from document_tasks.comprehend_medical import ComprehendMedicalHook
from include.documents.content import Box, DocumentContent, Line, Origin, PageContent
from include.fhir.analyzers import combined
from include.fhir.comprehend_medical.analyzer import ComprehendMedical
from include.fhir.comprehend_medical.errors import code_of
from include.fhir.comprehend_medical.operations import Operation, call

pytestmark = pytest.mark.aws

BOX = Box(0.1, 0.1, 0.8, 0.02)


@pytest.fixture
def client(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    if not request.config.getoption("--aws"):
        pytest.skip("the sandbox has no Comprehend Medical: make test-aws")
    system: LocalSystem = request.getfixturevalue("system")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables(system.local).items():
        if name.startswith(("AWS_", "AIRFLOW_CONN")):
            monkeypatch.setenv(name, value)
    hook = ComprehendMedicalHook(region_name=variables(system.local)["AWS_DEFAULT_REGION"])
    made = hook.get_conn()
    if "amazonaws" not in made.meta.endpoint_url:
        pytest.skip("the account is the sandbox, which has no Comprehend Medical")
    if made.meta.region_name not in boto3.Session().get_available_regions("comprehendmedical"):
        pytest.skip("Comprehend Medical is not in this region")
    return made


def test_a_sentence_is_understood_and_its_offsets_count_code_points(client: Any) -> None:
    answers: dict[Operation, Any] = {}

    def ask(operation: Operation, text: str) -> dict[str, Any]:
        assert text == ANALYZED, "more than announced"
        try:
            answers[operation] = call(client, operation, text)
        except Exception as error:
            if code_of(error) == "ANALYSIS_ACCESS_DENIED":
                pytest.skip("the role may not call Comprehend Medical: deploy the stack with ComprehendMedical=true")
            raise
        return dict(answers[operation])

    lines = ("Patient: Ada Brown", "Date of birth: 03/27/1971", "MRN: 55120987", ANALYZED)
    document = DocumentContent("doc-test", (PageContent(
        1, Origin.EMBEDDED, tuple(Line(text, BOX) for text in lines)),))
    facts = combined(document, [ComprehendMedical(ask, 0.0)])
    assert set(answers) == set(Operation)
    for answer in answers.values():
        assert answer["Entities"]
        for entity in answer["Entities"]:
            assert entity["Text"] == ANALYZED[entity["BeginOffset"]:entity["EndOffset"]]
    found = {fact.name: fact.source for fact in facts.medications}
    found |= {fact.name: fact.source for fact in facts.conditions}
    by_the_service = [name for name, source in found.items() if source and source.analyzer == "comprehend_medical"]
    assert by_the_service
    assert [name for name in by_the_service if name not in ANALYZED] == []
