"""Cultures: a heading that names one, and below it what grew."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from include.fhir.extraction.collector import Context
from include.fhir.extraction.page.reading import PrintedLine, segments
from include.fhir.extraction.page.sections import Kind, heading_of
from include.fhir.extraction.statements.observations import observe
from include.fhir.facts import Category, ObservationFact, Source

_HEADING = re.compile(
    r"(?P<name>(?:[A-Z][\w/,()#-]*\s+){0,4}(?:culture|cultures|gram stain|kultur|[a-zäöü]+kultur)\b"
    r"(?:\s?(?:,|and|&|\(|[-–])?\s?(?!(?:status|final|preliminary|results?)\b)[A-Z][\w/()#]*){0,4})\s*(?:[-–,:]?\s*(?:status|final|preliminary|result)s?\b.*)?:?",
    re.IGNORECASE,
)
_FOUND = (
    r"(?:[A-Z][\w/,.()#'-]*\s+){1,5}(?:pcr|naats?|naa|antigen|ag|toxins?(?: [ab](?: ?(?:and|&|/) ?[ab])?)?|"
    r"smear|stain|screen|"
    r"dna|rna|eia|assay|probe|wet prep|preparation)"
)
_TEST = re.compile(_FOUND, re.IGNORECASE)
"""A heading that names a test for a germ; its result stands below behind a label."""
_OWN = re.compile(
    rf"(?P<name>(?:gram|acid[- ]fast|afb|koh|india ink|giemsa|fungal|direct|wet)[ -]?"
    rf"(?:stain|smear|prep(?:aration)?|mount|exam)(?: results?)?|gram|{_FOUND}|"
    rf"(?:mrsa|vre|esbl|cre)\b[\w ,/-]{{0,24}})\s*[:=]\s*(?P<value>\S.*)",
    re.IGNORECASE,
)
"""A line of a culture that names a test of its own."""
_OPEN = re.compile(r"\b(?:pending|in progress|to follow|in process|not performed|not done|cancel\w*)\b", re.IGNORECASE)
_SAID = re.compile(
    r"\b(?:was|were|is|are|will|sent|pending|ordered|if|repeat|obtain|no|to|for|done|recommended)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:final |preliminary |culture |current )?"
    r"(?:results?|reports?|cultures?|kultur|cultivo|growth|findings?|organisms?|isolates?|"
    r"identification|"
    r"bacteria isolated|befund|ergebnis|keim|erreger)"
    r"(?:\s*(?:#|no\.?)?\s*\d)?\s*(?:identified)?\s*[:=]\s*(?P<value>\S.*)",
    re.IGNORECASE,
)
_COUNT = re.compile(r"(?P<name>colony count|keimzahl|quantity)\s*[:=]\s*(?P<value>\S.*)", re.IGNORECASE)
_GENERA = (
    "escherichia|klebsiella|staphylococcus|streptococcus|enterococcus|enterobacter|proteus|pseudomonas|candida|serratia|"
    "citrobacter|acinetobacter|salmonella|shigella|campylobacter|haemophilus|neisseria|moraxella|listeria|clostridium|"
    "clostridioides|bacteroides|stenotrophomonas|morganella|providencia|aspergillus|mycobacterium|corynebacterium|"
    "lactobacillus|gardnerella|cutibacterium|aerococcus|legionella|bordetella|yersinia|[ekps]\\. ?[a-z]{4,}"
)
_GROWTH = re.compile(
    rf"(?:no (?:significant )?growth|no organisms?|normal (?:\w+ )?flora|mixed (?:\w+ )?(?:flora|growth)|kein wachstum|"
    rf"[<>≥]?\s?\d[\d,.]*(?:\s?[-–]\s?\d[\d,.]*)?\s?(?:cfu|kbe|col(?:onies|\.)?)\b|"
    rf"(?:\d?\+\s|(?:heavy|moderate|light|scant|few|many|rare) (?:growth (?:of )?)?)?(?:{_GENERA})\b|"
    rf"(?:heavy|moderate|light|scant) growth)",
    re.IGNORECASE,
)
_BELOW = 8
"""Lines below the heading among which the growth is told."""
_NEAR = 4.0
"""Heights of a line between two lines of a culture."""


def cultures(
    lines: Sequence[PrintedLine], contexts: Mapping[int, Context], tabled: set[int]
) -> tuple[list[ObservationFact], set[int]]:
    """The growths that cultures report, under the name that their heading prints, and the lines that state them.

    :param tabled: lines within tables that were read.
    """
    facts: list[ObservationFact] = []
    used: set[int] = set()
    for place, line in enumerate(lines):
        culture = None if line.at in tabled else _name(line)
        name = culture or (None if line.at in tabled else _test_name(line))
        if name is None or contexts[line.at].section in (Kind.PLAN, Kind.FAMILY):
            continue
        context = replace(contexts[line.at], panel=name)
        for below, label, value in _told(lines[place : place + 1 + _BELOW], tabled, labelled=culture is None):
            source = Source(line.page, f"{name} {below.text}", below.line.box, below.source.confidence)
            found = observe(label or name, value, context, source, category=Category.LABORATORY)
            facts += found
            used |= {line.at, below.at} if found else set()
    return facts, used


def _name(line: PrintedLine) -> str | None:
    first = segments(line)[0].text
    text = first if ":" not in first else line.text
    match = _HEADING.fullmatch(text.strip())
    name = match["name"].strip(" ,-:") if match else ""
    return name if name[:1].isupper() and len(name.split()) <= 7 and not _SAID.search(name) else None


def _test_name(line: PrintedLine) -> str | None:
    """The name of a test for a germ that heads a block: alone, or with its specimen in another column."""
    first = segments(line)[0].text.strip()
    return first if _TEST.fullmatch(first) and not _SAID.search(first) else None


def _told(
    lines: Sequence[PrintedLine], tabled: set[int], *, labelled: bool
) -> Iterator[tuple[PrintedLine, str | None, str]]:
    """(line, own name or None, value) of the growths below a heading, up to the next heading or table.

    :param labelled: only a label (``Result:``) leads to a value, as below the name of a test.
    """
    said: list[str] = []
    for above, line in pairwise(lines):
        far = line.page != above.page or line.line.box.top - above.line.box.bottom > _NEAR * line.line.box.height
        headed = _name(line) or _test_name(line) or (heading_of(line.text) is not None and ":" not in line.text)
        text = line.text.strip(" •-*")
        if far or line.at in tabled or (headed and not _LABEL.fullmatch(text)):
            return
        if match := _COUNT.fullmatch(text):
            yield line, match["name"], match["value"]
        elif _OPEN.search(text):
            continue
        elif match := _LABEL.fullmatch(text):
            said.append(match["value"])
            yield line, None, match["value"].strip()
        elif labelled:
            continue
        elif match := _OWN.fullmatch(text):
            yield line, match["name"], match["value"].strip()
        elif any(text in before for before in said):
            return  # the organism again heads what it was tested for
        elif _GROWTH.match(re.sub(r"^\d[.)]\s+", "", text)) and len(text.split()) <= 12:
            yield line, None, re.sub(r"^\d[.)]\s+", "", text)
