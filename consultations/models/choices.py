"""Kinds, channels and statuses of submissions, and kinds of events."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.modes.table import event_kinds_of_modes


class Kind(StrEnum):
    """The kinds of submission of this package's own modes; the table of modes describes each."""

    COMMENT = "comment"
    IDEA = "idea"
    ANSWER = "answer"
    STATEMENT = "statement"
    SUGGESTION = "suggestion"


class Channel(models.TextChoices):
    """The channel through which a submission reached us."""

    WEBSITE = "website", _("Website")
    EMAIL = "email", _("E-mail")
    PAPER = "paper", _("Paper")
    PHONE = "phone", _("Phone")
    EVENT = "event", _("Event")
    SOCIAL = "social", _("Social media")
    OTHER = "other", _("Other")

    @property
    def way(self):
        """Return how a text came, as readers see it beside the text."""
        return {
            Channel.WEBSITE: _("on this website"),
            Channel.EMAIL: _("by e-mail"),
            Channel.PAPER: _("on paper"),
            Channel.PHONE: _("by phone"),
            Channel.EVENT: _("at an event"),
            Channel.SOCIAL: _("through social media"),
            Channel.OTHER: _("in another way"),
        }[self]


class Status(models.TextChoices):
    """The status of a submission."""

    RECEIVED = "received", _("Received")
    HELD = "held", _("Held for a moderator")
    PUBLISHED = "published", _("Published")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    NOT_PUBLIC = "not_public", _("Not public")  # found fit, but not given for publication


# Allowed changes of status. Published → published clears a newer revision; refused → refused upholds a refusal.
MOVES = {
    Status.RECEIVED: {Status.HELD, Status.PUBLISHED, Status.NOT_PUBLIC, Status.WITHDRAWN},
    Status.HELD: {Status.PUBLISHED, Status.NOT_PUBLIC, Status.REFUSED, Status.WITHDRAWN},
    Status.PUBLISHED: {Status.PUBLISHED, Status.HELD, Status.REFUSED, Status.WITHDRAWN},
    Status.REFUSED: {Status.REFUSED, Status.HELD, Status.PUBLISHED, Status.NOT_PUBLIC, Status.WITHDRAWN},
    Status.NOT_PUBLIC: {Status.NOT_PUBLIC, Status.HELD, Status.REFUSED, Status.WITHDRAWN},
    Status.WITHDRAWN: set(),
}


class EventKind(models.TextChoices):
    """The kinds of events: those without a prefix are about a submission, the others about the object in the prefix.

    The five kinds that change a submission's status have the value of the new status.
    """

    RECEIVED = "received", _("Received")
    REVISED = "revised", _("Changed by its author")
    PUBLISHED = "published", _("Published")
    HELD = "held", _("Held for a moderator")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    NOT_PUBLIC = "not_public", _("Kept, and not public")
    REDACTED = "redacted", _("Passages taken out")
    CHANGE_REFUSED = "change_refused", _("Change refused, the earlier text stays public")
    RETURNED = "returned", _("Returned to its author for a change")
    UNDONE = "undone", _("Decision taken back")
    ERASED = "erased", _("Erased")
    PINNED = "pinned", _("Put above the comments")
    UNPINNED = "unpinned", _("Put back among the comments")

    RESPONSE_RECEIVED = "response_received", _("Response received")
    RESPONSE_WITHDRAWN = "response_withdrawn", _("Response withdrawn")

    CONSULTATION_PUBLISHED = "consultation_published", _("Consultation published")
    CONSULTATION_CHANGED = "consultation_changed", _("Consultation changed")
    CONSULTATION_OPENED = "consultation_opened", _("Consultation opened")
    CONSULTATION_CLOSES_SOON = "consultation_closes_soon", _("Consultation closes soon")
    CONSULTATION_CLOSED = "consultation_closed", _("Consultation closed")
    CONSULTATION_UNPUBLISHED = "consultation_unpublished", _("Consultation unpublished")
    CONSULTATION_CLOSED_EARLY = "consultation_closed_early", _("Consultation closes earlier than before")
    CONSULTATION_EXTENDED = "consultation_extended", _("Consultation open longer than before")
    OUTCOME_PUBLISHED = "outcome_published", _("Outcome published")
    OUTCOME_LATE = "outcome_late", _("Outcome late")

    CASE_OPENED = "case_opened", _("Case opened")
    CASE_HANDED_OVER = "case_handed_over", _("Case handed over")
    CASE_SECOND_OPINION = "case_second_opinion", _("Second opinion wanted")
    CASE_DECIDED = "case_decided", _("Case decided")
    CASE_APPEALED = "case_appealed", _("Decision appealed")
    CASE_CLOSED = "case_closed", _("Case closed without a decision")


def event_kind_choices():
    """Return every kind of event as a choice: these kinds and those of single modes."""
    return [*EventKind.choices, *event_kinds_of_modes().items()]


# Kinds of work on a submission that do not change the submission.
CASE_EVENTS = [kind for kind in EventKind if kind.name.startswith("CASE_")]
