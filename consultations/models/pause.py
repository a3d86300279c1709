"""Pauses: for a limited time nobody takes part, in one consultation or in all of them."""

from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as now_

from portal.agency.moments import day_and_time
from portal.audit import record
from portal.http import freshness
from portal.http.lifetime import changes_at

PAUSES_KEY = freshness.derived("consultations.pauses")
PAUSES_CACHE_SECONDS = 10  # a process that shows pages notices at once; one that only takes forms, so much later
EVERY_CONSULTATION = "all"
PAUSE_REASON_CHARACTERS = 200  # as many as a fact of the ledger has


class PauseUnchanged(Exception):
    """The pause cannot begin, or cannot end any more; the message is the reason."""


class PauseTooLong(PauseUnchanged):
    """The consultation would close during the pause, and nobody could take part any more."""

    def __init__(self, closes_at):
        says = now_("It closes before the pause is over: %s. Choose a shorter time, or let it close later first.")
        super().__init__(says % day_and_time(closes_at))


class PauseQuerySet(models.QuerySet):
    """Named selections of pauses."""

    def in_force(self):
        """Select the pauses that hold now, the one that lasts longest first."""
        return self.filter(ended_at=None, ends_at__gt=timezone.now()).order_by("-ends_at", "-pk")

    def of_page(self, page):
        """Select the pauses of a consultation, its own and those of all."""
        return self.filter(models.Q(consultation=None) | models.Q(consultation=page.pk))


class ParticipationPause(models.Model):
    """A time in which no text, answer or support is taken: one consultation's, or with None every consultation's.

    Only ``begin`` and ``end`` change a row; each appends an entry to the audit ledger. It is over by itself.
    """

    consultation = models.ForeignKey(
        "consultations.ConsultationPage", null=True, on_delete=models.CASCADE, related_name="pauses"
    )
    reason = models.CharField(max_length=PAUSE_REASON_CHARACTERS)  # everybody reads it
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)  # before its time
    # What it pauses, while no other may begin: the database keeps two people of one moment apart. NULL when it is over.
    holds = models.CharField(max_length=20, null=True, unique=True, editable=False)

    objects = PauseQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        permissions = [("pause_taking_part", "Can see the pace and pause taking part")]

    def __str__(self):
        return f"pause {self.pk}"

    @property
    def is_in_force(self):
        """Return whether it holds now."""
        return self.ended_at is None and self.ends_at > timezone.now()

    @property
    def over_at(self):
        """Return when it ended or will end."""
        return self.ended_at or self.ends_at

    @classmethod
    @transaction.atomic
    def begin(cls, *, actor, consultation, reason, lasts: timedelta):
        """Pause one consultation, or with None all of them, from now on.

        Raise PauseUnchanged where it is paused, and PauseTooLong where the consultation closes before it is over.
        """
        now = timezone.now()
        cls.objects.filter(ends_at__lte=now).exclude(holds=None).update(holds=None)
        if held := cls.objects.in_force().filter(consultation=consultation).first():
            raise PauseUnchanged(now_("It is paused already, until %s.") % day_and_time(held.ends_at))
        if consultation and consultation.closes_at < now + lasts:
            raise PauseTooLong(consultation.closes_at)
        ends_at = now + lasts
        holds = str(consultation.pk) if consultation else EVERY_CONSULTATION
        said = {"consultation": consultation, "reason": reason, "begun_by": actor, "begun_at": now, "ends_at": ends_at}
        try:
            with transaction.atomic():
                pause = cls.objects.create(**said, holds=holds)
        except IntegrityError as error:
            if not cls.objects.filter(holds=holds).exists():
                raise
            raise PauseUnchanged(now_("Somebody else has paused it at this very moment.")) from error
        facts = {"consultation": consultation.pk if consultation else "all", "until": ends_at.isoformat()}
        record("pause.begun", actor=actor, subject=pause, reason=reason, **facts)
        return pause

    @transaction.atomic
    def end(self, actor):
        """End it before its time, and any other of the same; raise PauseUnchanged if it is over.

        Two people may have begun one at the same moment; whoever ends it means both.
        """
        same = type(self).objects.select_for_update().in_force().filter(consultation=self.consultation_id)
        held = {pause.pk: pause for pause in same}
        if self.pk not in held:
            raise PauseUnchanged(now_("This pause is over already."))
        self.ended_at, self.ended_by = timezone.now(), actor
        for pause in (held | {self.pk: self}).values():
            pause.ended_at, pause.ended_by = self.ended_at, actor
            pause.holds = None
            pause.save(update_fields=["ended_at", "ended_by", "holds"])
            record("pause.ended", actor=actor, subject=pause, before=pause.ends_at.isoformat())


class PauseNow(NamedTuple):
    """What people are told of a pause that holds."""

    consultation_id: int | None
    reason: str
    ends_at: object

    @property
    def seconds_left(self):
        """Return the seconds until it is over, rounded up; one at least."""
        return max(int((self.ends_at - timezone.now()).total_seconds()) + 1, 1)


def pause_of(consultation_id):
    """Return the pause that holds for a consultation now, its own or that of all; None without one."""
    now = timezone.now()
    for pause in cache.get_or_set(PAUSES_KEY, read_pauses, PAUSES_CACHE_SECONDS):
        if pause.consultation_id in (None, consultation_id) and pause.ends_at > now:
            changes_at(pause.ends_at)
            return pause
    return None


def read_pauses():
    """Read the pauses that hold, the one that lasts longest first."""
    rows = ParticipationPause.objects.in_force().values_list("consultation_id", "reason", "ends_at")
    return [PauseNow(*row) for row in rows]


def on_pauses_changed(**_signal):
    """Clear the cache now and after the commit: others may fill it before the change is visible to them."""
    cache.delete(PAUSES_KEY)
    transaction.on_commit(lambda: cache.delete(PAUSES_KEY))


class PausablePage:
    """What a consultation knows of its pauses."""

    @cached_property
    def pause(self):
        """Return the pause that holds now, or None; a preview shows none."""
        return None if self.shown_at else pause_of(self.pk)

    @property
    def is_taking_part(self):
        """Return whether one can take part now: it is open, and nothing pauses it."""
        return self.is_open and self.pause is None
