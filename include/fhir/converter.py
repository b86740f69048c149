"""Which version of the converter made a bundle.

The version is a tag of the bundle itself (http://hl7.org/fhir/R4/resource-definitions.html#Meta.tag), not of what is in
it: where a new version says the same, neither the patient's record nor a FHIR server gets anything new.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from include.fhir.resources.elements import OWN

CONVERTER_VERSION = "2"
"""Raised with every change after which a document may give another bundle: in reading pages, in facts, in resources. A
test holds it: the samples' bundles have a digest for each version."""

_SYSTEM = f"{OWN}/converter"


def meta() -> dict[str, Any]:
    """``Bundle.meta`` of what this version makes."""
    return {"tag": [{"system": _SYSTEM, "code": CONVERTER_VERSION}]}


def version_of(bundle: Mapping[str, Any]) -> str:
    """The version that made a bundle; empty where it does not say."""
    tags = bundle.get("meta", {}).get("tag", ())
    return next((str(tag["code"]) for tag in tags if tag.get("system") == _SYSTEM), "")
