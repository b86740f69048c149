"""``python -m include.ocr RESPONSE.json``: print what is read from a Textract response, as JSON.

The file holds one response, or the list of a job's chunks. It prints what the document says: patient data.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from include.documents.content import PageContent
from include.ocr.blocks import read_pages
from include.ocr.folding import failed_pages


def summary(response: dict[str, Any] | list[dict[str, Any]]) -> dict[str, Any]:
    """Lines, tables, forms, tick boxes and signatures of each page in plain lists and texts."""
    chunks = response if isinstance(response, list) else [response]
    blocks = (block for chunk in chunks for block in chunk.get("Blocks") or ())
    return {"pages": [_page(page) for page in read_pages(blocks)], "warnings": _warnings(chunks)}


def _warnings(chunks: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a reader of the pages has to know: a job that is not over, results that are not all here."""
    status = {str(chunk["JobStatus"]) for chunk in chunks if chunk.get("JobStatus")} - {"SUCCEEDED"}
    failed = sorted({number for chunk in chunks for number in failed_pages(chunk)})
    return [
        *(f"the job's status is {one}" for one in sorted(status)),
        *(f"Textract could not read page {number}" for number in failed),
        *(["the last chunk has a NextToken: the results go on"] if chunks and chunks[-1].get("NextToken") else []),
    ]


def _page(page: PageContent) -> dict[str, Any]:
    return {
        "number": page.number,
        "lines": [line.text for line in page.lines],
        "tables": [{"rows": table.rows, "title": table.title} for table in page.tables],
        "forms": [{"key": field.key, "value": field.value, "confidence": round(field.confidence, 2)}
                  for field in page.fields],
        "tick_boxes": [{"label": tick.label, "selected": tick.selected} for tick in page.tick_boxes],
        "signatures": [{"label": signature.label, "confidence": round(signature.confidence, 2)}
                       for signature in page.signatures],
        "warnings": list(page.warnings),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m include.ocr", description=__doc__)
    parser.add_argument("response", type=Path)
    response = json.loads(parser.parse_args().response.read_text())
    json.dump(summary(response), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
