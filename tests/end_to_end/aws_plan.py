"""What the tests will do in an account, said before it is done: to whom, for how much, what appears and what goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import papers

from demo.account import Account
from include.documents.manifest_builder import build_manifest
from include.errors import PipelineError
from include.reporting.run_report import DOLLARS_PER_PAGE
from include.settings import Settings

HOW_TO = (
    "These tests run in your AWS account and cost less than a dollar: deploy the stack, then "
    "AWS_PROFILE=<profile> STACK=<stack> make test-aws (docs/aws.md)")
MOST_PAGES = 8
REFUSED_CALLS = 2
"""Documents that Textract is asked to refuse. Refused calls are not known to be billed; they are counted as pages."""

ANALYZED = "Señora 😀 had cefiderocol 2 g through the drip and felt shortness of breath again."
"""The sentence of invented text that Comprehend Medical gets, once by each of its three operations."""
ANALYSES = 3

SENT: Mapping[str, Callable[[str], bytes]] = {
    "scan": papers.scan,
    "text and scan": papers.text_and_scan,
    "large scan": papers.large_scan,
}
"""The documents of the tests marked ``aws`` that have pages for OCR."""


class CannotStartError(Exception):
    """The tests cannot run in this account; the message is a sentence for who started them."""


def page_hashes(body: bytes, settings: Settings) -> frozenset[str]:
    """The pages of a document that OCR gets; none where the pipeline refuses the document itself."""
    try:
        manifest = build_manifest("", body, settings)
    except PipelineError:
        return frozenset()
    return frozenset(str(page.page_hash) for page in manifest.ocr_pages)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that the announcement says.

    :param caller: the ARN that the profile stands for.
    :param endpoints: where S3 and Textract are.
    :param mark: eight digits, this run's own.
    :param month: ``YYYY-MM``, the partitions of the inbox that are this run's own.
    :param pages: the most pages that are sent.
    """

    account: Account
    account_id: str
    caller: str
    endpoints: tuple[str, str]
    mark: str
    month: str
    pages: int
    dollars_per_page: float

    @property
    def dollars(self) -> float:
        return self.pages * self.dollars_per_page

    def announcement(self) -> Sequence[str]:
        """Lines for who started the tests."""
        account, documents = self.account, f"s3://{self.account.documents_bucket}/"
        rights = (
            f"the role {account.role_arn}" if account.role_arn
            else "the profile's own rights, so that the role's are not tested (docs/aws.md)")
        return (
            f"Account {self.account_id}, region {account.region}, as {self.caller} (profile {account.profile})",
            f"S3 is {self.endpoints[0]}, Textract is {self.endpoints[1]}",
            f"Airflow runs on this machine with {rights}; it starts nothing by itself",
            f"Cost: at most {self.pages} pages x {self.dollars_per_page:.3f} dollars = {self.dollars:.2f} dollars for "
            "Textract (us-east-1's price); S3's requests are below a cent",
            f"Besides, {ANALYSES} calls of Comprehend Medical with {len(ANALYZED)} characters each, if the stack "
            "allows them (AWS's price page)",
            f"Creates {documents}inbox/{self.month}-*/test-aws-{self.mark}/ and what the pipeline makes of these "
            "documents alone: documents/<id>/, ocr/<page>, patients/<id>.json, "
            f"batches/{self.month}-*/, runs/test-aws-{self.mark}*/, runs/batch__{self.month}-*/, "
            f"s3://{account.audit_bucket}/audit/<day>/<id>/, and s3://{account.temp_bucket}/ocr-temp/<id>/",
            "Deletes all of that in the end, every version, also when a test fails or is interrupted",
            "Leaves: the landing queue's messages about these documents (gone after four days) and the account's logs",
        )


def most_pages(mark: str, settings: Settings) -> int:
    """Pages that the tests send at most, counted in the documents themselves.

    :raises CannotStartError: more than :data:`MOST_PAGES`.
    """
    pages = REFUSED_CALLS + sum(len(page_hashes(make(mark), settings)) for make in SENT.values())
    if pages > MOST_PAGES:
        raise CannotStartError(f"The tests would send {pages} pages; they may send {MOST_PAGES}")
    return pages


def dollars_per_page(settings: Settings) -> float:
    """What Textract asks for a page.

    :raises CannotStartError: the price of a feature is not known.
    """
    unknown = [feature for feature in settings.textract_feature_types if feature not in DOLLARS_PER_PAGE]
    if unknown:
        raise CannotStartError(f"The price of {', '.join(unknown)} is not known: see TEXTRACT_FEATURE_TYPES")
    return sum(DOLLARS_PER_PAGE[feature] for feature in settings.textract_feature_types)
