"""What the file itself holds of a page that OCR read: filled-in form fields and tick boxes, which are exact.

OCR saw the page with all that is drawn on it, so lines and tables are OCR's. A field of the file (AcroForm,
annotation) is known by having no printed key: ``key_box`` is None. The file's pairs of printed texts are guesses as
OCR's are; they only fill what OCR left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from include.documents.content import Box, FormField, PageContent, TickBox

_SAME_PLACE = 0.5
"""Share of the smaller of two boxes that has to lie in the other for them to be one field."""


def only_filled(embedded: PageContent) -> PageContent:
    """A page of the file without its printed text, which cannot be trusted: its filled-in fields and tick boxes."""
    return replace(embedded, lines=(), tables=(), fields=tuple(f for f in embedded.fields if f.key_box is None))


def with_fields_of(page: PageContent, embedded: PageContent) -> PageContent:
    """The OCR page with the file's own fields and tick boxes joined; joining again changes nothing.

    A filled-in field takes the place of what OCR read there, or under its label where that stands once on each side;
    OCR's printed key is kept. What OCR has already is not repeated.
    """
    return replace(
        page,
        fields=_joined_fields(page.fields, embedded.fields),
        tick_boxes=_joined_ticks(page.tick_boxes, embedded.tick_boxes),
    )


def _joined_fields(read: Sequence[FormField], own: Sequence[FormField]) -> tuple[FormField, ...]:
    filled = [field for field in own if field.key_box is None and field.value]
    labels = Counter(_plain(field.key) for field in read), Counter(_plain(field.key) for field in filled)
    joined = list(read)
    taken: set[int] = set()
    late = []
    for field in filled:
        label = _plain(field.key)
        once = bool(label) and labels[0][label] == labels[1][label] == 1
        place = next((n for n, other in enumerate(read) if _is_one_place(field.value_box, other.value_box)), None)
        if place is None and once:
            place = next(n for n, other in enumerate(read) if _plain(other.key) == label)
        if place is None or place in taken:
            late.append(field)
        else:
            taken.add(place)
            joined[place] = _exact(joined[place], field)
    present = Counter(map(_pair, joined))
    for field in late:
        if present[_pair(field)]:
            present[_pair(field)] -= 1
        else:
            joined.append(field)
    keys = {_plain(field.key) for field in joined}
    return (*joined, *(field for field in own if field.key_box is not None and _plain(field.key) not in keys))


def _joined_ticks(read: Sequence[TickBox], own: Sequence[TickBox]) -> tuple[TickBox, ...]:
    joined = list(read)
    for tick in own:
        place = next((n for n, other in enumerate(joined) if _is_one_place(tick.box, other.box)), None)
        if place is not None:
            joined[place] = replace(tick, label=joined[place].label or tick.label)
        elif tick not in joined:
            joined.append(tick)
    return tuple(joined)


def _exact(read: FormField, own: FormField) -> FormField:
    return replace(
        read,
        value=read.value if _plain(read.value) == _plain(own.value) else own.value,
        value_box=read.value_box or own.value_box,
        confidence=own.confidence,
        selected=own.selected,
        handwritten=own.handwritten,
    )


def _is_one_place(one: Box | None, other: Box | None) -> bool:
    if one is None or other is None:
        return False
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min(one.width * one.height, other.width * other.height)
    return across > 0 and down > 0 and across * down > _SAME_PLACE * smaller


def _pair(field: FormField) -> tuple[str, str]:
    return _plain(field.key), _plain(field.value)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().rstrip(":").rstrip().casefold()
