"""Words and lines of a page image by RapidOCR, with the page turned upright first.

A page lies on its side when its pieces of text are taller than wide. A page is upside down when the
engine is sure of little: a wrong turn reads as junk at about 70 percent, the right one at about 97.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import re
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from include.sandbox.geometry import Box, Line, Word

Pixels = npt.NDArray[np.uint8]

READING_VERSION = "1"
"""Part of the cache key; raise it when a rule of this module changes what is read."""
SURE = 88.0
"""Mean confidence in percent below which the page is also tried the other way round."""
LEAST_TILT, MOST_TILT = 0.25, 12.0
"""Degrees between which a tilted page is straightened."""

_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Reading:
    """What is printed on a page, in pixels of the page turned upright.

    ``quarter_turns`` counter-clockwise and then ``tilt`` degrees make the upright page of the given one.
    """

    lines: tuple[Line, ...]
    quarter_turns: int
    tilt: float


@dataclass(frozen=True, slots=True)
class _Found:
    """One answer of the engine: (text, percent, polygon) of every word, by line."""

    lines: tuple[tuple[tuple[str, float, tuple[tuple[float, float], ...]], ...], ...]

    @property
    def confidence(self) -> float:
        known = [(len(text), percent) for line in self.lines for text, percent, _ in line]
        total = sum(length for length, _ in known)
        return sum(length * percent for length, percent in known) / total if total else 0.0


@cache
def _engine() -> Any:
    """The engine, loaded at first use: it takes about a second and half a gigabyte."""
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.use_cls": False, "Global.log_level": "error"})


def read_page(image: Pixels, cache_folder: Path | None = None) -> Reading:
    """Read a page; one at a time in this process.

    :param image: (height, width, 3) bytes, RGB.
    :param cache_folder: where results are kept by the image's content; None keeps nothing.
    """
    name = hashlib.sha256(READING_VERSION.encode() + str(image.shape).encode() + image.tobytes()).hexdigest()
    kept = cache_folder / f"{name}.json" if cache_folder else None
    with _one_at_a_time:
        if kept and kept.exists():
            turns, found = _from_json(json.loads(kept.read_text()))
        else:
            turns, found = _read_upright(image)
            if kept:
                _keep(kept, {"turns": turns, "lines": found.lines})
    tilt = _tilt(found)
    size = image.shape[:2] if turns % 2 == 0 else (image.shape[1], image.shape[0])
    matrix = straightening(tilt, int(size[1]), int(size[0]))
    lines = [_line(words, matrix) for words in found.lines]
    return Reading(tuple(line for line in lines if line.words), turns, tilt)


def read_piece(image: Pixels, cache_folder: Path | None = None) -> tuple[str, float]:
    """Text and percent of one line that fills the image; ``("", 0.0)`` where there is none.

    :param image: (height, width, 3) bytes, RGB.
    :param cache_folder: as for :func:`read_page`.
    """
    name = hashlib.sha256(READING_VERSION.encode() + b"piece" + str(image.shape).encode() + image.tobytes()).hexdigest()
    kept = cache_folder / f"{name}.json" if cache_folder else None
    with _one_at_a_time:
        if kept and kept.exists():
            text, percent = json.loads(kept.read_text())
            return str(text), float(percent)
        answer = _engine()(
            np.ascontiguousarray(image[:, :, ::-1]), use_det=False, use_cls=False, use_rec=True, return_word_box=False)
        text, percent = (str(answer.txts[0]), 100.0 * float(answer.scores[0])) if answer.txts else ("", 0.0)
        if kept:
            _keep(kept, [text, percent])
        return text, percent


def _keep(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(content))
    temporary.replace(path)


def _from_json(kept: dict[str, Any]) -> tuple[int, _Found]:
    lines = tuple(
        tuple((str(text), float(percent), tuple((float(x), float(y)) for x, y in polygon))
              for text, percent, polygon in line)
        for line in kept["lines"])
    return int(kept["turns"]), _Found(lines)


def _read_upright(image: Pixels) -> tuple[int, _Found]:
    first = _recognise(image)
    if not first.lines:
        return 0, first
    turns = 1 if _lies_on_its_side(first) else 0
    found = _recognise(turned(image, turns)) if turns else first
    if found.confidence < SURE:
        other = _recognise(turned(image, turns + 2))
        if other.confidence > found.confidence + 3:
            return turns + 2, other
    return turns, found


def turned(image: Pixels, quarter_turns: int) -> Pixels:
    """Turned counter-clockwise."""
    return np.ascontiguousarray(np.rot90(image, quarter_turns % 4))


def straightening(tilt: float, width: int, height: int) -> npt.NDArray[np.float64]:
    """The 2 x 3 matrix that straightens a page whose lines fall by ``tilt`` degrees."""
    if tilt == 0.0:
        return np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    return np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1.0), dtype=np.float64)


def _lies_on_its_side(found: _Found) -> bool:
    tall = wide = 0.0
    for line in found.lines:
        points = [point for _, _, polygon in line for point in polygon]
        width = max(x for x, _ in points) - min(x for x, _ in points)
        height = max(y for _, y in points) - min(y for _, y in points)
        if height > 1.5 * width:
            tall += height
        elif width > 1.5 * height:
            wide += width
    return tall > 1.5 * wide


def _tilt(found: _Found) -> float:
    """Degrees that the long lines fall by; 0 where they are level or disagree."""
    angles = []
    for line in found.lines:
        (left, top), (right, bottom) = line[0][2][0], line[-1][2][1]
        height = line[0][2][3][1] - line[0][2][0][1]
        if right - left > 8 * abs(height):
            angles.append(math.degrees(math.atan2(bottom - top, right - left)))
    if len(angles) < 3:
        return 0.0
    middle = median(angles)
    agreeing = sum(1 for angle in angles if abs(angle - middle) < 1.0)
    return round(middle, 3) if LEAST_TILT < abs(middle) < MOST_TILT and agreeing > 0.6 * len(angles) else 0.0


def _recognise(image: Pixels) -> _Found:
    # Every option each time: the engine keeps those of the call before.
    answer = _engine()(
        np.ascontiguousarray(image[:, :, ::-1]), use_det=True, use_cls=False, use_rec=True, return_word_box=True)
    if answer.txts is None or answer.boxes is None:
        return _Found(())
    pieces = answer.word_results or [()] * len(answer.txts)
    lines = []
    for text, score, outline, words in zip(answer.txts, answer.scores, answer.boxes, pieces, strict=False):
        tokens = str(text).split()
        if not tokens:
            continue
        known = [
            (str(word), 100.0 * float(percent), tuple((float(x), float(y)) for x, y in box))
            for word, percent, box in words or () if box is not None]
        if [word for word, _, _ in known] != tokens:
            known = _spread(tokens, 100.0 * float(score), [(float(x), float(y)) for x, y in outline])
        lines.append(tuple(known))
    return _Found(tuple(lines))


def _spread(
        tokens: list[str], percent: float, outline: list[tuple[float, float]],
) -> list[tuple[str, float, tuple[tuple[float, float], ...]]]:
    """Words laid over a line's outline in proportion to their characters."""
    total = sum(len(token) for token in tokens) + len(tokens) - 1
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = outline
    words: list[tuple[str, float, tuple[tuple[float, float], ...]]] = []
    start = 0
    for token in tokens:
        a, b = start / total, (start + len(token)) / total
        words.append((token, percent, (
            (x0 + a * (x1 - x0), y0 + a * (y1 - y0)), (x0 + b * (x1 - x0), y0 + b * (y1 - y0)),
            (x3 + b * (x2 - x3), y3 + b * (y2 - y3)), (x3 + a * (x2 - x3), y3 + a * (y2 - y3)))))
        start += len(token) + 1
    return words


def _line(words: tuple[tuple[str, float, tuple[tuple[float, float], ...]], ...],
          matrix: npt.NDArray[np.float64]) -> Line:
    found = []
    for text, percent, polygon in words:
        points = np.array(polygon) @ matrix[:, :2].T + matrix[:, 2]
        box = Box(
            float(points[:, 0].min()), float(points[:, 1].min()),
            float(points[:, 0].max()), float(points[:, 1].max()))
        found.extend(_parted_at_colon(Word(text, percent, box)))
    return Line(tuple(found))


def _parted_at_colon(word: Word) -> list[Word]:
    """``DOB:07/15`` is two words whose blank the engine lost; ``12:30`` and ``http://`` are one."""
    match = re.match(r"^(.*[^\W\d][)\].]?:)([^\W_].*)$", word.text)
    if not match:
        return [word]
    cut = word.box.left + word.box.width * len(match[1]) / len(word.text)
    return [
        Word(match[1], word.confidence, Box(word.box.left, word.box.top, cut, word.box.bottom)),
        Word(match[2], word.confidence, Box(cut, word.box.top, word.box.right, word.box.bottom))]
