"""Crisis levels and caretaker periods, which restrict publication further than the policy does."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from moderation.models.notification_keys import CRISIS_ASKED
from portal.audit import record, text_digest
from portal.outbox.models import label_of
from portal.staff.notifications.delivery import notify

CRISIS_REQUEST_LIFETIME = timedelta(hours=24)  # a request that is not approved within this time lapses


class CrisisUnchanged(Exception):
    """The crisis cannot be approved or ended (any more); the message is the reason."""


class CrisisQuerySet(models.QuerySet):
    """Named selections of crises."""

    def in_force(self):
        """Select the crisis in force now; there is at most one."""
        now = timezone.now()
        begun = self.filter(ended_at=None, expires_at__gt=now).exclude(started_at=None)
        return begun.filter(started_at__lte=now).order_by("-level", "-id")

    def asked(self):
        """Select the requests that wait for approval, latest first."""
        waiting = self.filter(started_at=None, ended_at=None, asked_at__gt=timezone.now() - CRISIS_REQUEST_LIFETIME)
        return waiting.order_by("-id")

    def begun(self):
        """Select the approved crises, latest first, for the public log."""
        return self.exclude(started_at=None).order_by("-started_at")


class Crisis(models.Model):
    """A crisis level for limited hours: requested by one person, approved by another, expiring by itself.

    Only ``ask``, ``approve`` and ``end`` change a row; each appends an entry to the audit ledger.
    """

    class Level(models.IntegerChoices):
        """The effect; each level includes the effects of the levels before it."""

        SLOW = 1, _("Slow: nobody sends many texts in a row, and links wait for a person")
        BEFORE = 2, _("Everything is read before it is published")
        CLOSED = 3, _("Nothing new is published; texts are taken in and kept")

    level = models.PositiveSmallIntegerField(choices=Level.choices)
    reason = models.TextField()  # the reason, for the public log
    banner = models.CharField(max_length=300)  # the announcement on every page
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    hours = models.PositiveSmallIntegerField()  # duration, 72 at most
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True)  # time of approval
    expires_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)  # time of the early end, or of the refusal

    objects = CrisisQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        permissions = [("switch_crisis", "Can ask for and approve a crisis level")]
        constraints = [
            models.CheckConstraint(condition=Q(hours__gte=1, hours__lte=72), name="crisis_hours"),
        ]

    def __str__(self):
        return f"crisis level {self.level}"

    @property
    def state(self):
        """Return the state: asked, lapsed or refused before approval; afterwards on, ended or over."""
        now = timezone.now()
        if self.started_at is None:
            waiting = "asked" if self.asked_at > now - CRISIS_REQUEST_LIFETIME else "lapsed"
            return "refused" if self.ended_at else waiting
        return "ended" if self.ended_at else "on" if self.expires_at > now else "over"

    @property
    def over_at(self):
        """Return when the crisis ended or will end."""
        return self.ended_at or self.expires_at

    @classmethod
    @transaction.atomic
    def ask(cls, *, actor, level, reason, banner, hours):
        """Request a level, which takes effect when another person approves it."""
        crisis = cls.objects.create(asked_by=actor, level=level, reason=reason, banner=banner, hours=hours)
        colleagues = ModelBackend().with_perm("moderation.switch_crisis", is_active=True)
        notify(CRISIS_ASKED, label_of(crisis), colleagues, actor=actor)
        words = {"reason": text_digest(reason), "banner": text_digest(banner)}
        record("crisis.asked", actor=actor, subject=crisis, level=crisis.level, hours=hours, **words)
        return crisis

    @transaction.atomic
    def approve(self, actor):
        """Put the level in force and end the previous one; raise CrisisUnchanged for the person who requested it."""
        others = [crisis for crisis in self.locked() if crisis.state == "on"]
        if self.state != "asked":
            raise CrisisUnchanged(now_("Somebody else has answered this already, or it was asked for too long ago."))
        if self.asked_by_id == actor.pk:
            raise CrisisUnchanged(now_("You have asked for this yourself, so somebody else has to approve it."))
        now = timezone.now()
        for crisis in others:
            crisis.write(ended_by=actor, ended_at=now)
        self.write(approved_by=actor, started_at=now, expires_at=now + timedelta(hours=self.hours))
        instead = [crisis.pk for crisis in others]
        record("crisis.approved", actor=actor, subject=self, level=self.level, hours=self.hours, instead_of=instead)

    @transaction.atomic
    def end(self, actor):
        """End the crisis early, or refuse a request that was not approved yet."""
        self.locked()
        if self.state not in ("asked", "on"):
            raise CrisisUnchanged(now_("This is over already."))
        begun = self.started_at is not None
        self.write(ended_by=actor, ended_at=timezone.now())
        record("crisis.ended" if begun else "crisis.refused", actor=actor, subject=self, level=self.level)

    def locked(self):
        """Lock all crises without an end, so that changes run one by one; reload this one and return the others."""
        rows = {row.pk: row for row in Crisis.objects.select_for_update().filter(ended_at=None).order_by("pk")}
        self.refresh_from_db()
        return [row for pk, row in rows.items() if pk != self.pk]

    def write(self, **changes):
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=changes)


class CaretakerPeriodQuerySet(models.QuerySet):
    """Named selections of caretaker periods."""

    def upcoming(self):
        """Select the periods that have not begun, the next one first."""
        return self.filter(starts_at__gt=timezone.now()).order_by("starts_at")

    def over(self):
        """Select the periods that are over, the latest first."""
        return self.filter(ends_at__lte=timezone.now()).order_by("-ends_at")


class CaretakerPeriod(models.Model):
    """A period before an election in which every text is reviewed before publication."""

    title = models.CharField(_("what it is about"), max_length=100, help_text=_("Such as: Election of 4 May"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    notice = models.TextField(_("what we tell everybody"), help_text=_("It stands on every consultation meanwhile."))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    objects = CaretakerPeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("caretaker period")
        verbose_name_plural = _("caretaker periods")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="caretaker_in_order")
        ]

    def __str__(self):
        return self.title

    def clean(self):
        """Raise ValidationError for an end before the beginning."""
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": now_("It has to end after it begins.")})
