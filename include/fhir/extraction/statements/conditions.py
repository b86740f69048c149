"""Conditions from tables, lists under a heading, and statements in running text. What is denied, ruled out,
feared or a relative's is not the patient's condition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from include.documents.content import Cell
from include.fhir.extraction.collector import Context
from include.fhir.extraction.dates import find_dates
from include.fhir.extraction.forms.labels import meaning_of
from include.fhir.extraction.lexicon import NOT_SAID, is_drug, names_illness
from include.fhir.extraction.page.reading import row_source
from include.fhir.extraction.page.sections import Kind, heading_of
from include.fhir.extraction.people.people import CREDENTIALS
from include.fhir.extraction.prose.negation import FOUND_FREE, LABELS, NEGATED
from include.fhir.extraction.statements.allergies import DENIED
from include.fhir.extraction.statements.operations import ends_as_operation, names_procedure
from include.fhir.extraction.statements.specimens import HEALTHY
from include.fhir.extraction.tables.layouts import Layout
from include.fhir.extraction.tables.tables import cell_text
from include.fhir.facts import ConditionFact, PrintedDate, Source, UnmappedReason
from include.fhir.terminology.tests import is_test_name

_ICD10 = re.compile(r"(?<![\w.])(?P<code>[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?)(?![\w.])")
_NOTHING = re.compile(
    r"^(?:none|n/?a|nil|no|unremarkable|non[- ]?contributory|negative|keine|other|unknown|denie[sd].*|"
    r"no (?:significant|known|other|past|active|chronic|prior)?.*|otherwise.*|see .*|as above|none known|"
    r"not applicable|-+)\W*$",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"(?:he|she|they|it|we|i|you|there|this|that|these|his|her|the|patient|pt|mr|mrs|ms|dr|prof|please|thank|many|yours?)\b",
    re.IGNORECASE,
)
"""Begins running text, not an entry of a list."""
_SAID_NOT = re.compile(
    r"(?:(?:he|she|they|the patient|patient|pt|there)\s+)(?:(?:is|was|were|are|has|had|have|also)\s+){0,2}(?:no|"
    r"not|never|"
    r"denie[sd]|denying|without)\b",
    re.IGNORECASE,
)
_REJECTED = re.compile(
    r"\b(?:is|was|were|are|(?:has|have|had) been)\s+(?:also |now |since |later |felt (?:to be )?|thought (?:to be )?|"
    r"considered (?:to be )?|deemed |clinically )*(?:ruled out|excluded|unlikely|doubted|considered(?! to)|not |"
    r"refuted|disproved|a concern)|\b(?:ruled out|excluded)\W*$|^\W*(?:declin\w+|refus\w+|due|overdue|discuss\w+|"
    r"counsel\w+|advised?|recommend\w*|consider|avoid|rule out|r/o|screen\w*|monitor|watch|return|call|if|review|"
    r"follow|plan|continue|start|refer|repeat|obtain|order)\b",
    re.IGNORECASE,
)
"""Says of what was named before that the patient does not have it."""
_VERB = re.compile(r"\b(?:is|was|has|are|were|had|presents?|presented|denies|who|came|will|should|may|might|could)\b")
"""Makes a sentence of what might else be a name."""
_YEAR = re.compile(
    r"(?:\(\s*(?:since |dx |diagnosed |onset )?(?P<bracketed>(?:19|20)\d\d)\s*\)|(?:,|\bsince|\bdx|\bdiagnosed|"
    r"\bonset|\bin|[a-z])"
    r"\s*:?\s*(?P<bare>(?:19|20)\d\d))\s*$",
    re.IGNORECASE,
)
_STATE = re.compile(r"(?:very |generally )?(?:good|fair|poor|excellent|healthy|well|fine|normal|ok|gut)", re.I)
"""Says how somebody is, not what somebody has."""
_AS_IT_SHOULD_BE = re.compile(
    r"(?:preserved|normal(?! pressure)|intact|adequate|unremarkable|patent|satisfactory)\b", re.IGNORECASE
)
_COURSE_ONLY = re.compile(
    r"(?:(?:now |currently |previously |well[- ]|poorly[- ])?(?:resolved|active|stable|controlled|uncontrolled|"
    r"improved|improving|"
    r"in (?:full |partial |sustained |early )*remission|chronic|acute|mild|moderate|severe|recurrent|at goal|"
    r"on treatment|treated|unspecified))+",
    re.IGNORECASE,
)
"""A part behind a comma that tells the course of the illness before it."""
_NO_QUALIFIER = (
    r"(?!\s*(?:(?:left|right|bilateral|unilateral|mild|moderate|severe|acute|chronic|recurrent|persistent|intermittent|"
    r"unspecified|uncomplicated|(?:stage|type|grade|class|nyha class)\s\w{1,4})\s*)+(?:,|$))"
)
"""Behind a comma: not only a side, a degree or a stage, which belong to the illness before (``asthma, mild``)."""
_COMMA = re.compile(rf",{_NO_QUALIFIER}\s*(?:and\s+|or\s+)?|\s+and\s+|\s+&\s+", re.IGNORECASE)
_LISTED = re.compile(rf",{_NO_QUALIFIER}\s*(?:and\s+)?", re.IGNORECASE)
_OPEN_QUESTION = re.compile(r"\s[-–—]\s*(?:r/o|rule out|vs\.?|versus|possible|consider|doubt)\b.*$", re.IGNORECASE)
VISIT = re.compile(
    r"\b(?:follow[- ]?up|check[- ]?ups?|visit|refills?|physical|exam|well[- ](?:child|baby|woman|adult|visit)|wellness|"
    r"healthy|routine|encounter for|normal (?:growth|development|exam))\b", re.IGNORECASE)
"""A reason to come that is no illness."""
_COURSE_TOLD = re.compile(
    r"\s+[-–—]\s+(?!(?:type|stage|grade|class|left|right|mild|moderate|severe|unspecified|with)\b)[a-z].*$"
)
"""Behind a dash, how an illness goes (``anemia – getting better``), not of what kind it is."""
ANSWERED_NO = re.compile(r"\s*[:?]\s*(?:no|none|n|negative|neg|never|denie[sd]|not applicable|n/?a)\b", re.IGNORECASE)
"""What stands before it is asked for and is not so (``History of chickenpox: No``)."""
_TOLD = re.compile(
    r"^(?:your?|you'?re|we|it|this|these|there|he|she|they)\b.*\b(?:is|are|was|were|do|does|did|have|has|had|will|can|"
    r"may|should|shows?|means?|need)\b|\bmeans?\b|\bor (?:more|less|higher|lower|above|below|greater)\b",
    re.IGNORECASE,
)
"""A sentence that tells or explains something is no entry of a list; only a statement in it could be one."""
_SIGNED = re.compile(rf"^(?-i:[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*){{0,3}}),?\s+(?-i:{CREDENTIALS})$|"
                     r"\b(?:substitution|dispense as written|brand medically necessary)\b", re.IGNORECASE)
"""A signature, or what a prescription says to the pharmacy."""
_TURN = re.compile(r"\b(?:but|except|however|aber)\b", re.IGNORECASE)
"""Where a denial ends within its sentence."""
_NOT_IN_NAME = re.compile(
    r"\s+(?:who|which|that|and (?:is|was|has|she|he|they|currently|presents)|is|was|has|are|were|presents?|"
    r"presenting|currently|accompanied by|for which|since|for (?:\d+|many|several|over|about|the (?:past|last)|"
    r"approximately|more than|almost|nearly|some|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|"
    r"thirty|years|decades)\b|treated|dating|when|while|after (?:taking|eating|receiving|starting|exposure)|"
    r"status post|s/p|in \d{4}|on (?:current|the)|with (?:a |"
    r"an |no |ongoing|improv|medic)|at (?:the|this)|controlled (?:on|with)|managed with|diagnosed|"
    r"requiring|remains|based on|through|but|due to (?:the|his|her))\b.*$",
    re.IGNORECASE,
)
_QUALIFIERS = re.compile(
    r"^(?:(?:the )?(?:patient|pt|he|she)\s+(?:also )?(?:reports?|endorses|notes|complains of|describes)|"
    r"resolved|active|current|(?:\d+|an?|one|two|three|four|five|six|several)[- ](?:day|week|month|year|"
    r"hour)s?(?: history)? of|"
    r"a|an|the|his|her|their|some|known|stable(?! angina)|well[- ]managed|well[- ]controlled|uncontrolled|"
    r"poorly[- ]controlled|long[- ]?standing|also|and|or|mild history of|history of|h/o|hx of|s/p|status post|"
    r"significant|past|prior|new|ongoing|including|as well as|both|possible history of|likely)\s+",
    re.IGNORECASE,
)
TREATMENT = re.compile(
    r"\b(?:visits?|check-?ups?|surgery|surgeries|hospitali[sz]ations?|treatments?|procedures?|ectomy|plasty|"
    r"smoking|tobacco|alcohol|use|monitoring|medications?|vaccin\w*|evaluation|admission|appointment|assessment|"
    r"therapy|exam|counseling|hydration|rehydration|observation|management|levels?)\b|\w+ectomy\b|\w+plasty\b|"
    r"\w+otomy\b",
    re.IGNORECASE,
)
_RESOLVED = re.compile(r"\b(?:resolved|inactive|remission|past|former|healed|cured)\b", re.IGNORECASE)
_ACTIVE = re.compile(r"\b(?:active|current|chronic|ongoing|controlled|stable)\b", re.IGNORECASE)
_HEADS = re.compile(
    r"\b(?:findings?|results?|summary|history|information|details|notes?|report|table|page|list|signature|name|date|"
    r"status|code|description|plan|reviewed|type)\b",
    re.IGNORECASE,
)
_RANKED = re.compile(
    r"^(?:primary|secondary|tertiary|principal|other|additional|admitting|final|working|main)"
    r"(?:\s+(?:dx|diagnos[ie]s|problems?))?\s*:\s*", re.IGNORECASE
)
"""Says which of the diagnoses an entry is."""
_BREAKS = re.compile(r";|\s•|\.\s+(?=[A-Z])|(?<=[a-z]{3})\.\s+(?=\d+[ -][a-z])|\.$|\s\|\s|"
                     r"\s+(?=\d{1,2}[.)]\s+[A-Z])|\n")


def condition_row(
    cells: Sequence[Cell], layout: Layout, context: Context, page: int
) -> list[ConditionFact] | UnmappedReason:
    """The condition of one table row."""
    printed = cell_text(cells, layout.column("condition"))
    code = _ICD10.search(cell_text(cells, layout.column("code")) or printed)
    if not printed or _NOTHING.match(printed) or NOT_SAID.search(printed):
        return UnmappedReason.EMPTY
    if layout.column("yes") and not _is_marked(cell_text(cells, layout.column("yes"))):
        return UnmappedReason.STATUS_ONLY
    status = cell_text(cells, layout.column("status"))
    resolved = (
        context.section is Kind.RESOLVED
        or _RESOLVED.search(status)
        or context.date(cell_text(cells, layout.column("end")))
    )
    note = [cell_text(cells, layout.column(role)) for role in ("note", "severity")]
    onset = cell_text(cells, layout.column("date"))
    return [
        ConditionFact(
            name=clean_name(_ICD10.sub("", printed)) or printed,
            code_printed=code["code"] if code else None,
            clinical_status="resolved" if resolved else "active" if _ACTIVE.search(status) else None,
            onset=context.date(onset) or context.reader.read_year(onset),
            note="; ".join(text for text in note if text) or None,
            patient=context.patient,
            source=row_source(page, cells),
        )
    ]


def _is_marked(answer: str) -> bool:
    """Whether a cell under Yes is ticked: by a mark, or by the word."""
    return re.fullmatch(r"\W*(?:[xX]|yes|ja|y)\W*|\W*[✓✔✗×☒☑■]\W*", answer.strip(), re.IGNORECASE) is not None


def listed_conditions(text: str, source: Source, context: Context) -> Iterator[ConditionFact]:
    """The conditions of a text under a heading for them: one for each entry."""
    for listed in _entries(text):
        entry = re.sub(r"^others?(?:\s+\w+)?\s*[:–-]\s*(?=\S)", "", listed, flags=re.IGNORECASE)
        code = _ICD10.search(entry)
        name = clean_name(_strip_tail(_ICD10.sub("", entry)))
        if (
            _NOTHING.match(entry)
            or ANSWERED_NO.search(entry)
            or _TOLD.search(entry)
            or re.search(r"\b(?:your|our|medicines?|medications?|vaccines?|shots)\b", entry, re.IGNORECASE)
            or (VISIT.search(entry) and not code)
            or _SIGNED.search(entry)
            or NOT_SAID.search(entry)
            or "?" in entry
            or _SAID_NOT.match(entry)
            or HEALTHY.match(entry)
            or DENIED.search(entry)
            or not (re.search(r"[^\W\d_]{3}", name) or names_illness(name))
            or _REJECTED.search(entry)
            or (_STATE.fullmatch(name) or FOUND_FREE.search(name))
            or (_AS_IT_SHOULD_BE.match(name) and not (code or names_illness(name)))
            or (names_procedure(name) and not (code or (names_illness(name) and not ends_as_operation(name))))
            or len(name.split()) > 9
            or NEGATED.match(entry)
        ):
            continue
        negation = NEGATED.search(name)
        before = name[: negation.start()].strip() if negation else name
        if negation and not names_illness(before) and (not before or names_illness(name[negation.end() :])):
            continue
        if not (known := names_illness(name) or code) and _VERB.search(entry):
            continue
        if not known and (not _may_be_named(name) or is_test_name(name) or _SPOKEN.match(entry)):
            continue
        if meaning_of(name) or heading_of(name) or (TREATMENT.search(name) and not names_illness(name)):
            continue
        dates = find_dates(entry)
        yield ConditionFact(
            name=name,
            code_printed=code["code"] if code else None,
            clinical_status=_status(entry, context),
            onset=context.date(dates[0]) if dates else _onset_year(entry, context),
            patient=context.patient,
            source=source,
        )


def _onset_year(entry: str, context: Context) -> PrintedDate | None:
    """A year alone at the end of an entry (``Hypertension (1998)``); beside other words it may be anything's."""
    year = None if re.search(r"\b(?:s/p|status post|surgery|\w+ectomy|\w+plasty)\b", entry) else _YEAR.search(entry)
    return context.reader.read_year(year["bracketed"] or year["bare"]) if year else None


