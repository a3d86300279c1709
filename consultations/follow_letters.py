"""Letters to followers: the question whether an address wants them, what happened, and the digests.

They say what the agency did, in our own words, and who has replied for it; nothing that a citizen wrote is in them, and
nothing that is not public.
"""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consultations.models import ConsultationPage, Event, EventKind, Follow, Follower, FollowPace
from consultations.page_events import CLOSES_SOON_BEFORE
from portal.agency.moments import day, day_and_time
from portal.outbox.address_keys import address_keys
from portal.outbox.templates import Content, NotDue, message_template

FOLLOW_QUESTION = "consultations/follow_asked"
FOLLOWED_NEWS = "consultations/followed"
DAILY_DIGEST, WEEKLY_DIGEST = "consultations/daily_digest", "consultations/weekly_digest"


@message_template(FOLLOW_QUESTION, label=gettext_lazy("To somebody who wants to follow: is it your address?"))
def question(message):
    """Return the question whether the owner of an address wants the letters; who follows already is told so."""
    follow = Follow.objects.filter(pk=message.about_id).select_related("follower__account", "consultation").first()
    if follow is None or not is_shown(follow.consultation_id):
        raise NotDue(_("It is not asked any more."))
    require_same_address(message, follow.follower)
    context = {
        "title": follow.consultation.title if follow.consultation else "",
        "pace": follow.get_pace_display(),
        "follows": bool(follow.confirmed_at),
        "link": settings.SITE_URL
        + (follow.follower.get_absolute_url() if follow.confirmed_at else follow.confirmation_url),
    }
    subject = _("You follow this already") if follow.confirmed_at else _("Shall we write to you?")
    return Content(subject, "consultations/messages/follow_asked.txt", context)


def require_same_address(message, follower):
    """Raise NotDue for a message to an address that the follower has changed since: its letters open their page."""
    if message.recipient_key not in address_keys(follower.recipient):
        raise NotDue(_("The follower has another address now."))


def is_shown(consultation_id):
    """Return whether everybody may see a consultation; without one it is the agency that is followed."""
    return consultation_id is None or ConsultationPage.objects.live().public().filter(pk=consultation_id).exists()


def stop_follow(follow_id):
    """Stop one follow, by its letter."""
    for follow in Follow.objects.filter(pk=follow_id).select_related("follower"):
        follow.stop()


def stop_digests(follower_id):
    """Stop all that comes to one follower in digests, whatever their pace: it may have changed since the letter."""
    digests = Follow.objects.filter(follower=follower_id).exclude(pace=FollowPace.AT_ONCE)
    for follow in digests.select_related("follower"):
        follow.stop()


@message_template(FOLLOWED_NEWS, label=gettext_lazy("What happens to a consultation that you follow"), stop=stop_follow)
def news(message):
    """Return the letter about what has just happened to one consultation."""
    follows = Follow.objects.confirmed().filter(pk=message.about_id)
    return content_of_news(message, follows)


@message_template(DAILY_DIGEST, label=gettext_lazy("What you follow, once a day"), stop=stop_digests)
@message_template(WEEKLY_DIGEST, label=gettext_lazy("What you follow, once a week"), stop=stop_digests)
def digest(message):
    """Return the letter about what happened in a day or a week; which of them, its causes say."""
    return content_of_news(message, Follow.objects.confirmed().filter(follower=message.about_id))


def content_of_news(message, follows):
    """Return a letter about the events of what is still followed and public, newest first; raise NotDue without any."""
    follows = list(follows.select_related("follower__account"))
    stories = stories_of(message.causes, {follow.consultation_id for follow in follows})
    if not stories:
        raise NotDue(_("Nothing of it is followed and public any more."))
    follower: Follower = follows[0].follower
    require_same_address(message, follower)
    context = {"stories": stories, "link": settings.SITE_URL + follower.get_absolute_url()}
    return Content(subject_of(stories), "consultations/messages/followed.txt", context)


