"""The readers of Textract's blocks that are compared: ours and the two libraries of AWS."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Any

from include.ocr.blocks import read_pages

Response = dict[str, Any]

OURS = "include.ocr"
TEXTRACTOR = "amazon-textract-textractor"
RESPONSE_PARSER = "amazon-textract-response-parser"


@dataclass(frozen=True, slots=True)
class Reader:
    """``read`` turns one response, which it may change, into pages with lines, tables and fields."""

    name: str
    version: str
    read: Callable[[Response], object]


def our_reader() -> Reader:
    return Reader(OURS, "", lambda response: read_pages(response["Blocks"]))


def find_readers() -> tuple[list[Reader], list[str]]:
    """Ours and those libraries that are installed, and a sentence for each that is not."""
    libraries = (
        (TEXTRACTOR, "textractor.parsers.response_parser", "parse"),
        (RESPONSE_PARSER, "trp", "Document"),
    )
    readers, missing = [our_reader()], []
    for name, module, function in libraries:
        try:
            readers.append(Reader(name, version(name), getattr(import_module(module), function)))
        except ImportError as error:
            missing.append(f"{name} is left out: {error}. `make install` adds it.")
    # They write a line for each block that they do not expect: neither wanted nor to be paid for here.
    logging.getLogger("trp").setLevel(logging.CRITICAL)
    logging.getLogger("textractor").setLevel(logging.CRITICAL)
    return readers, missing
