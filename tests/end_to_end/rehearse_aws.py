"""``make rehearse-aws``: ``make test-aws`` against the sandbox, which plays the account.

``demo/sandbox_account.py`` says what is put right where moto does otherwise. Every call is checked against the
template's policy: one that it does not allow is refused.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from demo import processes, sandbox_account
from demo.environment import PROJECT
from demo.sandbox_account import SandboxAccount

PARAMETERS = {**sandbox_account.PARAMETERS, "InboxEvents": "true"}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, sandbox_account.started(Path(folder), PARAMETERS) as account:
        sandbox_account.check_rights(account.local)
        ended = subprocess.run(["make", "test-aws"], cwd=PROJECT, check=False, env={
            **sandbox_account.environ(account, Path(folder)), "PIPELINE_ROLE_ARN": account.role_arn}).returncode
        calls = processes.get_json(f"{account.local.textract_url}/_sandbox/calls") or {}
        print(f"The endpoint billed {calls['pages_billed']} pages")
        left = left_over(account)
        print(f"Left in the buckets: {left or 'nothing'}")
        return ended or len(left)


def left_over(account: SandboxAccount) -> list[str]:
    """Versions and delete markers in any bucket."""
    s3 = account.client("s3")
    found = []
    for bucket in ("DocumentsBucket", "OcrTempBucket", "AuditBucket"):
        answer = s3.list_object_versions(Bucket=account.bucket(bucket))
        found += [each["Key"] for each in (*answer.get("Versions", ()), *answer.get("DeleteMarkers", ()))]
    return found


if __name__ == "__main__":
    sys.exit(main())
