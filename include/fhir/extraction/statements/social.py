"""Smoking and alcohol, and questions answered by ticking Yes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.fhir.extraction.collector import Context
from include.fhir.facts import Category, MeasuredValue, ObservationFact, Source

_SMOKING = re.compile(
    r"\b(?P<value>(?:never|former|current|ex-?|non-?|past|lifelong non-?|active|heavy|light|every day|"
    r"some days?|social|occasional|chronic|passive)\s?-?(?:every day |daily |cigarette |tobacco )?smok(?:er|ed|"
    r"ing)\b(?: of \d+ pack[- ]?years?)?(?:,? (?:quit|stopped) [^.;,]*)?|"
    r"\d+(?:[- ]\d+)? pack[- ]?years?[^.;]*|(?:denies|no)(?: any)?(?: current)?(?: history of)? (?:tobacco|"
    r"smoking|nicotine)(?: use)?|"
    r"(?:gave up|quit|stopped) (?:cigarettes|tobacco)[^.;,]*|quit smoking[^.;,]*|(?:stopped|gave up) smoking[^.;,]*|"
    r"(?:currently |still )?smokes [^.;]*|smoking \d+[^.;]*|smoked [^.;]*|"
    r"does not smoke|"
    r"(?:has )?never smoked(?: cigarettes| tobacco)?|tobacco:? never|vapes\b[^.;]*|"
    r"uses (?:e-?cigarettes|tobacco|snuff|chewing tobacco)[^.;]*|"
    r"nichtraucher(?:in)?|ex-?raucher(?:in)?|raucher(?:in)?\b[^.;]*|tobacco:? (?:current|former|daily)[^.;]*)",
    re.IGNORECASE,
)
_ALCOHOL = re.compile(
    r"\b(?P<value>(?:social|occasional|moderate|heavy|rare|no|denies|former|daily|minimal)(?:ly)?(?: any|"
    r" recent)? (?:alcohol|"
    r"etoh)(?: use| consumption| intake| abuse)?|(?:alcohol|etoh)(?: use| intake| consumption)?:? (?:none|never|"
    r"social(?:ly)?|occasional(?:ly)?|"
    r"rare(?:ly)?|daily|moderate|\d[^.;]*)|drinks (?!plenty|fluids|water|lots)[^.;]*|"
    r"does not drink(?: any)?(?: alcohol)?|"
    r"(?:trinkt )?keinen alkohol)",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:mother|father|parents?|husband|wife|partner|spouse|brother|sister|son|daughter|household|family|mutter|vater|if|"
    r"advised|counsel\w*|should|encourage\w*|discuss\w*|importance|benefits?|risks?|exposure)\b",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(r"\W*(?:please )?(?:quit|stop) (?:smoking|tobacco)\W*$", re.IGNORECASE)
"""Advice, which says nothing of what the patient does."""
_TICKED = re.compile(r"\[\s*(?P<mark>[xX✓✔☑]?)\s*\]\s*(?P<label>[^\[]*)")


_ELSEWHERE = re.compile(
    r"(?:smok(?:ing|ers?)|tobacco)\s+(?:(?:at|in|inside|around|near)\s+(?:(?:the|her|his|their)\s+)?(?:home|house|household|"
    r"car|family|child|children|baby|apartment)|exposure|indoors)\b|\b(?:second|third)[- ]?hand\b",
    re.IGNORECASE,
)
"""Smoke around the patient tells nothing of the patient's habit."""


def habits_in(text: str, source: Source, context: Context) -> Iterator[ObservationFact]:
    """Statements about smoking and alcohol in a section for social history."""
    for name, pattern in (("Smoking status", _SMOKING), ("Alcohol use", _ALCOHOL)):
        match = pattern.search(_ELSEWHERE.sub(" ", text))
        if match and not _IMPERATIVE.match(text):
            yield habit(name, _own_clause(match["value"]), source, context)


def _own_clause(value: str) -> str:
    """What is said of one habit, up to what the sentence says of another."""
    return re.split(r",\s+(?:etoh|alcohol|denies|drinks|no)\b|\s+(?:and|but)\s+(?:he |she )?(?:does|did|has|had|is|"
                    r"was|drinks?|denies|never|no|uses?|drank|rarely|"
                    r"occasional\w*|social\w*|alcohol)\b", value, flags=re.IGNORECASE)[0]


def told_habits(sentence: str, source: Source, context: Context) -> Iterator[ObservationFact]:
    """The same in running text, where the sentence is about the patient and no advice."""
    if not _OTHERS.search(sentence):
        yield from habits_in(sentence, source, context)


def habit(name: str, value: str, source: Source, context: Context) -> ObservationFact:
    return ObservationFact(
        name, MeasuredValue(value.strip()), Category.SOCIAL_HISTORY, patient=context.patient, source=source
    )


def ticked(text: str) -> list[str]:
    """Labels behind ticked boxes (``[X] Yes [ ] No`` -> Yes)."""
    return [match["label"].strip() for match in _TICKED.finditer(text) if match["mark"]]


def answered_yes(question: str, answer: str, source: Source, context: Context) -> list[ObservationFact] | None:
    """The observation that a question was answered Yes; an empty list for a No, None where it is no such question."""
    if _TICKED.search(question):
        return None
    marks = ticked(answer)
    if not question.rstrip().endswith("?") and not _TICKED.search(answer):
        return None
    chosen = marks[0] if len(marks) == 1 else "" if _TICKED.search(answer) else answer.strip()
    if re.fullmatch(r"\w?(?:yes|ja)\b.*|y", chosen, re.IGNORECASE):
        return [habit(question.strip(), "Yes", source, context)]
    return []
