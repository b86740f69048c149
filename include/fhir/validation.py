"""What is wrong with a Bundle, as paths and constant sentences: no value of the document is ever quoted.

fhir.resources' R4B models are the nearest to R4; only what both have is emitted. They accept any code in a required
binding and any text as a reference, so both are checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.resource import Resource
from pydantic import BaseModel, ValidationError

Json = dict[str, Any]

_REQUEST_NEEDED = frozenset(("transaction", "batch"))
_REFERENCE = re.compile(
    r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|#[A-Za-z0-9\-.]{1,64}|"
    r"(?:https?://\S+/)?[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}")
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
# Bindings whose list the models cut off after some codes (http://hl7.org/fhir/R4/valueset-<name>.html).
_WHOLE_BINDINGS = {
    ("Encounter", "status"): "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown",
    ("Observation", "status"): "registered preliminary final amended corrected cancelled entered-in-error unknown",
    ("DiagnosticReport", "status"):
        "registered partial preliminary final amended corrected appended cancelled entered-in-error unknown",
    ("Quantity", "comparator"): "< <= >= >",
}


def validate(bundle: Json) -> list[str]:
    """Every problem, in the bundle's order; an empty list means valid."""
    if bundle.get("resourceType") != "Bundle":
        return ["Bundle: is not a Bundle"]
    entries = bundle.get("entry", [])
    problems = list(_shell(bundle, entries))
    known = {entry.get("fullUrl") for entry in entries} | {
        f"{r.get('resourceType')}/{r.get('id')}" for r in (entry.get("resource", {}) for entry in entries)}
    for index, entry in enumerate(entries):
        resource = entry.get("resource")
        if not isinstance(resource, dict):
            problems.append(f"entry[{index}]: has no resource")
            continue
        where = f"entry[{index}].{_name_of(resource)}"
        problems += [f"{where}{problem}" for problem in _resource(resource)]
        problems += [f"{where}{path}: {problem}" for path, problem in _references(resource, known)]
        problems += [f"{where}{path}: is empty" for path in _empty(resource)]
    return problems


def _shell(bundle: Json, entries: list[Json]) -> Iterator[str]:
    """The bundle around the resources."""
    bare = {**bundle, "entry": [{k: v for k, v in entry.items() if k != "resource"} for entry in entries]}
    if not entries:
        del bare["entry"]
    yield from (f"Bundle{problem}" for problem in _resource(bare))
    urls = [entry.get("fullUrl") for entry in entries]
    if None in urls or len(set(urls)) < len(urls):
        yield "Bundle.entry: every entry needs a fullUrl of its own"
    if bundle.get("type") in _REQUEST_NEEDED and not all("request" in entry for entry in entries):
        yield "Bundle.entry: every entry of a transaction needs a request"


def _name_of(resource: Json) -> str:
    name = resource.get("resourceType")
    return name if isinstance(name, str) and re.fullmatch(r"[A-Za-z]{1,40}", name) else "?"


def _resource(resource: Json) -> Iterator[str]:
    model_class = _model_class(_name_of(resource))
    if model_class is None:
        yield ": is no resource type of R4"
        return
    if "id" in resource and not ID.fullmatch(str(resource["id"])):
        yield ".id: is no FHIR id"
    try:
        model = model_class.model_validate(resource)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False, include_context=False):
            path = "".join(f".{_safe(part)}" for part in problem["loc"])
            yield f"{path}: {problem['type']}"
        return
    yield from _bindings(model, "")


def _model_class(name: str) -> type[BaseModel] | None:
    """The model of a resource type; data types have models too and are no resources."""
    try:
        found = get_fhir_model_class(name)
    except ValueError:
        return None
    return found if issubclass(found, Resource) else None


def _safe(part: object) -> str:
    """An element's name may come from the input: only what looks like one is repeated."""
    text = str(part)
    return text if re.fullmatch(r"_?[A-Za-z]{1,40}(__ext)?|\d+", text) else "?"


def _bindings(model: BaseModel, path: str) -> Iterator[str]:
    """Codes outside their required binding."""
    fields = _fields(type(model))
    for name, value in vars(model).items():
        if value is None or name not in fields:
            continue
        alias, allowed = fields[name]
        values = value if isinstance(value, list) else [value]
        for part in values:
            if isinstance(part, BaseModel):
                yield from _bindings(part, f"{path}.{alias}")
        if allowed and any(isinstance(v, str) and v not in allowed for v in values):
            yield f"{path}.{alias}: code is not in the required value set"


@cache
def _fields(model_class: type[BaseModel]) -> dict[str, tuple[str, frozenset[str] | None]]:
    """Of each field its name in JSON and its codes. An Observation has a hundred fields and uses ten: asking a model
    for the others takes as long as reading the resource does."""
    return {name: (field.alias or name, _allowed(model_class.__name__, name, field.json_schema_extra))
            for name, field in model_class.model_fields.items()}


def _allowed(model: str, name: str, extra: Any) -> frozenset[str] | None:
    if whole := _WHOLE_BINDINGS.get((model, name)):
        return frozenset(whole.split())
    values = extra.get("enum_values") if isinstance(extra, dict) else None
    return frozenset(values) if values and "+" not in values else None


def _empty(node: Any) -> Iterator[str]:
    """The paths of what is empty: FHIR has neither null nor empty lists, objects and texts
    (http://hl7.org/fhir/R4/json.html); the models do."""
    if node is None or node in ("", [], {}):
        yield ""
    elif isinstance(node, list | dict):
        for key, part in node.items() if isinstance(node, dict) else enumerate(node):
            if part is None or part == "" or isinstance(part, list | dict):
                yield from (f"{_step(key)}{path}" for path in _empty(part))


def _references(node: Any, known: set[Any]) -> Iterator[tuple[str, str]]:
    """Paths of references that are none or lead nowhere, each with what is wrong."""
    for key, part in node.items() if isinstance(node, dict) else enumerate(node):
        if key == "reference" and isinstance(part, str):
            if not _REFERENCE.fullmatch(part):
                yield ".reference", "is no FHIR reference"
            elif not part.startswith(("#", "http")) and part not in known:
                yield ".reference", "points to nothing in the bundle"
        elif isinstance(part, list | dict):
            yield from ((f"{_step(key)}{path}", problem) for path, problem in _references(part, known))


def _step(key: int | str) -> str:
    """One step of a path; worked out only where a problem is at its end."""
    return f"[{key}]" if isinstance(key, int) else f".{_safe(key)}"
