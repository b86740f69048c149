"""Operations that running text says were done: ``underwent a hysterectomy in 2009``, ``s/p CABG 2014``, ``had ear
tubes placed 6/2023``, ``tonsillectomy at age 6``. What is planned, offered, declined or a relative's is none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.fhir.extraction.collector import Context
from include.fhir.extraction.dates import find_dates
from include.fhir.extraction.prose.negation import NEGATED
from include.fhir.extraction.statements.operations import (
    function_words,
    is_procedure_word,
    names_procedure,
    no_operation,
    part_words,
)
from include.fhir.facts import PrintedDate, ProcedureFact, Source

_DONE = re.compile(
    r"\b(?:underwent|undergone|undergoing|had|has had|having had|status[- ]post|s/p|post|(?:past |prior |"
    r"surgical )*history (?:is |was )?"
    r"(?:significant |notable |remarkable |positive )?(?:for|of|includes)|h/o|hx of|previous|prior|remote|received|"
    r"treated with|surgical history:?|surgeries:?|after|following|since)\s+(?P<named>[^.;:]{3,90})",
    re.IGNORECASE,
)
_PUT = re.compile(
    r"\b(?:had|has had|underwent)\s+(?:(?:a|an|the|his|her|their|two|three|four|\d|bilateral|some|both)\s+)*"
    r"(?P<name>(?:[a-z][\w-]*\s+){1,4}?(?:placed|implanted|inserted|removed|replaced|repaired|taken out|put in|"
    r"stented|fused))\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"\s*(?:in|on)\s+(?P<when>[^,]{4,22}?),?\s+(?:he|she|the patient|patient|pt|mr|mrs|ms)\b", re.IGNORECASE
)
_PLACED = re.compile(r"\b(?:placed|implanted|inserted)$", re.IGNORECASE)
_TAKEN_OUT = re.compile(
    r"\b(?:gall ?bladder|appendix|tonsils|adenoids|uterus|ovar(?:y|ies)|spleen|thyroid|kidney|prostate|breasts?|colon|"
    r"wisdom teeth|cataracts?|lung|lens|hip|knee|valve|disc|hernia)\s+(?:removed|taken out|out|extracted|"
    r"replaced|repaired|fused)$",
    re.IGNORECASE,
)
_OUT = re.compile(
    r"\b(?:gall ?bladder|appendix|tonsils|adenoids|uterus|womb|ovar(?:y|ies)|spleen|wisdom teeth|wisdom tooth|"
    r"cataracts?|"
    r"thyroid|prostate)\s+(?:were\s+|was\s+)?(?:out|removed|taken out|extracted)\b", re.IGNORECASE)
"""Plain words for an operation; beside a year or an age they tell it."""
_SITE = r"(?:\s+(?:in|into|to) (?:the|his|her) (?:[a-zA-Z]+ ){0,3}?[A-Za-z]+)?"
_WHEN = (
    rf"(?:{_SITE},?\s*(?:(?:performed|done)\s+)?(?:\(|in\s+|on\s+|at\s+|when\s+(?:he|she)\s+was\s+)?"
    r"(?:about\s+|around\s+|early\s+|late\s+)?)"
)
_AGE = re.compile(
    rf"{_WHEN}(?P<age>(?:age|the age of)\s+\d{{1,2}}|as an?\s+(?:child|infant|teenager|adolescent))\b", re.IGNORECASE
)
_YEAR = re.compile(rf"{_WHEN}(?P<year>(?:19|20)\d\d)\b(?![/-]\d)", re.IGNORECASE)
_NOT_DONE = re.compile(
    r"\b(?:plan(?:s|ned|ning)?|schedul\w+|recommend\w*|refer\w*|consider\w*|will|would|candidate|await\w*|pending|"
    r"needs?|due|overdue|declin\w+|refus\w+|discuss\w*|offer\w*|possible|if|order\w*|request\w*|prior to|before|"
    r"should|may(?!\s+(?:\d|of))|might|could|defer\w*|cancel\w*|advis\w+|counsel\w*|arrang\w+|candidacy|want\w*|family|mother|father|"
    r"sister|brother|wife|husband|suggest\w*|evaluat\w+ for|await\w*|unless|urge\w*|postpone\w*|elective)\b",
    re.IGNORECASE,
)
_WORDS = 7


def procedures_told(sentence: str, source: Source, context: Context) -> Iterator[ProcedureFact]:
    """The operations of a sentence, each with the date or year printed beside it, or none."""
    spans: list[tuple[int, int]] = []
    for match in _PUT.finditer(sentence):
        known = names_procedure(match["name"]) or _TAKEN_OUT.search(match["name"]) or _PLACED.search(match["name"])
        if known and _is_done(sentence, match.start(), match.end()) and not _is_no_operation(match["name"]):
            spans.append(match.span("name"))
            yield _fact(match["name"], sentence, match.end(), source, context)
    for match in _OUT.finditer(sentence):
        end = match.end()
        when = _AGE.match(sentence, end) or _YEAR.match(sentence, end) or _date_behind(sentence, end)
        if when and not any(a <= match.start() < b for a, b in spans) and _is_done(sentence, match.start(), end):
            spans.append(match.span())
            yield _fact(match[0], sentence, end, source, context)
    for start, end in _phrases(sentence):
        if any(a <= start < b for a, b in spans) or not _is_done(sentence, start, end):
            continue
        told = any(match.start("named") <= start <= match.end("named") for match in _DONE.finditer(sentence))
        when = _AGE.match(sentence, end) or _YEAR.match(sentence, end) or _date_behind(sentence, end)
        if told or when:
            spans.append((start, end))
            yield _fact(sentence[start:end], sentence, end, source, context)


def _phrases(sentence: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each phrase that names an operation: what qualifies it before, and its site behind."""
    words = list(re.finditer(r"[^\s,;()]+", sentence))
    at = 0
    while at < len(words):
        first = at
        while first and at - first < _WORDS - 1 and _qualifies(sentence, words[first - 1], words[first]):
            first -= 1
        phrase = sentence[words[first].start() : words[at].end()]
        if not _ends_name(words[at][0], phrase):
            at += 1
            continue
        while at + 1 < len(words) and _goes_on(sentence, words[at], words[at + 1]):
            at += 1
        end = words[at].end()
        site = re.match(r"\s+of\s+(?:the\s+|his\s+|her\s+)?(?:(?:right|left|lower|upper)\s+)?[a-z]+", sentence[end:])
        end += site.end() if site else 0
        yield words[first].start(), end - (1 if sentence[end - 1] in ".:" else 0)
        at += 1


