"""Labelled values of a page, however they are laid out: form fields, ``Label: value``, ``Label value``,
and labels above or below their value. A value that cannot be what its label says is no pair."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from include.documents.content import Box, FormField
from include.fhir.extraction.dates import find_dates
from include.fhir.extraction.forms.bilingual import bilingual_pairs
from include.fhir.extraction.forms.fitting import DATES, NUMBERS, fits, is_name
from include.fhir.extraction.forms.label_rows import labelled_rows
from include.fhir.extraction.forms.labels import label_pattern, meaning_of, plain, unglued
from include.fhir.extraction.forms.stacked import stacked
from include.fhir.extraction.forms.stacked_vitals import stacked_vitals
from include.fhir.extraction.forms.ticks import MARK
from include.fhir.extraction.page.reading import PrintedLine, Segment, around, cut_at_separators, holds, segments
from include.fhir.facts import Source

_GENERIC = frozenset(("name", "id", "date", "number", "no", "phone", "address", "telephone"))
"""Labels that a word before them turns into another: ``PCP Name`` is not the patient's."""
_QUALIFIED = frozenset(("organization", "location", "reason", "document_date", "received", "other_number"))
"""Meanings that a word before their label changes as well: ``Microsatellite status`` is no status."""
_NEEDS_COLON = frozenset(
    (
        "first",
        "last",
        "pt",
        "für",
        "surname",
        "dr",
        "born",
        "born on",
        "id",
        "chart",
        "account",
        "primary care",
        "author",
        "attending",
        "mr",
        "re",
        "ordering",
        "requesting",
        "referring",
        "arrival",
        "depart",
        "regarding",
        "arrived",
        "departure",
        "departed",
        "visit",
        "geboren",
        "resident",
        "file",
    )
)
"""Labels that are words of running text unless a colon follows."""


_IN_BRACKETS = re.compile(r"^\s*\((?:[a-z/,. -]{2,24}|please print)\)\s*", re.IGNORECASE)
"""How to fill in a field: ``Name (first, last)``."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its value; ``meaning`` as in ``data/labels.tsv``, None for an unknown label."""

    meaning: str | None
    label: str
    value: str
    at: int
    source: Source


def pairs_of(lines: Sequence[PrintedLine], fields: Sequence[FormField] = (), page: int = 1) -> list[Pair]:
    """The labelled values of one page in reading order, each once."""
    from_fields = list(_field_pairs(lines, fields, page))
    known: set[tuple[str | None, int]] = {
        (pair.meaning, pair.at) for pair in from_fields if pair.meaning and fits(pair.meaning, pair.value)
    }
    found = [*from_fields, *_line_pairs(lines, known)]
    seen: set[tuple[str, str, int]] = set()
    kept: list[Pair] = []
    said = {(plain(pair.value), pair.at) for pair in from_fields if pair.meaning and fits(pair.meaning, pair.value)}
    for pair in found:
        if pair.meaning in _GENERIC and pair not in from_fields and (plain(pair.value), pair.at) in said:
            continue
        key = (pair.meaning or plain(pair.label), plain(pair.value), pair.at)
        if key not in seen and fits(pair.meaning, pair.value):
            seen.add(key)
            kept.append(pair)
    return sorted(kept, key=lambda pair: pair.at)


def _field_pairs(lines: Sequence[PrintedLine], fields: Sequence[FormField], page: int) -> Iterator[Pair]:
    for field in fields:
        if not field.value.strip() or field.selected is not None or MARK.search(field.value):
            continue
        box = field.key_box or field.value_box
        at = next((line.at for line in lines if box and holds(line.line.box, box)), None)
        if at is None:
            at = _nearest(lines, box)
        boxes = [b for b in (field.key_box, field.value_box) if b]
        source = Source(page, f"{field.key} {field.value}", around(boxes) if boxes else None, field.confidence)
        label = field.key.strip(" :")
        if meaning_of(label) == "name":
            field = replace(field, value=_on_its_line(field.value, lines, at))
        yield from _embedded(Pair(meaning_of(label), label, field.value.strip(), at, source))


