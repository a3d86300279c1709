"""Times when the usual does not hold: a crisis, a caretaker period."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CrisisQuerySet(models.QuerySet):
    """Named selections of crises."""

    def in_force(self):
        """Select those that count now; there is at most one."""
        now = timezone.now()
        begun = self.filter(ended_at=None, expires_at__gt=now).exclude(started_at=None)
        return begun.filter(started_at__lte=now).order_by("-level", "-id")


class Crisis(models.Model):
    """A level of caution for a while: asked for by one, approved by another, over by itself."""

    class Level(models.IntegerChoices):
        """What it does; each does what those before it do."""

        SLOW = 1, _("Slow: nobody sends many texts in a row, and links wait for a person")
        BEFORE = 2, _("Everything is read before it is published")
        CLOSED = 3, _("Nothing new is published; texts are taken in and kept")

    level = models.PositiveSmallIntegerField(choices=Level.choices)
    reason = models.TextField()  # for the log
    banner = models.CharField(max_length=300)  # for everybody
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    hours = models.PositiveSmallIntegerField()  # how long it is to last, 72 at most
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True)  # when it was approved
    expires_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)  # ended, or refused before it began

    objects = CrisisQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        permissions = [("switch_crisis", "Can ask for and approve a crisis level")]
        constraints = [
            models.CheckConstraint(condition=Q(hours__gte=1, hours__lte=72), name="crisis_hours"),
        ]

    def __str__(self):
        """Name it by its level."""
        return f"crisis level {self.level}"


class CaretakerPeriod(models.Model):
    """The weeks before an election: dated, announced, and read before publication."""

    title = models.CharField(_("what it is about"), max_length=100, help_text=_("Such as: Election of 4 May"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    notice = models.TextField(_("what we tell everybody"), help_text=_("It stands on every consultation meanwhile."))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("caretaker period")
        verbose_name_plural = _("caretaker periods")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="caretaker_in_order")
        ]

    def __str__(self):
        """Name it by its title."""
        return self.title
