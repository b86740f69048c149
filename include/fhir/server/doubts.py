"""What the server has of that whose fate is not known: the answer to a post was lost. Pure.

Without a version that we know, a resource is put without ``ifMatch``, and putting it twice is the same as once. Where
we know one, ours may have become the next one: the server's resource is then read, and is ours if it says what we
posted. Otherwise somebody changed it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from include.errors import PipelineError
from include.fhir.references import moved
from include.fhir.server.delivery import DELETED, Delivered, Known, digest

Json = dict[str, Any]


def doubtful(known: Known, stated: Collection[str]) -> dict[str, str]:
    """The address on the server of each resource that has to be read before anything is posted.

    :param stated: what the document states now. What it no longer states is deleted only in a version that is known.
    """
    return {url: delivered.address for url, delivered in known.items() if delivered.own and (
        delivered.in_doubt is not None if delivered.version else url not in stated)}


def cleared(
        known: Known, found: Mapping[str, Json | None], stated: Collection[str], server: str) -> dict[str, Delivered]:
    """What is known after the doubtful resources were read.

    :param found: each as the server has it; None where it has none.
    :param stated: what the document states now.
    :param server: its base URL.
    :raises PipelineError: FHIR_CONFLICT, somebody changed one of them.
    """
    names = {place: url for url, delivered in known.items() if (address := delivered.address)
             for place in (address, f"{server}/{address}")}
    result = dict(known)
    for url, resource in found.items():
        delivered = known[url]
        if resource is not None:
            result[url] = _present(delivered, resource, names)
        elif url in stated and delivered.in_doubt != DELETED:
            raise PipelineError("FHIR_CONFLICT")
        else:
            del result[url]
    return result


def arrived(before: Known, after: Known) -> int:
    """How many resources the server took with the answer that was lost."""
    posted = {url: delivered for url, delivered in before.items() if delivered.version and delivered.in_doubt}
    return sum(url not in after or after[url].version != delivered.version for url, delivered in posted.items())


def _present(delivered: Delivered, resource: Json, names: Mapping[str, str]) -> Delivered:
    version = resource.get("meta", {}).get("versionId")
    if delivered.version is None:
        return replace(delivered, version=version)
    if version == delivered.version:
        return replace(delivered, in_doubt=None)
    said = digest(moved(resource, names))
    if said not in (delivered.in_doubt, delivered.sha256):
        raise PipelineError("FHIR_CONFLICT")
    return replace(delivered, version=version, sha256=said, in_doubt=None)
