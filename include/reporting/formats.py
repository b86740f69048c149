"""Numbers as the report prints them."""

from __future__ import annotations


def whole(value: float) -> str:
    return f"{value:,.0f}"


def dollars(value: float) -> str:
    """Cents; below ten cents a hundredth of one, as single pages cost."""
    return f"${value:,.4f}" if 0 < value < 0.1 else f"${value:,.2f}"


def share(value: float) -> str:
    """Percent of a value between 0 and 1; one that is not whole never reads as 0 % or 100 %."""
    percent = value * 100
    if 0 < percent < 0.1:
        return "< 0.1 %"
    if 99.9 < percent < 100:
        return "> 99.9 %"
    return f"{percent:.1f} %".replace(".0 %", " %")


def duration(seconds: float) -> str:
    """Two units at most: ``0.34 s``, ``12.5 s``, ``3 min 20 s``, ``1 h 05 min``, ``2 d 4 h``."""
    if seconds < 59.95:
        return f"{seconds:.2f} s" if seconds < 1 else f"{seconds:.1f} s"
    whole_seconds = round(seconds)
    if whole_seconds < 3600:
        return f"{whole_seconds // 60} min {whole_seconds % 60:02} s"
    minutes = round(seconds / 60)
    if minutes < 1440:
        return f"{minutes // 60} h {minutes % 60:02} min"
    hours = round(seconds / 3600)
    return f"{hours // 24} d {hours % 24} h"
