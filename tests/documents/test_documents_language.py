from __future__ import annotations

import re

import pytest

from include.documents.language import (
    FEWEST,
    known_share,
    legibility,
    pair_values,
    reads_like_language,
    reads_plainly,
    word_share,
)

PROSE = {
    "english": "The patient was admitted with abdominal pain and discharged after three days in good health.",
    "german": "Die Patientin wurde mit Bauchschmerzen aufgenommen und nach drei Tagen gesund wieder entlassen.",
    "french": "La patiente a été admise pour des douleurs abdominales et a quitté l'hôpital après trois jours.",
    "spanish": "La paciente ingresó por dolor abdominal y fue dada de alta a los tres días en buen estado.",
    "italian": "La paziente è stata ricoverata per dolori addominali ed è stata dimessa dopo tre giorni.",
    "portuguese": "A paciente foi internada com dores abdominais e recebeu alta depois de três dias sem queixas.",
    "dutch": "De patiënte werd opgenomen met buikpijn en na drie dagen in goede gezondheid weer ontslagen.",
    "danish": "Patienten blev indlagt med mavesmerter og udskrevet efter tre dage i god almentilstand.",
    "swedish": "Patienten lades in med buksmärtor och skrevs ut efter tre dagar i gott allmäntillstånd.",
    "finnish": "Potilas otettiin sairaalaan vatsakipujen vuoksi ja kotiutettiin kolmen päivän kuluttua.",
    "polish": "Pacjentka została przyjęta z powodu bólu brzucha i po trzech dniach wypisana w dobrym stanie.",
    "turkish": "Hasta karın ağrısı nedeniyle yatırıldı ve üç gün sonra iyi durumda taburcu edildi.",
    "hungarian": "A beteget hasi fájdalom miatt vettük fel és három nap után jó állapotban engedtük haza.",
    "greek": "Ο ασθενής εισήχθη με κοιλιακό άλγος και πήρε εξιτήριο μετά από τρεις ημέρες σε καλή κατάσταση.",
    "russian": "Больной поступил с болями в животе и выписан в хорошем состоянии через три дня после осмотра.",
    "korean": "환자는 복통으로 입원하였으며 안정된 상태로 퇴원하였다 검사 결과는 정상 범위였고",
    "chinese": "患者因腹痛入院，三天后情况良好出院。检查结果在正常范围内，建议门诊随访。",
    "arabic": "أدخل المريض بسبب آلام في البطن وخرج بعد ثلاثة أيام بحالة جيدة",
}
NO_PROSE = {
    "drug names": "Metformin Lisinopril Atorvastatin Amlodipine Omeprazole Levothyroxine Hydrochlorothiazide "
                  "Sertraline Clopidogrel "
                  "Pantoprazole Furosemide Rivaroxaban Empagliflozin Trastuzumab Acetylsalicylic",
    "diagnoses": "E11.9 Type 2 diabetes mellitus without complications I10 Essential (primary) hypertension "
                 "J45.909 Unspecified asthma, uncomplicated K21.9 Gastro-esophageal reflux disease N18.3 CKD stage 3",
    "bare codes": "E11.9 I10 J45.909 K21.9 N18.3 Z79.4 M54.5 F32.9 R07.9 G47.33 E78.5 I25.10 H40.11X2 S72.001A",
    "numbers": "13.5 12.0 16.0 250 150 400 95 70 99 1.2 0.6 1.3 4.1 3.5 5.1 140 136 145 9.2 8.5 10.5 2.3 0.4 4.0",
    "laboratory": "Hemoglobin 13.5 g/dL 12.0-16.0 Platelets 250 10^3/uL 150-400 Glucose 95 mg/dL 70-99 "
                  "Creatinine 1.2 mg/dL 0.6-1.2 Potassium 4.1 mmol/L Albumin 4.0 g/dL Calcium 9.2 mg/dL TSH 2.3 mIU/L",
    "abbreviations": "WBC RBC HGB HCT MCV MCH MCHC PLT RDW MPV BUN CRP TSH LDL HDL ALT AST GGT INR PTT ESR PSA BNP",
    "genes": "BRCA1 BRCA2 TP53 EGFR KRAS NM_000059.3:c.5946delT NM_007294.4:c.68_69delAG chr17:g.43124027_43124028del",
    "an address": "https://portal.example.org/results/7d8f9a6b5c4e3d2f1a0b9c8d7e6f5a4b?token=xKqZ7JwQvB9",
}
TWICE = {**{name: text + " " + text for name, text in PROSE.items()}, **NO_PROSE}


def shifted(text: str, by: int) -> str:
    """Letters moved along the alphabet."""
    def move(match: re.Match[str]) -> str:
        base = ord("a") if match[0].islower() else ord("A")
        return chr((ord(match[0]) - base + by) % 26 + base)

    return re.sub("[A-Za-z]", move, text)


