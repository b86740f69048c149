"""``python -m benchmarks.canned_textract PORT``: answers as Textract would, at once, without looking at what is sent.

Each page is that of a laboratory report with 20 rows, under numbers that go on. A job has as many pages as its JobTag
says. For benchmarks of the client, on the loopback address.
"""

from __future__ import annotations

import argparse
import json
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from benchmarks.lab_blocks import lab_page_blocks
from benchmarks.lab_rows import results
from benchmarks.synthetic_jobs import chunks_of
from benchmarks.synthetic_pages import Block

ROWS = 20
_DIFFERENT = 100
_numbers = count(1)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(_ANSWERS[self.headers["X-Amz-Target"].rpartition(".")[2]](asked))

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def _answer(self, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _analyze(_asked: dict[str, Any]) -> dict[str, Any]:
    blocks = [{**block, "Page": 1} for block in _page(next(_numbers) % _DIFFERENT + 1)]
    return {"DocumentMetadata": {"Pages": 1}, "AnalyzeDocumentModelVersion": "1.0", "Blocks": blocks}


def _start(asked: dict[str, Any]) -> dict[str, Any]:
    return {"JobId": f"{asked['JobTag']}-{next(_numbers)}"}


def _get(asked: dict[str, Any]) -> dict[str, Any]:
    place, chunks = int(asked.get("NextToken", 0)), _chunks(int(asked["JobId"].partition("-")[0]))
    more = {"NextToken": str(place + 1)} if place + 1 < len(chunks) else {}
    return {**chunks[place], **more}


_ANSWERS = {"AnalyzeDocument": _analyze, "StartDocumentAnalysis": _start, "GetDocumentAnalysis": _get}


@cache
def _chunks(pages: int) -> list[dict[str, Any]]:
    return list(chunks_of((_page(number) for number in range(1, pages + 1)), pages))


@cache
def _page(number: int) -> list[Block]:
    return lab_page_blocks(number, results(ROWS * _DIFFERENT)[ROWS * (number - 1):ROWS * number], patient=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.canned_textract", description=__doc__)
    parser.add_argument("port", type=int)
    ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), _Handler).serve_forever()


if __name__ == "__main__":
    main()
