"""What the errors of a poll mean, beside the table that ``waiters/test_textract.py`` runs through botocore."""

from __future__ import annotations

import botocore.session
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from include.errors import REGISTRY
from textract_provider.job_states import is_transient


def answered(code: str, status: int) -> ClientError:
    return ClientError(
        {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "GetDocumentAnalysis")


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (answered("ThrottlingException", 400), True),
        (answered("ProvisionedThroughputExceededException", 400), True),
        (answered("SlowDown", 429), True),
        (answered("ServiceUnavailable", 503), True),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1"), True),
        (ReadTimeoutError(endpoint_url="http://127.0.0.1"), True),
        (TimeoutError(), True),
        (answered("AccessDeniedException", 400), False),
        (answered("403", 403), False),
        (KeyError("JobStatus"), False),
    ],
    ids=repr,
)
def test_only_throttling_outages_and_silence_are_transient(error: Exception, transient: bool) -> None:
    assert is_transient(error) is transient


def test_a_poll_waits_out_what_the_pipelines_registry_retries_and_nothing_else() -> None:
    """The exceptions that botocore's Textract model declares for GetDocumentAnalysis."""
    model = botocore.session.get_session().get_service_model("textract")
    declared = {shape.name for shape in model.operation_model("GetDocumentAnalysis").error_shapes}
    assert {name for name in declared if is_transient(answered(name, 400))} == {
        name for name in declared if REGISTRY[name].retry}
