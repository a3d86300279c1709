"""Suggestions on the page of a consultation: under each passage, and the way to all of them."""

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext

from consultations.modes.page_part import Link, PagePart
from consultations.modes.suggestions.shown import most_supported


class SuggestionsPart(PagePart):
    """A few suggestions under each passage, with the way to suggest other words."""

    passage = "consultations/suggestions/_passage.html"

    @cached_property
    def by_passage(self):
        """Return the suggestions that stand under passages, by their keys; none in a preview."""
        return most_supported(self.page) if self.request and self.counts["suggestions"] else {}

    @property
    def passage_state(self):
        """Return what stands under the passages, in short."""
        rows = (each for under in self.by_passage.values() for each in under)
        return ".".join(
            f"{each.submission.pk}-{each.submission.version}-{each.submission.support_count}-{each.submission.total}"
            for each in rows
        )

    def link(self):
        """Lead to the list."""
        words = f"{gettext('Suggestions for the text')} ({self.counts['suggestions']})"
        return Link(words, reverse("consultations:suggestions", args=[self.page.slug]), "difference")
