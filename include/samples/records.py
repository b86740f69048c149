"""Sheets of a record: vaccinations, intake form, medication list, vital signs, problems and allergies."""

from __future__ import annotations

from PIL import Image

from include.samples.facts import Facts, Panel, Result, Sample, observations
from include.samples.layout import (
    Handwriting,
    TickBoxes,
    build,
    gap,
    heading,
    labelled_block,
    open_table,
    prose,
    ruled_table,
    side_by_side,
)
from include.samples.people import BARNABY, CLINIC, HOSPITAL, MARIGOLD, OTTILIE, PRACTICE, ROSALIND, THADDEUS
from include.samples.scanning import as_pdf, as_png, render, with_noise

_VACCINES = (
    ("DTaP", "10/19/2019", "1", "LOT-A1207", "Left thigh"),
    ("Hepatitis B", "10/19/2019", "2", "LOT-B3310", "Right thigh"),
    ("MMR", "08/24/2020", "1", "LOT-M4471", "Left arm"),
    ("Varicella", "08/24/2020", "1", "LOT-V0925", "Right arm"),
    ("Influenza", "10/15/2023", "1", "LOT-F2386", "Left arm"),
)


def vaccination_record() -> bytes:
    printed = build(PRACTICE.titled("VACCINATION RECORD"), [
        labelled_block([
            ("Patient", ROSALIND.name), ("Date of Birth", ROSALIND.born), ("Sex", ROSALIND.sex),
            ("MRN", ROSALIND.mrn)]),
        gap(14),
        ruled_table(("Vaccine", "Date Given", "Dose", "Lot Number", "Site"), _VACCINES, (26, 22, 12, 22, 20)),
        gap(12),
        prose("Administered by: Dr. Balthazar Mythos"),
    ])
    # Sixteen greys without grain: what a flatbed scanner's "document" mode saves, and small as a PNG.
    page = render(printed, dpi=200)[0].quantize(16, dither=Image.Dither.NONE)
    return as_png(page)


def _iso(printed: str) -> str:
    month, day, year = printed.split("/")
    return f"{year}-{month}-{day}"


_VACCINATION_FACTS: Facts = {
    "patient": ROSALIND.facts(),
    "practitioner": [{"name": "Dr. Balthazar Mythos"}],
    "immunizations": [
        {"vaccine": vaccine, "date": _iso(date), "dose": int(dose), "lot": lot, "site": site}
        for vaccine, date, dose, lot, site in _VACCINES],
}

_QUESTIONS = (("Do you smoke?", "No"), ("Do you drink alcohol?", "Yes"),
              ("Have you had fever in the last 14 days?", "No"), ("Do you have a cough?", "Yes"),
              ("Are you short of breath?", "No"),
              ("Have you traveled abroad this year?", "No"))


def intake_form() -> bytes:
    half = 250
    printed = build(PRACTICE.titled("PATIENT INTAKE FORM"), [
        side_by_side(Handwriting("First Name", THADDEUS.given, half, 1),
                     Handwriting("Last Name", THADDEUS.family, half, 2)),
        side_by_side(Handwriting("Date of Birth", THADDEUS.born, half, 3),
                     Handwriting("Phone", THADDEUS.phone, half, 4)),
        Handwriting("Address", THADDEUS.address, seed=5),
        Handwriting("MRN", THADDEUS.mrn, half, 6),
        gap(6),
        TickBoxes("Sex", ("Male", "Female"), "Male", 7),
        heading("Health questions - tick one box on each line"),
        *[TickBoxes(question, ("Yes", "No"), answer, seed) for seed, (question, answer) in enumerate(_QUESTIONS, 10)],
        heading("Medications you take now"),
        ruled_table(("Medication", "Dose", "How often"),
                    [("Levothyroxine", "75 mcg", "once daily"), ("Fish oil", "1000 mg", "twice daily")], (40, 25, 35)),
        heading("Allergies"),
        ruled_table(("Allergy", "Reaction"), [("Peanuts", "Swelling")], (50, 50)),
        gap(10),
        Handwriting("Date", "05/17/2024", half, 8),
    ])
    return as_pdf([with_noise(page, seed=61) for page in render(printed)])


_INTAKE_FACTS: Facts = {
    "patient": THADDEUS.facts(phone=THADDEUS.phone, address=THADDEUS.address),
    "checkboxes": dict(_QUESTIONS),
    "medications": [
        {"name": "Levothyroxine", "dose": "75 mcg", "frequency": "once daily"},
        {"name": "Fish oil", "dose": "1000 mg", "frequency": "twice daily"}],
    "allergies": [{"substance": "Peanuts", "reaction": "Swelling"}],
    "traps": [{"resource": "Condition", "contains": "fever|short.* breath|travel"}],
}

_MEDICATIONS = (
    ("Metformin", "1000 mg", "oral", "twice daily", "Type 2 diabetes"),
    ("Lisinopril", "10 mg", "oral", "once daily", "High blood pressure"),
    ("Ferrous sulfate", "325 mg", "oral", "once daily", "Low iron"),
    ("Acetaminophen", "500 mg", "oral", "every 6 hours as needed", "Pain"),
)


