"""Looking for canaries in items of places, and counting what was looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from canaries.canary import Canary
from canaries.layers import layers


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is searched: a column of a table, a file, an object's key.

    ``place`` is the kind of place, ``name`` says where in it; ``values`` counts those of a column.
    """

    place: str
    name: str
    data: bytes
    values: int = 1


@dataclass(frozen=True, slots=True)
class Hit:
    """A canary where it may not be."""

    place: str
    name: str
    canary: Canary


@dataclass(slots=True)
class Seen:
    """How much of a place was searched."""

    items: int = 0
    values: int = 0
    bytes: int = 0


@dataclass(slots=True)
class Result:
    """``exceptions`` are the hits that are documented: no failure, but counted."""

    seen: dict[str, Seen] = field(default_factory=dict)
    hits: set[Hit] = field(default_factory=set)
    exceptions: set[Hit] = field(default_factory=set)

    def report(self) -> Iterator[str]:
        """A line per place."""
        hits, excepted = (Counter(hit.place for hit in found) for found in (self.hits, self.exceptions))
        yield f"{'place':34}{'items':>8}{'values':>9}{'bytes':>13}{'hits':>6}{'documented':>12}"
        for place, seen in self.seen.items():
            yield f"{place:34}{seen.items:8,}{seen.values:9,}{seen.bytes:13,}{hits[place]:6}{excepted[place]:12}"
        yield (f"{'together':34}{sum(s.items for s in self.seen.values()):8,}"
               f"{sum(s.values for s in self.seen.values()):9,}{sum(s.bytes for s in self.seen.values()):13,}"
               f"{len(self.hits):6}{len(self.exceptions):12}")
        for hit in sorted(self.hits, key=lambda hit: (hit.place, hit.name, hit.canary.whose)):
            yield f"HIT  {hit.place}: {hit.name}: {hit.canary.whose}"


class Search:
    """A search for these canaries.

    :param fernet_key: Airflow's.
    :param is_documented: whether a hit is an exception that the documentation names.
    """

    def __init__(self, canaries: Iterable[Canary], fernet_key: str = "",
                 is_documented: Callable[[Hit], bool] = lambda _hit: False) -> None:
        self.canaries = tuple(canaries)
        self._forms = [(form.encode(), canary) for canary in self.canaries for form in sorted(canary.forms())]
        self._fernet_key = fernet_key
        self._is_documented = is_documented

    def run(self, items: Iterable[Item]) -> Result:
        result = Result()
        for item in items:
            seen = result.seen.setdefault(item.place, Seen())
            seen.items += 1
            seen.values += item.values
            seen.bytes += len(item.data)
            for canary in self.found(item.data):
                hit = Hit(item.place, item.name, canary)
                (result.exceptions if self._is_documented(hit) else result.hits).add(hit)
        return result

    def found(self, data: bytes) -> set[Canary]:
        """The canaries that are in these bytes, however they are packed."""
        found: set[Canary] = set()
        for layer in layers(data, self._fernet_key):
            folded = layer.decode(errors="replace").casefold().encode()
            found |= {canary for form, canary in self._forms if form in folded}
        return found
