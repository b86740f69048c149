"""Rows that are labels with their values (``Patient:  Jane Roe``): in no table, though its columns fit them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.fhir.extraction.forms.labels import meaning_of
from include.fhir.extraction.page.reading import Segment
from include.fhir.extraction.tables.column_values import is_measure
from include.fhir.extraction.tables.columns import role_of

_PERSONAL = frozenset(("name", "family", "given", "birth_date", "mrn", "patient_id", "gender", "age_sex"))
_ALONE = _PERSONAL - {"family", "given"}
"""What a label without a colon may say at the start of a row; ``First`` and ``Last`` begin rows of many tables."""
_UNMISTAKABLE = frozenset(("birth_date", "mrn", "patient_id"))
"""What a label without a colon says of a patient wherever it stands."""
_OF_DOCUMENT = frozenset((
    "document_date", "collected", "received", "reported", "recorded", "visit", "visit_date", "other_number", "ssn",
    "phone", "address", "admitted", "discharged", "procedure_date"))
_LABEL_WORDS = 3
"""Words of the longest label that is looked for before a number without a colon (``Date of birth 3/27/1971``)."""


def names_a_person(row: Sequence[Segment]) -> bool:
    """``Patient: Jane Roe``: details of a person, with a colon, end a table."""
    labels = [segment.text.partition(":") for segment in row]
    return any(colon and meaning_of(label) in _PERSONAL for label, colon, _ in labels)


def identifies_a_person(row: Sequence[Segment]) -> bool:
    """As :func:`names_a_person`, also without a colon: ``DOB 3/27/1971``, or ``Sex`` with its value beside it.

    A row of nothing but headers of columns (``Name  Result``) says nothing of anybody.
    """
    if names_a_person(row) or any(_numbered(segment.text) for segment in row):
        return True
    first, heads = row[0].text, all(role_of(segment.text) for segment in row)
    return meaning_of(first) in _ALONE and not heads and not is_measure(first)


def is_labelled(row: Sequence[Segment]) -> bool:
    """Whether a row is labels with their values: of a person, of the document, or any text that a colon ends.

    A test's name is no label, also with a colon: some tables print one behind each of their tests.

    :param row: of one text for each column, left to right.
    """
    if identifies_a_person(row) or any(_asks(segment.text) for segment in row):
        return True
    first, colon, _ = row[0].text.partition(":")
    meaning = meaning_of(first) or ""
    of_document = meaning in _OF_DOCUMENT or meaning.startswith("practitioner")
    return of_document and (bool(colon) or " " in first.strip()) and not is_measure(first)


def _asks(text: str) -> bool:
    """``Referred from:``, whatever it asks for, but for the name of a test."""
    label = text.rstrip()
    return label.endswith((":", "：")) and re.search(r"[^\W\d_]", label) is not None and not is_measure(label[:-1])


def _numbered(text: str) -> bool:
    """``MRN 4471``: the label and its number in one text."""
    words = text.split()
    labels = ((" ".join(words[:count]), words[count]) for count in range(1, min(_LABEL_WORDS, len(words) - 1) + 1))
    return any(re.search(r"\d", value) and meaning_of(label) in _UNMISTAKABLE for label, value in labels)
