"""Sentences that tell what a value means for anybody: ``above 200 usually indicates``, ``154 corresponds to``."""

from __future__ import annotations

import re

_MEANS = re.compile(
    r"\s*(?:%|[A-Za-zµμ]+(?:\s?/\s?[\w.]+){0,3})?,?\s+(?P<often>(?:usually|typically|generally|often|commonly|always|"
    r"frequently|normally|may|might|can|could|would)\s+)?(?:(?P<always>corresponds?|equals?|translates?|"
    r"(?:is|are) (?:equivalent|defined|equal)|defines?)\b|(?:is|are|be) (?:considered|diagnostic|consistent|abnormal|"
    r"normal|desirable|optimal|associated|suggestive|indicative|classified|recommended|seen|found)|indicates?|suggests?|"
    r"means?|represents?|reflects?|confirms?|warrants?|requires?|predicts?|implies|excludes?|makes?)\b",
    re.IGNORECASE,
)
"""Verbs that say of a value what it means."""


def says_what_it_means(rest: str, limit: bool) -> bool:
    """Whether what follows a value says what such a value means; with a comparator any verb of meaning does.

    :param rest: the sentence behind the number.
    :param limit: the number has a comparator.
    """
    verb = _MEANS.match(rest)
    return verb is not None and (limit or bool(verb["often"]) or bool(verb["always"]))
