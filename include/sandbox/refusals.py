"""How Textract says no: an exception's name, a message, an HTTP status."""

from __future__ import annotations

SERVER_ERRORS = frozenset({"InternalServerError"})
THROTTLES = frozenset({"ThrottlingException", "ProvisionedThroughputExceededException"})


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error of ours
    """An exception of Textract's model; the message is a constant.

    :param code: the exception's name as botocore's model of Textract declares it.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def status(self) -> int:
        return 500 if self.code in SERVER_ERRORS else 400
