"""``python -m include.ocr RESPONSE.json``: print what is read from a Textract response, as JSON.

The file holds one response, or the list of a job's chunks. It prints what the document says: patient data.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from include.documents.content import PageContent
from include.ocr.blocks import read_pages


def summary(response: dict[str, Any] | list[dict[str, Any]]) -> dict[str, Any]:
    """Lines, tables and forms of each page in plain lists and texts."""
    chunks = response if isinstance(response, list) else [response]
    blocks = (block for chunk in chunks for block in chunk.get("Blocks") or ())
    return {"pages": [_page(page) for page in read_pages(blocks)]}


def _page(page: PageContent) -> dict[str, Any]:
    return {
        "number": page.number,
        "lines": [line.text for line in page.lines],
        "tables": [{"rows": table.rows, "title": table.title} for table in page.tables],
        "forms": [{"key": field.key, "value": field.value, "confidence": round(field.confidence, 2)}
                  for field in page.fields],
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
