"""Erasures: one privacy officer asks, another approves, and the reason is kept for good."""

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.models import Submission
from moderation.models.erasure_wish import ErasureUnchanged, ErasureWish, people_who_erase
from moderation.models.notification_keys import ERASED_ALONE, ERASURE_ASKED
from portal.audit import record
from portal.outbox.models import label_of
from portal.staff.notifications.delivery import notify


class Erasure(ErasureWish):
    """One wish to erase a submission for ever: asked for by one person, approved or refused by another.

    In an emergency one person erases alone; the row and the ledger say so, and the others are told. The row is never
    deleted: its reason says why a text is gone, and holds nothing personal.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="erasures")

    class Meta(ErasureWish.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["submission"], condition=Q(erased_at=None, refused_at=None), name="erasure_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(is_emergency=True) | ~Q(approved_by=F("asked_by")),
                name="erasure_by_two",
            ),
        ]

    def __str__(self):
        return f"erasure of {self.submission_id}"

    @classmethod
    @transaction.atomic
    def ask(cls, submission, *, actor, reason):
        """Ask for an erasure, which another person approves; raise ErasureUnchanged when one waits or was done."""
        submission.lock()
        if submission.erasures.filter(refused_at=None).exists():
            raise ErasureUnchanged(_("Somebody has asked for this already."))
        asked = cls.objects.create(submission=submission, asked_by=actor, reason=reason)
        notify(ERASURE_ASKED, label_of(asked), people_who_erase(), actor=actor)
        record("erasure.asked", actor=actor, subject=submission, erasure=asked.pk, reason=reason)
        return asked

    @transaction.atomic
    def approve(self, actor):
        """Erase the submission; raise ErasureUnchanged for the person who asked."""
        self.refuse_unless_waiting()
        self.refuse_own_approval(actor)
        self.carry_out(actor)

    @transaction.atomic
    def refuse(self, actor):
        """Keep the submission: take the request back, or turn somebody else's down."""
        self.refuse_unless_waiting()
        self.refused_by, self.refused_at = actor, timezone.now()
        self.save(update_fields=["refused_by", "refused_at"])
        record("erasure.refused", actor=actor, subject=self.submission, erasure=self.pk)

    @classmethod
    @transaction.atomic
    def at_once(cls, submission, *, actor, reason):
        """Erase a submission without a second person, which the row and the ledger keep and the others are told."""
        submission.lock()
        waiting = cls.objects.waiting().filter(submission=submission).first()
        made = waiting or cls(submission=submission, asked_by=actor)
        made.reason, made.is_emergency = reason, True
        made.carry_out(actor)
        return made

    def carry_out(self, actor):
        """Erase the submission, and record it last: the ledger's end stays locked until the commit."""
        if Submission.objects.filter(pk=self.submission_id).exclude(erased_at=None).exists():
            raise ErasureUnchanged(_("This text is erased already."))
        self.submission.erase(actor)
        self.approved_by, self.erased_at = actor, timezone.now()
        self.save()
        if self.is_emergency:
            notify(ERASED_ALONE, label_of(self), people_who_erase(), actor=actor)
        facts = {"reference": self.submission.reference, "erasure": self.pk, "reason": self.reason}
        facts |= {"alone": self.is_emergency, "asked_by": self.asked_by_id}
        record("submission.erased", actor=actor, subject=self.submission, **facts)

    @classmethod
    def note_done(cls, submissions, *, of):
        """Keep why texts are gone that were erased with everything else of a person; a request that waits is met."""
        facts = {"asked_by": of.asked_by, "asked_at": of.asked_at, "reason": of.reason, "is_emergency": of.is_emergency}
        facts |= {"approved_by": of.approved_by, "erased_at": of.erased_at}
        for submission in submissions:
            cls.objects.update_or_create(submission=submission, erased_at=None, refused_at=None, defaults=facts)
