"""The ``default_args`` of the DAGs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from document_tasks.retry import RegistryRetryPolicy

RETRIED: dict[str, Any] = {
    "retries": 3,
    "retry_delay": timedelta(seconds=10),
    "retry_policy": RegistryRetryPolicy(),
}
"""Three tries more, for what the registry calls worth it."""

RETRIED_NEWEST_DAY_FIRST: dict[str, Any] = {
    **RETRIED,
    # Its name: given as an instance or a class, it breaks mapped tasks (Airflow 3.3.2).
    "weight_rule": "document_tasks.priority.NewestDayFirst",
}
"""The same, for DAGs whose runs are of a day."""
