"""What a feed reader can follow, as Atom (RFC 4287): the news of all consultations or of one, and what people say."""

from urllib.parse import urljoin, urlsplit
from uuid import uuid5

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks
from django.utils.translation import gettext as _

from consultations.access import consultation_or_404
from consultations.models import Submission
from consultations.modes.table import kinds
from consultations.news import public_news
from consultations.submission_lists import with_parent
from portal.agency.branding import branding
from portal.http.page_cache import public_page

FEED_TEXTS = 50
TEXTS = "texts"  # tells this feed of a consultation from its news


def tag_uri(moment, name):
    """Return an id that stays the same when addresses change (RFC 4151); ``moment`` is when the thing came to be."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{moment:%Y-%m-%d}:{name}"


def whole(address):
    """Return an address with the site's own name, by whichever name and port somebody asked for the feed."""
    return urljoin(settings.SITE_URL, address)


class AtomFeed(Feed):
    """A feed of the agency's."""

    feed_type = Atom1Feed

    def author_name(self):
        """Return the agency's name; an entry of somebody else names them."""
        return branding()["name"]


class NewsFeed(AtomFeed):
    """What happened to all public consultations."""

    def title(self):
        """Name the feed."""
        return _("Consultations: %s") % branding()["name"]

    def link(self):
        """Return the address of the list."""
        return whole(reverse("consultations:list"))

    def feed_url(self):
        """Return its own address."""
        return whole(reverse("consultations:news"))

    def feed_guid(self):
        """Return the address at which it has always been."""
        return whole(reverse("consultations:news"))

    def items(self):
        """Return the newest of all."""
        return public_news()

    def item_title(self, news):
        return news.title

    def item_description(self, news):
        """Return what is new as HTML, which is what feed readers take a description for."""
        return linebreaks("\n\n".join(news.lines), autoescape=True)

    def item_link(self, news):
        return whole(news.address)

    def item_guid(self, news):
        return tag_uri(news.told_at, news.key)

    def item_pubdate(self, news):
        """Return when it happened."""
        return news.happened_at

    def item_updateddate(self, news):
        """Return when it was told: the worker may have been away when it happened."""
        return news.told_at


class ConsultationNewsFeed(NewsFeed):
    """What happened to one consultation."""

    def get_object(self, request, slug):
        """Return the consultation."""
        return consultation_or_404(request, slug)

    def title(self, page):
        """Name the feed."""
        return _("News: %s") % page.title

    def feed_url(self, page):
        """Return its own address."""
        return whole(reverse("consultations:consultation_news", args=[page.slug]))

    def link(self, page):
        """Return the consultation's address."""
        return whole(page.get_absolute_url())

    def subtitle(self, page):
        """Return what the consultation is about."""
        return page.summary

    def feed_guid(self, page):
        """Return an id that the consultation keeps for ever."""
        return f"urn:uuid:{page.translation_key}"

    def items(self, page):
        """Return its newest."""
        return public_news(page)


class TextsFeed(AtomFeed):
    """The newest public texts of a consultation, of the kinds that the table of modes puts into feeds."""

    def get_object(self, request, slug):
        """Return the consultation."""
        return consultation_or_404(request, slug)

    def title(self, page):
        """Name the feed."""
        return _("What people say: %s") % page.title

    def feed_url(self, page):
        """Return its own address."""
        return whole(reverse("consultations:feed", args=[page.slug]))

    def link(self, page):
        """Return the consultation's address."""
        return whole(page.get_absolute_url())

    def subtitle(self, page):
        """Return what the consultation is about."""
        return page.summary

    def feed_guid(self, page):
        """Return an id that stays when the address changes."""
        return f"urn:uuid:{uuid5(page.translation_key, TEXTS)}"

    def items(self, page):
        """Return the newest public texts."""
        followed = [kind.key for kind in kinds() if kind.in_feed]
        public = Submission.objects.filter(consultation=page, kind__in=followed).public()
        newest = public.select_related("cleared", "parent").order_by("-received_at", "-id")[:FEED_TEXTS]
        return [with_parent(submission, page) for submission in newest]

    def item_title(self, submission):
        """Return the idea's title, or who wrote; whoever speaks for the agency is named with role and unit."""
        if submission.is_official:
            return _("Official reply: %s") % f"{submission.author_label}, {submission.official_line}"
        return submission.public_title or str(submission.author_label)

    def item_author_name(self, submission):
        """Return the name that readers see."""
        return str(submission.author_label)

    def item_description(self, submission):
        """Return the cleared text as HTML, which is what feed readers take a description for."""
        return linebreaks(submission.public_text, autoescape=True)

    def item_link(self, submission):
        return whole(submission.get_absolute_url())

    def item_guid(self, submission):
        return tag_uri(submission.received_at, submission.reference)

    def item_pubdate(self, submission):
        """Return when it came."""
        return submission.received_at

    def item_updateddate(self, submission):
        """Return when the text that is shown was written."""
        return max(submission.received_at, submission.cleared.created_at)


news_feed = public_page()(NewsFeed())
consultation_news_feed = public_page()(ConsultationNewsFeed())
texts_feed = public_page()(TextsFeed())
