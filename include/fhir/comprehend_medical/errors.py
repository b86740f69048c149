"""Comprehend Medical's errors as codes of the registry.

It shares names with Textract that ask for another move of another person, so that none of them is a code itself.
"""

from __future__ import annotations

from botocore.exceptions import (
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
)
from botocore.exceptions import ConnectionError as BotoConnectionError

from include.errors import PipelineError

_REFUSED = "ANALYSIS_REFUSED"
_UNREACHABLE = "ANALYSIS_UNREACHABLE"
_DENIED = "ANALYSIS_ACCESS_DENIED"
_THROTTLED = "ANALYSIS_THROTTLED"
_INVALID = "ANALYSIS_INVALID_REQUEST"

DECLARED = {
    "InternalServerException": "ANALYSIS_INTERNAL_ERROR",
    "ServiceUnavailableException": _UNREACHABLE,
    "TooManyRequestsException": _THROTTLED,
    "InvalidRequestException": _INVALID,
    "InvalidEncodingException": "ANALYSIS_INVALID_ENCODING",
    "TextSizeLimitExceededException": "ANALYSIS_TEXT_TOO_LARGE",
}
"""What botocore's model of Comprehend Medical (2018-10-30) declares for the three operations."""

_COMMON = {
    **dict.fromkeys((
        "ThrottlingException", "Throttling", "ThrottledException", "RequestThrottled", "RequestThrottledException",
        "RequestLimitExceeded", "LimitExceededException", "ProvisionedThroughputExceededException", "SlowDown",
    ), _THROTTLED),
    **dict.fromkeys((
        "AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "NotAuthorized",
        "UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException", "SignatureDoesNotMatch",
        "IncompleteSignature", "ExpiredToken", "ExpiredTokenException", "MissingAuthenticationToken",
        "MissingAuthenticationTokenException", "OptInRequired", "SubscriptionRequiredException",
    ), _DENIED),
    **dict.fromkeys(("RequestTimeout", "RequestTimeoutException", "ServiceUnavailable", "InternalFailure"),
                    _UNREACHABLE),
    **dict.fromkeys(("ValidationException", "ValidationError", "SerializationException"), _INVALID),
}
"""The errors that all services of AWS have in common
(https://docs.aws.amazon.com/comprehend-medical/latest/api/CommonErrors.html)."""


def code_of(error: BaseException) -> str:
    """The registry's code; an error that nothing is known of is ANALYSIS_REFUSED, which is not retried."""
    if isinstance(error, PipelineError):
        return error.code
    if isinstance(error, ClientError):
        return _code_of_answer(error)
    if isinstance(error, BotoConnectionError | HTTPClientError | ConnectionError | TimeoutError):
        return _UNREACHABLE
    if isinstance(error, NoCredentialsError | PartialCredentialsError | CredentialRetrievalError):
        return _DENIED
    if isinstance(error, ParamValidationError):
        return _INVALID
    return _REFUSED


def _code_of_answer(error: ClientError) -> str:
    name = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)
    if found := DECLARED.get(name) or _COMMON.get(name):
        return found
    if status == 429:
        return _THROTTLED
    if status in (401, 403):
        return _DENIED
    return _UNREACHABLE if status >= 500 else _REFUSED
