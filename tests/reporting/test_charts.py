"""Charts place their values where the axis says."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from include.reporting.charts import Part, TimeScale, columns, range_bar, stacked_bar


def rectangles(svg: str) -> list[tuple[str | None, float, float, float]]:
    """Class, x, width (percent) and height of each."""
    found = ElementTree.fromstring(svg).iter("rect")
    return [(one.get("class"), float(one.get("x", "").rstrip("%")), float(one.get("width", "").rstrip("%")),
             float(one.get("height", ""))) for one in found]


def test_the_parts_of_a_bar_stand_side_by_side_in_proportion() -> None:
    bar = stacked_bar([Part("a", 1, "one"), Part("b", 0, "none"), Part("c", 2, "two")], 4)
    assert [(tone, x, width) for tone, x, width, _ in rectangles(bar)] == [("a", 0, 25), ("c", 25, 50)]
    assert rectangles(stacked_bar([Part("a", 0, "none")], 0)) == []


def test_the_time_axis_holds_what_is_shown() -> None:
    scale = TimeScale.over([0.25, 90.0, 0.0])
    assert [name for _, name in scale.ticks] == ["0.1 s", "1 s", "10 s", "1 min", "10 min"]
    assert (scale.place(0.1), scale.place(600), scale.place(0.0)) == (0, 100, 0)
    assert scale.place(1) < scale.place(2) < scale.place(60)


@pytest.mark.parametrize("seconds", [[], [0.0], [1.0], [1e-9], [1e12], [1e-9, 1e12], [31536000.0]])
def test_any_times_have_an_axis(seconds: list[float]) -> None:
    scale = TimeScale.over(seconds)
    assert len(scale.ticks) >= 2
    for value in (0.0, *seconds):
        assert 0 <= scale.place(value) <= 100
        ElementTree.fromstring(range_bar(scale, value, value, value, value, "t"))
    ElementTree.fromstring(scale.axis())


def test_the_names_on_the_axis_stand_apart() -> None:
    scale = TimeScale.over([0.001, 31536000.0])
    places = [float(x) for x in re.findall(r'<text [^>]*x="([\d.]+)%"', scale.axis())]
    assert all(after - before >= 9.9 for before, after in pairwise(places))


def test_the_present_run_is_the_last_column_and_marked() -> None:
    found = rectangles(columns([2, 4, 0], ["a", "b", "c"], slots=11, typical=3))
    assert [tone for tone, *_ in found] == ["then", "then", "now"]
    assert [height for *_, height in found] == [34, 68, 0]
    assert found[-1][1] > 90


def test_a_title_is_escaped() -> None:
    assert "<b>" not in columns([1], ["<b>"], slots=1) + stacked_bar([Part('"<b>', 1, "<b>")], 1)
