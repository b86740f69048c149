"""The hospital's claim form UB-04: labels in small print over their values."""

from __future__ import annotations

from include.fhir.extraction.forms.institutional import is_hospital_claim
from tests.fhir.extraction.conftest import Read

_CLAIM = """
1 NORTH HOSPITAL        3a PAT. CNTL #            4 TYPE OF BILL
                        AC5521                    0{bill}
                        3b MED. REC. #
                        880123
5 FED. TAX NO.          6 STATEMENT COVERS PERIOD FROM / THROUGH
12-3456789              030124     030624
8 PATIENT NAME                     9 PATIENT ADDRESS
ROE, JANE                          1 ELM ST ERIE PA 16501
10 BIRTHDATE    11 SEX    12 DATE    13 HR    17 STAT
11021948        F         030124     09       {status}
42 REV. CD.     43 DESCRIPTION               46 UNITS
0250            PHARMACY                     12
66 DX 67        A             B
J189     Y      E1165    N    Z794
69 ADMIT DX     70 PATIENT REASON DX
R0602
74 PRINCIPAL PROCEDURE CODE / DATE     a. OTHER PROCEDURE CODE / DATE
0BH17EZ    030224                      5A1945Z    030324
76 ATTENDING    NPI     LAST / FIRST
1234567893      DOE     MARY ANN
77 OPERATING    NPI     LAST / FIRST
1987654321      POE     KIM
UB-04 CMS-1450
"""


def claim(bill: str = "111", status: str = "01") -> str:
    return _CLAIM.format(bill=bill, status=status)


def test_a_hospitals_claim_says_who_the_patient_is_in_its_numbered_boxes(read: Read) -> None:
    patient = read(claim()).patients[0]
    assert (patient.name, patient.gender) == ("ROE, JANE", "female")
    assert patient.birth_date and (patient.birth_date.value, patient.birth_date.printed) == ("1948-11-02", "11021948")
    assert {identifier.value for identifier in patient.identifiers} == {"AC5521", "880123"}


def test_diagnoses_are_the_codes_of_box_67_without_the_letter_for_present_on_admission(read: Read) -> None:
    assert [fact.code_printed for fact in read(claim()).conditions] == ["J189", "E1165", "Z794"]


def test_procedures_of_box_74_have_the_date_beside_them(read: Read) -> None:
    found = [(fact.code_printed, fact.date and fact.date.value) for fact in read(claim()).procedures]
    assert found == [("0BH17EZ", "2024-03-02"), ("5A1945Z", "2024-03-03")]


def test_the_period_of_a_bill_for_a_whole_stay_ends_with_the_discharge(read: Read) -> None:
    stay = read(claim()).encounters[0]
    assert (stay.start and stay.start.value, stay.end and stay.end.value) == ("2024-03-01", "2024-03-06")


def test_who_is_still_a_patient_or_was_no_inpatient_is_not_discharged(read: Read) -> None:
    assert read(claim(status="30")).encounters[0].end is None
    assert read(claim(bill="131")).encounters[0].end is None
    assert read(claim(bill="112")).encounters[0].end is None


def test_the_doctors_of_a_claim_are_printed_surname_first(read: Read) -> None:
    doctors = {(d.name, d.role, d.identifiers[0].value) for d in read(claim()).practitioners}
    assert doctors == {("MARY ANN DOE", "attending", "1234567893"), ("KIM POE", "surgeon", "1987654321")}


def test_a_claim_measures_nothing(read: Read) -> None:
    assert read(claim()).observations == ()


def test_a_letter_that_names_the_form_is_none() -> None:
    assert not is_hospital_claim([])
