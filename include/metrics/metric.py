"""One measured value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from include.metrics.catalogue import CATALOGUE, Kind


@dataclass(frozen=True, slots=True)
class Metric:
    """A value of a metric of the catalogue.

    :raises KeyError: no such metric.
    :raises ValueError: its tags are not those of the catalogue, or have another value, or its own value is negative.
    """

    name: str
    value: float = 1
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        row = CATALOGUE[self.name]
        if tuple(self.tags) != tuple(row.tags):
            raise ValueError(f"{self.name} has the tags {', '.join(row.tags) or 'none'}")
        for tag, value in self.tags.items():
            if value not in row.tags[tag]:
                raise ValueError(f"{self.name} knows no such {tag}")
        if self.value < 0:
            raise ValueError(f"{self.name} is negative")

    @property
    def kind(self) -> Kind:
        return CATALOGUE[self.name].kind

    @property
    def name_with_values(self) -> str:
        """The name with the tags' values in it, for a backend that has no tags: ``ocr.timeouts.sync``."""
        return ".".join((self.name, *self.tags.values()))


def zeros() -> Iterator[Metric]:
    """Every series of every counter at 0: where a series begins above 0, no backend sees its first increase."""
    for row in CATALOGUE.values():
        if row.kind is Kind.COUNTER:
            for tags in row.series:
                yield Metric(row.name, 0, tags)
