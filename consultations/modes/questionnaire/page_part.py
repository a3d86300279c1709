"""The questionnaire on the page of a consultation: the way to the questions, and to what people answered."""

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from consultations.modes.page_part import Link, PagePart


class QuestionnairePart(PagePart):
    """Links to the questions and to the answers; nothing where nothing is asked."""

    def invitation(self, *, is_first):
        """Lead to the questions."""
        number = self.counts["questions"]
        words = ngettext("Answer %(n)s question", "Answer %(n)s questions", number) % {"n": number}
        return Link(words, reverse("consultations:questionnaire", args=[self.page.slug])) if number else None

    def link(self):
        """Lead to what people answered."""
        if not self.counts["questions"]:
            return None
        words = f"{gettext('What people answered')} ({self.counts['responses']})"
        return Link(words, reverse("consultations:answers", args=[self.page.slug]), "comment")
