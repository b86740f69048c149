"""Rows that are labels with their values (``Patient:  Jane Roe``): in no table, though its columns fit them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.fhir.extraction.forms.labels import meaning_of
from include.fhir.extraction.page.reading import Segment
from include.fhir.extraction.statements.values import is_flag, is_range, is_unit, is_word_result, unit_in
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
_DECIMALS = re.compile(r"[<>≤≥]?\s*\d+[.,]\d+")
_PAIR = 2
"""Texts of a label and its value."""


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
    return _of_person_or_document(row) or any(_asks(segment.text) for segment in row)


def is_label_among(row: Sequence[Segment], keys: Sequence[str]) -> bool:
    """Whether a row right below a table's rows, or between them, is labels with their values and none of the rows.

    A known label of a person or of the document tells it, and so do labels with values in all texts of a row (``Ward:
    12   Bed: 3``). Any other text with a colon is a label only where its value is no result, and the rows
    above print no colon behind what they are about: a test that nobody knows stays a row.

    :param row: texts, left to right; one alone is no row of labels.
    :param keys: what the rows above it are about, without the header.
    """
    if len(row) < _PAIR:
        return False
    if _of_person_or_document(row) or all(_tells(segment.text) for segment in row):
        return True
    plain = bool(keys) and not any(":" in key for key in keys)
    return plain and len(row) == _PAIR and _asks(row[0].text) and not _is_result(row[1].text)


def _of_person_or_document(row: Sequence[Segment]) -> bool:
    if identifies_a_person(row):
        return True
    first, colon, _ = row[0].text.partition(":")
    meaning = meaning_of(first) or ""
    of_document = meaning in _OF_DOCUMENT or meaning.startswith("practitioner")
    return of_document and (bool(colon) or " " in first.strip()) and not is_measure(first)


def _asks(text: str) -> bool:
    """``Referred from:``, whatever it asks for, but for the name of a test."""
    label = text.rstrip()
    return label.endswith((":", "：")) and re.search(r"[^\W\d_]", label) is not None and not is_measure(label[:-1])


def _tells(text: str) -> bool:
    """``Ward: 12``, whatever it tells, but for the name of a test."""
    label, colon, value = text.partition(":")
    return bool(colon and value.strip()) and re.match(r"[^\W\d_]", label) is not None and not is_measure(label)


def _is_result(text: str) -> bool:
    """A word of results, a number with its unit, its flag or its decimals, or a range; ``12`` alone is anything."""
    number, _, flag = text.strip().partition(" ")
    if (is_flag(flag) and re.search(r"\d", number)) or _DECIMALS.fullmatch(text.strip()):
        return True
    return is_word_result(text) or is_unit(text) or is_range(text) or unit_in(text) is not None


def _numbered(text: str) -> bool:
    """``MRN 4471``: the label and its number in one text."""
    words = text.split()
    labels = ((" ".join(words[:count]), words[count]) for count in range(1, min(_LABEL_WORDS, len(words) - 1) + 1))
    return any(re.search(r"\d", value) and meaning_of(label) in _UNMISTAKABLE for label, value in labels)
