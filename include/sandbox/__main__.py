"""The sandbox as one process, on the loopback address unless told otherwise: ``python -m include.sandbox --help``."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server

from include.sandbox import engine
from include.sandbox.aws import MotoObjects, application
from include.sandbox.endpoint import Endpoint
from include.sandbox.faulty_s3 import FaultyS3
from include.sandbox.rights import MotoRights
from include.sandbox.snapshot import Snapshot
from include.sandbox.tag_rights import TagRights
from include.sandbox.textract import Textract

LOOPBACK = "127.0.0.1"
SECONDS_BETWEEN_SNAPSHOTS = 3.0
SNAPSHOTS_SHARE = 0.05
"""Part of the time that snapshots take at most: one takes longer the more objects there are."""

log = logging.getLogger("sandbox")


class _QuietHandler(MotoRequestHandler):
    """No access log: S3 keys and query strings of a caller are nobody's business."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m include.sandbox", description=__doc__)
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on; others than loopback only in a network"
                        " of its own: whoever reaches it may do anything")
    parser.add_argument("--s3-port", type=int, required=True, help="S3, SNS, SQS, SES, STS and IAM")
    parser.add_argument("--textract-port", type=int, required=True)
    parser.add_argument("--data-dir", type=Path, required=True, help="keeps S3's content and what OCR has read")
    parser.add_argument("--tps", type=float, default=10.0, help="AnalyzeDocument calls accepted in a second")
    parser.add_argument("--seconds-per-page", type=float, default=0.0, help="least time that a page takes")
    parser.add_argument("--stand-in", action="store_true", help="no OCR: specimens are told by their squares, other"
                        " pages are refused")
    return parser.parse_args(arguments)


def run(options: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT, then write the last snapshot."""
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    moto = application()
    snapshot = Snapshot(options.data_dir / "s3", moto)
    snapshot.load()
    rights = MotoRights()
    reader = engine.stand_in() if options.stand_in else engine.ocr(options.data_dir / "ocr-cache")
    service = Textract(MotoObjects(rights), reader, options.tps, options.seconds_per_page)
    s3 = FaultyS3(TagRights(moto, rights), service.faults, service.told)
    servers = [
        make_server(options.host, options.s3_port, s3, threaded=True, request_handler=_QuietHandler),
        make_server(options.host, options.textract_port, Endpoint(service, rights), threaded=True,
                    request_handler=_QuietHandler)]
    threads = [threading.Thread(target=server.serve_forever, daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    log.info("S3 on http://%s:%d, Textract on http://%s:%d",
             options.host, options.s3_port, options.host, options.textract_port)
    pause = SECONDS_BETWEEN_SNAPSHOTS
    while not stop.wait(pause):
        began = time.monotonic()
        _save(snapshot)
        pause = max(SECONDS_BETWEEN_SNAPSHOTS, (time.monotonic() - began) / SNAPSHOTS_SHARE)
    _stop(servers, service)
    _save(snapshot)


def _save(snapshot: Snapshot) -> None:
    """A snapshot that meets a bucket being changed is tried again at the next turn."""
    try:
        snapshot.save()
    except (RuntimeError, ValueError):
        log.warning("snapshot postponed")


def _stop(servers: list[Any], service: Textract) -> None:
    for server in servers:
        server.shutdown()
    service.jobs.stop()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    # Request logs of the server and of moto may quote keys.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    run(parse_arguments())
