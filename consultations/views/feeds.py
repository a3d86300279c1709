"""What a feed reader and a calendar can follow."""

from datetime import UTC

from django.contrib.syndication.views import Feed
from django.http import HttpResponse
from django.utils import timezone
from django.utils.html import linebreaks
from django.utils.translation import gettext as _

from consultations.access import consultation_or_404
from consultations.models import State, Submission
from consultations.modes.table import kinds
from consultations.submission_lists import with_parent
from portal.http.page_cache import public_page

LENGTH = 50


class CommentsFeed(Feed):
    """The newest public texts of a consultation, of the kinds that the table of modes puts into feeds."""

    def get_object(self, request, slug):
        """Return the consultation."""
        return consultation_or_404(request, slug)

    def title(self, page):
        """Name the feed."""
        return _("What people say: %s") % page.title

    def link(self, page):
        """Return the consultation's address."""
        return page.get_absolute_url()

    def description(self, page):
        """Return what the consultation is about."""
        return page.summary

    def items(self, page):
        """Return the newest public texts."""
        followed = [kind.key for kind in kinds() if kind.in_feed]
        public = Submission.objects.filter(consultation=page, kind__in=followed).public()
        newest = public.select_related("cleared", "parent").order_by("-received_at", "-id")[:LENGTH]
        return [with_parent(submission, page) for submission in newest]

    def item_title(self, submission):
        """Return the idea's title, or who wrote; whoever speaks for the agency is named with role and unit."""
        if submission.is_official:
            return _("Official reply: %s") % f"{submission.author_label}, {submission.official_line}"
        return submission.public_title or str(submission.author_label)

    def item_description(self, submission):
        """Return the cleared text as HTML, which is what feed readers take a description for."""
        return linebreaks(submission.public_text, autoescape=True)

    def item_pubdate(self, submission):
        """Return when it came."""
        return submission.received_at


comments_feed = public_page()(CommentsFeed())


@public_page()
def calendar(request, slug):
    """Return the closing moment as a calendar entry; until the consultation opens, the opening moment before it."""
    page = consultation_or_404(request, slug)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Parley//Consultations//EN"]
    if page.state == State.UPCOMING:
        lines += entry(request, page, page.opens_at, _("Opens: %s") % page.title, "-opens")
    lines += [*entry(request, page, page.closes_at, _("Closes: %s") % page.title), "END:VCALENDAR"]
    response = HttpResponse("\r\n".join(folded(line) for line in lines) + "\r\n", content_type="text/calendar")
    response["Content-Disposition"] = f'attachment; filename="{page.slug}.ics"'
    return response


def entry(request, page, moment, summary, key=""):
    """Return the lines of one entry; ``key`` tells a consultation's entries apart."""
    return [
        "BEGIN:VEVENT",
        f"UID:consultation-{page.pk}{key}@{request.get_host()}",
        f"DTSTAMP:{stamp(timezone.now())}",
        f"DTSTART:{stamp(moment)}",
        f"SUMMARY:{escaped(summary)}",
        f"URL:{request.build_absolute_uri(page.get_absolute_url())}",
        "END:VEVENT",
    ]


def stamp(moment):
    """Return a moment as RFC 5545 writes it."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text):
    """Escape what has a meaning in RFC 5545 text."""
    for sign in "\\;,":
        text = text.replace(sign, "\\" + sign)
    return text.replace("\n", "\\n")


def folded(line):
    """Fold a line at 73 octets, never inside a character (RFC 5545, 3.1)."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > 73:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])
