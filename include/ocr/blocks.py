"""Textract's Block dicts in, page contents out.

What a block is: https://docs.aws.amazon.com/textract/latest/dg/API_Block.html. The ids in a relationship are in no
reading order; every order here comes from geometry.
"""

from __future__ import annotations

from collections.abc import Iterable

from include.documents.content import Origin, PageContent
from include.ocr.forms import read_fields, read_signatures
from include.ocr.geometry import Block
from include.ocr.graph import PageGraph
from include.ocr.lines import read_lines
from include.ocr.paging import blocks_by_page
from include.ocr.tables import read_table
from include.ocr.tick_boxes import read_tick_boxes
from include.ocr.wording import in_reading_order


def read_pages(blocks: Iterable[Block]) -> list[PageContent]:
    """Every page that the blocks speak of, in page order.

    :param blocks: Block dicts of an AnalyzeDocument or GetDocumentAnalysis response, of one or more pages.
    """
    return [read_page(number, page) for number, page in sorted(blocks_by_page(blocks).items())]


def read_page(number: int, blocks: Iterable[Block]) -> PageContent:
    """One page.

    QUERY and QUERY_RESULT blocks are left out: an answer to a question is a second reading of words that stand in the
    lines already.

    :param number: the page's number in the document, from 1, whatever the blocks say.
    """
    graph = PageGraph(number, blocks)
    tables = in_reading_order(graph.of_type("TABLE"), graph.frame)
    return PageContent(
        number=number,
        origin=Origin.OCR,
        lines=tuple(read_lines(graph)),
        tables=tuple(read_table(graph, table) for table in tables),
        fields=tuple(read_fields(graph)),
        tick_boxes=tuple(read_tick_boxes(graph)),
        signatures=tuple(read_signatures(graph)),
        rotation=graph.frame.rotation,
        warnings=graph.warnings,
    )