def _on_its_line(value: str, lines: Sequence[PrintedLine], at: int) -> str:
    """The words of a name that stand on the line of its label; a reader may have taken the next line in as well."""
    text = next((line.text for line in lines if line.at == at), "")
    words = value.split()
    here = max((n for n in range(len(words) + 1) if " ".join(words[:n]) in text), default=0)
    return " ".join(words[:here]) if here > 1 else value


def _nearest(lines: Sequence[PrintedLine], box: Box | None) -> int:
    if not lines:
        return 0
    if box is None:
        return lines[-1].at
    return min(lines, key=lambda line: abs(line.line.box.middle[1] - box.middle[1])).at


def _line_pairs(lines: Sequence[PrintedLine], known: set[tuple[str | None, int]]) -> Iterator[Pair]:
    rows = [[part for segment in segments(line) for part in cut_at_separators(segment)] for line in lines]
    bare: list[Segment] = []
    for number, row in enumerate(rows):
        for place, segment in enumerate(row):
            pairs, open_label = _split(segment)
            yield from (_continued(pair, rows, number, segment) for pair in pairs)
            following = row[place + 1] if place + 1 < len(row) else None
            label = open_label or (segment.text if meaning_of(segment.text) else None)
            if label and following and _is_value(meaning_of(label), following, colon=open_label is not None):
                yield _pair(label, following)
            elif open_label or meaning_of(segment.text):
                bare.append(replace(segment, text=open_label or segment.text))
    open_labels = [label for label in bare if (meaning_of(label.text), label.printed.at) not in known]
    for label, value in stacked(open_labels, [segment for row in rows for segment in row]):
        yield _pair(label, value)
    yield from (_pair(label, value) for label, value in labelled_rows(lines))
    for line in lines:
        whole = Segment(line.text, line.line.box, line, line.line.words)
        yield from (_pair(label, replace(whole, text=value)) for label, value in bilingual_pairs(line.text))
    yield from (_pair(label, value) for label, value in stacked_vitals([segment for row in rows for segment in row]))


def _is_value(meaning: str | None, value: Segment, colon: bool) -> bool:
    """Whether the next text on a line is the value of an open label; without a colon only what its label asks for."""
    if meaning_of(value.text) is not None or ":" in re.sub(r"\d:\d", "", value.text):
        return False
    strict = meaning in DATES or meaning in NUMBERS or meaning in ("name", "gender", "phone", "family", "given")
    named = strict or (meaning or "").startswith("practitioner")
    return fits(meaning, value.text) if colon or named else False


def _split(segment: Segment) -> tuple[list[Pair], str | None]:
    """The pairs within a segment, and the label that ends it without a value."""
    segment = replace(segment, text=unglued(segment.text))
    text = segment.text
    labels: list[tuple[int, int, str]] = []
    for colon in re.finditer(r"\s*[:：](?!\d\d\b)\s*", text):
        begin = labels[-1][1] if labels else 0
        start = _label_start(text[begin : colon.start()], first=not labels)
        if start is not None:
            labels.append((begin + start, colon.end(), text[begin + start : colon.start()]))
    if not labels:
        return _without_colon(segment) or _inside(segment), None
    pairs: list[Pair] = []
    for (_, end, label), following in zip(labels, [*labels[1:], (len(text), 0, "")], strict=True):
        value = text[end : following[0]].strip(" ,;|")
        if value and not MARK.search(value):
            pairs += _embedded(_pair(label, replace(segment, text=value)))
    last = labels[-1]
    return pairs, None if text[last[1] :].strip() else last[2]


def _embedded(pair: Pair) -> list[Pair]:
    """``RE: Jane Roe, DOB 05/06/1958``: labelled values inside a value end it. A name before a date of birth is the
    patient's, whatever its own label says."""
    found: list[tuple[int, Pair]] = []
    for match in label_pattern().finditer(pair.value):
        meaning, rest = meaning_of(match[0]), pair.value[match.end() :].strip(" :#.")
        if match.start() and (meaning in DATES or meaning in NUMBERS) and meaning not in _QUALIFIED:
            number = re.match(r"[A-Z]{0,4}[- ]?\d[\w-]*(?=[\s,;)]|$)", rest) if meaning in NUMBERS else None
            dated = meaning in DATES and find_dates(rest)[:1] == [d for d in find_dates(rest)[:1] if rest.startswith(d)]
            if number or (dated and find_dates(rest)):
                own = number[0] if number else rest
                found.append((match.start(), replace(pair, meaning=meaning, label=match[0], value=own)))
    if not found:
        return [pair]
    own_value = pair.value[: found[0][0]].strip(" ,;(")
    named = is_name(own_value) and len(own_value.split()) > 1
    about = named and pair.meaning is None and any(other.meaning == "birth_date" for _, other in found)
    first = replace(pair, value=own_value, meaning="name" if about else pair.meaning)
    return [*([first] if own_value else []), *(other for _, other in found)]