def medication_list() -> bytes:
    return build(CLINIC.titled("MEDICATION LIST"), [
        labelled_block([
            ("Patient", MARIGOLD.reversed_name), ("MRN", MARIGOLD.mrn), ("DOB", MARIGOLD.born),
            ("Gender", MARIGOLD.sex), ("List Date", "08/29/2024"), ("Provider", "Dr. Philippa Madeup")]),
        heading("Active Medications"),
        ruled_table(("Medication", "Dose", "Route", "Frequency", "Reason"), _MEDICATIONS, (24, 15, 11, 27, 25)),
        gap(12),
        prose("Bring this list to every appointment."),
    ])


_MEDICATION_FACTS: Facts = {
    "patient": MARIGOLD.facts(),
    "practitioner": [{"name": "Dr. Philippa Madeup"}],
    "medications": [{"name": name, "dose": dose, "route": route, "frequency": frequency, "reason": reason}
                    for name, dose, route, frequency, reason in _MEDICATIONS],
}

_VITALS = Panel("", (
    Result("Systolic BP", "134", "mmHg", loinc=("8480-6",)),
    Result("Diastolic BP", "82", "mmHg", loinc=("8462-4",)),
    Result("Heart Rate", "74", "bpm", loinc=("8867-4",)),
    Result("Respiratory Rate", "16", "breaths/min", loinc=("9279-1",)),
    Result("Temperature", "36.7", "C", loinc=("8310-5",)),
    Result("Oxygen Saturation", "97", "%", loinc=("59408-5", "2708-6")),
    Result("Height", "178", "cm", loinc=("8302-2",)),
    Result("Weight", "84.3", "kg", loinc=("29463-7",)),
    Result("BMI", "26.6", "kg/m2", loinc=("39156-5",)),
))


def vital_signs_sheet() -> bytes:
    bare = [(r.test, r.value, r.unit) for r in _VITALS.results[2:]]
    return build(HOSPITAL.titled("VITAL SIGNS"), [
        labelled_block([
            ("Patient", BARNABY.name), ("MRN", BARNABY.mrn), ("Date of Birth", BARNABY.born), ("Sex", BARNABY.sex),
            ("Recorded", "26 April 2024"), ("Recorded By", "Winifred Nonesuch, RN")]),
        gap(14),
        open_table(("Vital Sign", "Value", "Unit"), [("Blood Pressure", "134/82", "mmHg"), *bare], (40, 30, 30)),
        gap(12),
        prose("Measured at rest, sitting, right arm."),
    ])


_VITAL_FACTS: Facts = {
    "patient": BARNABY.facts(),
    "vitals": {"recorded": "2024-04-26", "items": observations([_VITALS])},
}

_PROBLEMS = (("Asthma", "J45.909", "03/22/2011", "Active"), ("Hypothyroidism", "E03.9", "09/14/2016", "Active"),
             ("Iron deficiency anemia", "D50.9", "01/30/2020", "Resolved"))
_ALLERGIES = (("Codeine", "Nausea", "Moderate"), ("Shellfish", "Hives", "Severe"))


def problem_list() -> bytes:
    return build(PRACTICE.titled("PROBLEM LIST AND ALLERGIES"), [
        labelled_block([
            ("Patient", OTTILIE.name), ("MRN", OTTILIE.mrn), ("DOB", OTTILIE.born), ("Sex", OTTILIE.sex),
            ("Updated", "07/31/2024"), ("Provider", "Dr. Isolde Fabula")]),
        heading("Problem List"),
        ruled_table(("Problem", "ICD-10", "Onset", "Status"), _PROBLEMS, (40, 18, 22, 20)),
        heading("Allergies"),
        ruled_table(("Substance", "Reaction", "Severity"), _ALLERGIES, (40, 30, 30)),
    ])


_PROBLEM_FACTS: Facts = {
    "patient": OTTILIE.facts(),
    "practitioner": [{"name": "Dr. Isolde Fabula"}],
    "conditions": [{"name": name, "code": code, "onset": _iso(onset), "status": status.lower()}
                   for name, code, onset, status in _PROBLEMS],
    "allergies": [{"substance": substance, "reaction": reaction, "severity": severity.lower()}
                  for substance, reaction, severity in _ALLERGIES],
}

SAMPLES = (
    Sample("vaccination_record.png", vaccination_record, "vaccination record", ("image",), "external_ocr",
           facts=_VACCINATION_FACTS),
    Sample("intake_form_scan.pdf", intake_form, "intake form", ("image",), "external_ocr", facts=_INTAKE_FACTS),
    Sample("medication_list_text.pdf", medication_list, "medication list", ("text",), "embedded_text",
           facts=_MEDICATION_FACTS),
    Sample("vital_signs_text.pdf", vital_signs_sheet, "vital signs", ("text",), "embedded_text", facts=_VITAL_FACTS),
    Sample("problem_list_text.pdf", problem_list, "problem list", ("text",), "embedded_text", facts=_PROBLEM_FACTS),
)
