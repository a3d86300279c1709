"""Statements on the page of a consultation: the way to them, and to how people answered."""

from datetime import timedelta

from django.db.models import F, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy, ngettext

from consultations.models import Kind, StatementTally, Status
from consultations.modes.page_part import Figure, Link, PagePart
from portal.http.lifetime import changes_at

FIGURE_AGE = timedelta(minutes=1)  # a vote makes no page of everybody's anew: its figure may be so old


class StatementsPart(PagePart):
    """An invitation with a section of its own, a figure, and the way to how people answered."""

    section = "consultations/statements/_section.html"
    anchor = "statements"
    heading = gettext_lazy("Sentence by sentence")

    @property
    def number(self):
        """Return how many statements are public."""
        return self.counts["statements"]

    def invitation(self, *, is_first):
        """Lead to the next statement, or to the form for the first."""
        words = ngettext("Answer %(n)s statement", "Answer %(n)s statements", self.number) % {"n": self.number}
        address = reverse("consultations:statements", args=[self.page.slug])
        return Link(words if self.number else gettext("Write the first statement"), address)

    def figure(self):
        """Return how often public statements were answered."""
        if not self.number:
            return None
        return Figure(self.votes, ngettext("answer to statements", "answers to statements", self.votes))

    def link(self):
        """Lead to how people answered."""
        words = f"{gettext('How people answered statements')} ({self.number})"
        return Link(words, reverse("consultations:statement_results", args=[self.page.slug]), "check")

    @cached_property
    def votes(self):
        """Return how often public statements were answered: one query."""
        if self.page.is_open:
            changes_at(timezone.now() + FIGURE_AGE)
        public = {"statement__consultation": self.page, "statement__kind": Kind.STATEMENT}
        all_three = F("agree_count") + F("disagree_count") + F("pass_count")
        found = StatementTally.objects.filter(**public, statement__status=Status.PUBLISHED)
        return found.aggregate(n=Sum(all_three))["n"] or 0
