"""Numbers are printed so that nobody has to count digits."""

from __future__ import annotations

import pytest

from include.reporting import formats


@pytest.mark.parametrize(("seconds", "text"), [
    (0, "0.00 s"), (0.34, "0.34 s"), (12.46, "12.5 s"), (59.94, "59.9 s"), (59.96, "1 min 00 s"),
    (200, "3 min 20 s"), (3599.7, "1 h 00 min"), (3900, "1 h 05 min"), (86399, "1 d 0 h"), (187200, "2 d 4 h")])
def test_a_duration_has_two_units_at_most(seconds: float, text: str) -> None:
    assert formats.duration(seconds) == text


@pytest.mark.parametrize(("value", "text"), [(0, "$0.00"), (0.065, "$0.0650"), (1234.5, "$1,234.50")])
def test_dollars_of_single_pages_keep_their_digits(value: float, text: str) -> None:
    assert formats.dollars(value) == text


@pytest.mark.parametrize(("value", "text"), [
    (0, "0 %"), (0.00001, "< 0.1 %"), (0.125, "12.5 %"), (0.99999, "> 99.9 %"), (1, "100 %")])
def test_a_share_that_is_not_whole_never_reads_as_nothing_or_all(value: float, text: str) -> None:
    assert formats.share(value) == text
