"""``python -m include.infrastructure.environment_file [sandbox | aws]``: writes ``.env`` for docker-compose.yaml, with
secrets of its own. Nothing beyond Python itself is needed."""

from __future__ import annotations

import base64
import json
import os
import secrets
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

SANDBOX = {
    "COMPOSE_PROFILES": "sandbox",
    "AIRFLOW_CONN_AWS_DEFAULT": "'" + json.dumps({
        "conn_type": "aws",
        "login": "local-sandbox",
        "password": "local-sandbox",
        "extra": {
            "region_name": "us-east-1",
            "service_config": {
                "s3": {"endpoint_url": "http://sandbox:4566"}, "textract": {"endpoint_url": "http://sandbox:4567"}},
            # The sandbox reads one page at a time: one that waits for the others is not given up.
            "config_kwargs": {"retries": {"mode": "standard", "total_max_attempts": 4}, "read_timeout": 600},
        },
    }) + "'",
    "AWS_ACCESS_KEY_ID": "local-sandbox",
    "AWS_SECRET_ACCESS_KEY": "local-sandbox",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ENDPOINT_URL": "http://sandbox:4566",
    "AWS_ENDPOINT_URL_TEXTRACT": "http://sandbox:4567",
}
"""The sandbox in AWS's place. The keys are worthless elsewhere; both ways to an endpoint are set, so that no client can
reach AWS by mistake."""

AWS = {"DOCUMENTS_BUCKET": "", "OCR_S3_BUCKET": "", "AUDIT_BUCKET": "", "AWS_DEFAULT_REGION": "us-east-1"}
"""To be filled in with the outputs of the stack (docs/aws.md)."""


def new_secrets() -> dict[str, str]:
    """A fresh value for every secret that docker-compose.yaml asks for. None needs quoting in a file or in a URL."""
    return {
        "AIRFLOW_FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "AIRFLOW_JWT_SECRET": secrets.token_hex(32),
        "AIRFLOW_SECRET_KEY": secrets.token_hex(32),
        "POSTGRES_PASSWORD": secrets.token_hex(24),
        "REDIS_PASSWORD": secrets.token_hex(24),
        "ADMIN_PASSWORD": secrets.token_hex(12),
        "GRAFANA_PASSWORD": secrets.token_hex(12),
    }


def text(where: str) -> str:
    """The file's content.

    :param where: ``sandbox`` or ``aws``.
    """
    place, title = ((SANDBOX, "The sandbox in AWS's place, which needs no account") if where == "sandbox"
                    else (AWS, "The outputs of the stack (docs/aws.md)"))
    return "".join([
        "# Made by make env. .env.example lists everything else that can be set here.\n"
        "\n# The image\nIMAGE_TAG=1\n\n# Secrets\n",
        *(f"{name}={value}\n" for name, value in new_secrets().items()),
        f"\n# {title}\n",
        *(f"{name}={value}\n" for name, value in place.items())])


def write(path: Path, where: str) -> None:
    """Write the file, readable by its owner alone.

    :raises FileExistsError: it is there already: its secrets are those of a database.
    """
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as output:
        output.write(text(where))


def main() -> int:
    where = sys.argv[1] if len(sys.argv) > 1 else "sandbox"
    if where not in ("sandbox", "aws"):
        print("It is for sandbox or for aws")
        return 2
    try:
        write(PROJECT / ".env", where)
    except FileExistsError:
        print("There is an .env already: the database has been made with its secrets. Move it away to get another.")
        return 1
    print("Wrote .env: the login is admin, with ADMIN_PASSWORD")
    return 0


if __name__ == "__main__":
    sys.exit(main())
