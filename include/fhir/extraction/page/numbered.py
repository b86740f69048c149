"""Entries that are numbered within running text: ``1. Glaucoma, stable. 2. Cataract, right eye.``"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from include.fhir.extraction.page.sections import Piece

_NUMBER = re.compile(r"(?:(?<=\s)|^)[#(]?(?P<number>\d{1,2})[.)]\s+(?=[A-Z])")


def numbered_apart(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a section with each numbered entry as one piece, also where several share a line or one goes on.

    Only numbers that count from one are those of entries. Where each line begins one, the pieces stay as they are.
    """
    text, starts = "", list[int]()
    for piece in pieces:
        starts.append(len(text))
        text += piece.text.strip() + " "
    marks, wanted = list[re.Match[str]](), 1
    for match in _NUMBER.finditer(text):
        if int(match["number"]) == wanted:
            marks.append(match)
            wanted += 1
    inside = [match for match in marks if match.start() not in starts]
    if len(marks) < 2 or not inside:
        return list(pieces)
    before = [piece for piece, start in zip(pieces, starts, strict=True) if start < marks[0].start()]
    begun = [p for p in before if starts[pieces.index(p)] + len(p.text.strip()) <= marks[0].start()]
    ends = [*(match.start() for match in marks[1:]), len(text)]
    return [
        *begun,
        *(
            replace(pieces[bisect_right(starts, match.start()) - 1], text=text[match.start() : end].strip())
            for match, end in zip(marks, ends, strict=True)
        ),
    ]
