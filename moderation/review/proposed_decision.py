"""A decision that a moderator proposes, before it is applied."""

from collections.abc import Sequence
from typing import NamedTuple

from moderation.findings.redaction import Span


class ProposedDecision(NamedTuple):
    """An action of `Decision.Action` with its clauses, reason and redacted passages."""

    action: str
    clauses: Sequence[str] = ()
    reason: str = ""
    spans: Sequence[Span] = ()

    @property
    def restricts(self) -> bool:
        """Return whether the public would not see the whole text."""
        return self.action in ("redact", "refuse")

    def agrees_with(self, action: str, clauses: Sequence[str]) -> bool:
        """Return whether another proposal agrees: the same action, and a common clause if either cites any."""
        same_ground = not (self.clauses or clauses) or bool(set(self.clauses) & set(clauses))
        return self.action == action and same_ground
