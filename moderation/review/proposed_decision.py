"""What a reader would do with a text, before anything is done."""

from collections.abc import Sequence
from typing import NamedTuple

from moderation.findings.redaction import Span


class ProposedDecision(NamedTuple):
    """An action of `Decision.Action`, under which clauses, why, and for which passages."""

    action: str
    clauses: Sequence[str] = ()
    reason: str = ""
    spans: Sequence[Span] = ()

    @property
    def restricts(self) -> bool:
        """Return whether readers would not see the whole text."""
        return self.action in ("redact", "refuse")

    def agrees_with(self, action: str, clauses: Sequence[str]) -> bool:
        """Return whether another reader means the same: the same action, and a clause in common if any is cited."""
        same_ground = not (self.clauses or clauses) or bool(set(self.clauses) & set(clauses))
        return self.action == action and same_ground
