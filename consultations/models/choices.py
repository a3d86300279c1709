"""What a submission may be, how it may come and where it may stand."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.modes.table import event_kinds_of_modes


class Kind(StrEnum):
    """The kinds of submission that this package's own modes take; the table of modes says what each of them is."""

    COMMENT = "comment"
    IDEA = "idea"
    ANSWER = "answer"


class Channel(models.TextChoices):
    """How a submission reached us."""

    WEBSITE = "website", _("Website")
    EMAIL = "email", _("E-mail")
    PAPER = "paper", _("Paper")
    PHONE = "phone", _("Phone")
    EVENT = "event", _("Event")
    SOCIAL = "social", _("Social media")
    OTHER = "other", _("Other")


class Status(models.TextChoices):
    """Where a submission stands."""

    RECEIVED = "received", _("Received")
    HELD = "held", _("Held for a moderator")
    PUBLISHED = "published", _("Published")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    NOT_PUBLIC = "not_public", _("Not public")  # found fit, and not given to be published


# What a submission may become. Published → published clears a newer revision, refused → refused upholds.
MOVES = {
    Status.RECEIVED: {Status.HELD, Status.PUBLISHED, Status.NOT_PUBLIC, Status.WITHDRAWN},
    Status.HELD: {Status.PUBLISHED, Status.NOT_PUBLIC, Status.REFUSED, Status.WITHDRAWN},
    Status.PUBLISHED: {Status.PUBLISHED, Status.HELD, Status.REFUSED, Status.WITHDRAWN},
    Status.REFUSED: {Status.REFUSED, Status.HELD, Status.PUBLISHED, Status.NOT_PUBLIC, Status.WITHDRAWN},
    Status.NOT_PUBLIC: {Status.NOT_PUBLIC, Status.HELD, Status.REFUSED, Status.WITHDRAWN},
    Status.WITHDRAWN: set(),
}


class EventKind(models.TextChoices):
    """What happened: without a prefix to a submission, else to what the prefix names.

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

    RESPONSE_RECEIVED = "response_received", _("Response received")
    RESPONSE_WITHDRAWN = "response_withdrawn", _("Response withdrawn")

    CONSULTATION_PUBLISHED = "consultation_published", _("Consultation published")
    CONSULTATION_CHANGED = "consultation_changed", _("Consultation changed")
    CONSULTATION_OPENED = "consultation_opened", _("Consultation opened")
    CONSULTATION_CLOSED = "consultation_closed", _("Consultation closed")
    CONSULTATION_UNPUBLISHED = "consultation_unpublished", _("Consultation unpublished")
    OUTCOME_PUBLISHED = "outcome_published", _("Outcome published")
    OUTCOME_LATE = "outcome_late", _("Outcome late")

    CASE_OPENED = "case_opened", _("Case opened")
    CASE_HANDED_OVER = "case_handed_over", _("Case handed over")
    CASE_SECOND_OPINION = "case_second_opinion", _("Second opinion wanted")
    CASE_DECIDED = "case_decided", _("Case decided")
    CASE_APPEALED = "case_appealed", _("Decision appealed")
    CASE_CLOSED = "case_closed", _("Case closed without a decision")


def event_kind_choices():
    """Return every kind of event as a choice: those above, and those that single modes record."""
    return [*EventKind.choices, *event_kinds_of_modes().items()]


# Work on a submission, which leaves the submission itself as it was.
CASE_EVENTS = [kind for kind in EventKind if kind.name.startswith("CASE_")]
