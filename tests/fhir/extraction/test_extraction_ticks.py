"""Tick boxes: the answer is what is ticked; nothing ticked is no answer; an unticked label states nothing."""

from __future__ import annotations

from collections.abc import Callable

from include.documents.content import Box, DocumentContent, FormField, Line, Origin, PageContent, Word
from include.fhir.extraction import extract
from include.fhir.facts import DocumentFacts

Read = Callable[..., DocumentFacts]
_HEIGHT = 0.012


def _line(text: str, left: float, top: float) -> Line:
    box = Box(left, top, 0.008 * len(text), _HEIGHT)
    return Line(text, box, words=(Word(text, box),))


def _scan(*rows: tuple[str, dict[str, bool]]) -> DocumentFacts:
    """A scanned form: a question on each row and boxes with their labels to its right."""
    lines = [_line("Patient Name: Ada Lane", 0.1, 0.05), _line("MRN: 4711", 0.1, 0.08)]
    fields: list[FormField] = []
    for number, (question, options) in enumerate(rows):
        top = 0.2 + 0.03 * number
        if question:
            lines.append(_line(question, 0.1, top))
        for place, (label, ticked) in enumerate(options.items()):
            left = 0.5 + 0.15 * place
            lines.append(_line(label, left + 0.03, top))
            key, value = Box(left + 0.03, top, 0.05, _HEIGHT), Box(left, top, 0.02, _HEIGHT)
            fields.append(FormField(label, "[X]" if ticked else "[ ]", key, value, 99.0, ticked))
    ordered = tuple(sorted(lines, key=lambda line: (line.box.top, line.box.left)))
    return extract(DocumentContent("doc", (PageContent(1, Origin.OCR, ordered, (), tuple(fields)),)))


def test_the_ticked_sex_is_the_patients() -> None:
    facts = _scan(("Sex", {"Male": True, "Female": False}))
    assert [patient.gender for patient in facts.patients] == ["male"]


def test_no_ticked_sex_is_no_sex() -> None:
    facts = _scan(("Sex", {"Male": False, "Female": False}))
    assert [patient.gender for patient in facts.patients] == [None]


def test_a_habit_is_what_is_ticked_and_never_the_next_line() -> None:
    facts = _scan(
        ("Do you smoke?", {"Yes": False, "No": True}),
        ("Do you drink alcohol?", {"Yes": True, "No": False}),
        ("Have you had fever?", {"Yes": False, "No": True}),
    )
    assert [(fact.name, fact.value.printed if fact.value else None) for fact in facts.observations] == [
        ("Do you smoke?", "No"),
        ("Do you drink alcohol?", "Yes"),
    ]


def test_a_question_without_a_tick_has_no_answer() -> None:
    assert _scan(("Do you smoke?", {"Yes": False, "No": False})).observations == ()


def test_of_a_checklist_only_what_is_ticked_is_said() -> None:
    facts = _scan(("Medical History", {}), ("", {"Asthma": False, "Migraine": True, "Diabetes": False}))
    assert [fact.name for fact in facts.conditions] == ["Migraine"]


def test_typed_boxes_are_read_like_drawn_ones(read: Read) -> None:
    facts = read(
        "Last name: Roe     First name: Ada\n"
        "Date of birth: 10/25/1979   Sex: [ ] M [x] F   Phone: 904-555-0139\n"
        "Have you ever had any of the following?\n"
        "[ ] Asthma  [x] Migraine  [ ] Diabetes\n"
        "Has anyone in your family had:\n"
        "[x] Cancer  [ ] Stroke\n"
        "Tobacco: [ ] Never [x] Former [ ] Current\n"
    )
    assert [(p.name, p.family, p.given, p.gender) for p in facts.patients] == [("Ada Roe", "Roe", ("Ada",), "female")]
    assert [fact.name for fact in facts.conditions] == ["Migraine"]
    assert [(o.name, o.value.printed if o.value else None) for o in facts.observations] == [("Tobacco", "Former")]
