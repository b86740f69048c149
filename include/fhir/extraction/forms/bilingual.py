"""Labels printed in two languages before one value: ``date of birth / né(e) le 19 AUG 1988   sex / de sexe F``."""

from __future__ import annotations

import re

from include.fhir.extraction.dates import find_dates
from include.fhir.extraction.forms.fitting import DATES, NUMBERS, fits
from include.fhir.extraction.forms.labels import label_pattern, meaning_of

_SLASH = re.compile(r"\s*/\s+|\s+/\s*")
_TRANSLATION = re.compile(r"(?:[^\W\d_A-ZÄÖÜÉÈ][\w'’()./-]*\s+){1,5}")
"""Words in small letters: a translation goes on until the value begins."""
_GLUED = re.compile(r"(?<![^\W_])(?P<word>[^\W\d_A-ZÄÖÜÉÈ]{2,})(?=[A-Z0-9])|(?P<day>\d{2})(?=[a-z]{3})")
_GLUED_LETTER = re.compile(r"(?<![^\W_])(?P<value>[A-Z])(?P<label>[a-z]{3,})(?=\s*/)")


def bilingual_pairs(text: str) -> list[tuple[str, str]]:
    """Labels with their values, of the kinds that a person's name, date, sex or number fit; no colon is needed.

    :param text: one printed line.
    """
    if not _SLASH.search(text):
        return []
    text = _unglued(text)
    labels = [match for match in label_pattern().finditer(text) if _SLASH.match(text, match.end())]
    found: list[tuple[str, str]] = []
    for number, label in enumerate(labels):
        end = labels[number + 1].start() if number + 1 < len(labels) else len(text)
        slash = _SLASH.match(text, label.end())
        meaning = meaning_of(label[0])
        if slash and meaning and (value := _value(meaning, text[slash.end() : end])):
            found.append((label[0], value))
    return found


def _unglued(text: str) -> str:
    """A blank where OCR read a printed word and the entry on its line as one (``sexeF``, ``le_19``, ``1988sex``)."""
    text = _GLUED.sub(lambda match: f"{match[0]} ", re.sub(r"[_…]+|\.{3,}", " ", text))
    return _GLUED_LETTER.sub(
        lambda match: f"{match['value']} {match['label']}" if meaning_of(match["label"]) else match[0], text)


def _value(meaning: str, behind: str) -> str | None:
    """What stands behind the translation of a label: words in small letters, or a label that means the same."""
    same = label_pattern().match(behind)
    translated = same if same and meaning_of(same[0]) == meaning else _TRANSLATION.match(behind)
    if translated is None:
        return None
    value = behind[translated.end() :].strip(" .:,;")
    if meaning in DATES:
        dates = find_dates(value)
        return dates[0] if dates and value.startswith(dates[0]) else None
    if meaning in NUMBERS or meaning == "gender":
        value = value.split()[0] if value else ""
    elif meaning not in ("name", "family", "given"):
        return None
    return value if value and fits(meaning, value) else None
