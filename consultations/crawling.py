"""What search engines find: consultations, and what people said that has a page of its own."""

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from consultations.following import TOLD_TO_FOLLOWERS
from consultations.models import ConsultationPage, Event, Submission
from consultations.modes.table import kinds, modes
from portal.crawlers import exclusions, sitemap
from portal.crawlers.sitemap import SiteSitemap


def public_consultations():
    """Select the consultations that everybody may open."""
    return ConsultationPage.objects.live().public()


class ConsultationsSitemap(SiteSitemap):
    """The consultations that everybody may open."""

    def items(self):
        """Select them with the moment at which the agency last changed what the page says."""
        changes = Event.objects.filter(consultation=OuterRef("pk"), kind__in=TOLD_TO_FOLLOWERS, submission=None)
        latest = Subquery(changes.order_by("-pk").values("created_at")[:1])
        changed_at = Greatest(Coalesce(latest, "last_published_at"), Coalesce("last_published_at", latest))
        return public_consultations().only("slug").annotate(changed_at=changed_at).order_by("pk")

    def lastmod(self, page):
        return page.changed_at


class SubmissionsSitemap(SiteSitemap):
    """The public texts that have a page of their own, such as ideas."""

    def items(self):
        """Select them with the moment at which the text that is shown was written."""
        found = [kind.key for kind in kinds() if kind.in_sitemap]
        public = Submission.objects.public().filter(kind__in=found, consultation__in=public_consultations())
        shown = public.select_related("consultation", "cleared")
        return shown.only("kind", "reference", "consultation__slug", "cleared__created_at").order_by("pk")

    def lastmod(self, submission):
        return submission.cleared.created_at


def tell_crawlers():
    """Add the sections to the sitemap, and the paths of forms to what crawlers leave alone."""
    sitemap.add_page("wagtail_serve", "")  # the home page
    sitemap.add_page("consultations:list")
    sitemap.add_section("consultations", ConsultationsSitemap)
    sitemap.add_section("texts", SubmissionsSitemap)
    # Not what has a key in its address: a page that nobody may fetch cannot say that it is not to be found.
    own = ("/consultations/*/follow/", "/consultations/*/support/", "/follow/")
    exclusions.exclude(*own, *(path for mode in modes() for path in mode.excluded_paths))
