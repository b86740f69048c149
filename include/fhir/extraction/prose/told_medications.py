"""Medicines in running text: taken, given, or stopped. What is only considered, or depends on something, is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from include.fhir.extraction.collector import Context
from include.fhir.extraction.lexicon import drug_in, is_drug
from include.fhir.extraction.statements.dosing import DOSE, read_line, with_new_dose
from include.fhir.extraction.statements.medications import as_medication
from include.fhir.facts import MedicationFact, MedicationStatus, Source

_NOT_TAKEN = re.compile(
    r"\b(?:allerg\w*|avoid|no|not|denie[sd]|without|consider\w*|intoleran\w*|never|refuse[sd]?|declin\w*|if|hold|"
    r"vaccin\w*|lidocaine solution|anesthetized|instead of|unable to|lactat\w*|level|levels|ran out of|reaction to|"
    r"overdose|contraindicat\w*|recommend\w*|discuss\w*|may|might|could|would|should|mother|father|family|brother|sister|husband|"
    r"wife|son|daughter|roommate|rather than|hives|rash|anaphylaxis|angioedema|itching|"
    r"unless|tried|failed|trial of|used to take|risks? of|option\w*|suggest\w*|propos\w*)\b",
    re.IGNORECASE,
)
_MAY_TAKE = re.compile(
    r"\b(?:may|can|is to|are to|should)\s+(?:also\s+|then\s+)?(?:take|use|continue)\b", re.IGNORECASE
)
"""Tells how to take a medicine that was prescribed, where a dose follows."""
_DEPENDS = re.compile(r"\b(?:if(?!\s+(?:needed|necessary|required))|unless|should\s+\w+\s+(?:fail|"
                      r"worsen))\b", re.IGNORECASE)
_GIVEN = re.compile(
    r"\b(?:given|doses? of|received|treated (?:for [^.;]{1,60} )?with|"
    r"started on|start(?:ed)?|initiated?|taking|takes|on|prescribed|"
    r"continued?|dosage of|administered|bolus of|course of|increase[ds]?|decrease[ds]?|resumed?|restart(?:ed)?|"
    r"switched to|maintained on|loaded with|medications? includ\w+|placed on|managed with|add(?:ed)?)\b",
    re.IGNORECASE,
)
_ADMINISTERED = re.compile(
    r"\b(?:given|administered|received|took|bolus|x\s?1|loading dose|stat)\b|\bonce\b(?!\s+(?:a|per|every|daily|weekly|"
    r"monthly|nightly))",
    re.IGNORECASE,
)
_COURSE = re.compile(
    r"\b(?:was|were|had been)\s+(?:treated|given|managed|diuresed|started|loaded)\b.*?\bfor\s+(?:\d+|one|two|three|"
    r"four|five|six|"
    r"seven|ten|several|a few)\s+(?:days?|weeks?|doses|hours)\b", re.IGNORECASE
)
"""A treatment of the past that was given for a while."""
_FINISHED = re.compile(r"\b(?:now\s?)?(?:finished|completed|complete|over|ended)\b(?!\s+by\b)", re.IGNORECASE)
"""Says behind a medicine that its course has ended."""
_RECEIVED = re.compile(r"(?:^|[.:]\s+)given\b|"
                       r"\b(?:received|(?:was|were) (?:also )?(?:given|administered|loaded with))\b(?!.*\b(?:prescri|"
                       r"home|"
                       r"discharge|start|take))", re.IGNORECASE)
_STOP_VERB = r"(?:stop(?:ped)?|discontinue[ds]?|cease[ds]?|withdrawn|withheld|held|d/c'?d)"
_STOPPED_AFTER = re.compile(
    rf"^(?:\s+{DOSE.pattern})?(?:\s+\w+){{0,3}}?\s+(?:was|were|has been|have been|had been|is|are|now)\s+(?:also\s+)?"
    rf"{_STOP_VERB}\b",
    re.IGNORECASE,
)
_STOPPED_BEFORE = re.compile(
    rf"(?:^|[.;:,–—-]\s*|\d[.)]\s*|\b(?:we|i|and|was|were|to|please|has|have)\s+){_STOP_VERB}\s+(?:taking\s+)?"
    rf"(?:the\s+|her\s+|his\s+|your\s+|all\s+|home\s+)*$",
    re.IGNORECASE,
)

_FIRST_WORD = re.compile(r"\b(?:insulin|vitamin|folic|ferrous|potassium|sodium|calcium|magnesium|extended-release|"
                         r"inhaled|"
                         r"fluticasone|low-dose)\s+$", re.IGNORECASE)
"""Begins the name of a medicine of two words."""
_OF_TWO_WORDS = re.compile(
    r"\b(?:vitamin\s+[A-K]\d{0,2}|(?:magnesium|potassium|calcium|sodium|ferrous|iron|zinc|lithium)\s+(?:sulfate|chloride|citrate|"
    r"carbonate|oxide|gluconate|bicarbonate|sucrose|phosphate|acetate|dextran)|folic acid|fish oil)$", re.IGNORECASE
)
"""Names of which each word alone names a substance that is measured, too."""


def medications_in(sentence: str, source: Source, context: Context) -> Iterator[MedicationFact]:
    """Medicines named in running text: with a dose, or known by name and said to be given or stopped."""
    sentence = with_new_dose(sentence)
    spans: list[tuple[int, int]] = []
    dosed = [(named, dose) for dose in DOSE.finditer(sentence) if (named := _named_before(sentence[: dose.start()]))]
    starts = [named[0] for named, _ in dosed]
    for number, ((start, name), dose) in enumerate(dosed):
        stopped = _is_stopped(sentence, start, start + len(name))
        before = _MAY_TAKE.sub(" ", _clause(sentence[:start]))
        if _NOT_TAKEN.search(before) and not stopped:
            continue
        following = next((other for other in starts[number + 1 :] if other >= dose.end()), len(sentence))
        entry = _entry(f"{name} {sentence[start + len(name) : following].lstrip(' .')}")
        spans.append((start, dose.end()))
        if not _DEPENDS.search(_rest_of_clause(sentence, dose.end())):
            fact = as_medication(replace(read_line(entry), name=name), entry, source, context)
            yield replace(fact, status=_status(fact.status, sentence, start, entry, stopped))
    for word in re.finditer(r"[A-Za-z][\w-]+(?:/[A-Za-z][\w-]+)*", sentence):
        if not is_drug(word[0]) or any(a <= word.start() < b for a, b in spans):
            continue
        before = _clause(sentence[: word.start()])
        if _is_stopped(sentence, word.start(), word.end()):
            status = MedicationStatus.STOPPED
        elif _NOT_TAKEN.search(before) or not _GIVEN.search(before) or _is_no_medicine(sentence[word.end() :]):
            continue
        else:
            status = _status(MedicationStatus.ACTIVE, sentence, word.start(), word[0], False)
        yield MedicationFact(name=word[0], status=status, patient=context.patient, note=None, source=source)


def _status(
    status: MedicationStatus, sentence: str, start: int, entry: str, stopped: bool
) -> MedicationStatus:
    """Stopped where the words around say so; completed for a dose that was given; else as the entry says."""
    if stopped:
        return MedicationStatus.STOPPED
    around = f"{_clause(sentence[:start])[-28:]} {entry}"
    repeated = re.search(r"\b(?:daily|b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|every|weekly|prescri\w+)\b", entry, re.IGNORECASE)
    if status is MedicationStatus.ACTIVE and _COURSE.search(f"{_clause(sentence[:start])} {entry}"):
        return MedicationStatus.COMPLETED
    if status is MedicationStatus.ACTIVE and _FINISHED.search(_rest_of_clause(sentence, start)):
        return MedicationStatus.COMPLETED
    if status is MedicationStatus.ACTIVE and _RECEIVED.search(_clause(sentence[:start])):
        return MedicationStatus.COMPLETED
    if status is MedicationStatus.ACTIVE and _ADMINISTERED.search(around) and not repeated:
        return MedicationStatus.COMPLETED
    return status


def _is_stopped(sentence: str, start: int, end: int) -> bool:
    return bool(_STOPPED_AFTER.match(sentence[end:]) or _STOPPED_BEFORE.search(sentence[:start]))


def _entry(text: str) -> str:
    """What is said of one medicine: up to the end of its clause, or the verb that begins the next one's."""
    parts = re.split(
        r"(?<!\d)\.(?=\s|$)|;|,?\s(?:and|then)\s(?=\w+ing\b|\w+ \w+ \d|(?:initiate|start|increase|continue)\b)|"
        r"[,\s]+(?:and|with|plus|or)\s*$",
        text,
    )
    return parts[0].rstrip(" ,")


