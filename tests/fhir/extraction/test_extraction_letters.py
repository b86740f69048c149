"""Letters and notes: who they are about, what they say the patient has, takes and cannot take."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.fhir.facts import DocumentFacts, MedicationStatus

Read = Callable[..., DocumentFacts]
_HEAD = "Patient Name: Ada Lane    DOB: 03/14/1975    MRN: 4711\n\n"


def _letter(title: str, name: str, birth: str, text: str) -> str:
    return f"""
July 8, 2024

RE: {title} {name}, date of birth {birth}

Dear Dr. Marlow:

{text}

Sincerely,

Ruth Calder, MD
"""


def test_each_letter_of_a_packet_is_about_the_patient_whom_it_names(read: Read) -> None:
    facts = read(
        _letter("Mr.", "Leo Quist", "10/14/1944", "He has gout. Weight 77 kg."),
        _letter("Ms.", "Ann Vester", "03/27/1971", "She has asthma. Weight 64.5 kg."),
    )
    assert [(p.name, p.gender) for p in facts.patients] == [("Leo Quist", "male"), ("Ann Vester", "female")]
    assert [(c.name, c.patient) for c in facts.conditions] == [("gout", 0), ("asthma", 1)]
    assert [(o.value.printed, o.patient) for o in facts.observations if o.value] == [("77", 0), ("64.5", 1)]


def test_two_letters_on_one_page_part_where_the_second_names_its_patient(read: Read) -> None:
    first = _letter("Mr.", "Leo Quist", "10/14/1944", "BP 110/70.")
    facts = read(first + _letter("Ms.", "Ann Vester", "03/27/1971", "BP 128/70."))
    values = [(o.value.printed, o.patient) for o in facts.observations if o.value]
    assert values == [("110", 0), ("70", 0), ("128", 1), ("70", 1)]


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("I saw this pleasant gentleman today.", "male"),
        ("This is a 62-year-old retired woman with a cough.", "female"),
        ("71M w/ PMH of gout.", "male"),
        ("She feels well. She takes no medicines.", "female"),
        ("She feels well. He is her son.", None),
        ("I saw Mrs. Marlow, her neighbor.", None),
    ],
)
def test_the_sex_is_what_the_text_says_of_the_patient(read: Read, text: str, sex: str | None) -> None:
    assert read(_HEAD + "Hospital Course\n" + text).patients[0].gender == sex


def test_a_strip_under_the_name_holds_sex_and_date_of_birth(read: Read) -> None:
    [patient] = read("LANE, ADA\nF · 34 y · 11/18/1989 · Acct 70031482\n\nWeight: 61 kg").patients
    assert (patient.name, patient.gender) == ("LANE, ADA", "female")
    assert patient.birth_date and patient.birth_date.value == "1989-11-18"


def test_a_name_that_begins_behind_its_label_goes_on_with_its_degree(read: Read) -> None:
    facts = read(_HEAD + "Seen with the Therapist: Lucinda\nHale, LCSW\n\nWeight: 61 kg")
    assert [p.name for p in facts.practitioners] == ["Lucinda Hale"]


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        (
            "He has had type 2 diabetes for 18 years, complicated by non-proliferative retinopathy, as well as "
            "longstanding hypertension and gout.",
            ["type 2 diabetes", "non-proliferative retinopathy", "hypertension", "gout"],
        ),
        (
            "My impression is that he has stage 3b chronic kidney disease due to diabetic nephropathy, with anemia.",
            ["stage 3b chronic kidney disease", "diabetic nephropathy", "anemia"],
        ),
        ("Her risk factors are hyperlipidemia and a family history of stroke.", ["hyperlipidemia"]),
        ("My diagnosis is stable angina.", ["stable angina"]),
        ("She had concerns about diabetes.", []),
        ("He has no asthma. His wife has lupus.", []),
    ],
)
def test_a_sentence_says_what_the_patient_has(read: Read, sentence: str, names: list[str]) -> None:
    assert [c.name for c in read(_HEAD + "Hospital Course\n" + sentence).conditions] == names


def test_a_side_a_degree_or_a_stage_belongs_to_the_illness_before_the_comma(read: Read) -> None:
    facts = read(_HEAD + "Diagnoses:\n1. Hydronephrosis, left, mild\n2. CKD, stage 3a, gout")
    assert [c.name for c in facts.conditions] == ["Hydronephrosis, left, mild", "CKD, stage 3a", "gout"]


def test_what_was_ruled_out_is_no_entry_of_a_history(read: Read) -> None:
    facts = read(_HEAD + "Medical History\nHypothyroidism. Epilepsy has been ruled out by neurology. Sepsis ruled out.")
    assert [c.name for c in facts.conditions] == ["Hypothyroidism"]


def test_the_findings_of_an_image_are_noted_without_a_verb(read: Read) -> None:
    facts = read(_HEAD + """
