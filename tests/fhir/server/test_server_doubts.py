"""After a lost answer: what the server has is ours, as before, or somebody's."""

from __future__ import annotations

from typing import Any

import pytest

from include.errors import PipelineError
from include.fhir.server.delivery import DELETED, Delivered, digest
from include.fhir.server.doubts import arrived, cleared, doubtful

Json = dict[str, Any]

SERVER = "https://fhir.example.org/r4"
PATIENT = Delivered("Patient/7", own=False)
POSTED: Json = {
    "resourceType": "Condition", "id": "1", "subject": {"reference": "urn:uuid:p"}, "code": {"text": "Gout"}}
BEFORE = digest({**POSTED, "code": {"text": "Asthma"}})


def there(version: str, text: str = "Gout", subject: str = "Patient/7") -> Json:
    """As a server gives it back, with what it adds."""
    return {**POSTED, "subject": {"reference": subject}, "code": {"text": text}, "text": {"status": "generated"},
            "meta": {"versionId": version, "lastUpdated": "2026-11-23T10:00:00Z"}}


def known(version: str | None = "1", in_doubt: str | None = None) -> dict[str, Delivered]:
    return {"urn:uuid:p": PATIENT, "urn:uuid:1": Delivered(
        "Condition/1", version, BEFORE if version else None, in_doubt=in_doubt or digest(POSTED))}


@pytest.mark.parametrize("subject", ["Patient/7", f"{SERVER}/Patient/7"])
def test_another_version_that_says_what_was_posted_is_ours(subject: str) -> None:
    after = cleared(known(), {"urn:uuid:1": there("2", subject=subject)}, {"urn:uuid:1"}, SERVER)
    assert after["urn:uuid:1"] == Delivered("Condition/1", "2", digest(POSTED))
    assert arrived(known(), after) == 1


def test_the_same_version_is_as_before_however_the_server_writes_it() -> None:
    after = cleared(known(), {"urn:uuid:1": there("1", text="its own words")}, {"urn:uuid:1"}, SERVER)
    assert after["urn:uuid:1"] == Delivered("Condition/1", "1", BEFORE)
    assert arrived(known(), after) == 0


@pytest.mark.parametrize(("resource", "stated"), [
    (there("2", text="Gout, and more"), True), (there("2", text="Gout, and more"), False),
    (there("2", subject="Patient/8"), True), (None, True)])
def test_anything_else_is_somebody_s(resource: Json | None, stated: bool) -> None:
    with pytest.raises(PipelineError, match="FHIR_CONFLICT"):
        cleared(known(), {"urn:uuid:1": resource}, {"urn:uuid:1"} if stated else (), SERVER)


@pytest.mark.parametrize(("before", "stated"), [
    (known(in_doubt=DELETED), True), (known(in_doubt=DELETED), False), (known(), False), (known(None), False)])
def test_what_is_gone_and_was_to_go_is_known_no_more(before: dict[str, Delivered], stated: bool) -> None:
    after = cleared(before, {"urn:uuid:1": None}, {"urn:uuid:1"} if stated else (), SERVER)
    assert after == {"urn:uuid:p": PATIENT}


def test_what_is_to_be_deleted_without_a_known_version_is_deleted_in_the_one_that_is_there() -> None:
    after = cleared(known(None), {"urn:uuid:1": there("5")}, (), SERVER)
    assert after["urn:uuid:1"].version == "5"


@pytest.mark.parametrize(("before", "stated", "read"), [
    (known(), True, True), (known(), False, True), (known(None), False, True), (known(None), True, False),
    ({"urn:uuid:1": Delivered("Condition/1", "1", BEFORE)}, True, False),
    ({"urn:uuid:1": Delivered("Condition/1", "1", BEFORE)}, False, False)])
def test_only_what_is_doubtful_is_read(before: dict[str, Delivered], stated: bool, read: bool) -> None:
    found = doubtful(before, {"urn:uuid:1"} if stated else ())
    assert found == ({"urn:uuid:1": "Condition/1"} if read else {})
