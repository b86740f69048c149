from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pdfplumber
import pypdfium2 as pdfium
import pytest
from reportlab.lib.pagesizes import letter
from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

from include.documents import content as stored
from include.documents.content import CellKind, Origin, PageContent
from include.documents.embedded_text import read_pages

Draw = Callable[[Any], None]
MakePdf = Callable[..., bytes]
LAB = (
    ("TEST", "RESULT", "FLAG", "UNITS", "REFERENCE RANGE"),
    ("COMPLETE BLOOD COUNT",),
    ("White Blood Cell Count", "11.2", "H", "10^3/uL", "4.0 - 11.0"),
    ("Hemoglobin", "13.5", "", "g/dL", "12.0 - 16.0"),
    ("CHEMISTRY",),
    ("Glucose", "95", "", "mg/dL", "70 - 99"),
    ("Urine Protein", "Negative", "", "", "Negative"),
)
EDGES = (72, 220, 290, 340, 420)


def at(rows: Sequence[Sequence[str]], edges: Sequence[float], top: float = 700, pitch: float = 14) -> Draw:
    """Rows of texts at fixed left edges."""
    def draw(page: Any) -> None:
        for number, row in enumerate(rows):
            for x, text in zip(edges, row, strict=False):
                page.drawString(x, top - pitch * number, text)

    return draw


def both(*draws: Draw) -> Draw:
    def draw(page: Any) -> None:
        for each in draws:
            each(page)

    return draw


def read(data: bytes) -> PageContent:
    (page,) = read_pages(data, [1])
    return page


def fields(page: PageContent) -> list[tuple[str, str]]:
    return [(field.key, field.value) for field in page.fields]


def ruled(rows: list[list[str]], *style: Any) -> bytes:
    out = io.BytesIO()
    table = Table(rows, style=TableStyle([("GRID", (0, 0), (-1, -1), 1, "black"), *style]))
    SimpleDocTemplate(out, pagesize=letter).build([table])
    return out.getvalue()


def test_pages_come_in_the_order_asked_for_and_blank_ones_say_so(make_pdf: MakePdf, prose: Draw) -> None:
    data = make_pdf(prose, lambda _: None, at([["Last page"]], [72]))
    pages = list(read_pages(data, [3, 1, 2]))
    assert [(p.number, p.origin) for p in pages] == [(3, Origin.EMBEDDED), (1, Origin.EMBEDDED), (2, Origin.BLANK)]
    assert pages[0].text == "Last page"


def test_no_word_is_lost_or_added(make_pdf: MakePdf, prose: Draw) -> None:
    data = make_pdf(both(prose, at(LAB, EDGES, top=500)))
    with pdfplumber.open(io.BytesIO(data)) as other:
        expected = sorted(word["text"] for word in other.pages[0].extract_words())
    assert sorted(word.text for line in read(data).lines for word in line.words) == expected


def test_a_line_is_its_words_in_reading_order(make_pdf: MakePdf) -> None:
    line = read(make_pdf(at([["Sodium 140", "mmol/L"]], [72, 200]))).lines[0]
    assert line.text == "Sodium 140 mmol/L" == " ".join(word.text for word in line.words)
    assert line.words[0].box.left == pytest.approx(72 / 612, abs=0.002)
    assert line.box.top == pytest.approx(0.107, abs=0.01)
    assert line.box.bottom == pytest.approx(0.119, abs=0.01)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_are_ratios_of_the_page_as_displayed(rotation: int, make_pdf: MakePdf) -> None:
    page = read(make_pdf(at([["Near the top left"]], [72], top=740), rotation=rotation))
    x, y = page.lines[0].box.middle
    corner = {0: (False, False), 90: (True, False), 180: (True, True), 270: (False, True)}[rotation]
    assert (x > 0.5, y > 0.5) == corner
    assert page.rotation == rotation
    assert page.text == "Near the top left"


def test_two_columns_of_prose_do_not_interleave(make_pdf: MakePdf) -> None:
    left = [[f"left line {n} has enough words to fill it up"] for n in range(20)]
    right = [[f"right line {n} has enough words to fill too"] for n in range(20)]
    heading = at([["A heading that stands over both of the columns and spans the width of the page"]], [72], top=740)
    page = read(make_pdf(both(heading, at(left, [72]), at(right, [320], top=697))))
    assert [line.text.split()[0] for line in page.lines] == ["A", *["left"] * 20, *["right"] * 20]


def test_a_laboratory_report_without_rules_is_a_table(make_pdf: MakePdf) -> None:
    (table,) = read(make_pdf(at(LAB, EDGES))).tables
    assert table.rows == [[*row, *[""] * (5 - len(row))] for row in LAB]
    kinds = [table.row_cells(row)[0].kind for row in range(1, 8)]
    assert kinds == [CellKind.HEADER, CellKind.SECTION, CellKind.BODY, CellKind.BODY, CellKind.SECTION, CellKind.BODY,
                     CellKind.BODY]