def subject_of(stories):
    """Return the subject: what happened, in its first line, or of how many consultations the letter tells."""
    if len(stories) > 1:
        return ngettext("News of %(n)d consultation", "News of %(n)d consultations", len(stories)) % {"n": len(stories)}
    [story] = stories
    happened = story["lines"][0].partition("\n")[0]
    return f"{story['title']}: {happened}" if len(story["lines"]) == 1 else story["title"]


def stories_of(causes, followed):
    """Return what happened by consultation, newest first: its title, its address, and a line for each event."""
    events = Event.objects.filter(pk__in=causes).select_related("submission", "text_version")
    events = events.defer("text_version__body").order_by("-pk")
    public = ConsultationPage.objects.live().public().defer("body")
    pages = public.in_bulk({event.consultation_id for event in events})
    stories: dict[int, dict] = {}
    for event in events:
        page = pages.get(event.consultation_id)
        if page is None or not is_followed(event, followed) or not (line := line_about(event, page)):
            continue
        address = settings.SITE_URL + page.get_absolute_url()
        story = stories.setdefault(page.pk, {"title": page.title, "address": address, "lines": []})
        if line not in story["lines"]:
            story["lines"].append(line)
    return list(stories.values())


def is_followed(event, followed):
    """Return whether an event is of what is followed; None among the followed stands for every new consultation."""
    return (None if event.kind == EventKind.CONSULTATION_PUBLISHED else event.consultation_id) in followed


def line_about(event, page):
    """Return what an event means for a reader now; '' when it has been overtaken."""
    closes, is_over = day_and_time(page.closes_at), page.closes_at <= timezone.now()
    due = page.answer_due and day(page.answer_due)
    lines = {
        EventKind.CONSULTATION_PUBLISHED: not is_over and _("a new consultation, open until %s") % closes,
        EventKind.CONSULTATION_OPENED: not is_over and _("it is open, until %s") % closes,
        EventKind.CONSULTATION_CHANGED: changed_line(event, page),
        EventKind.CONSULTATION_EXTENDED: not is_over and _("it stays open longer, until %s") % closes,
        EventKind.CONSULTATION_CLOSED_EARLY: not is_over and _("it closes earlier: %s") % closes,
        EventKind.CONSULTATION_CLOSES_SOON: closes_when_announced(event, page) and _("it closes %s") % closes,
        EventKind.CONSULTATION_CLOSED: is_over and closed_line(page, due),
        EventKind.PUBLISHED: event.submission and official_line(event.submission),
        EventKind.OUTCOME_PUBLISHED: bool(page.outcome) and _("we have answered: what you said, what we do, and why"),
        EventKind.OUTCOME_LATE: page.answer_is_late and _("our answer is late; it was due by %s") % due,
    }
    return lines[EventKind(event.kind)] or ""


def official_line(reply):
    """Return who has replied for the agency; '' when the reply is not public any more."""
    speaker = {"name": reply.author_name, "role": reply.official_line}
    return _("%(name)s has replied for us (%(role)s)") % speaker if reply.is_public else ""


def changed_line(event, page):
    """Return that the page says something else; of another text its number, why, and where one sees what changed."""
    version = getattr(event, "text_version", None)
    if version is None or not version.number > 1:
        return _("we changed what the page says")
    version.consultation = page
    says = _("the text has changed, this is version %d") % version.number
    return "\n".join(filter(None, (says, version.note, settings.SITE_URL + version.changes_url)))


def closes_when_announced(event, page):
    """Return whether a consultation is about to close at the moment that an event announced."""
    return timezone.now() < page.closes_at and event.due_at == page.closes_at - CLOSES_SOON_BEFORE


def closed_line(page, due):
    """Return that it is closed, and when the answer comes."""
    return _("it is closed; we answer by %s") % due if due and not page.outcome else _("it is closed")
