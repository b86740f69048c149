"""How waiting for a Textract job can end badly. Messages name the job and its status, nothing of the document."""

from __future__ import annotations

from airflow.providers.common.compat.sdk import AirflowException


class TextractJobError(AirflowException):
    """A job did not end as it should.

    :param job_id: the job's id.
    :param status: Textract's JobStatus, or one of the words of the trigger's event.
    """

    def __init__(self, job_id: str, status: str) -> None:
        super().__init__(f"Textract job {job_id}: {status}")
        self.job_id = job_id
        self.status = status

    def __reduce__(self) -> tuple[type[TextractJobError], tuple[str, str]]:
        return type(self), (self.job_id, self.status)


class TextractJobFailedError(TextractJobError):
    """Textract ended the job as FAILED; the same request token will find the failed job again."""


class TextractJobUnfinishedError(TextractJobError):
    """Results were asked of a job that is IN_PROGRESS."""


class TextractResultsInterruptedError(TextractJobError):
    """Textract refused the NextToken that it gave, as when it has expired; the results can be read again from the
    first chunk while the job is kept, 7 days."""


class TextractJobTimeoutError(TextractJobError):
    """The job was still IN_PROGRESS, or Textract unreachable, when the wait's deadline came."""


class TextractJobRefusedError(TextractJobError):
    """Textract refused to say how the job stands; ``status`` is the error's code."""


class TextractJobStatusUnknownError(TextractJobError):
    """A status that ``waiters/textract.json`` does not list; whether it means success is for a person to decide."""
