"""Questions answered by ticking boxes, as form fields, as boxes beside labels, or typed (``[X] Yes [ ] No``).

The answer is what is ticked and nothing else: no box ticked means no answer, whatever is printed next to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from include.documents.content import Box, PageContent
from include.fhir.extraction.dates import find_dates
from include.fhir.extraction.forms.fitting import GENDERS
from include.fhir.extraction.forms.labels import meaning_of, plain
from include.fhir.extraction.forms.typed_answers import typed_statements
from include.fhir.extraction.forms.yes_no_columns import yes_no_rows
from include.fhir.extraction.page.reading import PrintedLine, Segment, holds, segments

MARK = re.compile(r"[\[(]\s*(?P<inside>[xX×✓✔✗☒☑]?)\s*[\])]|(?P<glyph>[☐☑☒□■✓✔✗])")
_TICKS = frozenset("xX×✓✔✗☒☑■")
_ANSWERS = frozenset((
    "yes", "no", "y", "n", "ja", "nein", "res", "never", "former", "current", "quit", "daily", "sometimes", "rarely",
    "occasionally", "often", "m", "f", "male", "female", "other", "unknown", "x", "none", "unsure", "männlich",
    "weiblich", "divers",
))  # fmt: skip
_YES_NO = re.compile(r"\b(?:yes|y|ja)\s+(?:no|n|nein)\s*$", re.IGNORECASE)
"""Heads two columns of boxes."""
_SAME_ROW = 0.7
"""Part of a box's height by which boxes of one row may stand higher or lower."""
_BESIDE = 2.0
"""Widths of a box between it and its label."""
_ABOVE = 3.0
"""Heights of a box between it and a question printed above it."""


def is_ticked(mark: str) -> bool:
    """Whether a printed mark (``[X]``, ``☐``) is a tick."""
    return any(sign in _TICKS for sign in mark)


@dataclass(frozen=True, slots=True)
class Option:
    """A box with its label; ``place`` is where both stand, None where only text tells."""

    label: str
    ticked: bool
    place: Box | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its options. ``lines`` are those that print either."""

    text: str
    options: tuple[Option, ...]
    lines: tuple[PrintedLine, ...]

    @property
    def answers(self) -> tuple[str, ...]:
        """What is ticked; empty where nothing is."""
        return tuple(option.label for option in self.options if option.ticked)


def questions_of(page: PageContent, lines: Sequence[PrintedLine]) -> list[Question]:
    """The questions of one page, top to bottom.

    :param lines: the lines of this page.
    """
    parts = [segment for line in lines for segment in segments(line)]
    found: list[Question] = []
    columns = yes_no_rows(page, lines)
    for row in _rows([option for option in _options(page) if option.place not in columns.boxes]):
        found += _asked(row, parts)
    explained = set(columns.said) | set(typed_statements(lines))
    found = [question for question in found if not explained & {line.at for line in question.lines}]
    explained |= {line.at for question in found for line in question.lines}
    return found + [q for line in lines if line.at not in explained for q in _typed(line)]


def _options(page: PageContent) -> list[Option]:
    """The labelled boxes of a page, each once: as form fields, and those boxes that are no field."""
    options = [
        Option(field.key.strip(" :"), field.selected, field.value_box or field.key_box)
        for field in page.fields
        if field.selected is not None and (field.value_box or field.key_box)
    ]
    known = [option.place for option in options if option.place]
    for box in page.tick_boxes:
        if box.box and plain(box.label) and not any(holds(place, box.box) for place in known):
            options.append(Option(box.label.strip(" :"), box.selected, box.box))
    return options


def _rows(options: Sequence[Option]) -> list[list[Option]]:
    rows: list[list[Option]] = []
    for option in sorted(options, key=_height):
        if rows and _height(option) - _height(rows[-1][0]) < _SAME_ROW * _place(option).height:
            rows[-1].append(option)
        else:
            rows.append([option])
    return [sorted(row, key=lambda option: _place(option).left) for row in rows]


def _place(option: Option) -> Box:
    return option.place or Box(0, 0, 0, 0)


def _height(option: Option) -> float:
    return _place(option).middle[1]


def _asked(row: Sequence[Option], parts: Sequence[Segment]) -> Iterator[Question]:
    """The questions of one row of boxes: text between two boxes that is no option's label begins a new one."""
    labels = {plain(option.label) for option in row}
    height = max(_place(option).height for option in row)
    middle = _height(row[0])
    beside = [part for part in parts if abs(part.box.middle[1] - middle) < max(height, part.box.height)]
    own = [part for part in beside if plain(part.text) in labels]
    texts = [part for part in beside if part not in own and _may_ask(part.text) and not _made_of(part.text, labels)]
    groups: dict[int, list[Option]] = {}
    for option in row:
        left = [n for n, part in enumerate(texts) if part.box.left < _place(option).left]
        groups.setdefault(max(left, key=lambda n: texts[n].box.left) if left else -1, []).append(option)
    for number, options in groups.items():
        question = texts[number] if number >= 0 else _above(options[0], parts, height)
        if question is not None and {plain(option.label) for option in options} <= GENDERS.keys():
            above = _above(options[0], parts, height)
            if meaning_of(question.text) != "gender" and above is not None and meaning_of(above.text) == "gender":
                question = above  # what stands left of the boxes is filled into the box before
        if question is not None and not MARK.search(question.text) and _is_choice(options, question.text):
            lines = {part.printed.at: part.printed for part in (question, *own)}
            yield Question(question.text.strip(" :"), tuple(options), tuple(lines[at] for at in sorted(lines)))


