"""What a submission may be, how it may come and where it may stand."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a submission is."""

    COMMENT = "comment", _("Comment")
    IDEA = "idea", _("Idea")
    ANSWER = "answer", _("Answer")
    ENQUIRY = "enquiry", _("Enquiry")


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


# What a submission may become. Published → published clears a newer revision, refused → refused upholds.
MOVES = {
    Status.RECEIVED: {Status.HELD, Status.PUBLISHED, Status.WITHDRAWN},
    Status.HELD: {Status.PUBLISHED, Status.REFUSED, Status.WITHDRAWN},
    Status.PUBLISHED: {Status.PUBLISHED, Status.HELD, Status.REFUSED, Status.WITHDRAWN},
    Status.REFUSED: {Status.REFUSED, Status.HELD, Status.PUBLISHED, Status.WITHDRAWN},
    Status.WITHDRAWN: set(),
}
