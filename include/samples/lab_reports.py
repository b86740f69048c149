"""Laboratory reports: as text, scanned, faxed, and a later one of the same patient."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable

from include.samples.facts import Facts, Panel, Person, Result, Sample, observations
from include.samples.layout import build, gap, labelled_block, new_page, prose, results_table
from include.samples.people import BARNABY, LABORATORY, MARIGOLD, OTTILIE
from include.samples.scanning import as_pdf, faxed, render, skewed, with_noise

EGFR = ("98979-8", "33914-3", "62238-1", "69405-9", "77147-7")

_CBC = Panel("COMPLETE BLOOD COUNT (CBC)", (
    Result("WBC", "11.8", "K/uL", "4.0-10.5", "H", ("6690-2", "26464-8")),
    Result("RBC", "4.21", "M/uL", "3.80-5.10", "", ("789-8", "26453-1")),
    Result("Hemoglobin", "11.2", "g/dL", "11.7-15.5", "L", ("718-7",)),
    Result("Hematocrit", "34.9", "%", "35.0-45.0", "L", ("4544-3", "20570-8")),
    Result("MCV", "82.9", "fL", "80.0-100.0", "", ("787-2", "30428-7")),
    Result("MCH", "26.6", "pg", "27.0-33.0", "L", ("785-6", "28539-5")),
    Result("MCHC", "32.1", "g/dL", "32.0-36.0", "", ("786-4", "28540-3")),
    Result("RDW", "14.2", "%", "11.0-15.0", "", ("788-0", "30385-9")),
    Result("Platelets", "312", "K/uL", "140-400", "", ("777-3", "26515-7")),
    Result("MPV", "9.7", "fL", "7.5-12.5", "", ("32623-1", "28542-9")),
), "2024-05-21")
_DIFFERENTIAL = Panel("DIFFERENTIAL", (
    Result("Neutrophils", "74.0", "%", "40.0-70.0", "H", ("770-8", "26511-6")),
    Result("Lymphocytes", "17.5", "%", "20.0-45.0", "L", ("736-9", "26478-8")),
    Result("Monocytes", "6.1", "%", "2.0-10.0", "", ("5905-5", "26485-3")),
    Result("Eosinophils", "1.8", "%", "0.0-6.0", "", ("713-8", "26450-7")),
    Result("Basophils", "0.6", "%", "0.0-2.0", "", ("706-2", "30180-4")),
), "2024-05-21")
_CMP = Panel("COMPREHENSIVE METABOLIC PANEL (CMP)", (
    Result("Glucose", "142", "mg/dL", "65-99", "H", ("2345-7", "1558-6")),
    Result("BUN", "19", "mg/dL", "7-25", "", ("3094-0",)),
    Result("Creatinine", "1.02", "mg/dL", "0.50-1.05", "", ("2160-0",)),
    Result("eGFR", "64", "mL/min/1.73m2", ">59", "", EGFR),
    Result("Sodium", "139", "mmol/L", "135-146", "", ("2951-2",)),
    Result("Potassium", "5.6", "mmol/L", "3.5-5.3", "H", ("2823-3",)),
    Result("Chloride", "103", "mmol/L", "98-110", "", ("2075-0",)),
    Result("CO2", "24", "mmol/L", "20-32", "", ("2028-9", "1963-8")),
    Result("Calcium", "9.4", "mg/dL", "8.6-10.4", "", ("17861-6",)),
    Result("Total Protein", "7.0", "g/dL", "6.1-8.1", "", ("2885-2",)),
    Result("Albumin", "4.1", "g/dL", "3.6-5.1", "", ("1751-7",)),
    Result("Bilirubin, Total", "0.5", "mg/dL", "0.2-1.2", "", ("1975-2",)),
    Result("Alkaline Phosphatase", "88", "U/L", "37-153", "", ("6768-6",)),
    Result("AST", "22", "U/L", "10-35", "", ("1920-8",)),
    Result("ALT", "31", "U/L", "6-29", "H", ("1742-6",)),
), "2024-05-21")
_HBA1C = Panel("DIABETES MONITORING", (
    Result("Hemoglobin A1c", "7.4", "%", "4.0-5.6", "H", ("4548-4", "17856-6")),), "2024-05-21")

_FOLLOW_UP = (
    Panel("BASIC METABOLIC PANEL", (
        Result("Glucose", "118", "mg/dL", "65-99", "H", ("2345-7", "1558-6")),
        Result("BUN", "17", "mg/dL", "7-25", "", ("3094-0",)),
        Result("Creatinine", "0.98", "mg/dL", "0.50-1.05", "", ("2160-0",)),
        Result("Sodium", "140", "mmol/L", "135-146", "", ("2951-2",)),
        Result("Potassium", "4.6", "mmol/L", "3.5-5.3", "", ("2823-3",)),
        Result("Chloride", "104", "mmol/L", "98-110", "", ("2075-0",)),
        Result("CO2", "25", "mmol/L", "20-32", "", ("2028-9", "1963-8")),
        Result("Calcium", "9.5", "mg/dL", "8.6-10.4", "", ("17861-6",)),
    ), "2024-08-27"),
    Panel("DIABETES MONITORING", (
        Result("Hemoglobin A1c", "6.8", "%", "4.0-5.6", "H", ("4548-4", "17856-6")),), "2024-08-27"),
    Panel("IRON STUDIES", (
        Result("Iron", "38", "ug/dL", "45-160", "L", ("2498-4",)),
        Result("TIBC", "452", "ug/dL", "250-450", "H", ("2500-7",)),
        Result("Ferritin", "9", "ng/mL", "16-232", "L", ("2276-4", "20567-4")),
    ), "2024-08-27"),
)

_LIPIDS_AND_THYROID = (
    Panel("LIPID PANEL", (
        Result("Cholesterol, Total", "228", "mg/dL", "<200", "H", ("2093-3",)),
        Result("HDL Cholesterol", "38", "mg/dL", ">40", "L", ("2085-9",)),
        Result("LDL Cholesterol", "156", "mg/dL", "<100", "H", ("13457-7", "2089-1", "18262-6")),
        Result("Triglycerides", "171", "mg/dL", "<150", "H", ("2571-8",)),
    ), "2024-02-19"),
    Panel("THYROID", (
        Result("TSH", "2.31", "mIU/L", "0.40-4.50", "", ("3016-3", "11580-8", "11579-0")),
        Result("Free T4", "1.2", "ng/dL", "0.8-1.8", "", ("3024-7",)),
    ), "2024-02-19"),
    Panel("INFLAMMATION", (
        Result("C-Reactive Protein", "12.6", "mg/L", "<8.0", "H", ("1988-5",)),
        Result("ESR", "24", "mm/hr", "0-20", "H", ("4537-7", "30341-2", "18184-2")),
    ), "2024-02-19"),
)
_URINALYSIS = (
    Panel("URINALYSIS", (
        Result("Specific Gravity, Urine", "1.018", "", "1.001-1.035", "", ("5811-5", "2965-2", "53326-5")),
        Result("pH, Urine", "6.0", "", "5.0-8.0", "", ("5803-2", "2756-5")),
        Result("Protein, Urine", "Negative", "", "Negative", "", ("20454-5", "2887-8", "5804-0")),
        Result("Glucose, Urine", "Negative", "", "Negative", "", ("25428-4", "2349-9", "5792-7")),
        Result("Ketones, Urine", "Trace", "", "Negative", "", ("2514-8", "33903-6", "5797-6")),
        Result("Nitrite, Urine", "Negative", "", "Negative", "", ("5802-4", "32710-6")),
    ), "2024-02-19"),
)
_RENAL = (
    Panel("RENAL FUNCTION PANEL", (
        Result("Glucose", "91", "mg/dL", "70-99", "", ("2345-7",)),
        Result("BUN", "26", "mg/dL", "6-20", "H", ("3094-0",)),
        Result("Creatinine", "1.38", "mg/dL", "0.57-1.00", "H", ("2160-0",)),
        Result("Sodium", "133", "mmol/L", "134-144", "L", ("2951-2",)),
        Result("Potassium", "4.2", "mmol/L", "3.5-5.2", "", ("2823-3",)),
        Result("Chloride", "99", "mmol/L", "96-106", "", ("2075-0",)),
        Result("Phosphorus", "3.9", "mg/dL", "2.5-4.5", "", ("2777-1",)),
        Result("Albumin", "4.4", "g/dL", "3.9-4.9", "", ("1751-7",)),
    ), "2024-07-18"),
)


def _report(
    person: Person, ordered_by: str, collected: str, reported: str, accession: str, pages: Sequence[Sequence[Panel]],
    ruled: bool = False,
) -> bytes:
    """One page for each group of panels, the patient's block on every page."""
    block = labelled_block([
        ("Patient", person.name), ("MRN", person.mrn),
        ("Date of Birth", person.born), ("Sex", person.sex),
        ("Collected", collected), ("Reported", reported),
        ("Ordering Provider", ordered_by), ("Accession", accession)])
    story: list[Flowable] = []
    for panels in pages:
        story += [*([new_page()] if story else []), block, gap(10), results_table(panels, ruled)]
    story += [gap(), prose("Flags: H = above the reference range, L = below the reference range."),
              prose("End of report.")]
    return build(LABORATORY.titled("LABORATORY REPORT"), story)


