"""Effects of crisis levels on texts: their descriptions, and the checks that apply them."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.models import Submission
from moderation.detectors import Context
from moderation.detectors.links import links
from moderation.models import CaseClosed, Crisis
from moderation.restrictions import in_force
from moderation.text.normalised import Text
from portal.agency.moments import day_and_time

MAX_TEXTS_PER_WINDOW, SLOW_WINDOW = (
    3,
    timedelta(minutes=10),
)  # an author's further texts are held

LEVEL_EFFECTS = {  # each level includes the effects of those before it
    Crisis.Level.SLOW: (
        gettext_lazy("Who sends more than three texts in ten minutes waits for a person with the next ones."),
        gettext_lazy("A text with a link waits for a person; links to our own websites do not count."),
    ),
    Crisis.Level.BEFORE: (gettext_lazy("Every text is read by a person before it appears."),),
    Crisis.Level.CLOSED: (
        gettext_lazy("Nothing new appears: moderators cannot publish either until the level ends."),
        gettext_lazy("Texts are taken in and kept, and wait in the queue."),
    ),
}
EFFECTS_OF_EVERY_LEVEL = (
    gettext_lazy("The announcement stands on every public page, and on every form what it means."),
    gettext_lazy("What is public already stays public. Nothing is refused because of a level."),
    gettext_lazy("It is over by itself after the hours that you give, 72 at most."),
)


def level_effects(level):
    """Return the effects of a level, one sentence each."""
    return [sentence for step, sentences in LEVEL_EFFECTS.items() if step <= level for sentence in sentences]


def reason_to_wait(submission, title, text):
    """Return why a text waits while a crisis slows publication, or ""."""
    if any(has_link(part) for part in (title, text, submission.author_name)):
        return _("For the time being a person reads every text with a link before it appears.")
    if count_recent_texts(submission) >= MAX_TEXTS_PER_WINDOW:
        return _("You sent several texts in a short time, so for the time being a person reads the next ones first.")
    return ""


def has_link(text):
    """Return whether a text has a link to a domain that is not the agency's own."""
    return bool(links(Text(text), Context(own_domains=tuple(in_force.settings().own_domains.split()))))


def count_recent_texts(submission):
    """Return how many other texts the author sent within `SLOW_WINDOW`; 0 without an author key."""
    theirs = Submission.objects.filter(author_key=submission.author_key).exclude(author_key="")
    return theirs.filter(received_at__gt=timezone.now() - SLOW_WINDOW).exclude(pk=submission.pk).count()


def refuse_publication():
    """Raise CaseClosed while a crisis level stops publication."""
    now = in_force.crisis_in_force()
    if now and now.level >= Crisis.Level.CLOSED:
        raise CaseClosed(
            _("A crisis level is in force, so nothing new is published until %s.") % day_and_time(now.expires_at)
        )
