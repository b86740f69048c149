"""What was found on a page: tables, fields and tick boxes beside its lines."""

from __future__ import annotations

from dataclasses import dataclass

from include.sandbox.geometry import Box, Item, Line, Tick


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; ``row`` and ``column`` count from 0, ``items`` are in reading order."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: Box
    items: tuple[Item, ...]
    header: bool = False
    section: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; merged cells have a span, and ``row_edges`` and ``column_edges`` cut them into grid positions."""

    cells: tuple[Cell, ...]
    row_edges: tuple[float, ...]
    column_edges: tuple[float, ...]
    ruled: bool

    @property
    def box(self) -> Box:
        return Box(self.column_edges[0], self.row_edges[0], self.column_edges[-1], self.row_edges[-1])


@dataclass(frozen=True, slots=True)
class Field:
    """A printed label and what stands in its place; ``value`` is empty where nothing does."""

    key: tuple[Item, ...]
    value: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything on a page, in the upright page's pixels."""

    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    tables: tuple[Table, ...]
    fields: tuple[Field, ...]
