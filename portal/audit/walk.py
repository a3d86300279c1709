"""Check the chain entry by entry."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from portal.audit.chain import entry_content
from portal.audit.faults import LedgerFault
from portal.audit.seal import ENTRY_SEAL, is_valid_seal

MAX_DEFERRED_ENTRIES = 300  # beyond these, an invalid entry is reported as changed, never as moved
BROKEN_HEAD_ACTION = "audit.broken"  # records an invalid head

EntryValues = Mapping[str, Any]
NumberRange = tuple[int, int]  # the first number and the last


class KnownDigest(NamedTuple):
    """A digest proven from elsewhere: by a day's root, or, without a name, by the head."""

    name: str
    digest: str


class ChainWalk:
    """State of one pass over the chain; its size does not grow with the ledger.

    `end` is the head's number before the pass: later entries are still being written. `known_digests` maps entry
    numbers to digests proven from elsewhere.
    """

    def __init__(self, end: int, known_digests: Mapping[int, list[KnownDigest]], *, start: int = 1, before: str = ""):
        self.end, self.known_digests = end, known_digests
        self.unseen = {number for number in known_digests if number >= start}
        self.next, self.before = start, before
        self.linked = start == 1 or bool(before)  # whether `before` can be relied on
        self.unverified: list[EntryValues] = []  # rows with an invalid seal
        self.gaps: list[NumberRange] = []
        self.last = 0  # the last valid entry

    def step(self, row: EntryValues) -> Iterator[LedgerFault]:
        """Check the next entry."""
        valid = is_valid_seal(row["digest"], ENTRY_SEAL, entry_content(row))
        if row["number"] > self.next and (valid or row["number"] <= self.end):
            self.add_gap(row["number"] - 1)
        yield from self.check_link(row) if valid else self.defer(row)
        yield from self.compare(row["number"], row["digest"])
        self.linked, self.before = valid, row["digest"]
        self.last = row["number"] if valid else self.last
        if valid or row["number"] <= self.end:
            self.next = max(self.next, row["number"] + 1)

    def check_link(self, row: EntryValues) -> Iterator[LedgerFault]:
        """Check that an entry follows the previous one, and report a recorded break."""
        if self.linked and row["previous"] != self.before:
            yield LedgerFault("unlinked", row["number"])
        if row["action"] == BROKEN_HEAD_ACTION:
            yield LedgerFault("broken", row["number"])

    def add_gap(self, last: int) -> None:
        """Record the entries from the next number to `last` as missing."""
        self.gaps.append((self.next, last))
        self.next, self.linked = last + 1, False

    def defer(self, row: EntryValues) -> Iterator[LedgerFault]:
        """Keep entries with an invalid signature; `finish` classifies them."""
        if len(self.unverified) < MAX_DEFERRED_ENTRIES:
            self.unverified.append(row)
        else:
            yield self.changed_or_inserted(row)

    def compare(self, number: int, digest: str) -> Iterator[LedgerFault]:
        """Compare an entry's digest with the known ones."""
        self.unseen.discard(number)
        for known in self.known_digests.get(number, ()):
            if known.digest != digest:
                yield LedgerFault("pinned" if known.name else "unfit", number, name=known.name)

    def finish(self) -> Iterator[LedgerFault]:
        """Yield the faults that only the whole chain shows: missing and moved entries."""
        if self.next <= self.end:
            self.add_gap(self.end)
        found = [self.classify(row) for row in self.unverified]
        yield from found
        moved = [fault for fault in found if fault.kind == "moved"]
        left = [(fault.number, fault.number) for fault in moved if 1 <= fault.number <= self.end]
        for first, last in subtract_numbers(sorted([*self.gaps, *left]), {fault.other for fault in moved}):
            yield LedgerFault("removed", first, last)
        for number in sorted(self.unseen):
            yield from (
                LedgerFault("pinned", number, name=known.name) for known in self.known_digests[number] if known.name
            )

    def classify(self, row: EntryValues) -> LedgerFault:
        """Return "moved" if the entry is valid under a doubtful number, else changed or inserted."""
        for number in self.doubtful_numbers():
            if is_valid_seal(row["digest"], ENTRY_SEAL, entry_content(row) | {"number": number}):
                return LedgerFault("moved", row["number"], number)
        return self.changed_or_inserted(row)

    def doubtful_numbers(self) -> list[int]:
        """Return the numbers with an invalid or missing entry, at most twice ``MAX_DEFERRED_ENTRIES``."""
        numbers = [row["number"] for row in self.unverified]
        for first, last in self.gaps:
            numbers.extend(range(first, min(last, first + MAX_DEFERRED_ENTRIES) + 1))
        return numbers[: 2 * MAX_DEFERRED_ENTRIES]

    def changed_or_inserted(self, row: EntryValues) -> LedgerFault:
        """Return the fault of an entry that is valid under no number."""
        ours = 1 <= row["number"] <= self.end
        return LedgerFault("changed" if ours else "inserted", row["number"])


def subtract_numbers(ranges: list[NumberRange], taken: set[int]) -> Iterator[NumberRange]:
    """Yield the sorted ranges without some numbers; adjacent ranges are merged."""
    left = [part for first, last in ranges for part in split_range(first, last, taken)]
    while left:
        first, last = left.pop(0)
        while left and left[0][0] == last + 1:
            last = left.pop(0)[1]
        yield first, last


def split_range(first: int, last: int, taken: set[int]) -> Iterator[NumberRange]:
    """Yield what is left of one range without some numbers."""
    for number in sorted(taken):
        if first <= number <= last:
            if first < number:
                yield first, number - 1
            first = number + 1
    if first <= last:
        yield first, last
