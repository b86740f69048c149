"""The three operations that are asked, and their limits.

https://docs.aws.amazon.com/comprehend-medical/latest/dev/comprehendmedical-quotas.html; botocore's model declares the
same numbers as lengths of the strings.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Protocol


class Operation(StrEnum):
    DETECT_ENTITIES = "DetectEntitiesV2"
    INFER_RXNORM = "InferRxNorm"
    INFER_ICD10CM = "InferICD10CM"


MOST_BYTES = {
    Operation.DETECT_ENTITIES: 20_000,
    Operation.INFER_RXNORM: 10_000,
    Operation.INFER_ICD10CM: 10_000,
}
"""Bytes of UTF-8 in one text."""


class Client(Protocol):
    """The calls of boto3's client ``comprehendmedical`` that are used here."""

    def detect_entities_v2(self, *, Text: str) -> dict[str, Any]: ...  # noqa: N803 - botocore's name
    def infer_rx_norm(self, *, Text: str) -> dict[str, Any]: ...  # noqa: N803
    def infer_icd10_cm(self, *, Text: str) -> dict[str, Any]: ...  # noqa: N803


def call(client: Client, operation: Operation, text: str) -> dict[str, Any]:
    """The service's answer to a text."""
    calls = {
        Operation.DETECT_ENTITIES: client.detect_entities_v2,
        Operation.INFER_RXNORM: client.infer_rx_norm,
        Operation.INFER_ICD10CM: client.infer_icd10_cm,
    }
    return calls[operation](Text=text)
