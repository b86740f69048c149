"""Loads the heavy libraries once, in the process from which task processes are forked, so that they share them: the
LocalExecutor's scheduler, and a Celery worker.

Measured: a task of this project costs 1.61 s of CPU with these imports of its own, 0.07 s when they are inherited.
Then what is otherwise built at first use, in each task, is built: of the five tasks of a text PDF of two pages, what is
ours takes 1.7 s of CPU without that, 0.5 s with it. Every other command starts light.
"""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Callable
from typing import Any

from airflow.configuration import conf

log = logging.getLogger(__name__)

HEAVY = (
    "airflow.providers.standard.operators.hitl",
    "airflow.sdk.definitions.asset.metadata",
    "airflow.sdk.definitions.decorators",
    "airflow.sdk.lineage",
    "boto3",
    "pandas",
    "pdfplumber",
    "pypdfium2",
    "PIL.Image",
    "fhir.resources.R4B",
    "jinja2.ext",
    "document_tasks.assets",
    "document_tasks.classify",
    "document_tasks.comprehend_medical",
    "document_tasks.convert",
    "document_tasks.deadlines",
    "document_tasks.fhir_server",
    "document_tasks.intake",
    "document_tasks.ocr",
    "document_tasks.report",
    "document_tasks.seal",
    "document_tasks.task_defaults",
    "include.metrics.documents",
    "include.metrics.events",
    "include.reporting.page",
    "include.reporting.run_report",
    "include.stages.classify",
    "include.stages.convert",
    "include.stages.merge",
    "include.stages.ocr",
    "include.stages.seal",
    "include.stages.warm_up",
    "textract_provider.hook",
    "textract_provider.trigger",
)
WARM = ("include.stages.warm_up", "document_tasks.s3_hook")
"""Of these, the function ``warm_up`` is called once all are loaded."""


def preload(warm: bool = True) -> None:
    """Import what tasks need, then build what they would build; what does not work fails the tasks that use it, never
    the scheduler.

    :param warm: False: import alone, to measure what the rest is worth.
    """
    for module in HEAVY:
        _try(module, lambda _loaded: None)
    for module in WARM if warm else ():
        _try(module, lambda loaded: loaded.warm_up())


def _try(module: str, work: Callable[[Any], None]) -> None:
    try:
        work(importlib.import_module(module))
    except Exception as error:
        log.warning("%s is not preloaded: %s", module, type(error).__name__)


def forks_tasks(arguments: list[str], executor: str) -> bool:
    """Whether ``airflow`` with these arguments is the parent of task processes."""
    if arguments[:1] == ["scheduler"]:
        return executor == "LocalExecutor"
    return arguments[:2] == ["celery", "worker"]


if forks_tasks(sys.argv[1:], conf.get_mandatory_value("core", "executor")):
    preload()
