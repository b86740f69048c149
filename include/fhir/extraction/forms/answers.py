"""What ticked answers say: the patient's sex, habits, and questions answered Yes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.fhir.extraction.collector import Collector, Context
from include.fhir.extraction.forms.fitting import GENDERS
from include.fhir.extraction.forms.labels import meaning_of, plain
from include.fhir.extraction.forms.pairs import Pair
from include.fhir.extraction.forms.ticks import Question
from include.fhir.extraction.page.reading import joined_source
from include.fhir.extraction.statements.social import habit
from include.fhir.facts import UnmappedReason

_YES = re.compile(r"(?:yes|y|ja|oui|si|sí)\b.*", re.IGNORECASE)
_NO = re.compile(r"(?:no|n|nein|non)\b.*", re.IGNORECASE)


def ticked_pairs(questions: Sequence[Question]) -> list[Pair]:
    """The labelled values among ticked answers (``Sex``: Male); the other parts of a person are never ticked."""
    pairs: list[Pair] = []
    for question in questions:
        if len(question.answers) == 1 and meaning_of(question.text) == "marital_status":
            source = joined_source(question.lines, f"{question.text} {question.answers[0]}")
            pairs.append(Pair("marital_status", question.text, question.answers[0], question.lines[0].at, source))
        if len(question.answers) == 1 and asks_sex(question):
            source = joined_source(question.lines, f"{question.text} {question.answers[0]}")
            pairs.append(Pair("gender", question.text, question.answers[0], question.lines[0].at, source))
    return pairs


def asks_sex(question: Question) -> bool:
    """A question for the sex: by its label, or by two options that are nothing else, of whom the text says no other."""
    options = {GENDERS.get(plain(option.label)) for option in question.options}
    label = re.split(r"\s{2,}|:\s+\S", question.text)[-1]
    if meaning_of(label) == "gender":
        return True
    return {"male", "female"} <= options and re.search(r"insured|spouse|mother|father", label, re.IGNORECASE) is None


def is_of_person(question: Question) -> bool:
    """Whether the answer is part of the patient, not a fact of its own."""
    return asks_sex(question) or meaning_of(question.text) == "marital_status"


def read_answers(questions: Sequence[Question], contexts: dict[int, Context], collector: Collector) -> set[int]:
    """Every answered question becomes its observation or a listed gap; returns the lines of all questions."""
    for question in questions:
        if question.answers:
            source = joined_source(question.lines, f"{question.text} {', '.join(question.answers)}")
            answer = _answer(question)
            facts = [habit(question.text, answer, source, contexts[question.lines[0].at])] if answer else []
            collector.row((() if is_of_person(question) else facts or UnmappedReason.NOT_CLINICAL), source)
    return {line.at for question in questions for line in question.lines}


def _answer(question: Question) -> str | None:
    """The one ticked option: any for a habit; for other questions only Yes, since No states nothing."""
    if len(question.answers) != 1:
        return None
    answer = question.answers[0]
    meaning = meaning_of(question.text)
    named = re.search(r"\b(?:smok\w+|tobacco|alcohol|vap\w+)\b", question.text, re.IGNORECASE)
    if _YES.fullmatch(answer) and (question.text.rstrip().endswith("?") or named or len(question.text.split()) > 2):
        return "Yes"
    if meaning in ("smoking", "alcohol") or named:
        return "No" if _NO.fullmatch(answer) else answer
    return None