def _may_be_named(name: str) -> bool:
    """A short entry without a known word for an illness may still name one; a heading or a value does not."""
    words = name.split()
    shouted = name.isupper() and len(words) == 1 and len(name) > 4
    return len(words) <= 4 and not shouted and not re.search(r"[\d:=]", name) and not _HEADS.search(name)


def _status(entry: str, context: Context) -> str | None:
    if context.section is Kind.RESOLVED or re.search(r"\bresolved\b|\bin remission\b", entry, re.IGNORECASE):
        return "resolved"
    return "active" if re.search(r"(?<!chronic )\bactive\b", f"{entry} {context.heading}", re.IGNORECASE) else None


def _entries(text: str) -> Iterator[str]:
    slashed = re.compile(rf"{_BREAKS.pattern}|\s/\s") if len(re.findall(r"\s/\s", text)) > 1 else _BREAKS
    for part in slashed.split(text):
        entry = re.sub(r"^\s*(?:\d{1,2}[.)]|#\d*|[•*\-–—▪◦■□o]\s)\s*", "", (part or "").strip()).strip(" ,.")
        entry = _RANKED.sub("", entry)
        if (said := LABELS.sub("", entry)) and NEGATED.match(said) and not _TURN.search(said):
            yield said  # what begins with a denial denies all that it lists: "no pneumonia, embolism or nodule"
        elif entry:
            yield from _conjuncts(entry)


