"""The composed answers have the form that botocore's model declares, and fit the text that is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from include.fhir.comprehend_medical.operations import MOST_BYTES, Operation
from include.fhir.comprehend_medical.texts import texts_of
from include.fhir.extraction import read_document
from tests.fhir.comprehend_medical.recorded import answer, note

MODEL = botocore.session.get_session().get_service_model("comprehendmedical")


def unknown_words(value: Any, shape: Any) -> Iterator[str]:
    """Texts that an enumeration of the model does not have; botocore's validator lets them pass."""
    if shape.type_name == "structure":
        for name, part in value.items():
            yield from unknown_words(part, shape.members[name])
    elif shape.type_name == "list":
        for part in value:
            yield from unknown_words(part, shape.member)
    elif getattr(shape, "enum", None) and value not in shape.enum:
        yield value


@pytest.mark.parametrize("operation", Operation)
def test_an_answer_has_the_shape_of_the_model(operation: Operation) -> None:
    shape = MODEL.operation_model(operation).output_shape
    report = ParamValidator().validate(answer(operation), shape)
    assert not report.has_errors(), report.generate_report()
    assert list(unknown_words(answer(operation), shape)) == []


@pytest.mark.parametrize("operation", Operation)
def test_offsets_lead_to_the_words_of_the_text_that_is_sent(operation: Operation) -> None:
    read = read_document(note())
    [text] = texts_of([line for line in read.lines if not read.surroundings[line.at].settled], MOST_BYTES[operation])
    said = [each for entity in answer(operation)["Entities"] for each in (entity, *entity.get("Attributes", ()))]
    assert said
    assert [each["Text"] for each in said] == [text.text[each["BeginOffset"]:each["EndOffset"]] for each in said]


@pytest.mark.parametrize("operation", Operation)
def test_the_limit_is_the_one_that_the_model_declares(operation: Operation) -> None:
    assert MODEL.operation_model(operation).input_shape.members["Text"].metadata["max"] == MOST_BYTES[operation]