def text_report() -> bytes:
    return _report(MARIGOLD, "Dr. Philippa Madeup", "05/21/2024 08:15", "05/22/2024 14:30", "NCL-24-10077",
                   [[_CBC, _DIFFERENTIAL], [_CMP, _HBA1C]])


def follow_up_report() -> bytes:
    return _report(MARIGOLD, "Dr. Philippa Madeup", "08/27/2024 07:50", "08/28/2024 11:05", "NCL-24-16342",
                   [_FOLLOW_UP])


def scanned_report() -> bytes:
    printed = _report(BARNABY, "Dr. Cornelius Pretend", "19 February 2024", "20 February 2024", "NCL-24-02961",
                      [_LIPIDS_AND_THYROID, _URINALYSIS], ruled=True)
    return as_pdf([with_noise(page, seed) for seed, page in enumerate(render(printed), start=11)])


def faxed_report() -> bytes:
    printed = _report(OTTILIE, "Dr. Isolde Fabula", "07/18/2024", "07/19/2024", "NCL-24-13508", [_RENAL], ruled=True)
    return as_pdf([faxed(skewed(page, 1.5), seed=21) for page in render(printed)])


def _facts(person: Person, ordered_by: str, panels: Sequence[Panel]) -> Facts:
    return {"patient": person.facts(), "practitioner": [{"name": ordered_by}], "observations": observations(panels)}


SAMPLES = (
    Sample("lab_report_text.pdf", text_report, "laboratory report", ("text", "text"), "embedded_text",
           facts=_facts(MARIGOLD, "Dr. Philippa Madeup", (_CBC, _DIFFERENTIAL, _CMP, _HBA1C))),
    Sample("lab_follow_up_text.pdf", follow_up_report, "laboratory report", ("text",), "embedded_text",
           facts=_facts(MARIGOLD, "Dr. Philippa Madeup", _FOLLOW_UP)),
    Sample("lab_report_scan.pdf", scanned_report, "laboratory report", ("image", "image"), "external_ocr",
           facts=_facts(BARNABY, "Dr. Cornelius Pretend", (*_LIPIDS_AND_THYROID, *_URINALYSIS))),
    Sample("lab_report_fax_skewed.pdf", faxed_report, "laboratory report", ("image",), "external_ocr",
           facts=_facts(OTTILIE, "Dr. Isolde Fabula", _RENAL)),
)