def test_an_empty_place_stays_empty_and_moves_nothing(make_pdf: MakePdf) -> None:
    (table,) = read(make_pdf(at(LAB, EDGES))).tables
    flags = [(c.text, c.row) for c in table.cells if c.column == 3 and c.text and c.row > 1]
    assert flags == [("H", 3)]


def test_a_heading_above_a_table_is_its_title(make_pdf: MakePdf) -> None:
    drugs = [("Lisinopril", "10 mg", "once daily"), ("Metformin", "500 mg", "twice daily"), ("Aspirin", "81 mg", "hs")]
    (table,) = read(make_pdf(both(at([["MEDICATIONS"]], [72], top=714), at(drugs, (72, 200, 300))))).tables
    assert (table.title, table.rows) == ("MEDICATIONS", [list(row) for row in drugs])


def test_wrapped_cells_and_headings_of_two_lines_are_put_together(make_pdf: MakePdf) -> None:
    rows = [("Test", "Your", "Reference"), ("Name", "Value", "Interval"), ()]
    body = [("Thyroid stimulating", "2.31", "0.40-4.50")]
    page = read(make_pdf(both(
        at(rows, (72, 220, 300), pitch=11), at(body, (72, 220, 300), top=670), at([("hormone (TSH)",)], (72,), top=660),
        at([("HDL", "55", ">39"), ("LDL", "160", "0-99")], (72, 220, 300), top=644, pitch=16))))
    assert page.tables[0].rows == [
        ["Test Name", "Your Value", "Reference Interval"], ["Thyroid stimulating hormone (TSH)", "2.31", "0.40-4.50"],
        ["HDL", "55", ">39"], ["LDL", "160", "0-99"]]


def test_prose_is_no_table(make_pdf: MakePdf, prose: Draw) -> None:
    page = read(make_pdf(prose))
    assert (page.tables, page.fields) == ((), ())


def test_a_ruled_table_keeps_its_cells() -> None:
    rows = [["Medication", "Dosage", "Frequency"], ["Metformin", "500 mg", "Twice\ndaily"], ["Aspirin", "", "Once"]]
    page = read(ruled(rows))
    assert page.tables[0].rows == [[text.replace("\n", " ") for text in row] for row in rows]
    assert {c.kind for c in page.tables[0].row_cells(1)} == {CellKind.HEADER}
    assert "Aspirin Once" in [line.text for line in page.lines]


def test_a_merged_cell_has_its_spans() -> None:
    rows = [["Test", "Result", "Units"], ["Hematology", "", ""], ["Hemoglobin", "13.5", "g/dL"], ["HCT", "41", "%"]]
    (table,) = read(ruled(rows, ("SPAN", (0, 1), (2, 1)))).tables
    (section,) = table.row_cells(2)
    assert (section.text, section.column_span, section.kind) == ("Hematology", 3, CellKind.SECTION)


def test_a_ruled_form_of_labels_and_values_is_fields_not_a_table() -> None:
    page = read(ruled([["Name", "Jane Public"], ["Birth Date", "10/22/1962"], ["Gender", "female"]]))
    assert page.tables == ()
    assert fields(page) == [("Name", "Jane Public"), ("Birth Date", "10/22/1962"), ("Gender", "female")]


def test_several_fields_on_one_line_are_told_apart(make_pdf: MakePdf) -> None:
    page = read(make_pdf(both(
        at([["Patient: Jane Q. Public", "DOB: 03/04/1960", "Sex: F Age: 63"]], (72, 250, 420)),
        at([["Name: Ann Smith Date of Birth: 1/2/1960 MRN: 77"]], (72,), top=660))))
    assert fields(page) == [("Patient", "Jane Q. Public"), ("DOB", "03/04/1960"), ("Sex", "F"), ("Age", "63"),
                            ("Name", "Ann Smith"), ("Date of Birth", "1/2/1960"), ("MRN", "77")]


def test_a_value_may_stand_beside_below_or_go_on_below(make_pdf: MakePdf) -> None:
    page = read(make_pdf(both(
        at([("Doctor:", "Ann Smith")], (72, 200)),
        at([("Facility:",), ("North Clinic",)], (72,), top=660, pitch=13),
        at([("Name: Kimberly",), ("Lawrence",)], (72,), top=610, pitch=12),
        at([("Age: 46",), ("Sex: F",)], (72,), top=580, pitch=18))))
    assert fields(page) == [("Doctor", "Ann Smith"), ("Facility", "North Clinic"), ("Name", "Kimberly Lawrence"),
                            ("Age", "46"), ("Sex", "F")]