FINDINGS:
Lungs: No consolidation to suggest pneumonia.
Upper abdomen: Small hiatal hernia. Liver unremarkable.
""")
    assert [c.name for c in facts.conditions] == ["Small hiatal hernia"]


def test_the_dose_after_a_change_is_the_dose(read: Read) -> None:
    facts = read(_HEAD + "Plan\n1. Losartan 50 -> 100 mg qd.\n2. Increase lamotrigine from 150 mg to 200 mg daily.")
    assert [(m.name, m.dose) for m in facts.medications] == [("Losartan", "100 mg"), ("lamotrigine", "200 mg")]


def test_the_dose_before_a_change_stops_nothing(read: Read) -> None:
    [drug] = read(_HEAD + "Discharge Medications\n1. Furosemide 40 mg daily (previously 20 mg once a day)").medications
    assert (drug.dose, drug.status) == ("40 mg", MedicationStatus.ACTIVE)


def test_a_listed_medicine_that_is_stopped_further_down_is_stopped(read: Read) -> None:
    facts = read(_HEAD + "Meds: simvastatin 20 mg qHS\n\nPlan\nSTOP simvastatin, START rosuvastatin 10 mg qHS.")
    assert [(m.name, m.dose, m.status) for m in facts.medications] == [
        ("simvastatin", "20 mg", MedicationStatus.STOPPED), ("rosuvastatin", "10 mg", MedicationStatus.ACTIVE)
    ]  # fmt: skip


def test_instructions_below_a_list_of_medicines_are_none(read: Read) -> None:
    facts = read(_HEAD + """
Medications on discharge
1. Apixaban 5 mg by mouth twice a day

Weigh yourself every morning. Keep salt to 2 grams a day.
""")
    assert [m.name for m in facts.medications] == ["Apixaban"]


def test_a_reaction_that_a_sentence_tells_is_an_allergy(read: Read) -> None:
    facts = read(_HEAD + """
Hospital Course
He is allergic to penicillin, which gave him hives as a child. Gets a rash with amoxicillin.
""")
    assert [(a.substance, a.reaction) for a in facts.allergies] == [("penicillin", "hives"), ("amoxicillin", "rash")]


def test_the_denial_of_one_kind_of_allergies_denies_not_all(read: Read) -> None:
    facts = read(_HEAD + "Allergies\nSulfamethoxazole (facial swelling). No food allergies.")
    assert [(a.substance, a.reaction, a.denied) for a in facts.allergies] == [
        ("Sulfamethoxazole", "facial swelling", False)
    ]


def test_a_vaccine_behind_a_label_of_the_plan_was_given(read: Read) -> None:
    facts = read(_HEAD + "Plan\n7. HM: Pneumovax given today L deltoid lot X014422. Declined flu shot.")
    assert [(i.vaccine, i.lot) for i in facts.immunizations] == [("Pneumovax", "X014422")]


def test_a_diagnosis_above_a_label_for_a_habit_is_no_habit(read: Read) -> None:
    facts = read(_HEAD + "Final Diagnoses:\nHyperlipidemia\nTobacco use\n\nInstructions: Quit smoking.")
    assert facts.observations == ()
    assert "Hyperlipidemia" in [c.name for c in facts.conditions]


def test_what_a_bracket_aims_at_leaves_the_values_behind_it(read: Read) -> None:
    facts = read(_HEAD + "Hospital Course\nLDL 2.1 mmol/L (target below 1.4), HbA1c 5.8 %. I suggest adding ezetimibe "
                         "10 mg.")
    assert [(o.name, o.value.printed) for o in facts.observations if o.value] == [("LDL", "2.1"), ("HbA1c", "5.8")]
    assert facts.medications == ()


def test_a_number_in_brackets_behind_the_name_is_the_patients(read: Read) -> None:
    [patient] = read("Patient: Mr. Anselm Roe (DOB 3 February 1952, MRN 774-01-22)\n\nHe has asthma but no "
                     "gout.").patients
    assert ([i.value for i in patient.identifiers], patient.gender) == (["774-01-22"], "male")
