"""Amazon Comprehend Medical's client through the Airflow connection that the setting AWS_CONN_ID names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from botocore.config import Config

from include.settings import settings

if TYPE_CHECKING:
    from include.fhir.comprehend_medical.operations import Client

RETRY_MODE = "standard"
TOTAL_MAX_ATTEMPTS = 4


class ComprehendMedicalHook(AwsBaseHook):
    """The Amazon provider has none. The default configuration retries in standard mode, four attempts in all; the
    connection's ``config_kwargs`` are laid over it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["client_type"] = "comprehendmedical"
        super().__init__(*args, **kwargs)

    @property
    def config(self) -> Config:
        own = super().config
        # Config.merge replaces ``retries`` whole, and retries without a mode are botocore's legacy ones.
        retries = {"mode": RETRY_MODE, **(own.retries or {"total_max_attempts": TOTAL_MAX_ATTEMPTS})}
        return own.merge(Config(retries=retries))


def connect() -> Client:
    """The client. Nothing is sent yet."""
    client: Client = ComprehendMedicalHook(
        aws_conn_id=settings().aws_conn_id, region_name=settings().aws_default_region).get_conn()
    return client