def _may_ask(text: str) -> bool:
    """Words; a date beside boxes is the value of another label."""
    return re.search(r"[^\W\d_]", text) is not None and find_dates(text)[:1] != [text.strip()]


def _is_choice(options: Sequence[Option], question: str) -> bool:
    """Answers to one question, as against a list of which each box is a statement of its own."""
    return all(
        plain(option.label).split()[:1] and plain(option.label).split()[0] in _ANSWERS for option in options
    ) or (len(options) > 1 and meaning_of(question) is not None)


def _made_of(text: str, labels: set[str]) -> bool:
    """``Yes No`` in one line is the labels of two boxes, marks between them or not."""
    words = plain(MARK.sub(" ", text)).split()
    return bool(words) and all(word in {part for label in labels for part in label.split()} for word in words)


def _above(option: Option, parts: Sequence[Segment], height: float) -> Segment | None:
    place = _place(option)
    near = [
        part
        for part in parts
        if 0 < place.top - part.box.top < _ABOVE * height
        and part.box.left - 0.05 < place.left < part.box.right + 0.05
        and plain(part.text) != plain(option.label)
        and plain(part.text) not in _ANSWERS
    ]
    return max(near, key=lambda part: part.box.top) if near else None


def _typed(line: PrintedLine) -> Iterator[Question]:
    """``Smoker: [ ] Yes [X] No`` or, with the boxes behind their labels, ``Smoker: Yes [ ] No [X]``."""
    marks = list(MARK.finditer(line.text))
    if len(marks) < 2:
        return
    edges = [0, *(edge for mark in marks for edge in mark.span()), len(line.text)]
    texts = [line.text[edges[n] : edges[n + 1]].strip(" ,;") for n in range(0, len(edges), 2)]
    ticked = [any(sign in _TICKS for sign in mark[0]) for mark in marks]
    if texts[-1]:
        question, labels = texts[0], texts[1:]
    else:
        question, _, first = texts[0].rpartition(" ")
        labels = [first, *texts[1:-1]]
    options: list[Option] = []
    for label, on in zip(labels, ticked, strict=True):
        own, following = _label_and_question(label)
        options.append(Option(own, on))
        if following:
            yield from _question(question, options, line)
            question, options = following, []
    yield from _question(question, options, line)


def _question(text: str, options: Sequence[Option], line: PrintedLine) -> Iterator[Question]:
    """``Date of birth: 10/25/1979 Sex`` asks for the sex."""
    words = text.strip(" :").split()
    known = next((" ".join(words[n:]) for n in range(len(words)) if meaning_of(" ".join(words[n:]))), None)
    asked = known or re.split(r":\s+\S+\s+", text.strip(" :"))[-1]
    if asked and options and all(plain(option.label) for option in options):
        yield Question(asked, tuple(options), (line,))


