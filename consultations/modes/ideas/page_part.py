"""Ideas on the page of a consultation: the way to their list, or straight to the form."""

from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from consultations.modes.page_part import Figure, Link, PagePart


class IdeasPart(PagePart):
    """How many ideas there are, and where to propose one."""

    def invitation(self, *, is_first):
        """Lead to the form where nothing else comes first; otherwise the list of ideas leads there."""
        if not is_first:
            return None
        return Link(gettext_lazy("Propose an idea"), reverse("consultations:propose", args=[self.page.slug]))

    def figure(self):
        """Return how many comments on ideas and suggestions are public: all but those on the text; or nothing."""
        number = self.counts["comments"] - self.counts["comments_on_text"]
        return Figure(number, ngettext("comment on proposals", "comments on proposals", number)) if number else None

    def overview(self):
        """Lead to the list of ideas."""
        number = self.counts["ideas"]
        words = ngettext("%(ideas)s idea", "%(ideas)s ideas", number) % {"ideas": number}
        return Link(words, reverse("consultations:ideas", args=[self.page.slug]), "idea")
