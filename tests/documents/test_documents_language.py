from __future__ import annotations

import pytest

from include.documents.language import is_garbled, reads_like_language, word_share

GOOD = {
    "english": "The patient was admitted with abdominal pain and discharged after three days in good health. " * 2,
    "german": "Die Patientin wurde mit Bauchschmerzen aufgenommen und nach drei Tagen gesund wieder entlassen. " * 2,
    "korean": "환자는 복통으로 입원하였으며 안정된 상태로 퇴원하였다 검사 결과는 정상 범위였고 " * 2,
    "cyrillic": "Больной поступил с болями в животе и выписан в хорошем состоянии через три дня после осмотра " * 2,
    "laboratory": "Hemoglobin 13.5 g/dL 12.0-16.0 Platelets 250 10^3/uL 150-400 Glucose 95 mg/dL 70-99 "
                  "Creatinine 1.2 mg/dL 0.6-1.2 Potassium 4.1 mmol/L Albumin 4.0 g/dL Calcium 9.2 mg/dL TSH 2.3 mIU/L",
}
# Letters moved by a font's own encoding, as extraction shows them when the font has no map.
SHIFTED = "3DWLHQW ZDV DGPLWWHG ZLWK DEGRPLQDO SDLQ DQG GLVFKDUJHG LQ VWDEOH FRQGLWLRQ DIWHU WKUHH GDBV " * 2


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_writing_of_any_language_reads(text: str) -> None:
    assert not is_garbled(text)
    assert reads_like_language(text)


def test_letters_shifted_by_a_font_are_garbled() -> None:
    assert is_garbled(SHIFTED)


def test_characters_without_a_meaning_are_garbled() -> None:
    assert is_garbled("\ue012\ue034\ufffd\ue011 ab")


def test_a_few_strange_signs_in_good_text_do_not_spoil_it() -> None:
    assert not is_garbled(GOOD["english"] + " \uf0b7 \uf072")


def test_abbreviations_without_vowels_are_no_sign_of_a_broken_font() -> None:
    assert not is_garbled("WBC RBC HGB HCT MCV MCH MCHC PLT RDW MPV BUN CRP TSH LDL HDL " * 3)


@pytest.mark.parametrize("text", ["", "Hb 13.5", "sw | +4 00 esup port{ BH vote{note ~~ [| ||| _- .: ;; ^ tq vbn"])
def test_little_text_or_noise_cannot_stand_for_a_scan(text: str) -> None:
    assert not reads_like_language(text)


def test_the_share_of_words_counts_letters_not_tokens() -> None:
    assert word_share("") == 0.0
    assert word_share("hospital x}q") == pytest.approx(8 / 11)
