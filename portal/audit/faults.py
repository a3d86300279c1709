"""Faults of the ledger, with their sentences."""

from dataclasses import dataclass
from typing import Literal

LedgerFaultKind = Literal[
    "changed", "removed", "moved", "inserted", "unlinked", "broken", "head", "behind", "root", "unfit", "pinned"
]

FAULT_SENTENCES: dict[str, str] = {
    "changed": "Entry {number} was changed after it was written.",
    "removed": "Entry {number} is missing.",
    "removed_many": "Entries {number} to {other} are missing.",
    "moved": "Entry {other} was moved: it stands at number {number}.",
    "inserted": "Entry {number} was not written by this site.",
    "unlinked": "Entry {number} does not follow the entry before it: one of the two comes from another copy.",
    "broken": "When entry {number} was written, the head of the ledger did not fit: entries before it may be missing.",
    "head": "The head of the ledger, at {number}, was changed or is gone.",
    "behind": "The head of the ledger stands at {number}, and there are entries up to {other}.",
    "unfit": "Entry {number} is not the one whose digest the head of the ledger has.",
    "root": "The root of {name} was changed, or the root of the day before it is missing.",
    "pinned": "Entry {number} is not the one that was published in the root of {name}.",
}


@dataclass(frozen=True)
class LedgerFault:
    """One fault and its place."""

    kind: LedgerFaultKind
    number: int
    other: int = 0  # the end of a range, or the number that an entry was written with
    name: str = ""  # of a root

    def __str__(self) -> str:
        kind = "removed_many" if self.kind == "removed" and self.other > self.number else self.kind
        return FAULT_SENTENCES[kind].format(number=f"{self.number:,}", other=f"{self.other:,}", name=self.name)
