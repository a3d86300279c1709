"""One walk along the chain, entry by entry, with what it found."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from portal.audit.chain import of_entry
from portal.audit.faults import Fault
from portal.audit.seal import ENTRY, fits

MOST = 300  # entries that are kept to find where they belong; beyond that they are only named as changed
BROKEN = "audit.broken"  # the entry that tells of a head that did not fit

Row = Mapping[str, Any]
Range = tuple[int, int]  # the first number and the last


class Mark(NamedTuple):
    """A digest that is known from elsewhere: from the root of a day, or, without a name, from the head."""

    name: str
    digest: str


class Walk:
    """What has been seen of the chain so far; its size does not grow with the ledger.

    `end` is the number that the head gave before the walk began: later entries are being written meanwhile. `marks`
    says which digests are known from elsewhere, by number.
    """

    def __init__(self, end: int, marks: Mapping[int, list[Mark]], *, start: int = 1, before: str = ""):
        self.end, self.marks = end, marks
        self.unseen = {number for number in marks if number >= start}
        self.next, self.before = start, before
        self.linked = start == 1 or bool(before)  # whether `before` can be relied on
        self.strangers: list[Row] = []  # rows whose digest does not fit
        self.gaps: list[Range] = []
        self.last = 0  # the last entry that fits

    def step(self, row: Row) -> Iterator[Fault]:
        """Look at the next row."""
        sound = fits(row["digest"], ENTRY, of_entry(row))
        if row["number"] > self.next and (sound or row["number"] <= self.end):
            self.miss(row["number"] - 1)
        yield from self.link(row) if sound else self.put_aside(row)
        yield from self.compare(row["number"], row["digest"])
        self.linked, self.before = sound, row["digest"]
        self.last = row["number"] if sound else self.last
        if sound or row["number"] <= self.end:
            self.next = max(self.next, row["number"] + 1)

    def link(self, row: Row) -> Iterator[Fault]:
        """Look whether a row follows the one before it, and what it tells of the head."""
        if self.linked and row["previous"] != self.before:
            yield Fault("unlinked", row["number"])
        if row["action"] == BROKEN:
            yield Fault("broken", row["number"])

    def miss(self, last: int) -> None:
        """Note that everything from the next number to the last is missing."""
        self.gaps.append((self.next, last))
        self.next, self.linked = last + 1, False

    def put_aside(self, row: Row) -> Iterator[Fault]:
        """Keep a row that does not fit, to see at the end where it belongs."""
        if len(self.strangers) < MOST:
            self.strangers.append(row)
        else:
            yield self.unplaced(row)

    def compare(self, number: int, digest: str) -> Iterator[Fault]:
        """Compare with the digests that are known from elsewhere."""
        self.unseen.discard(number)
        for mark in self.marks.get(number, ()):
            if mark.digest != digest:
                yield Fault("kept" if mark.name else "unfit", number, name=mark.name)

    def finish(self) -> Iterator[Fault]:
        """Say what only the whole chain shows: what is missing, and what was moved where."""
        if self.next <= self.end:
            self.miss(self.end)
        found = [self.placed(row) for row in self.strangers]
        yield from found
        moved = [fault for fault in found if fault.kind == "moved"]
        left = [(fault.number, fault.number) for fault in moved if 1 <= fault.number <= self.end]
        for first, last in without(sorted([*self.gaps, *left]), {fault.other for fault in moved}):
            yield Fault("removed", first, last)
        for number in sorted(self.unseen):
            yield from (Fault("kept", number, name=mark.name) for mark in self.marks[number] if mark.name)

    def placed(self, row: Row) -> Fault:
        """Return what happened to a row: moved, if it fits at a number where something is wrong."""
        for number in self.doubtful():
            if fits(row["digest"], ENTRY, of_entry(row) | {"number": number}):
                return Fault("moved", row["number"], number)
        return self.unplaced(row)

    def doubtful(self) -> list[int]:
        """Return the numbers where something is wrong, at most so many."""
        numbers = [row["number"] for row in self.strangers]
        for first, last in self.gaps:
            numbers.extend(range(first, min(last, first + MOST) + 1))
        return numbers[: 2 * MOST]

    def unplaced(self, row: Row) -> Fault:
        """Return what happened to a row that fits nowhere."""
        ours = 1 <= row["number"] <= self.end
        return Fault("changed" if ours else "inserted", row["number"])


def without(ranges: list[Range], taken: set[int]) -> Iterator[Range]:
    """Yield what is left of ordered ranges when some numbers are taken out; neighbours become one range."""
    left = [part for first, last in ranges for part in around(first, last, taken)]
    while left:
        first, last = left.pop(0)
        while left and left[0][0] == last + 1:
            last = left.pop(0)[1]
        yield first, last


def around(first: int, last: int, taken: set[int]) -> Iterator[Range]:
    """Yield what is left of one range."""
    for number in sorted(taken):
        if first <= number <= last:
            if first < number:
                yield first, number - 1
            first = number + 1
    if first <= last:
        yield first, last
