"""What an ECG's report finds: short statements without a heading beside the measurements.

Devices print them one a line (``Sinus bradycardia with first degree AV block``). What is only possible, what an
earlier recording showed, and what is normal is no finding.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from include.fhir.extraction.collector import Context
from include.fhir.extraction.page.reading import PrintedLine, by_page, segments
from include.fhir.facts import ConditionFact

_RECORDING = re.compile(r"\b(?:ECG|EKG|electrocardiogra\w+|QTc?[BF]?|aV[RLF])\b")
_FEWEST = 2
"""Different words of an ECG that make a page one."""
_FINDING = re.compile(
    r"\b(?:bradycardia|tachycardia|arrhythmia|(?:AV|A-V|atrioventricular|heart|bundle[- ]branch|fascicular|"
    r"intraventricular|bifascicular) (?:block|conduction delay|delay)|[LR]BBB|hemiblock|axis deviation|"
    r"(?:atrial|ventricular|junctional) (?:fibrillation|flutter|rhythm|ectop\w+|paced|pacing|escape)|hypertrophy|"
    r"(?:atrial|ventricular) enlargement|premature (?:atrial|ventricular|supraventricular|junctional) \w+|[PV]VCs?|"
    r"prolonged (?:QT\w*|PR)|(?:QT\w*|PR) prolongation|"
    r"ST[- ](?:elevation|depression|abnormality|changes?)|ST (?:and|&) T wave abnormality|"
    r"T[- ]wave (?:inversion|abnormality|changes?)|isch(?:a)?emia|infarct\w*|pre-?excitation|low voltage|Brugada|"
    r"poor R[- ]wave progression|early repolari[sz]ation|paced rhythm)\b",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"\b(?:no|not|without|normal|possibl[ey]|probabl[ey]|consider|cannot|can't|rule|exclude|suggest\w*|may|might|"
    r"maybe|borderline|suspect\w*|compared|previous|prior|earlier|longer|replaced|since|was|were|now|criteria|"
    r"otherwise|unconfirmed|history|medications?|for)\b|[?:]",
    re.IGNORECASE,
)
_MOST_WORDS = 9


def recorded_findings(
    lines: Sequence[PrintedLine], contexts: dict[int, Context], but: Collection[int]
) -> Iterator[ConditionFact]:
    """The statements of the pages that are ECG recordings.

    :param but: numbers of lines that say something else: measurements, rows of tables.
    """
    for _, own in sorted(by_page(lines).items()):
        if len({match[0] for line in own for match in _RECORDING.finditer(line.text)}) < _FEWEST:
            continue
        for line in own:
            for segment in segments(line):
                if line.at not in but and _FINDING.search(segment.text) and _is_statement(segment.text):
                    for name in re.split(r"\s+with\s+|,\s+|\s+and\s+(?=\w+ \w+)", segment.text.strip(" .*")):
                        if _FINDING.search(name):
                            yield ConditionFact(name, patient=contexts[line.at].patient, source=line.source)


def _is_statement(text: str) -> bool:
    """A few words that begin with a capital: running text belongs to its section."""
    bare = text.strip(" .*")
    return bare[:1].isupper() and len(bare.split()) <= _MOST_WORDS and not _NOT_FOUND.search(bare)