def _is_no_medicine(rest: str) -> bool:
    """A level, an allergy or a value of a laboratory behind the name, or that it is yet to be chosen."""
    return re.match(
        r"\s+(?:levels?|allergy|\d+(?:\.\d+)?\s*(?:mg/dl|mmol)|(?:is|are|was|were|can be|may be|could be|being|"
        r"to be)\s+"
        r"(?:being\s+|under\s+)?(?:chosen|considered|consideration|planned|proposed|discussed|an option|used|"
        r"tried|begun|"
        r"started (?:later|next|after))\b)", rest, re.IGNORECASE) is not None


def _named_before(text: str) -> tuple[int, str] | None:
    """The medicine right before a dose (``lisinopril to 40 mg``): a known one, or one capitalised word."""
    match = re.search(
        r"(?P<name>(?:[Vv]itamin\s+[A-EK]\d{0,2}|[A-Za-z][\w-]*)"
        r"(?:\s+(?:XL|XR|SR|ER|CR|DR|LA|ODT|HFA|HCl|VK?|G|DS|EC|IR|MR|HCT|"
        r"benzathine|hydrochloride|besylate|maleate|mesylate|mononitrate|dinitrate|trihydrate|monohydrate|calcium|"
        r"furoate|propionate|dipropionate|bromide|decanoate|phosphate|citrate|sodium|potassium|succinate|tartrate|sulfate|acetate|gluconate|"
        r"fumarate|chloride|drops|tablets?|capsules?|solution|suspension|syrup|elixir|liquid|cream|ointment|lotion|gel|"
        r"inhaler|nasal spray|eye drops|oral)){0,3})"
        r"(?:,\s*(?:which|that)\s+(?:\w+\s+){1,4}?(?:reduced|increased|decreased|lowered|raised|cut))?"
        r"\s*(?:,|:|\.|\(|to|at|of|from|dose|-)?\s*$",
        text,
    )
    if not match:
        return None
    if match["name"].lower().startswith("vitamin "):
        return match.start("name"), match["name"]
    if is_drug(match["name"].split()[0]):
        start = match.start("name")
        first = _FIRST_WORD.search(text[:start])
        start = first.start() if first else start
        return start, text[start : match.end("name")]
    whole = _OF_TWO_WORDS.search(text[: match.end("name")])
    if whole:
        return whole.start(), whole[0]
    known = drug_in(match["name"])
    return (match.start("name"), known) if known else None


def _clause(before: str) -> str:
    return re.split(r"[.;]\s|\band (?=(?:i |we |he |she )?(?:have|has|was|were|is|takes|started|continues?)\b)", before,
                    flags=re.IGNORECASE)[-1][-70:]


def _rest_of_clause(sentence: str, end: int) -> str:
    return re.split(r"[.;](?:\s|$)", sentence[end:])[0][:90]
