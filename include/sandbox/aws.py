"""moto's S3, SNS, SQS, SES, STS and IAM on one loopback port, and its S3 as the source of Textract's documents."""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import ServiceException
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends

from include.sandbox.refusals import Refusal
from include.sandbox.rights import ACCOUNT, PARTITION, MotoRights


def application() -> Any:
    """moto's WSGI application for every service that it has."""
    return DomainDispatcherApplication(create_backend_app)


class MotoObjects:
    """Objects of moto's S3, read with the rights of Textract's caller."""

    def __init__(self, rights: MotoRights) -> None:
        self._rights = rights

    def read(self, bucket: str, key: str, caller: str | None) -> bytes:
        """An object's bytes.

        :raises Refusal: InvalidS3ObjectException, as Textract says of a missing object and of a missing grant.
        """
        if not self._rights.allows("s3:GetObject", f"arn:aws:s3:::{bucket}/{key}", caller):
            raise Refusal("InvalidS3ObjectException", "Unable to get object metadata from S3")
        try:
            found = s3_backends[ACCOUNT][PARTITION].get_object(bucket, key)
        except ServiceException:
            found = None
        if found is None:
            raise Refusal("InvalidS3ObjectException", "Unable to get object metadata from S3")
        return bytes(found.value)
