"""Conditions that running text states: what the patient has, complains of, or what an image shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.fhir.extraction.collector import Context
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.lexicon import names_illness
from include.fhir.extraction.prose.negation import NEGATED
from include.fhir.extraction.statements.conditions import ANSWERED_NO, TREATMENT, VISIT, clean_name
from include.fhir.facts import ConditionFact, Source

_STATED = re.compile(
    r"\b(?:past medical history (?:is |was )?(?:significant |notable |remarkable |positive )?(?:for|of|includes|"
    r"including)|medical history (?:is |was )?(?:significant |notable |remarkable )?(?:for|of|includes)|"
    r"history (?:is |was )?(?:significant|notable|remarkable) for|(?:known |long[- ]?standing |a |prior |"
    r"previous |remote )*history of|h/o|hx of|known case of|(?:a )?background (?:history )?(?:of|includes|is)|"
    r"(?:ECG|EKG|electrocardiogram)\b[^.;]{0,20}?\bshow(?:s|ed|ing)|"
    r"(?:was |is |been |were )?(?:recently |previously |initially )?diagnosed (?:with|as having)|(?:working |"
    r"final |discharge |admitting |primary |principal |admission )?diagnos[ie]s (?:of|is|are|was|were|include[sd]?)|"
    r"suffer(?:s|ing|ed) from|management of|known (?:to have|with)|presents? with (?:well-managed|"
    r"well-controlled|stable|uncontrolled|poorly controlled)|with (?:well-managed|well-controlled)|patient with|"
    r"treated for|admitted (?:with|for)|carries a diagnosis of|(?:(?:^|[.;,]\s+)(?:he|she|patient|pt|the patient)|"
    r"\b(?:he|she|"
    r"who|patient|pt|(?:mr|mrs|ms|miss|dr)\.? [a-z'’-]+))\s+(?:also |still |currently |now |unfortunately )*(?:has had|"
    r"has|had|developed|lives with|continues to have)(?: a| an| both| some| chronic)?|"
    r"(?:impression|assessment|diagnosis|opinion|feeling) (?:is|was|remains)(?: that (?:he|she|the patient|"
    r"this \w+) has| of| "
    r"that of)?|follow[- ]?up (?:of|for|on)|f/u (?:of|for)|(?:^|[.;]\s+)has(?: an?)?|old (?:[\w-]+ ){0,4}?(?:with|"
    r"w/)(?: an?)?|\b\d+ ?[MF] (?:with|w/)(?: an?)?|pmhx? (?:of|"
    r"significant for|notable for|includes)|in consultation for|(?:risk factors|comorbidities|co-morbidities|problems|"
    r"medical problems|conditions|comorbid conditions|"
    r"medical issues)(?: are| include[sd]?|:)|complicated by)\s+",
    re.IGNORECASE,
)
_COMPLAINED = re.compile(
    r"\b(?:complain(?:s|ed|ing)? of|c/o|presents? (?:with|for)|presented with|reports?|endorses|presenting with|"
    r"noted to have|chief complaint of)\s+",
    re.IGNORECASE,
)
_UP_TO = re.compile(r"[,.;:]|\s+(?:on (?:present|current)|since|for|x|after|when|while|over|during)\b")
_NORMAL = re.compile(
    r"\b(?:normal\w*|unremarkable|clear|intact|patent|negative|within|resolved|stable|preserved|nondisplaced|none|may|might|"
    r"could|cannot|can|recommend\w*|suggest\w*|should|correlat\w*|reference|grade|category|consistent|compatible|likely|"
    r"questionable|represent\w*|measur\w*|compared|comparison)\b|[<>?]",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(?:is|are|was|were|has|have|there|seen|noted|identified|demonstrat\w+|show\w*)\b", re.IGNORECASE)
_MEASURE = re.compile(r"^(?:an?\s+)?\d+(?:\.\d+)?\s?(?:x\s?\d+(?:\.\d+)?\s?)?(?:mm|cm)\s+", re.IGNORECASE)


def stated_conditions(sentence: str, source: Source, context: Context) -> Iterator[ConditionFact]:
    """Conditions that a sentence says the patient has (``history of``, ``diagnosed with`` ...)."""
    yield from _course(sentence, source, context)
    for match in _STATED.finditer(sentence):
        before = sentence[: match.start()]
        if NEGATED.search(re.split(r"[;.]|\bbut\b", before)[-1]) or re.search(r"\bfamily\s*$", before, re.IGNORECASE):
            continue
        if ANSWERED_NO.search(sentence[match.end() : match.end() + 80]):
            continue
        following = _STATED.search(sentence, match.end())
        stated = re.split(r"\.(?!\d)|[;:]|\s-\s", sentence[match.end() : following.start() if following else None])[0]
        for name in _chain(stated):
            symptom = plain(name).split()[-1] in _SYMPTOMS
            yield ConditionFact(name=name, symptom=symptom, patient=context.patient, source=source)


_COURSE = re.compile(
    r"^(?:(?:his|her|the|this|their)\s+)?(?P<name>[A-Za-z][\w' -]{4,60}?)\s+(?:has |have |had |was |were )?"
    r"(?P<course>resolved|improved|recurred|worsened)\b",
    re.IGNORECASE,
)
_SYMPTOMS = frozenset((
    "pain", "ache", "nausea", "vomiting", "fever", "cough", "dyspnea", "headache", "headaches", "fatigue", "dizziness",
    "weakness", "swelling", "distress", "breath", "diarrhea", "itching", "rash", "numbness", "chills", "wheezing",
))  # fmt: skip


def _course(sentence: str, source: Source, context: Context) -> Iterator[ConditionFact]:
    """``Acute kidney injury resolved with fluids``: an illness whose course is told."""
    match = _COURSE.match(sentence)
    if not match or NEGATED.search(match["name"]) or not names_illness(match["name"]):
        return
    name = clean_name(match["name"])
    if 1 <= len(name.split()) <= 5 and plain(name).split()[-1] not in _SYMPTOMS and not TREATMENT.search(name):
        status = "resolved" if match["course"].lower() == "resolved" else None
        yield ConditionFact(name=name, clinical_status=status, patient=context.patient, source=source)


_MEASURED = re.compile(r"\s*\([^()]*\d[^()]*\)\s*$")
"""A result in brackets behind an illness (``obesity (BMI 42.1)``)."""


def _chain(stated: str) -> Iterator[str]:
    """The names of an enumeration up to the first part that names no illness."""
    stated = re.split(r"\s+(?:who|which|that|presents|presenting|presented)\b", stated)[0]
    stated = re.split(r"\s+but\s+(?:no|not|never|without|denies)\b", stated)[0]
    stated = re.sub(r",\s+with\s+(?=\w)|\s+(?:due|secondary) to\s+(?!the\b|his\b|her\b)", ", ", stated)
    stated = re.sub(r"\s+(?:accompanied by|complicated by|c/b|along with|as well as)\s+", ", ", stated)
    for part in re.split(r"(?:,\s*)+(?:and\s+)?|\s+and\s+", stated):
        name = clean_name(_MEASURED.sub("", part))
        if not names_illness(name) or NEGATED.search(part) or len(name.split()) > 6 or TREATMENT.search(name):
            return
        yield name


def complaints(sentence: str, source: Source, context: Context) -> Iterator[ConditionFact]:
    """Symptoms that the patient is said to complain of."""
    for match in _COMPLAINED.finditer(sentence):
        if NEGATED.search(sentence[: match.start()]):
            continue
        for name in _chain(re.split(r"[.;:]|\ballerg", sentence[match.end() :])[0]):
            yield ConditionFact(name=name, symptom=True, patient=context.patient, source=source)


def terse_complaints(sentence: str, source: Source, context: Context) -> Iterator[ConditionFact]:
    """A complaint noted without a verb (``Dull pain in both knees``) at the start of a sentence or line."""
    noted = _UP_TO.split(sentence.strip())[0]
    name = clean_name(noted)
    spoken = re.search(
        r"\b(?:patient|pt|he|she|i|his|her|is|was|has|had|are|were|reports?|states?|presents?|says|it|this|that|"
        r"there|you|we|who|history)\b",
        noted,
        re.IGNORECASE,
    )
    parts = [part for part in re.split(r"\s+and\s+", name) if not VISIT.search(part)]
    name = " and ".join(parts)
    if 2 <= len(name.split()) <= 6 and names_illness(name) and not spoken and not NEGATED.search(name):
        yield ConditionFact(name=name, symptom=True, patient=context.patient, source=source)


def findings(sentence: str, source: Source, context: Context) -> Iterator[ConditionFact]:
    """An illness that a report of images notes without a verb (``Liver: Mild steatosis. Small hiatal hernia.``)."""
    said = re.sub(r"^[A-Z][A-Za-z /,&-]{2,40}:\s+", "", sentence.strip())
    name = clean_name(re.split(r",\s|\s(?:of|in|at|with|without|upper|lower)\s", _MEASURE.sub("", said))[0])
    if _NORMAL.search(said) or NEGATED.search(said) or re.search(r"\d", name) or not names_illness(name):
        return
    if 1 <= len(name.split()) <= 4 and not _VERB.search(name):
        yield ConditionFact(name=name, symptom=True, patient=context.patient, source=source)
