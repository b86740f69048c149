"""Prose: a discharge letter, a prescription, a photographed visit note, a three-page fax."""

from __future__ import annotations

from PIL import Image

from include.samples.facts import Facts, Sample
from include.samples.layout import (
    build,
    bullets,
    gap,
    heading,
    labelled_block,
    new_page,
    open_table,
    prose,
    ruled_table,
)
from include.samples.people import CLEMENTINE, CLINIC, HENRIETTA, HOSPITAL, LEOPOLD, PRACTICE, QUENTIN
from include.samples.scanning import as_pdf, as_phone_jpeg, as_tiff, faxed, photographed, render, with_noise


def discharge_letter() -> bytes:
    return build(HOSPITAL.titled("DISCHARGE SUMMARY"), [
        labelled_block([
            ("Patient Name", QUENTIN.name), ("MRN", QUENTIN.mrn),
            ("Date of Birth", QUENTIN.born), ("Sex", QUENTIN.sex),
            ("Admission Date", "2024-03-18"), ("Discharge Date", "2024-03-23"),
            ("Attending Physician", "Dr. Amadeus Fictional"), ("Discharged To", "Home")]),
        heading("Discharge Diagnoses"),
        *bullets(["Community-acquired pneumonia", "Atrial fibrillation", "Type 2 diabetes mellitus"]),
        heading("Hospital Course"),
        prose("Mr. Mockingham is a 76-year-old man who came to the emergency department with four days of cough and "
              "fever. He denied chest pain and had no hemoptysis. On arrival his temperature was 38.6 C, heart rate "
              "112 bpm, respiratory rate 24 breaths/min and oxygen saturation 91 % on room air. The chest radiograph "
              "showed a right lower lobe infiltrate."),
        prose("He was treated with intravenous antibiotics for three days and improved steadily. He was weaned off "
              "oxygen on the second day and has been without fever for 48 hours. The white blood cell count fell to "
              "9.8 K/uL before discharge."),
        heading("Family History"),
        prose("His father had a stroke at the age of 80. There is no family history of lung cancer."),
        heading("Allergies"),
        prose("Penicillin (rash)"),
        heading("Discharge Medications"),
        *bullets(["Doxycycline 100 mg by mouth twice daily for 5 days", "Apixaban 5 mg by mouth twice daily",
                  "Metformin 1000 mg by mouth twice daily", "Metoprolol succinate 50 mg by mouth once daily"]),
        new_page(),
        heading("Instructions"),
        prose("Finish the antibiotic. Drink enough fluid and rest. Come back at once if you get short of breath, "
              "if fever returns, or if you cough up blood."),
        heading("Follow-up"),
        prose("Appointment with Dr. Amadeus Fictional in two weeks. Repeat the chest radiograph in six weeks."),
        gap(24),
        prose("Signed electronically by Dr. Amadeus Fictional on 2024-03-23."),
    ])


_DISCHARGE_FACTS: Facts = {
    "patient": QUENTIN.facts(),
    "encounter": {"admission": "2024-03-18", "discharge": "2024-03-23", "disposition": "Home"},
    "practitioner": [{"name": "Dr. Amadeus Fictional"}],
    "conditions": ["Community-acquired pneumonia", "Atrial fibrillation", "Type 2 diabetes mellitus"],
    "symptoms": ["cough", "fever"],
    "allergies": [{"substance": "Penicillin", "reaction": "rash"}],
    "medications": [
        {"name": "Doxycycline", "dose": "100 mg", "frequency": "twice daily"},
        {"name": "Apixaban", "dose": "5 mg", "frequency": "twice daily"},
        {"name": "Metformin", "dose": "1000 mg", "frequency": "twice daily"},
        {"name": "Metoprolol succinate", "dose": "50 mg", "frequency": "once daily"}],
    "observations": [
        {"test": "Temperature", "value": 38.6, "unit": "C", "loinc_accept": ["8310-5"]},
        {"test": "Heart rate", "value": 112, "unit": "bpm", "loinc_accept": ["8867-4"]},
        {"test": "Respiratory rate", "value": 24, "unit": "breaths/min", "loinc_accept": ["9279-1"]},
        {"test": "Oxygen saturation", "value": 91, "unit": "%", "loinc_accept": ["59408-5", "2708-6"]},
        {"test": "White blood cell count", "value": 9.8, "unit": "K/uL", "loinc_accept": ["6690-2", "26464-8"]}],
    "traps": [{"resource": "Condition", "contains": "chest pain|hemoptysis|stroke|lung cancer|cough up blood"}],
}


