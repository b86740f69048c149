"""The errors of a wait, on their way through Airflow."""

from __future__ import annotations

import pickle

import pytest
from airflow.providers.common.compat.sdk import AirflowException

from textract_provider import errors
from textract_provider.errors import TextractJobError

KINDS = sorted(
    (kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, TextractJobError)),
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_the_way_between_processes(kind: type[TextractJobError]) -> None:
    error = pickle.loads(pickle.dumps(kind("job-1", "ARCHIVED")))
    assert (type(error), error.job_id, error.status) == (kind, "job-1", "ARCHIVED")
    assert str(error) == "Textract job job-1: ARCHIVED"


def test_every_error_of_a_job_is_one_that_airflow_knows() -> None:
    """A sensor's ``never_fail`` takes up AirflowException only when it resumes."""
    assert issubclass(TextractJobError, AirflowException)