def _ends_name(word: str, phrase: str) -> bool:
    bare = re.sub(r"[^a-z-]", "", word.lower())
    return is_procedure_word(word) or (bare in part_words() and names_procedure(phrase))


def _qualifies(sentence: str, before: re.Match[str], word: re.Match[str]) -> bool:
    between = sentence[before.end() : word.start()]
    return not between.strip() and before[0].lower() not in function_words() and before[0][-1] not in ".:" and (
        re.search(r"\d{3}|/\d", before[0]) is None)


def _goes_on(sentence: str, word: re.Match[str], following: re.Match[str]) -> bool:
    bare = re.sub(r"[^a-z]", "", following[0].lower())
    near = not sentence[word.end() : following.start()].strip() and word[0][-1] not in ".:"
    times = re.fullmatch(r"[x×]\d", following[0]) is not None
    return near and (is_procedure_word(following[0]) or bare in part_words() or times)


def _is_no_operation(name: str) -> bool:
    return any(word in no_operation() - {"ear"} for word in re.findall(r"[a-z]+", name.lower()))


def _is_done(sentence: str, start: int, end: int) -> bool:
    before = re.split(r"[.;]\s|\bbut\b", sentence[:start])[-1]
    after = re.split(r"[.;,]\s|\band\b", sentence[end:])[0][:40]
    return not (NEGATED.search(before[-60:]) or _NOT_DONE.search(before[-60:]) or _NOT_DONE.search(after))


def _date_behind(sentence: str, end: int) -> str | None:
    """The full date, or the month and year, right behind a phrase."""
    rest = sentence[end : end + 40]
    dates = find_dates(rest)
    lead = re.fullmatch(_WHEN, rest[: rest.index(dates[0])]) if dates else None
    return dates[0] if lead else None


def _fact(name: str, sentence: str, end: int, source: Source, context: Context) -> ProcedureFact:
    age = _AGE.match(sentence, end)
    return ProcedureFact(
        name=" ".join(name.split()).strip(" .,:-"),
        date=_when(sentence, end, context),
        note=age["age"] if age else None,
        patient=context.patient,
        source=source,
    )


def _when(sentence: str, end: int, context: Context) -> PrintedDate | None:
    printed, year = _date_behind(sentence, end), _YEAR.match(sentence, end)
    if printed:
        return context.date(printed)
    if year:
        return context.reader.read_year(year["year"])
    leading = _LEADING.match(sentence)
    if leading is None:
        return None
    dates = find_dates(leading["when"])
    return context.date(dates[0]) if dates else context.reader.read_year(leading["when"])
