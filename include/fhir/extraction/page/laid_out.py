"""What the layout of a page says of its parts: boxes with labels, lines of labels, prescribed medicines.

These lines are sections and labelled values of their own, whatever stands before and after them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from include.documents.content import PageContent
from include.fhir.extraction.forms.capital_labels import labelled_lines
from include.fhir.extraction.forms.fitting import fits
from include.fhir.extraction.forms.labelled_boxes import Labelled, boxes_of
from include.fhir.extraction.forms.labels import meaning_of, plain
from include.fhir.extraction.forms.measured_rows import measured_rows
from include.fhir.extraction.forms.pairs import Pair
from include.fhir.extraction.forms.prescribed_lines import prescriptions
from include.fhir.extraction.page.reading import PrintedLine, Segment, by_page, joined_source, lines_in
from include.fhir.extraction.page.sections import Kind, Piece, Section, heading_of
from include.fhir.extraction.tables.table_groups import layouts_of

_FOREIGN = frozenset((Kind.FAMILY, Kind.CONTACT, Kind.INSURANCE))
"""Parts of a form whose boxes are about somebody else."""


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The labelled values and sections that places make, and the numbers of their lines."""

    labelled: tuple[Labelled, ...]
    prescribed: tuple[tuple[PrintedLine, ...], ...]
    lines: frozenset[int]

    def sections(self, sections: Sequence[Section], kinds: Mapping[int, Kind]) -> list[Section]:
        """The sections without these lines, and then one for each heading among the labels and each prescription."""
        kept = [replace(s, pieces=[p for p in s.pieces if p.printed.at not in self.lines]) for s in sections]
        for entry in self.labelled:
            kind = heading_of(entry.label.text.strip(" :"))
            if kind is not None and kinds.get(entry.label.printed.at) not in _FOREIGN:
                pieces = [Piece(part.text, _own(part)) for part in entry.parts]
                kept.append(Section(kind, entry.label.text.strip(" :"), pieces))
        for lines in self.prescribed:
            kept.append(Section(Kind.MEDICATIONS, "Rx", [Piece(line.text, line) for line in lines]))
        return sorted(kept, key=lambda s: s.pieces[0].printed.at if s.pieces else 0)

    def pairs(self, pairs: Sequence[Pair]) -> list[Pair]:
        """The labelled values; a label that stands here has the value that stands under it, and no other."""
        own = list(self._pairs())
        values = {(pair.source.page, plain(pair.label)): plain(pair.value) for pair in own}
        kept = [p for p in pairs if _agrees(p, values)]
        said = {(pair.at, plain(pair.label)) for pair in kept}
        kept += [pair for pair in own if (pair.at, plain(pair.label)) not in said]
        return sorted(kept, key=lambda pair: pair.at)

    def _pairs(self) -> Iterator[Pair]:
        for entry in self.labelled:
            label, meaning = entry.label.text.strip(" :"), meaning_of(entry.label.text)
            if not fits(meaning, entry.value) or (meaning is None and heading_of(label) is not None):
                continue
            source = joined_source([_own(part) for part in entry.parts], f"{label} {entry.value}")
            yield Pair(meaning, label, entry.value, entry.parts[0].printed.at, source)


def lines_of_headed_tables(pages: Sequence[PageContent], on_page: Mapping[int, Sequence[PrintedLine]]) -> set[int]:
    """Numbers of the lines in tables whose columns have known headers."""
    return {
        line.at
        for page in pages
        for table in page.tables
        if layouts_of(table)
        for line in lines_in(table, on_page.get(page.number, ()))
    }


def laid_out(lines: Sequence[PrintedLine], but: Collection[int] = ()) -> LaidOut:
    """What the layout of the lines says.

    :param but: numbers of lines with boxes to tick, or in tables with a header.
    """
    labelled: list[Labelled] = []
    prescribed: list[tuple[PrintedLine, ...]] = []
    for _, own in sorted(by_page(line for line in lines if line.at not in but).items()):
        boxes = boxes_of(own)
        taken = {part.printed.at for entry in boxes for part in (entry.label, *entry.parts)}
        rest = [line for line in own if line.at not in taken]
        labelled += [*boxes, *labelled_lines(rest), *measured_rows(rest)]
        prescribed += prescriptions(rest)
    numbers = {part.printed.at for entry in labelled for part in (entry.label, *entry.parts)}
    numbers |= {line.at for group in prescribed for line in group}
    return LaidOut(tuple(labelled), tuple(prescribed), frozenset(numbers))


def _own(part: Segment) -> PrintedLine:
    """The line of a value with nothing of its neighbours."""
    printed = part.printed
    words = part.words or printed.line.words
    return PrintedLine(printed.page, printed.at, replace(printed.line, text=part.text, box=part.box, words=words))


def _agrees(pair: Pair, values: Mapping[tuple[int, str], str]) -> bool:
    own = values.get((pair.source.page, plain(pair.label)))
    return own is None or plain(pair.value) in own
