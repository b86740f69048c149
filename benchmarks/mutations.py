"""Ways to damage a PDF, TIFF, PNG or JPEG; every one is a function of the file and of a seeded generator."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, bytes, Random], bytes]
"""The file, another file of its kind, the generator; gives the mutant."""

_NUMBER = re.compile(rb"(?<![\w.])-?\d{1,10}(?![\w.])")
_NAME = re.compile(rb"/[A-Za-z][A-Za-z0-9]{1,30}")
_STREAM = re.compile(rb"stream\r?\n(.+?)\r?\nendstream", re.DOTALL)
_EXTREMES = (0, 1, -1, 255, 65_535, 65_536, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 10**10, 10**18)
_PNG_HEADER = 8
_HEADER_BYTES = 1024
"""Where the sides, depths and offsets of a picture stand."""


def flip_bytes(data: bytes, _other: bytes, random: Random) -> bytes:
    mutant = bytearray(data)
    for _ in range(random.choice((1, 3, 10, 100))):
        mutant[random.randrange(len(mutant))] ^= 1 << random.randrange(8)
    return bytes(mutant)


def overwrite_with_one_value(data: bytes, _other: bytes, random: Random) -> bytes:
    start, end = _chunk(data, random)
    return data[:start] + bytes([random.choice((0, 255, 32, 10))]) * (end - start) + data[end:]


def delete_a_chunk(data: bytes, _other: bytes, random: Random) -> bytes:
    start, end = _chunk(data, random)
    return data[:start] + data[end:]


def repeat_a_chunk(data: bytes, _other: bytes, random: Random) -> bytes:
    start, end = _chunk(data, random)
    return data[:end] + data[start:end] * random.choice((1, 2, 50)) + data[end:]


def swap_chunks(data: bytes, _other: bytes, random: Random) -> bytes:
    a, b, c, d = sorted(random.randrange(len(data) + 1) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def truncate(data: bytes, _other: bytes, random: Random) -> bytes:
    return data[: random.randrange(1, len(data))]


def splice(data: bytes, other: bytes, random: Random) -> bytes:
    """The head of one file, the tail of another."""
    return data[: random.randrange(1, len(data))] + other[random.randrange(len(other)) :]


def change_numbers(data: bytes, _other: bytes, random: Random) -> bytes:
    def changed(old: bytes) -> bytes:
        return str(random.choice((*_EXTREMES, int(old) + 1, -int(old)))).encode()

    return _replace(data, _NUMBER, random, changed)


def swap_names(data: bytes, _other: bytes, random: Random) -> bytes:
    names = _NAME.findall(data) or [b"/X"]
    return _replace(data, _NAME, random, lambda _: random.choice(names))


def damage_a_stream(data: bytes, other: bytes, random: Random) -> bytes:
    """Inside the compression where there is one, so that the parser of the content gets to see the damage."""
    streams = list(_STREAM.finditer(data))
    if not streams:
        return flip_bytes(data, other, random)
    found = random.choice(streams)
    body = found.group(1)
    try:
        inner = zlib.decompress(body)
    except zlib.error:
        damaged = random.choice(_ANYWHERE)(body, other, random) if len(body) > 1 else body
    else:
        ways = (*_ANYWHERE, change_numbers)
        damaged = zlib.compress(random.choice(ways)(inner, other, random)) if len(inner) > 1 else body
    return data[: found.start(1)] + damaged + data[found.end(1) :]


def change_header_fields(data: bytes, _other: bytes, random: Random) -> bytes:
    """Two or four bytes of a picture's header become an extreme number; a PNG's checksums are set right again."""
    mutant = bytearray(data)
    for _ in range(random.choice((1, 1, 3))):
        size = random.choice((1, 2, 4))
        at = random.randrange(4, max(5, min(len(mutant), _HEADER_BYTES) - size))
        value = random.choice(_EXTREMES) % (1 << 8 * size)
        mutant[at : at + size] = value.to_bytes(size, random.choice(("little", "big")))
    return _checked(bytes(mutant)) if data.startswith(b"\x89PNG") else bytes(mutant)


_ANYWHERE: tuple[Mutation, ...] = (
    flip_bytes, overwrite_with_one_value, delete_a_chunk, repeat_a_chunk, swap_chunks, truncate)
OF_PDF: tuple[Mutation, ...] = (
    *_ANYWHERE, splice, change_numbers, change_numbers, swap_names, damage_a_stream, damage_a_stream, damage_a_stream)
OF_PICTURE: tuple[Mutation, ...] = (
    *_ANYWHERE, splice, change_header_fields, change_header_fields, change_header_fields)


def _chunk(data: bytes, random: Random) -> tuple[int, int]:
    start = random.randrange(len(data))
    return start, min(len(data), start + random.choice((1, 8, 64, 1024, 16_384)))


def _replace(data: bytes, pattern: re.Pattern[bytes], random: Random, new: Callable[[bytes], bytes]) -> bytes:
    found = list(pattern.finditer(data))
    for match in sorted(random.sample(found, min(len(found), random.choice((1, 2, 8)))), key=lambda m: -m.start()):
        data = data[: match.start()] + new(match.group()) + data[match.end() :]
    return data


def _checked(data: bytes) -> bytes:
    """A PNG whose chunks carry the checksums that their bytes have."""
    mutant, at = bytearray(data), _PNG_HEADER
    while at + 12 <= len(mutant):
        end = at + 8 + int.from_bytes(mutant[at : at + 4], "big")
        if end + 4 > len(mutant):
            break
        mutant[end : end + 4] = zlib.crc32(mutant[at + 4 : end]).to_bytes(4, "big")
        at = end + 4
    return bytes(mutant)
