"""The conversion task: facts to FHIR and into the record; waits for a person where the facts are uncertain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.exceptions import HITLTimeoutError
from airflow.providers.standard.operators.hitl import HITLOperator

from document_tasks.failure import announce
from document_tasks.fhir_server import open_fhir_server
from document_tasks.stage import stage_of
from include.errors import REGISTRY, PipelineError
from include.settings import settings

if TYPE_CHECKING:
    from airflow.sdk import Context

    from include.workspace import Workspace

APPROVE, REJECT = "Approve", "Reject"


class ConvertToFhirOperator(HITLOperator):
    """Convert a merged document and merge its certain facts into the patient's record.

    Airflow's own request for a person (state ``awaiting_input``) is made only where the document asks for one; its
    text names the document's id and the reason's code, nothing of the document.

    :param document_id: the document's opaque id. (templated)
    """

    template_fields: Sequence[str] = ("document_id", "subject", "body")

    def __init__(self, *, document_id: str, **kwargs: Any) -> None:
        super().__init__(
            subject="A document waits for a decision",
            options=[APPROVE, REJECT],
            response_timeout=timedelta(hours=settings().review_timeout_hours),
            **kwargs,
        )
        self.document_id = document_id

    def execute(self, context: Context) -> None:
        """Convert; return when everything is certain or was decided before, else wait for a person.

        :raises PipelineError: a code of analysis, conversion, record, FHIR server or S3.
        """
        from include.stages import convert

        with stage_of(self.document_id, context) as workspace:
            reasons = convert.convert(_with_services(workspace))
            if not reasons:
                return
            announce(context, reasons)
            self.subject = f"Document {self.document_id}: {', '.join(reasons)}"
            self.body = "\n".join(f"- **{code}**: {REGISTRY[code].operator_says}" for code in reasons)
        super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> None:
        """Store the person's decision first, then act on it.

        :raises PipelineError: the review's code after a rejection; LOW_CONFIDENCE when nobody answered in time.
        """
        from include.stages import convert

        announce(context, [])
        with stage_of(self.document_id, context) as workspace:
            try:
                answer = super().execute_complete(context, event)
            except HITLTimeoutError:
                raise PipelineError("LOW_CONFIDENCE") from None
            user = answer["responded_by_user"]
            approved = answer["chosen_options"] == [APPROVE]
            convert.decide(_with_services(workspace), approved=approved, actor=user["name"] if user else "timeout")


def _with_services(workspace: Workspace) -> Workspace:
    """With the FHIR server and Comprehend Medical, as far as the settings ask for them."""
    from document_tasks.comprehend_medical import connect

    return replace(workspace, fhir_server=open_fhir_server(), comprehend_medical=connect)
