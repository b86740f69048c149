"""Skin tests: the size of each reaction beside what was applied, and beside that how it is judged."""

from __future__ import annotations

import re
from collections.abc import Mapping

from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.statements.observations import split_unit
from include.fhir.extraction.tables.columns import role_of

_SIZE = re.compile(
    r"(?:mean |largest |prick |skin )?(?:wheals?|weals?|indurations?|quaddel\w*|papules?)"
    r"(?: ?(?:size|diameter|reaction|response|result))?(?:,? ?mm)?",
    re.IGNORECASE,
)
_OTHER = re.compile(r"(?:flare|erythema|redness)\b.*", re.IGNORECASE)
"""What is measured around the reaction itself: two sizes would need two names."""
_NAMES = frozenset((None, "test", "name", "substance", "procedure", "medication"))
_JUDGED = frozenset(("result", "flag", "interpretation"))


def with_reactions(titles: Mapping[int, str], roles: Mapping[int, str]) -> dict[int, str]:
    """The roles, with those of a list of reactions: the size is the result, its judgement the flag.

    Without a column of sizes the roles stay as they are.
    """
    own = dict(roles)
    sizes = [column for column, title in sorted(titles.items()) if _SIZE.fullmatch(split_unit(title)[0].strip())]
    for at, size in enumerate(sizes):
        first = sizes[at - 1] if at else 0
        named = [c for c in titles if first < c < size and _is_applied(titles[c])]
        if not named:
            return dict(roles)
        own[max(named) if at else min(named)] = "test"
        own[size] = "result"
        end = sizes[at + 1] if at + 1 < len(sizes) else max(titles) + 1
        for column in (c for c in titles if size < c < end and own.get(c) in _JUDGED):
            own[column] = "flag"
    for column, title in titles.items():
        if sizes and _OTHER.fullmatch(title.strip()):
            own[column] = "aside"
    return own


def _is_applied(title: str) -> bool:
    """The header of what was applied; that of vaccines lists what was given, beside whatever else."""
    return (role_of(title) in _NAMES and not _is_size(title)) or plain(title) in ("antigen", "antigens")


def _is_size(title: str) -> bool:
    return _SIZE.fullmatch(split_unit(title)[0].strip()) is not None or _OTHER.fullmatch(title.strip()) is not None