def prescription() -> bytes:
    printed = build(CLINIC.titled("PRESCRIPTION"), [
        labelled_block([
            ("Patient", LEOPOLD.name), ("DOB", LEOPOLD.born), ("Sex", LEOPOLD.sex), ("MRN", LEOPOLD.mrn),
            ("Address", LEOPOLD.address), ("Date", "06/24/2024")]),
        gap(18),
        ruled_table(("Medication", "Dose", "Frequency", "Duration", "Refills"), [
            ("Amoxicillin", "500 mg", "three times daily", "10 days", "0"),
            ("Ibuprofen", "400 mg", "every 8 hours as needed", "7 days", "1"),
            ("Omeprazole", "20 mg", "once daily", "30 days", "2")], (28, 16, 30, 16, 12)),
        gap(14),
        prose("Take with food. Do not take more than directed."),
        prose("Allergies: No known drug allergies"),
        gap(30),
        prose("Prescriber: Dr. Seraphina Nomad"),
    ])
    return as_pdf([with_noise(page, seed=31) for page in render(printed)])


_PRESCRIPTION_FACTS: Facts = {
    "patient": LEOPOLD.facts(),
    "practitioner": [{"name": "Dr. Seraphina Nomad"}],
    "allergies": "No known drug allergies",
    "medications": [
        {"name": "Amoxicillin", "dose": "500 mg", "frequency": "three times daily", "duration": "10 days"},
        {"name": "Ibuprofen", "dose": "400 mg", "frequency": "every 8 hours as needed", "duration": "7 days"},
        {"name": "Omeprazole", "dose": "20 mg", "frequency": "once daily", "duration": "30 days"}],
}


def visit_note_photo() -> bytes:
    printed = build(PRACTICE.titled("VISIT NOTE"), [
        labelled_block([
            ("Patient", CLEMENTINE.name), ("DOB", CLEMENTINE.born), ("Sex", CLEMENTINE.sex), ("MRN", CLEMENTINE.mrn),
            ("Visit Date", "04/29/2024"), ("Provider", "Dr. Balthazar Mythos")]),
        heading("Vital Signs"),
        ruled_table(("Measurement", "Value", "Unit"), [
            ("Blood Pressure", "118/76", "mmHg"), ("Heart Rate", "68", "bpm"), ("Temperature", "98.4", "F"),
            ("Weight", "62.5", "kg")], (40, 30, 30)),
        heading("Assessment"),
        *bullets(["Seasonal allergic rhinitis", "Migraine without aura"]),
        heading("Medications"),
        *bullets(["Cetirizine 10 mg once daily", "Sumatriptan 50 mg as needed"]),
        heading("Plan"),
        prose("Return in three months. Keep a headache diary."),
    ])
    return as_phone_jpeg(photographed(render(printed, dpi=170)[0], seed=41))


