"""The evidence of a resource in a record: which documents state it, how sure that is, and whether a person agreed."""

from __future__ import annotations

from typing import Any

from include.fhir.resources.elements import DOCUMENT_KEYS, SOURCE_EXTENSION

Json = dict[str, Any]

_CONFIRMED = {"url": "confirmed", "valueBoolean": True}


def of_document(body: Json, document_id: str, confirmed: bool) -> Json:
    """Evidence names its document: a page number alone means nothing in a record of many."""
    if "extension" not in body:
        return body
    document = {"url": "document", "valueString": f"{DOCUMENT_KEYS}/{document_id}"}
    marks = [document, _CONFIRMED] if confirmed else [document]
    return {**body, "extension": [
        {**e, "extension": [*marks, *e["extension"]]} if e.get("url") == SOURCE_EXTENSION else e
        for e in body["extension"]]}


def without_document(body: Json, document_id: str, *, confirmed_too: bool = False) -> Json:
    """The resource without the evidence of a document that no person has confirmed.

    :param confirmed_too: the person has decided anew.
    """
    kept = [e for e in body.get("extension", ())
            if _document(e) != document_id or (_CONFIRMED in e.get("extension", ()) and not confirmed_too)]
    bare = {key: value for key, value in body.items() if key != "extension"}
    return {**bare, "extension": kept} if kept else bare


def named(body: Json) -> frozenset[str]:
    """The documents that state a resource."""
    return frozenset(d for e in body.get("extension", ()) if (d := _document(e)) is not None)


def is_confirmed(body: Json) -> bool:
    """Whether a person has approved a document's statement of it."""
    return any(_CONFIRMED in e.get("extension", ()) for e in body.get("extension", ()))


def confidence(body: Json) -> float:
    """Percent: that of the best of its evidence; 0 without any."""
    return max((part["valueDecimal"] for e in body.get("extension", ()) for part in e.get("extension", ())
                if part.get("url") == "confidence"), default=0.0)


def _document(extension: Json) -> str | None:
    if extension.get("url") != SOURCE_EXTENSION:
        return None
    return next((str(part["valueString"]).removeprefix(f"{DOCUMENT_KEYS}/") for part in extension["extension"]
                 if part["url"] == "document"), None)