def test_times_and_empty_blanks_are_no_fields(make_pdf: MakePdf) -> None:
    page = read(make_pdf(at([["at 10:30 the patient left"], ["Signature: ________"]], (72,), pitch=40)))
    assert page.fields == ()


def test_filled_form_fields_and_tick_boxes_are_read(make_pdf: MakePdf) -> None:
    def draw(page: Any) -> None:
        page.drawString(72, 700, "Patient name")
        page.acroForm.textfield(
            name="t1", tooltip="Patient name", x=200, y=690, width=200, height=20, value="Jane Public")
        page.acroForm.checkbox(name="c1", tooltip="Diabetic", x=200, y=650, checked=True)
        page.acroForm.checkbox(name="c2", tooltip="Smoker", x=200, y=600, checked=False)

    page = read(make_pdf(draw))
    assert fields(page) == [("Patient name", "Jane Public")]
    box = page.fields[0].value_box
    assert box is not None
    assert box.left == pytest.approx(200 / 612, abs=0.005)
    assert [(tick.label, tick.selected) for tick in page.tick_boxes] == [("Diabetic", True), ("Smoker", False)]


def test_printed_tick_boxes_are_read(make_pdf: MakePdf) -> None:
    page = read(make_pdf(at([["[X] Smoker", "[ ] Never smoked"], ["[x] Male [ ] Female"]], (72, 250), pitch=30)))
    assert [(tick.label, tick.selected) for tick in page.tick_boxes] == [
        ("Smoker", True), ("Never smoked", False), ("Male", True), ("Female", False)]


def test_text_turned_on_the_page_is_read_upright(make_pdf: MakePdf) -> None:
    def draw(page: Any) -> None:
        page.translate(612, 0)
        page.rotate(90)
        rows = (("Test", "Result", "Units"), ("Glucose", "95", "mg/dL"), ("Sodium", "140", "mmol/L"))
        at(rows, (72, 220, 340), top=500)(page)

    page = read(make_pdf(draw))
    assert page.tables[0].rows[1] == ["Glucose", "95", "mg/dL"]
    assert page.rotation == 270
    assert page.lines[0].box.height > page.lines[0].box.width


def test_invisible_text_is_not_read_where_other_text_is_seen(make_pdf: MakePdf) -> None:
    def draw(page: Any) -> None:
        page.drawString(72, 700, "Seen by the reader")
        line = page.beginText(72, 600)
        line.setTextRenderMode(3)
        line.textLine("Hidden from the reader")
        page.drawText(line)

    assert read(make_pdf(draw)).text == "Seen by the reader"


def test_a_document_that_pdfplumber_refuses_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """pdfplumber raises PdfminerException with an empty message on some files that PDFium reads."""
    def refuse(*args: Any, **options: Any) -> None:
        raise ValueError

    data = ruled([["Medication", "Dosage"], ["Metformin", "500 mg"]])
    monkeypatch.setattr(pdfplumber, "open", refuse)
    assert "Metformin 500 mg" in read(data).text


@pytest.mark.parametrize("rotation", [0, 90, 270])
def test_a_crop_box_and_rotation_move_words_and_rulings_together(rotation: int) -> None:
    document = pdfium.PdfDocument(ruled([["Medication", "Dosage"], ["Metformin", "500 mg"], ["Aspirin", "81 mg"]]))
    page = document[0]
    page.set_cropbox(100, 200, 500, 750)
    page.set_rotation(rotation)
    out = io.BytesIO()
    document.save(out)
    (table,) = read(out.getvalue()).tables
    assert table.rows == [["Medication", "Dosage"], ["Metformin", "500 mg"], ["Aspirin", "81 mg"]]


def test_no_library_writes_what_stands_on_a_page_to_the_log(make_pdf: MakePdf,
                                                            caplog: pytest.LogCaptureFixture) -> None:
    """pdfminer's warnings quote operands: ``Cannot append curved segment to path because not all values in …``."""
    def draw(page: Any) -> None:
        at(LAB, EDGES)(page)
        for y in (50, 100, 150, 200):
            page.line(50, y, 300, y)
        page.bezier(10, 10, 20, 20, 30, 30, 77, 77)

    data = make_pdf(draw, pageCompression=0)
    broken = data.replace(b" 77 77 c", b" /x 77 c", 1)
    assert broken != data
    read(broken)
    assert not [record for record in caplog.records if record.name.startswith("pdfminer")]


def test_the_same_page_gives_the_same_bytes(make_pdf: MakePdf) -> None:
    data = make_pdf(at(LAB, EDGES))
    assert stored.to_json(read(data)) == stored.to_json(read(data))
