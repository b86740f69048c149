"""Textract's wire, on a loopback socket: JSON 1.1 answers from a list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

Answer = tuple[int, dict[str, Any]]

SILENCE: Answer = (0, {})
"""In place of an answer: nothing, on a connection that stays open."""
DROP: Answer = (-1, {})
"""In place of an answer: the end of the connection."""


class Textract:
    """What was asked, and what is to be answered."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        self.answers: list[Answer] = []
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self._stopped = Event()

    def answer(self, operation: str, request: dict[str, Any]) -> Answer:
        self.requests.append((operation, request))
        return self.answers.pop(0)

    def keep_silent(self) -> None:
        self._stopped.wait()

    def stop(self) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def serve() -> Iterator[Textract]:
    """A server for the length of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = textract.answer(self.headers["X-Amz-Target"].rpartition(".")[2], body)
            if answer == SILENCE:
                textract.keep_silent()
            if answer in (SILENCE, DROP):
                return
            status, members = answer
            content = json.dumps(members).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    textract = Textract(server)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield textract
    finally:
        textract.stop()