def moved(text: str, by: int) -> str:
    """Every character's code moved, as by a font whose codes are taken for letters."""
    return "".join(chr(ord(letter) + by) for letter in text)


@pytest.mark.parametrize("text", TWICE.values(), ids=TWICE.keys())
def test_nothing_of_what_is_written_as_it_is_meant_is_garbled(text: str) -> None:
    assert legibility(text).garbled_share == 0


FINNISH = ("Verenpaine on laskenut ja lääkitystä jatketaan entiseen tapaan. Laboratoriokokeissa ei todettu poikkeavaa, "
           "seuranta järjestetään omalla terveysasemalla kuukauden kuluttua.")


@pytest.mark.parametrize("by", range(1, 26))
@pytest.mark.parametrize("text", [*(TWICE[name] for name in ("english", "german", "spanish")), FINNISH],
                         ids=["english", "german", "spanish", "finnish"])
def test_letters_moved_along_the_alphabet_are_garbled(by: int, text: str) -> None:
    assert legibility(shifted(text, by)).garbled


@pytest.mark.parametrize("by", [-29, -1, 1], ids=["places in the font for codes", "one down", "one up"])
@pytest.mark.parametrize("name", ["english", "german", "drug names", "laboratory"])
def test_codes_moved_along_the_alphabet_of_ascii_are_garbled(by: int, name: str) -> None:
    """Of a font without a map PDFium may give the places of its glyphs: in most, ``A`` (65) is the 36th."""
    assert legibility(moved(TWICE[name], by)).garbled


@pytest.mark.parametrize("text", [
    "\ue012\ue034\ufffd\ue011 ab",
    "".join(chr(0xE000 + ord(letter)) if letter != " " else " " for letter in PROSE["english"]),
    "".join("\ufffd" if letter.isalpha() else letter for letter in PROSE["english"]),
], ids=["a few", "private use", "replacement characters"])
def test_characters_without_a_meaning_are_garbled(text: str) -> None:
    assert legibility(text).garbled


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "utf-8"])
def test_another_script_that_was_read_as_latin_is_garbled(encoding: str) -> None:
    assert legibility(TWICE["russian"].encode(encoding).decode("latin-1")).garbled


def test_a_few_strange_signs_in_good_text_do_not_spoil_it() -> None:
    assert legibility(TWICE["english"] + " \uf0b7 \uf072").garbled_share == 0


@pytest.mark.parametrize("by", [1, 3, 13])
def test_a_garbled_table_under_a_readable_letter_is_a_garbled_part(by: int) -> None:
    letter = (PROSE["english"] + "\n") * 12
    found = legibility(letter + shifted(NO_PROSE["drug names"], by))
    assert (found.garbled, found.garbled_part) == (False, True)


def test_figures_in_a_font_without_a_map_are_a_garbled_part() -> None:
    """``13.5`` as places in a font: control characters, which PDFium hands over as they are."""
    found = legibility((PROSE["english"] + "\n") * 12 + "Hemoglobin \x14\x16\x11\x18")
    assert (found.garbled, found.garbled_part) == (False, True)


def test_too_few_letters_are_not_judged() -> None:
    assert [legibility(text).garbled_share for text in ("", "xqzj", "Hb 13.5", "Zyrtec 10 mg")] == [0, 0, 0, 0]


def test_pairs_are_those_of_words_of_four_letters_without_codes() -> None:
    values, foreign = pair_values("the patient A1c9xy été")
    assert len(values) == len("patient") - 1
    assert foreign == pytest.approx(2 / FEWEST)


BAD_LAYER = "Tbe patlent wos adrnitted wlth abdomlnal paln ond dlscharged ofter tbree doys ln qood heolth " * 2


@pytest.mark.parametrize("name", ["english", "laboratory"])
def test_a_good_ocr_layer_reads_like_language(name: str) -> None:
    assert reads_like_language(TWICE[name])


@pytest.mark.parametrize("text", [
    "", "Hb 13.5", "sw | +4 00 esup port{ BH vote{note ~~ [| ||| _- .: ;; ^ tq vbn", BAD_LAYER,
    shifted(TWICE["english"], 1),
], ids=["nothing", "too little", "noise", "words that only look like words", "moved letters"])
def test_what_does_not_read_well_cannot_stand_for_a_scan(text: str) -> None:
    assert not reads_like_language(text)


@pytest.mark.parametrize("language", ["german", "spanish", "russian", "korean"])
def test_a_layer_in_another_language_is_read_again(language: str) -> None:
    """The list of known words is English."""
    text = TWICE[language] + " " + TWICE[language]
    assert (reads_plainly(text), reads_like_language(text)) == (True, False)


def test_the_share_of_words_counts_letters_not_tokens() -> None:
    assert word_share("") == 0.0
    assert word_share("hospital x}q") == pytest.approx(8 / 11)


def test_the_share_of_known_words_is_of_those_of_four_letters_and_more() -> None:
    assert known_share("the 12 mg") == 0.0
    assert known_share("Patient patlent") == 0.5