def _label_start(before: str, first: bool) -> int | None:
    """Where the label that ends at a colon begins: the longest known label, or a short unknown one at the start."""
    words = list(re.finditer(r"\S+", before))
    for word in words[-8:]:
        label = before[word.start() :]
        parted = word.start() == words[0].start() or bool(re.search(r"[\d,;.|]\S*\s*$", before[: word.start()]))
        meaning = meaning_of(label)
        if meaning and (parted or (plain(label) not in _GENERIC and not (first and meaning in _QUALIFIED))):
            return word.start()
    if first and 1 <= len(words) <= 5 and not re.search(r"[.;!?]\s", before):
        return words[0].start()
    return None


def _without_colon(segment: Segment) -> list[Pair]:
    """``Birth Date 10/22/1962``: a known label at the start of a short line whose value can be nothing else."""
    text = re.sub(r"^\d{1,2}[a-z]?[.)]\s+", "", segment.text)
    match = label_pattern().match(text)
    dated = find_dates(text[match.end() :])[:1] if match and meaning_of(match[0]) in DATES else []
    if match and dated and text[match.end() :].strip(" -=.#").startswith(dated[0]):
        text = text[: text.index(dated[0]) + len(dated[0])]  # what follows the date is something else
    if not match or len(text.split()) > 9:
        return []
    alone = plain(match[0]) == "chart" and re.fullmatch(r"\W*[A-Z]{0,4}-?\d[\w-]{3,}", text[match.end() :]) is not None
    alone = alone or (bool(dated) and meaning_of(match[0]) == "birth_date")
    if plain(match[0]) in _NEEDS_COLON and not alone and text[match.end() - 1 : match.end() + 1].find("#") < 0:
        return []
    meaning, value = meaning_of(match[0]), _IN_BRACKETS.sub("", text[match.end() :]).strip(" -=.#")
    names = meaning in ("name", "family", "given") or (meaning or "").startswith("practitioner")
    strict = meaning in DATES or meaning in NUMBERS or meaning in ("gender", "phone") or names
    if not value or not strict or meaning == "document_date":
        return []
    if names and (len(value.split()) < 2 and meaning not in ("family", "given")):
        return []
    return [_pair(match[0], replace(segment, text=value))] if fits(meaning, value) else []


def _inside(segment: Segment) -> list[Pair]:
    """``JANE ROE F 51 yrs (DOB 04/29/1973) Chart # 006-551``: labels with their values within a header line."""
    found = _embedded(_pair("", segment))
    sure = [pair for pair in found if pair.meaning in ("birth_date", "mrn", "patient_id") and pair.label]
    return sure if any(pair.meaning == "birth_date" for pair in sure) else []


def _continued(pair: Pair, rows: Sequence[Sequence[Segment]], number: int, segment: Segment) -> Pair:
    """A name of one word whose second word stands alone on the next line belongs together."""
    if pair.meaning not in ("name", "practitioner") or len(pair.value.split()) != 1 or number + 1 >= len(rows):
        return pair
    for below in rows[number + 1]:
        close = 0 <= below.box.top - segment.box.bottom < segment.box.height
        inside = segment.box.left - 0.01 <= below.box.left <= segment.box.right
        if close and inside and len(below.text.split()) == 1 and is_name(below.text) and below.text.isalpha():
            return replace(pair, value=f"{pair.value} {below.text}")
    return pair


def _pair(label: str, value: Segment) -> Pair:
    clean = label.strip(" :")
    source = value.printed.source
    if plain(clean) not in plain(source.text):
        source = replace(source, text=f"{clean} {source.text}")
    return Pair(meaning_of(clean), clean, value.text.strip(), value.printed.at, source)