_VISIT_FACTS: Facts = {
    "patient": CLEMENTINE.facts(),
    "practitioner": [{"name": "Dr. Balthazar Mythos"}],
    "conditions": ["Seasonal allergic rhinitis", "Migraine without aura"],
    "medications": [
        {"name": "Cetirizine", "dose": "10 mg", "frequency": "once daily"},
        {"name": "Sumatriptan", "dose": "50 mg", "frequency": "as needed"}],
    "vitals": {"recorded": "2024-04-29", "items": [
        {"test": "Systolic BP", "value": 118, "unit": "mmHg", "loinc_accept": ["8480-6"]},
        {"test": "Diastolic BP", "value": 76, "unit": "mmHg", "loinc_accept": ["8462-4"]},
        {"test": "Heart Rate", "value": 68, "unit": "bpm", "loinc_accept": ["8867-4"]},
        {"test": "Temperature", "value": 98.4, "unit": "F", "loinc_accept": ["8310-5"]},
        {"test": "Weight", "value": 62.5, "unit": "kg", "loinc_accept": ["29463-7"]}]},
}


def consult_fax() -> bytes:
    """Page 2 is the empty back of a sheet."""
    block = labelled_block([
        ("Patient", HENRIETTA.name), ("DOB", HENRIETTA.born), ("Sex", HENRIETTA.sex), ("MRN", HENRIETTA.mrn)])
    printed = build(HOSPITAL.titled("CARDIOLOGY CONSULTATION"), [
        block,
        heading("Consultation of June 13, 2024"),
        prose("Thank you for sending Mrs. Imagina, whom I saw because of palpitations. The echocardiogram showed an "
              "ejection fraction of 55 %. Her electrocardiogram was normal. She denies syncope."),
        heading("Diagnoses"),
        *bullets(["Essential hypertension", "Mitral valve prolapse"]),
        gap(20),
        prose("Consulting Physician: Dr. Eugenia Chimera"),
        new_page(),
        block,
        heading("Current Medications"),
        open_table(("Medication", "Dose", "Frequency"), [
            ("Lisinopril", "20 mg", "once daily"), ("Metoprolol tartrate", "25 mg", "twice daily"),
            ("Atorvastatin", "40 mg", "at bedtime")], (40, 25, 35)),
        heading("Allergies"),
        open_table(("Substance", "Reaction"), [("Sulfa drugs", "Hives"), ("Latex", "Itching")], (50, 50)),
    ])
    first, last = render(printed)
    empty = Image.new("L", first.size, 255)
    return as_tiff([faxed(first, 51, 150), faxed(empty, 52, specks=4, streaked=False), faxed(last, 53, 150)])


_FAX_FACTS: Facts = {
    "patient": HENRIETTA.facts(),
    "practitioner": [{"name": "Dr. Eugenia Chimera"}],
    "conditions": ["Essential hypertension", "Mitral valve prolapse"],
    "symptoms": ["palpitations"],
    "observations": [{"test": "Ejection fraction", "value": 55, "unit": "%", "loinc_accept": ["10230-1", "18043-0"]}],
    "medications": [
        {"name": "Lisinopril", "dose": "20 mg", "frequency": "once daily"},
        {"name": "Metoprolol tartrate", "dose": "25 mg", "frequency": "twice daily"},
        {"name": "Atorvastatin", "dose": "40 mg", "frequency": "at bedtime"}],
    "allergies": [
        {"substance": "Sulfa drugs", "reaction": "Hives"}, {"substance": "Latex", "reaction": "Itching"}],
    "traps": [{"resource": "Condition", "contains": "syncope"}],
}

SAMPLES = (
    Sample("discharge_letter.pdf", discharge_letter, "discharge summary", ("text", "text"), "embedded_text",
           facts=_DISCHARGE_FACTS),
    Sample("prescription_scan.pdf", prescription, "prescription", ("image",), "external_ocr",
           facts=_PRESCRIPTION_FACTS),
    Sample("visit_note_photo.jpg", visit_note_photo, "visit note", ("image",), "external_ocr", facts=_VISIT_FACTS),
    Sample("consult_fax.tif", consult_fax, "consultation", ("image", "blank", "image"), "external_ocr",
           facts=_FAX_FACTS),
)
