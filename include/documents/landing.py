"""What S3's notices about the inbox say of days, and nothing of files: a file's name is patient data.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

_INBOX_KEY = re.compile(r"inbox/(\d{4}-\d{2}-\d{2})/.+")


def days_of_notices(bodies: Iterable[str]) -> dict[str, int]:
    """How many documents landed in which inbox partition (YYYY-MM-DD), by message bodies of the queue.

    A body is the notice itself (SNS with raw delivery, or S3 straight to SQS). What is no notice of an object in a
    partition (S3's test message, a folder marker, a key elsewhere) counts nowhere.
    """
    return dict(Counter(day for body in bodies for day in _days_of_notice(body)))


def _days_of_notice(body: str) -> Iterable[str]:
    try:
        records = json.loads(body)["Records"]
        keys = [record["s3"]["object"]["key"] for record in records]
    except (ValueError, KeyError, TypeError):
        return
    for key in keys:
        # The key is URL-encoded; a day and the slashes around it are the same either way.
        found = _INBOX_KEY.fullmatch(key)
        if found and not key.endswith("/") and _is_day(found[1]):
            yield found[1]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