def _conjuncts(text: str) -> Iterator[str]:
    """``A, B, and C``; a comma that only adds a qualifier (``asthma, mild``) does not part."""
    parts = [part.strip() for part in _COMMA.split(text) if part.strip()]
    if len(parts) > 1 and all(_COURSE_ONLY.fullmatch(_ICD10.sub("", part).strip(" .()")) for part in parts[1:]):
        yield text
    elif (upon := re.fullmatch(r"(.+?)\s+on\s+(?:top of\s+)?(.+)", text)) and all(map(names_illness, upon.groups())):
        yield from upon.groups()
    elif len(parts) > 1 and all(names_illness(part) for part in parts):
        yield from parts
    elif len(parts) > 1 and names_illness(parts[0]):
        kept = [part for part in _LISTED.split(text) if part.strip()]
        yield from (part.strip() for part in kept if names_illness(part)) if len(kept) > 1 else [text]
    else:
        yield text


def _strip_tail(text: str) -> str:
    for date in find_dates(text):
        text = text.replace(date, "")
    text = _OPEN_QUESTION.sub("", text)
    told = _COURSE_TOLD.search(text)
    if told and names_illness(text[: told.start()]):
        text = text[: told.start()]
    text = re.sub(r"\s{2,}[<>]?[\d./'\"]+\s?(?:°?\s?[A-Za-z%/²0-9]{1,8})?\s*$", "", text)
    text = re.sub(r"[\s,(\-–—:]*\b(?:since|dx|diagnosed|onset|in|noted)?\s*(?:19|20)\d\d\b\)?", "", text)
    return re.sub(
        r"\s*[(\[]\s*(?:active|chronic|resolved|stable|controlled|icd[- ]?10.*?|)\s*[)\]]|\s*[-–—:,]\s*(?:active|"
        r"resolved|stable|controlled|improving|icd[- ]?10.*)?\s*$",
        "",
        text,
        flags=re.IGNORECASE,
    )


def clean_name(text: str) -> str:
    """The name of an illness without what qualifies it before and what is said of it behind."""
    text, before = text.strip(" .,;:-–—()[]*•"), ""
    while before != text:
        before, text = text, _QUALIFIERS.sub("", text)
    text = _NOT_IN_NAME.sub("", text).strip(" .,;:-–—")
    treated = re.search(r"\s+on\s+(?P<drug>[A-Za-z-]+)", text)
    text = text[: treated.start()] if treated and is_drug(treated["drug"]) else text
    return text + ")" if text.count("(") > text.count(")") else text
