"""What one person has before them: the public statements of a consultation, with what they answered to each."""

from functools import cached_property
from typing import NamedTuple

from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from consultations.models import Kind, State, StatementVote, Submission, VoteChoice
from consultations.modes.statements.draw import place_in_line
from consultations.shares import SMALLEST_BASE, Share


class Statement(NamedTuple):
    """A public statement: its votes, and the choice of the person who looks ('' when they have not answered it)."""

    pk: int
    reference: str
    choice: str
    agree: int
    disagree: int
    passed: int

    @property
    def answers(self):
        """Return how many people answered it."""
        return self.agree + self.disagree + self.passed

    @property
    def has_enough(self):
        """Return whether enough people answered it to show how."""
        return self.answers >= SMALLEST_BASE

    @property
    def shares(self):
        """Return how many chose what."""
        counts = zip(VoteChoice.labels, (self.agree, self.disagree, self.passed), strict=True)
        return [Share(label, count, self.answers) for label, count in counts]

    @property
    def agreement(self):
        """Return the share of those who agree, from 0 to 1."""
        return self.agree / max(self.answers, 1)

    @property
    def division(self):
        """Return how far people are of two minds: 0 when nobody contradicts, 0.5 when half say yes and half no."""
        return min(self.agree, self.disagree) / max(self.answers, 1)


def is_over(page):
    """Return whether the consultation has closed, so that everybody may see everything."""
    return page.state in (State.CLOSED, State.OUTCOME)


class Ballot:
    """All public statements of a consultation as one person meets them: one query, also for ten thousand."""

    def __init__(self, page, voter_key):
        self.page, self.voter_key = page, voter_key

    @cached_property
    def statements(self):
        """Return the statements, by reference."""
        mine = StatementVote.objects.filter(statement=OuterRef("pk"), voter_key=self.voter_key).values("choice")
        own = Coalesce(Subquery(mine), Value("")) if self.voter_key else Value("", output_field=CharField())
        counts = (Coalesce(f"tally__{choice}_count", 0) for choice in VoteChoice.values)
        public = Submission.objects.filter(consultation=self.page, kind=Kind.STATEMENT, cleared__isnull=False).public()
        rows = public.order_by("pk").annotate(own=own).values_list("pk", "reference", "own", *counts)
        return {row[1]: Statement(*row) for row in rows}

    @property
    def total(self):
        """Return how many statements there are."""
        return len(self.statements)

    @cached_property
    def answered(self):
        """Return the statements that this person answered."""
        return [each for each in self.statements.values() if each.choice]

    @cached_property
    def next(self):
        """Return the statement that comes next for this person, or None."""
        left = (each for each in self.statements.values() if not each.choice)
        return min(left, key=self.place_of, default=None)

    def place_of(self, each):
        """Return where a statement stands in this person's line."""
        return place_in_line(self.voter_key, each.pk, each.agree, each.disagree, each.passed)

    def answered_one(self, reference):
        """Return the statement of a reference if this person answered it, or None."""
        found = self.statements.get(reference.upper())
        return found if found and found.choice else None

    def shown(self, *, is_over):
        """Return the statements of which this person may know how people answered: after the closing, all."""
        return list(self.statements.values()) if is_over else self.answered
