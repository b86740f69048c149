"""Typed boxes for Yes and No behind a statement: what is not ticked Yes is not said."""

from __future__ import annotations

import pytest

from include.documents.content import Box, DocumentContent, Line, Origin, PageContent
from include.fhir.extraction import extract
from tests.fhir.extraction.conftest import Read

_HEAD = "Name: Jane Roe     DOB: 05/02/1949\n\n"


@pytest.mark.parametrize(
    "rows",
    [
        "Asthma [x] Yes [ ] No   COPD [ ] Yes [x] No",
        "Asthma: [X] Yes [] No\nCOPD: [] Yes [X] No",
        "Asthma   Yes [x] No [ ]     COPD   Yes [ ] No [x]",
        "1. Asthma [ ] No [x] Yes\n2. COPD [x] No [ ] Yes",
        "Asthma ☒ Yes ☐ No     COPD ☐ Yes ☒ No",
        "Asthma (x) Y ( ) N     COPD ( ) Y (x) N",
    ],
)
def test_only_a_statement_with_yes_ticked_is_said(read: Read, rows: str) -> None:
    facts = read(_HEAD + "MEDICAL HISTORY\n" + rows)
    assert [c.name for c in facts.conditions] == ["Asthma"]
    assert facts.observations == ()


def test_boxes_that_are_a_line_of_their_own_belong_to_the_statement_on_their_height() -> None:
    def line(text: str, left: float, top: float) -> Line:
        return Line(text, Box(left, top, 0.009 * len(text), 0.012), 96.0)

    rows = (
        line("Name: Jane Roe DOB: 05/02/1949", 0.07, 0.1), line("MEDICAL HISTORY", 0.07, 0.2),
        line("[] Yes [x] No", 0.22, 0.246), line("Heart failure", 0.07, 0.25), line("Glaucoma", 0.5, 0.251),
        line("[x] Yes [] No", 0.62, 0.247), line("Dementia", 0.07, 0.28), line("[] Yes [x] No", 0.22, 0.277),
    )  # fmt: skip
    facts = extract(DocumentContent("d", (PageContent(1, Origin.OCR, rows),)))
    assert [c.name for c in facts.conditions] == ["Glaucoma"]


def test_a_detail_between_yes_and_no_belongs_to_the_statement(read: Read) -> None:
    facts = read(_HEAD + "VACCINES\nInfluenza this season: [x] Yes 09/20/2024 [ ] No\nPneumococcal: [ ] Yes [x] No")
    assert [(i.vaccine, i.date.value if i.date else None) for i in facts.immunizations] == [
        ("Influenza this season", "2024-09-20")
    ]


def test_a_question_with_yes_ticked_names_no_substance(read: Read) -> None:
    facts = read(_HEAD + "ALLERGIES\nAny known allergies? [x] Yes [ ] No\nLatex: [ ] Yes [x] No  Food: [ ] Yes [x] No")
    assert facts.allergies == ()
