"""An AWS account in the sandbox's place: whose it is, and the environment with which Airflow reaches it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

_OVERRULE_THE_PROFILE = frozenset({
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION", "AWS_DEFAULT_PROFILE", "AWS_REGION"})
"""What botocore prefers to AWS_PROFILE and to the region that was chosen
(https://boto3.amazonaws.com/v1/documentation/api/latest/guide/credentials.html)."""
_NEVER_HOURS = 24 * 365 * 100


@dataclass(frozen=True, slots=True)
class Account:
    """The buckets of a deployed stack, and who uses them.

    :param profile: a profile of the AWS configuration.
    :param role_arn: the role that the profile takes on for the pipeline; None for the profile's own rights.
    """

    profile: str
    region: str
    documents_bucket: str
    temp_bucket: str
    audit_bucket: str
    role_arn: str | None = None

    def connection(self) -> str:
        """Airflow's connection, as AIRFLOW_CONN_AWS_DEFAULT: names only, no key."""
        extra = {"profile_name": self.profile, "region_name": self.region}
        if self.role_arn:
            extra["role_arn"] = self.role_arn
        return json.dumps({"conn_type": "aws", "extra": extra})

    def variables(self, own: Mapping[str, str]) -> dict[str, str]:
        """What Airflow's processes need beyond their own settings. Nothing is scheduled and nothing is swept: only
        what a person starts is done in this account.

        :param own: this process's environment; its AWS settings go on, keys do not: the profile has them.
        """
        kept = {
            name: value for name, value in own.items()
            if name.startswith("AWS_") and name not in _OVERRULE_THE_PROFILE}
        return {
            **kept,
            "AIRFLOW_CONN_AWS_DEFAULT": self.connection(),
            "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
            "AWS_DEFAULT_REGION": self.region,
            "AWS_PROFILE": self.profile,
            "AUDIT_BUCKET": self.audit_bucket,
            "DOCUMENTS_BUCKET": self.documents_bucket,
            "OCR_S3_BUCKET": self.temp_bucket,
            "OCR_TEMP_MAX_AGE_HOURS": str(_NEVER_HOURS),
        }
