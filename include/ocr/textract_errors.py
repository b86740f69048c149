"""Textract's errors as codes of the registry.

What an operation may raise is declared in botocore's service model; such names are codes as they are. The rest comes
from the layers around it: signing, throttling at the edge, the network.
"""

from __future__ import annotations

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ReadTimeoutError,
)
from botocore.exceptions import ConnectionError as BotoConnectionError

from include.errors import REGISTRY, Domain, PipelineError

_UNREACHABLE = "OCR_UNREACHABLE"
_REFUSED = "OCR_REFUSED"
_DENIED = "AccessDeniedException"
_THROTTLED = "ThrottlingException"

_THROTTLING_CODES = frozenset({
    "Throttling", "ThrottledException", "RequestThrottled", "RequestThrottledException", "TooManyRequestsException",
    "RequestLimitExceeded", "SlowDown", "BandwidthLimitExceeded", "PriorRequestNotComplete",
})
"""The names that botocore's standard retry mode takes for throttling, beside those that Textract declares."""

_DENIED_CODES = frozenset({
    "403", "401", "AccessDenied", "UnauthorizedOperation", "NotAuthorized", "UnrecognizedClientException",
    "InvalidClientTokenId", "InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature",
    "ExpiredToken", "ExpiredTokenException", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
    "OptInRequired", "SubscriptionRequiredException",
})
"""The common errors of AWS that mean who calls, not what is asked, and ``403``, which some endpoints give as the code
(https://docs.aws.amazon.com/textract/latest/dg/CommonErrors.html)."""


def code_of(error: BaseException) -> str:
    """The registry's code of what AnalyzeDocument, StartDocumentAnalysis or GetDocumentAnalysis raised.

    An error that nothing is known of is OCR_REFUSED, which is not retried: trying again costs money.
    """
    if isinstance(error, PipelineError):
        return error.code
    if isinstance(error, ClientError):
        return _code_of_answer(error)
    if isinstance(error, BotoConnectionError | HTTPClientError | ConnectionError | TimeoutError):
        return _UNREACHABLE
    if isinstance(error, NoCredentialsError | PartialCredentialsError | CredentialRetrievalError):
        return _DENIED
    if isinstance(error, ParamValidationError):
        return "InvalidParameterException"
    return _REFUSED


def is_timeout(error: BaseException) -> bool:
    """Whether Textract was asked and did not answer in time."""
    return isinstance(error, ConnectTimeoutError | ReadTimeoutError | TimeoutError)


def _code_of_answer(error: ClientError) -> str:
    name = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)
    if name in REGISTRY and REGISTRY[name].domain is Domain.TEXTRACT:
        return name
    if name in _THROTTLING_CODES or status == 429:
        return _THROTTLED
    if name in _DENIED_CODES or status in (401, 403):
        return _DENIED
    if status >= 500 or name in ("RequestTimeout", "RequestTimeoutException", "ServiceUnavailable", "InternalFailure"):
        return _UNREACHABLE
    return _REFUSED
