"""Lists of exports, whose lines begin with the day, the span or the state of their entry."""

from __future__ import annotations

import pytest

from tests.fhir.extraction.conftest import Read

_HEAD = "Name: Jane Roe     DOB: 1949-02-05\n\n"


@pytest.mark.parametrize(
    ("first", "second"),
    [("2016-08-19 - 2016-09-09 : ", "2019-06-11 - : "), ("2016-08-19 to 2016-09-09 | ", "2019-06-11 | "),
     ("2016-08-19 – 2016-09-09: ", "2019-06-11 –: "), ("• 2016-08-19 [RESOLVED] : ", "• 2019-06-11 [ACTIVE] : "),
     ("19 Aug 2016 (resolved): ", "11 Jun 2019: ")],
)  # fmt: skip
def test_a_condition_takes_the_span_that_begins_its_line(read: Read, first: str, second: str) -> None:
    facts = read(f"{_HEAD}CONDITIONS:\n  {first}Sinusitis (disorder)\n  {second}Essential hypertension")
    assert [(c.name, c.onset.value if c.onset else None, c.clinical_status) for c in facts.conditions] == [
        ("Sinusitis", "2016-08-19", "resolved"), ("Essential hypertension", "2019-06-11", None)
    ]  # fmt: skip


def test_employment_is_a_finding_but_no_condition(read: Read) -> None:
    facts = read(_HEAD + "CONDITIONS:\n 1998-06-30 - : Full-time employment (finding)\n 2018-06-05 - : Prediabetes")
    assert [c.name for c in facts.conditions] == ["Prediabetes"]


def test_a_medicine_takes_its_start_and_its_state(read: Read) -> None:
    facts = read(_HEAD + "MEDICATIONS:\n"
                 "  2019-06-11 [CURRENT]      : lisinopril 10 MG Oral Tablet for Essential hypertension (disorder)\n"
                 "  2014-03-02 [STOPPED]      : Naproxen sodium 220 MG Oral Tablet\n"
                 "  2014-03-02 - 2014-03-09   : amoxicillin 500 MG Oral Capsule")
    assert [(m.name, m.dose, m.start.value if m.start else None, m.status.value) for m in facts.medications] == [
        ("lisinopril", "10 MG", "2019-06-11", "active"), ("Naproxen sodium", "220 MG", "2014-03-02", "stopped"),
        ("amoxicillin", "500 MG", "2014-03-02", "completed"),
    ]  # fmt: skip


def test_a_measurement_takes_its_day_and_its_whole_name(read: Read) -> None:
    facts = read(_HEAD + "OBSERVATIONS:\n"
                 "  2023-06-20 : Body mass index (BMI) [Ratio]      28.2 kg/m2\n"
                 "  2023-06-20 : Pain severity - 0-10 verbal numeric rating [Score] - Repor 2 {score}\n"
                 "  2022-06-14 : High Density Lipoprotein Cholesterol      61.3 mg/dL")
    assert [(o.name, o.value.printed, o.value.unit, o.effective.value) for o in facts.observations
            if o.value and o.effective] == [
        ("Body mass index (BMI)", "28.2", "kg/m2", "2023-06-20"),
        ("Pain severity - 0-10 verbal numeric rating", "2", None, "2023-06-20"),
        ("High Density Lipoprotein Cholesterol", "61.3", "mg/dL", "2022-06-14"),
    ]  # fmt: skip


def test_a_vaccine_keeps_the_parts_of_its_name(read: Read) -> None:
    facts = read(_HEAD + "IMMUNIZATIONS:\n"
                 "  2023-06-20 : Influenza, seasonal, injectable, preservative free\n"
                 "  2017-06-06 : Td (adult), 5 Lf tetanus toxoid, preservative free, adsorbed")
    assert [(i.vaccine, i.date.value if i.date else None) for i in facts.immunizations] == [
        ("Influenza, seasonal, injectable, preservative free", "2023-06-20"), ("Td (adult)", "2017-06-06")
    ]  # fmt: skip


def test_what_was_not_done_is_no_fact(read: Read) -> None:
    facts = read(_HEAD + "PROCEDURES:\n  2023-06-20 [CANCELLED] : Colonoscopy\n  2021-10-05 : Appendectomy")
    assert [(p.name, p.date.value if p.date else None) for p in facts.procedures] == [("Appendectomy", "2021-10-05")]
