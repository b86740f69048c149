"""Where a profile's time goes: our packages, and the libraries by what they do."""

from __future__ import annotations

import cProfile
import pstats
from collections import Counter
from typing import Any

OURS = "ours: "
OTHER = "other"
_BY_FUNCTION = (
    ("raw_decode", "JSON"), ("scan_once", "JSON"), ("_json", "JSON"), ("pydantic_core", "pydantic and FHIR models"))
_BY_PATH = (
    ("/pypdfium2", "PDFium and pdfplumber"), ("/pdfplumber/", "PDFium and pdfplumber"),
    ("/pdfminer/", "PDFium and pdfplumber"),
    ("/fhir/resources/", "pydantic and FHIR models"), ("/fhir_core/", "pydantic and FHIR models"),
    ("/pydantic", "pydantic and FHIR models"),
    ("/boto", "boto3"), ("/urllib3/", "boto3"), ("/s3transfer/", "boto3"), ("/http/client.py", "boto3"),
    ("/socket.py", "boto3"), ("/email/", "boto3"),
    ("/json/", "JSON"), ("/airflow/", "Airflow's hook"))


def milliseconds(profile: cProfile.Profile) -> dict[str, float]:
    """Time within the functions of each group. A built-in function's is its caller's, but for those that are known."""
    spent: Counter[str] = Counter()
    stats: dict[Any, Any] = vars(pstats.Stats(profile))["stats"]
    for (path, _, name), (_, _, own, _, callers) in stats.items():
        if not path.startswith(("~", "<")):
            spent[_group(path)] += own
            continue
        known = next((group for part, group in _BY_FUNCTION if part in name), None)
        for (caller, _, _), (_, _, share, _) in callers.items():
            spent[known or _group(caller)] += share
    return {group: 1000 * seconds for group, seconds in spent.most_common() if seconds > 0}


def _group(path: str) -> str:
    for part, group in _BY_PATH:
        if part in path:
            return group
    for folder in ("/include/", "/plugins/"):
        if folder in path:
            return OURS + path.rpartition(folder)[2].partition("/")[0].removesuffix(".py")
    return OTHER
