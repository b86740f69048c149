"""What a row of bytes says when it is unpacked: compressed, encoded, escaped or encrypted with a key that is known."""

from __future__ import annotations

import base64
import binascii
import bz2
import html
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import unquote_to_bytes

from cryptography.fernet import Fernet, InvalidToken

DEEPEST = 5
"""Layers within layers: a compressed text that is base64 within JSON within JSON is four."""

_BASE64 = re.compile(rb"[A-Za-z0-9+/_\-]{12,}={0,2}")
_HEX = re.compile(rb"[0-9a-fA-F]{16,}")
_ESCAPED = re.compile(rb"\\+(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
_FERNET = re.compile(rb"gAAAAA[A-Za-z0-9_\-]{40,}={0,2}")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_UTF16_LE = re.compile(rb"(?:[\x20-\xff]\x00){6,}")
_UTF16_BE = re.compile(rb"(?:\x00[\x20-\xff]){6,}")
_GZIP, _ZIP, _BZ2, _XZ = b"\x1f\x8b\x08", b"PK\x03\x04", b"BZh", b"\xfd7zXZ\x00"
_MOST_UNPACKED = 64 * 1024 * 1024


def layers(data: bytes, fernet_key: str = "") -> Iterator[bytes]:
    """The bytes themselves and everything that can be unpacked from them, each once.

    :param fernet_key: Airflow's, so that what it has encrypted is read as well.
    """
    seen: set[bytes] = set()
    waiting = [(data, 0)]
    while waiting:
        layer, depth = waiting.pop()
        if not layer or layer in seen:
            continue
        seen.add(layer)
        yield layer
        if depth < DEEPEST:
            waiting += [(inner, depth + 1) for unpack in _UNPACKERS for inner in unpack(layer)]
            waiting += [(inner, depth + 1) for inner in _decrypted(layer, fernet_key)]


def _compressed(data: bytes) -> Iterator[bytes]:
    for place in _places(data, _GZIP):
        yield from _inflated(data[place:], 31)
    for found in _ZLIB.finditer(data):
        yield from _inflated(data[found.start():], 15)
    if data.startswith(_BZ2):
        with suppress(OSError):
            yield bz2.decompress(data)
    if data.startswith(_XZ):
        with suppress(lzma.LZMAError):
            yield lzma.decompress(data)
    if data.startswith(_ZIP):
        with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
            yield "\n".join(archive.namelist()).encode()


def _inflated(data: bytes, window: int) -> Iterator[bytes]:
    """Also of a stream that is cut off."""
    with suppress(zlib.error):
        unpacked = zlib.decompressobj(window).decompress(data, _MOST_UNPACKED)
        if len(unpacked) > 8:
            yield unpacked


def _places(data: bytes, mark: bytes) -> Iterator[int]:
    place = data.find(mark)
    while place >= 0:
        yield place
        place = data.find(mark, place + 1)


def _base64(data: bytes) -> Iterator[bytes]:
    """Of each run at each of the four offsets: what stands before it may belong to something else. What is a text is
    put together, what is compressed is a layer of its own."""
    texts = []
    for found in _BASE64.finditer(data):
        run = found[0].rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        for offset in range(4):
            part = run[offset:]
            with suppress(binascii.Error):
                decoded = base64.b64decode(part + b"=" * (-len(part) % 4))
                if _ZLIB.match(decoded) or decoded.startswith((_GZIP, _ZIP, _BZ2, _XZ)):
                    yield decoded
                texts.append(decoded)
    yield _meaningful(texts)


def _hex(data: bytes) -> Iterator[bytes]:
    runs = [found[0] for found in _HEX.finditer(data)]
    yield _meaningful([bytes.fromhex(run[offset:offset + (len(run) - offset) // 2 * 2].decode())
                       for run in runs for offset in (0, 1)])


def _meaningful(decoded: list[bytes]) -> bytes:
    """Without what is noise: digests and ids are valid base64, too, and decode to anything but a text."""
    return b"\n".join(text for text in decoded if _is_text(text))


def _is_text(data: bytes) -> bool:
    """Three of four bytes are in runs of what may be printed."""
    printed = re.findall(rb"[\x20-\x7e\x80-\xf4]{6,}", data)
    return sum(map(len, printed)) * 4 >= len(data) * 3


def _escapes(data: bytes) -> Iterator[bytes]:
    r"""``\u00f8`` and ``\xf8``, with any number of backslashes: JSON within JSON has several."""
    if _ESCAPED.search(data):
        yield _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)).encode(errors="replace"), data)


def _quoted(data: bytes) -> Iterator[bytes]:
    if re.search(rb"%[0-9a-fA-F]{2}", data):
        yield unquote_to_bytes(data)
    if re.search(rb"&#?\w{2,8};", data):
        yield html.unescape(data.decode(errors="replace")).encode()
    if re.search(rb"=[0-9A-F]{2}|=\r?\n", data):
        yield binascii.a2b_qp(data)


def _wide(data: bytes) -> Iterator[bytes]:
    """UTF-16 of Latin letters has a zero beside each."""
    for pattern, encoding in ((_UTF16_LE, "utf-16-le"), (_UTF16_BE, "utf-16-be")):
        found = [run[0].decode(encoding) for run in pattern.finditer(data)]
        yield "\n".join(found).encode()


def _decrypted(data: bytes, key: str) -> Iterator[bytes]:
    if key:
        for found in _FERNET.finditer(data):
            with suppress(InvalidToken, ValueError):
                yield Fernet(key).decrypt(found[0])


_UNPACKERS: tuple[Callable[[bytes], Iterator[bytes]], ...] = (_compressed, _base64, _hex, _escapes, _quoted, _wide)
