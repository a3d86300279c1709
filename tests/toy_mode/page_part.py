"""Pledges on the page of a consultation."""

from django.urls import reverse

from consultations.models import Submission
from consultations.modes.page_part import Figure, Link, PagePart
from consultations.submission_lists import placed


class PledgesPart(PagePart):
    """The newest pledges, and the way to the form."""

    section = "toy_mode/_section.html"
    passage = "toy_mode/_passage.html"
    anchor = "pledges"
    heading = "What people pledge"

    def invitation(self, *, is_first):
        return Link("Make a pledge", reverse("consultations:pledge_new", args=[self.page.slug]))

    def overview(self):
        return Link(f"{self.counts['pledges']} pledges", "#pledges", "idea")

    def figure(self):
        return Figure(self.counts["pledged_days"], "days pledged")

    def link(self):
        return Link("Why pledge", "#pledges")

    def newest(self):
        public = Submission.objects.filter(consultation=self.page, kind="pledge").public().with_text()
        return [placed(each, self.page) for each in public.order_by("-received_at")[:5]] if self.request else []
