"""Vaccines in grids, and forecasts of what is due."""

from __future__ import annotations

from collections.abc import Callable

from include.fhir.facts import DocumentFacts

Read = Callable[..., DocumentFacts]
_HEAD = "Child's name: Ada Lane      Birth date: 01/08/2019      Chart no. 4711      Seen: 04/21/2025\n\n"


def _given(facts: DocumentFacts) -> list[tuple[str, str | None, str | None]]:
    return [(fact.vaccine, fact.date.value if fact.date else None, fact.lot) for fact in facts.immunizations]


def test_the_days_of_a_series_stand_under_numbers(read: Read) -> None:
    facts = read(_HEAD + """
Vaccine       1             2             3
DTaP          03/11/2019    05/13/2019    07/15/2019
MMR           01/14/2020
""")
    assert _given(facts) == [("DTaP", "2019-03-11", None), ("DTaP", "2019-05-13", None), ("DTaP", "2019-07-15", None),
                             ("MMR", "2020-01-14", None)]


def test_a_mark_under_a_day_says_what_was_given_on_it(read: Read) -> None:
    facts = read(_HEAD + """
Vaccine       03/11/2019    05/13/2019    07/15/2019
DTaP          #1            #2            #3
Hib           X             --            X
""")
    assert _given(facts) == [("DTaP", "2019-03-11", None), ("DTaP", "2019-05-13", None), ("DTaP", "2019-07-15", None),
                             ("Hib", "2019-03-11", None), ("Hib", "2019-07-15", None)]


def test_what_is_due_was_not_given(read: Read) -> None:
    facts = read(_HEAD + """
Vaccines due
Vaccine       Dose     Date
DTaP          4        01/15/2020

Vaccine       Dose     Earliest date    Overdue after
MMR           2        02/11/2020       01/07/2026
""")
    assert _given(facts) == []


def test_vaccines_given_today_have_the_day_of_the_visit(read: Read) -> None:
    facts = read(_HEAD + """
Immunizations given today
Vaccine       Lot          Site
DTaP #4       C5829BA      L thigh
Influenza vaccine deferred today because of egg reaction. MMR and varicella given at 12 months (09 Jan 2020).
""")
    assert _given(facts) == [("DTaP #4", "2025-04-21", "C5829BA"), ("MMR", "2020-01-09", None),
                             ("varicella", "2020-01-09", None)]


def test_each_vaccine_of_a_list_has_its_own_days(read: Read) -> None:
    facts = read(_HEAD + """
Immunizations
DTaP: 01/13/2015, 03/15/2015
Tdap 2019, influenza 10/2024, COVID-19 (Pfizer) 01/15/2022
Varicella: history of disease 2018
""")
    assert _given(facts) == [("DTaP", "2015-01-13", None), ("DTaP", "2015-03-15", None), ("Tdap", "2019", None),
                             ("influenza", "2024-10", None), ("COVID-19", "2022-01-15", None)]
