"""Tables that go on over pages."""

from __future__ import annotations

from include.documents.content import Box, Cell, CellKind, DocumentTable, Line, Origin, PageContent, Table, TablePart
from include.ocr.continued_tables import continued_tables

HEADER = ("Test", "Result")


def table(*rows: tuple[str, ...], header: bool = False, title: str | None = None, top: float = 0.2) -> Table:
    cells = tuple(
        Cell(row, column, text, kind=CellKind.HEADER if header and row == 1 else CellKind.BODY)
        for row, texts in enumerate(rows, 1)
        for column, text in enumerate(texts, 1)
    )
    return Table(cells, title=title, box=Box(0.1, top, 0.8, 0.5))


def page(number: int, *tables: Table, above: tuple[str, ...] = (), below: tuple[str, ...] = ()) -> PageContent:
    lines = [Line(text, Box(0.1, 0.1, 0.2, 0.01)) for text in above]
    lines += [Line(text, Box(0.1, 0.9, 0.2, 0.01)) for text in below]
    return PageContent(number, Origin.OCR, lines=tuple(lines), tables=tables)


def joined(*pages: PageContent) -> list[list[int]]:
    return [[part.page for part in one.parts] for one in continued_tables(pages)]


def test_a_table_that_goes_on_is_one_and_each_part_says_how_many_rows_repeat_the_header() -> None:
    first = table(HEADER, ("Sodium", "140"), header=True)
    second = table(HEADER, ("Urea", "5"), ("Iron", "12"), header=True)
    assert continued_tables([page(1, first), page(2, second)]) == (
        DocumentTable((TablePart(1, 0), TablePart(2, 0, repeated_header=1))),)


def test_a_table_goes_on_without_a_header_over_several_pages() -> None:
    pages = [page(number, table((f"t{number}", "1"), header=number == 1)) for number in (1, 2, 3)]
    assert continued_tables(pages) == (DocumentTable((TablePart(1, 0), TablePart(2, 0), TablePart(3, 0))),)


def test_a_repeated_header_that_is_not_marked_is_recognised_by_its_text() -> None:
    [whole] = continued_tables([page(1, table(HEADER, ("a", "1"))), page(2, table(HEADER, ("b", "2")))])
    assert [part.repeated_header for part in whole.parts] == [0, 1]


def test_another_number_of_columns_is_another_table() -> None:
    assert joined(page(1, table(("a", "1"))), page(2, table(("b", "2", "3")))) == [[1], [2]]


def test_a_header_of_its_own_makes_another_table() -> None:
    first, second = table(HEADER, ("a", "1"), header=True), table(("Drug", "Dose"), ("b", "2"), header=True)
    assert joined(page(1, first), page(2, second)) == [[1], [2]]


def test_a_title_of_its_own_makes_another_table_and_a_continued_one_does_not() -> None:
    first = table(("a", "1"), title="Chemistry")
    assert joined(page(1, first), page(2, table(("b", "2"), title="Hematology"))) == [[1], [2]]
    assert joined(page(1, first), page(2, table(("b", "2"), title="Chemistry (continued)"))) == [[1, 2]]


def test_a_heading_between_them_parts_tables() -> None:
    assert joined(page(1, table(("a", "1"))), page(2, table(("b", "2")), above=("Medications",))) == [[1], [2]]
    assert joined(page(1, table(("a", "1")), below=("Comments: none",)), page(2, table(("b", "2")))) == [[1], [2]]


def test_running_headers_and_page_numbers_do_not_part_a_table() -> None:
    first = page(1, table(("a", "1")), above=("City Hospital", "Report of May, page 1 of 2"), below=("1 / 2",))
    second = page(2, table(("b", "2")), above=("City Hospital", "Report of May, page 2 of 2"), below=("2 / 2",))
    assert joined(first, second) == [[1, 2]]


def test_the_words_that_a_table_continues_do_not_part_it() -> None:
    first = page(1, table(("a", "1")), below=("(continued on next page)",))
    assert joined(first, page(2, table(("b", "2")), above=("Table continued from previous page",))) == [[1, 2]]


def test_numbered_headings_part_tables() -> None:
    first = page(1, table(("a", "1")), above=("Table 1",))
    assert joined(first, page(2, table(("b", "2")), above=("Table 2",))) == [[1], [2]]


def test_a_table_does_not_go_on_over_a_page_without_it() -> None:
    assert joined(page(1, table(("a", "1"))), page(2), page(3, table(("b", "2")))) == [[1], [3]]
    assert joined(page(1, table(("a", "1"))), page(3, table(("b", "2")))) == [[1], [3]]


def test_only_the_last_table_of_a_page_goes_on_and_only_in_the_first_of_the_next() -> None:
    pages = [page(1, table(("a", "1")), table(("b", "1"))), page(2, table(("c", "1")), table(("d", "1")))]
    assert joined(*pages) == [[1], [1, 2], [2]]


def test_every_table_of_every_page_is_in_one_place() -> None:
    pages = [page(n, *(table((f"{n}-{place}", "x")) for place in range(n % 3))) for n in range(1, 9)]
    parts = [(part.page, part.place) for whole in continued_tables(pages) for part in whole.parts]
    assert parts == [(one.number, place) for one in pages for place in range(len(one.tables))]