def _label_and_question(text: str) -> tuple[str, str]:
    """``Current Alcohol:`` is an option and the next question; ``X Phone: 555-0139`` an option and another field."""
    match = re.match(r"(?P<label>.+?)\s+(?P<next>[A-Z][^:]{1,40}?)\s*:(?P<value>.*)$", text)
    if not match:
        return text.strip(" :"), ""
    return match["label"].strip(" :"), "" if match["value"].strip() else match["next"]


def checklists(page: PageContent, lines: Sequence[PrintedLine], asked: set[int]) -> dict[int, str]:
    """Lines that are labels of boxes and no question: what of them is ticked, by line number; the rest says nothing.

    :param asked: lines that belong to questions.
    """
    options = _options(page)
    left = _in_yes_columns(lines) | yes_no_rows(page, lines).said | _beside_boxes(page, lines, asked)
    left |= {at: text for at, text in typed_statements(lines).items() if at not in asked}
    for line in lines:
        if line.at in asked or line.at in left:
            continue
        if MARK.search(line.text) and (typed := _ticked_in(line.text)) is not None:
            left[line.at] = typed
            continue
        own = [option for option in options if _labels(option, line)]
        if own and _made_of(line.text, {plain(option.label) for option in own}):
            left[line.at] = "; ".join(option.label for option in own if option.ticked)
    return left


def _beside_boxes(page: PageContent, lines: Sequence[PrintedLine], asked: set[int]) -> dict[int, str]:
    """Lines each part of which stands right behind a box: the parts with a tick. The reader of the page may know less
    of a label (``Iodine`` of ``Iodine / contrast``)."""
    boxes = [box for box in page.tick_boxes if box.box and plain(box.label)]
    left: dict[int, str] = {}
    for line in lines:
        parts = segments(line)
        own = [next((box for box in boxes if _leads(box.box, box.label, part)), None) for part in parts]
        if line.at not in asked and all(own):
            left[line.at] = "; ".join(part.text for part, box in zip(parts, own, strict=True) if box and box.selected)
    return left


def _leads(box: Box | None, label: str, part: Segment) -> bool:
    """Whether a box stands right before a text that begins with its label."""
    if box is None or not plain(part.text).startswith(plain(label)):
        return False
    level = abs(part.box.middle[1] - box.middle[1]) < max(box.height, part.box.height)
    return level and -box.width < part.box.left - box.right < _BESIDE * box.width


def _in_yes_columns(lines: Sequence[PrintedLine]) -> dict[int, str]:
    """Rows of two boxes under ``Yes  No``: the row's label where the first box alone is ticked, else nothing."""
    left: dict[int, str] = {}
    columns = False
    for line in lines:
        marks = list(MARK.finditer(line.text))
        label = line.text[: marks[0].start()].strip(" .:") if marks else ""
        if len(marks) == 2 and columns and label and not line.text[marks[1].end() :].strip():
            on = [any(sign in _TICKS for sign in mark[0]) for mark in marks]
            left[line.at] = label if on == [True, False] else ""
        else:
            columns = _YES_NO.search(line.text) is not None
    return left


def _labels(option: Option, line: PrintedLine) -> bool:
    place = _place(option)
    level = abs(line.line.box.middle[1] - place.middle[1]) < max(place.height, line.line.box.height)
    return level and bool(plain(option.label)) and plain(option.label) in plain(line.text)


def _ticked_in(text: str) -> str | None:
    """The ticked labels of ``[ ] Asthma [x] Migraine``; None where the marks do not stand before labels."""
    marks = list(MARK.finditer(text))
    if text[: marks[0].start()].strip(" -•"):
        return None
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    labels = [text[mark.end() : end].strip(" ,;") for mark, end in zip(marks, ends, strict=True)]
    on = [any(sign in _TICKS for sign in mark[0]) for mark in marks]
    return "; ".join(label for label, ticked in zip(labels, on, strict=True) if ticked) if all(labels) else None
