"""The closed list of error codes: retry or not, whose move it is, one sentence for the operator.

Sentences are constants without values, so that no patient data can enter a log or a note.
The Textract rows are the exceptions that botocore's model of Textract (2018-06-27) declares for
AnalyzeDocument, StartDocumentAnalysis and GetDocumentAnalysis. Those of Comprehend Medical have codes of their own
(``include/fhir/comprehend_medical/errors.py``): the two services share names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Whose move it is."""

    SENDER = "sender"
    OPERATOR = "operator"
    REVIEWER = "reviewer"
    PLATFORM = "platform"
    NOBODY = "nobody"


class Domain(StrEnum):
    """Where a code belongs."""

    DOCUMENT = "document"
    TEXTRACT = "textract"
    ANALYSIS = "analysis"
    STORAGE = "storage"
    CONVERSION = "conversion"
    RECORD = "record"
    FHIR_SERVER = "fhir_server"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One row of the registry."""

    code: str
    domain: Domain
    retry: bool
    whose_move: Role
    operator_says: str


_REFUSED = "OCR failed - manual review needed"

_ROWS = (
    ErrorCode("ENCRYPTED", Domain.DOCUMENT, False, Role.SENDER,
              "The file has a password. Ask the sender for a copy without one."),
    ErrorCode("CORRUPT", Domain.DOCUMENT, False, Role.SENDER,
              "The file is damaged and cannot be opened. Ask the sender to send it again."),
    ErrorCode("EMPTY", Domain.DOCUMENT, False, Role.SENDER,
              "The file has no bytes. Ask the sender to send it again."),
    ErrorCode("NO_PAGES", Domain.DOCUMENT, False, Role.SENDER,
              "The file opens but has no pages. Ask the sender to send it again."),
    ErrorCode("UNSUPPORTED_FORMAT", Domain.DOCUMENT, False, Role.SENDER,
              "The file is not a PDF, TIFF, PNG or JPEG. Ask the sender for one of these."),
    ErrorCode("TOO_LARGE", Domain.DOCUMENT, False, Role.SENDER,
              "The file is over 500 MB. Ask the sender to split it."),
    ErrorCode("TOO_MANY_PAGES", Domain.DOCUMENT, False, Role.SENDER,
              "More than 3,000 pages need OCR, or the file has more than 10,000. Ask the sender to split it."),
    ErrorCode("PAGE_TOO_LARGE", Domain.DOCUMENT, False, Role.SENDER,
              "A page is too large to be read, even scaled down. Ask the sender for a normal page size."),
    ErrorCode("XFA_FORM", Domain.DOCUMENT, False, Role.SENDER,
              "The form keeps its content as XFA, which only Adobe's reader shows. Ask the sender to print it to a new "
              "PDF."),
    ErrorCode("PARSER_FAILED", Domain.DOCUMENT, False, Role.SENDER,
              "Reading the file crashed, or took too much time or memory. Ask the sender to print it to a new PDF "
              "or to scan it."),
    ErrorCode("PAGE_NOT_FOUND", Domain.DOCUMENT, False, Role.NOBODY,
              "The document has no page of this number."),
    ErrorCode("AccessDeniedException", Domain.TEXTRACT, False, Role.PLATFORM,
              f"{_REFUSED}: the role may not call Textract. Grant the actions of the IAM policy, then clear the task."),
    ErrorCode("BadDocumentException", Domain.TEXTRACT, False, Role.REVIEWER,
              f"{_REFUSED}: Textract cannot read the page."),
    ErrorCode("DocumentTooLargeException", Domain.TEXTRACT, False, Role.REVIEWER,
              f"{_REFUSED}: the page is over Textract's size limit."),
    ErrorCode("HumanLoopQuotaExceededException", Domain.TEXTRACT, False, Role.PLATFORM,
              f"{_REFUSED}: the account's quota of human loops is used up."),
    ErrorCode("IdempotentParameterMismatchException", Domain.TEXTRACT, False, Role.OPERATOR,
              f"{_REFUSED}: the same request token was used with other parameters. Clear the task."),
    ErrorCode("InternalServerError", Domain.TEXTRACT, True, Role.NOBODY,
              "Textract had an internal error. It is tried again; clear the task if it stays red."),
    ErrorCode("InvalidJobIdException", Domain.TEXTRACT, False, Role.OPERATOR,
              f"{_REFUSED}: Textract does not know the job any more. Clear the task to start a new one."),
    ErrorCode("InvalidKMSKeyException", Domain.TEXTRACT, False, Role.PLATFORM,
              f"{_REFUSED}: the encryption key cannot be used. Check the key's policy, then clear the task."),
    ErrorCode("InvalidParameterException", Domain.TEXTRACT, False, Role.PLATFORM,
              f"{_REFUSED}: Textract rejects the request. Check TEXTRACT_FEATURE_TYPES."),
    ErrorCode("InvalidS3ObjectException", Domain.TEXTRACT, False, Role.PLATFORM,
              f"{_REFUSED}: Textract cannot read the temporary object. Check bucket, region and grants."),
    ErrorCode("LimitExceededException", Domain.TEXTRACT, True, Role.NOBODY,
              "Too many Textract jobs run at once. It is tried again; clear the task if it stays red."),
    ErrorCode("ProvisionedThroughputExceededException", Domain.TEXTRACT, True, Role.NOBODY,
              "The account's Textract rate is used up. It is tried again; clear the task if it stays red."),
    ErrorCode("ThrottlingException", Domain.TEXTRACT, True, Role.NOBODY,
              "Textract throttles the account. It is tried again; clear the task if it stays red."),
    ErrorCode("UnsupportedDocumentException", Domain.TEXTRACT, False, Role.REVIEWER,
              f"{_REFUSED}: Textract does not support this kind of file."),
    ErrorCode("OCR_DISABLED", Domain.TEXTRACT, False, Role.PLATFORM,
              "A page needs OCR and OCR_ENABLED is false. Enable it and clear the task."),
    ErrorCode("OCR_JOB_FAILED", Domain.TEXTRACT, False, Role.OPERATOR,
              f"{_REFUSED}: the Textract job failed. Clear the task to start a new one."),
    ErrorCode("OCR_JOB_PARTIAL", Domain.TEXTRACT, False, Role.REVIEWER,
              f"{_REFUSED}: Textract read only some pages. Clear the task to send the missing ones again."),
    ErrorCode("OCR_TIMEOUT", Domain.TEXTRACT, True, Role.OPERATOR,
              "The Textract job did not end within its maximum wait. Clear the task; it finds a job that still runs."),
    ErrorCode("OCR_UNREACHABLE", Domain.TEXTRACT, True, Role.PLATFORM,
              "Textract cannot be reached or answers 5xx. It is tried again; check the network if it stays red."),
    ErrorCode("OCR_REFUSED", Domain.TEXTRACT, False, Role.REVIEWER,
              f"{_REFUSED}: Textract answered with an error that its model does not declare."),
    ErrorCode("ANALYSIS_ACCESS_DENIED", Domain.ANALYSIS, False, Role.PLATFORM,
              "The role may not call Comprehend Medical. Deploy the stack with its actions or set ANALYZERS "
              "to rules, then clear the task."),
    ErrorCode("ANALYSIS_THROTTLED", Domain.ANALYSIS, True, Role.NOBODY,
              "Comprehend Medical throttles the account. It is tried again; clear the task if it stays red."),
    ErrorCode("ANALYSIS_INTERNAL_ERROR", Domain.ANALYSIS, True, Role.NOBODY,
              "Comprehend Medical had an internal error. It is tried again; clear the task if it stays red."),
    ErrorCode("ANALYSIS_UNREACHABLE", Domain.ANALYSIS, True, Role.PLATFORM,
              "Comprehend Medical cannot be reached or answers 5xx. It is tried again; check network and "
              "region if it stays red."),
    ErrorCode("ANALYSIS_INVALID_REQUEST", Domain.ANALYSIS, False, Role.PLATFORM,
              "Comprehend Medical rejects the request. Set ANALYZERS to rules and clear the task; report the "
              "document's id."),
    ErrorCode("ANALYSIS_INVALID_ENCODING", Domain.ANALYSIS, False, Role.PLATFORM,
              "Comprehend Medical rejects the text's encoding. Set ANALYZERS to rules and clear the task; "
              "report the document's id."),
    ErrorCode("ANALYSIS_TEXT_TOO_LARGE", Domain.ANALYSIS, False, Role.PLATFORM,
              "Comprehend Medical finds a text too large. Set ANALYZERS to rules and clear the task; report "
              "the document's id."),
    ErrorCode("ANALYSIS_REFUSED", Domain.ANALYSIS, False, Role.PLATFORM,
              "Comprehend Medical answered with an error that is not known. Set ANALYZERS to rules, then "
              "clear the task."),
    ErrorCode("S3_ACCESS_DENIED", Domain.STORAGE, False, Role.PLATFORM,
              "S3 refuses access. Grant the statements of the IAM policy, then clear the task."),
    ErrorCode("S3_NOT_FOUND", Domain.STORAGE, False, Role.OPERATOR,
              "An object or bucket is missing in S3. Put it back, then clear the document from its first task."),
    ErrorCode("S3_UNREACHABLE", Domain.STORAGE, True, Role.PLATFORM,
              "S3 cannot be reached or answers 5xx. It is tried again; check the network if it stays red."),
    ErrorCode("S3_REFUSED", Domain.STORAGE, False, Role.PLATFORM,
              "S3 refuses the request. See the task's log for the error's name."),
    ErrorCode("NO_PATIENT", Domain.CONVERSION, False, Role.REVIEWER,
              "No patient can be told from the document: a name alone is not enough. Find out whose it is."),
    ErrorCode("AMBIGUOUS_PATIENT", Domain.CONVERSION, False, Role.REVIEWER,
              "The document names more than one patient. Decide whose facts they are."),
    ErrorCode("AMBIGUOUS_DATE", Domain.CONVERSION, False, Role.REVIEWER,
              "A date can be read day first or month first. Decide which it is."),
    ErrorCode("LOW_CONFIDENCE", Domain.CONVERSION, False, Role.REVIEWER,
              "What OCR read is too uncertain. Compare it with the page, or ask for a better copy."),
    ErrorCode("ROWS_UNACCOUNTED", Domain.CONVERSION, False, Role.REVIEWER,
              "Some table rows became neither a fact nor a listed gap. Compare the facts with the page."),
    ErrorCode("CORRECTIONS_STALE", Domain.CONVERSION, False, Role.REVIEWER,
              "The document is read differently than when it was corrected. Compare the facts with the page again."),
    ErrorCode("DECISION_CONFLICT", Domain.CONVERSION, False, Role.REVIEWER,
              "Somebody else decided on the document at the same moment. Look at their decision, then decide again."),
    ErrorCode("INVALID_FHIR", Domain.CONVERSION, False, Role.PLATFORM,
              "The resources built from the document are not valid FHIR. Report the document's id to the developers."),
    ErrorCode("MERGE_CONFLICT", Domain.RECORD, True, Role.OPERATOR,
              "The patient's record was changed by others each time it was to be written. Clear the task."),
    ErrorCode("FHIR_REJECTED", Domain.FHIR_SERVER, False, Role.PLATFORM,
              "The FHIR server does not accept the resources. See the task's log for its issue codes, and report the "
              "document's id to the developers."),
    ErrorCode("FHIR_CONFLICT", Domain.FHIR_SERVER, False, Role.OPERATOR,
              "Somebody changed on the FHIR server what this document had delivered. Decide whose version stays: "
              "docs/fhir_server.md says how."),
    ErrorCode("FHIR_BUSY", Domain.FHIR_SERVER, True, Role.OPERATOR,
              "Others wrote the same to the FHIR server at the same moment. It is tried again; clear the task if it "
              "stays red."),
    ErrorCode("FHIR_ACCESS_DENIED", Domain.FHIR_SERVER, False, Role.PLATFORM,
              "The FHIR server refuses the login. Mend the connection that FHIR_CONN_ID names, then clear the task."),
    ErrorCode("FHIR_UNREACHABLE", Domain.FHIR_SERVER, True, Role.PLATFORM,
              "The FHIR server cannot be reached, is overloaded or has an internal error. It is tried again; clear the "
              "task if it stays red."),
    ErrorCode("FHIR_NOT_SUPPORTED", Domain.FHIR_SERVER, False, Role.PLATFORM,
              "What FHIR_SERVER_URL names does not take such transactions. Run make fhir-verify, then clear the task."),
    ErrorCode("TASK_LOST", Domain.TASK, True, Role.OPERATOR,
              "The task ended without saying why, as when its worker was killed. Clear the task."),
    ErrorCode("ALERT_NOT_SENT", Domain.TASK, True, Role.PLATFORM,
              "An alert could not be sent by every channel. It is tried again; check the channel's target and rights "
              "if it stays red."),
    ErrorCode("INTERNAL_ERROR", Domain.TASK, False, Role.PLATFORM,
              "Our software failed on this document. Report its id and the task's log to the developers."),
)

REGISTRY: dict[str, ErrorCode] = {row.code: row for row in _ROWS}


class PipelineError(Exception):
    """An error with a code of the registry; its message holds the code and the sentence, never a value.

    :param code: a code of :data:`REGISTRY`.
    :param retry_after: seconds that a server asked to be left alone for; None where it asked for nothing.
    :raises KeyError: the code is not in the registry.
    """

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        self.error_code = REGISTRY[code]
        self.retry_after = retry_after
        super().__init__(f"{code}: {self.error_code.operator_says}")

    @property
    def code(self) -> str:
        return self.error_code.code

    def __reduce__(self) -> tuple[type[PipelineError], tuple[str, float | None]]:
        return type(self), (self.code, self.retry_after)
