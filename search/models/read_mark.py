"""Read marks: which submissions an officer has read and flagged."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from consultations.models import Submission
from search.models.tags import BULK_BATCH_SIZE, BULK_UNDO_WINDOW


class ReadMark(models.Model):
    """Whether one officer has read a submission, and flagged it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="read_marks")
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="read_marks")
    read_at = models.DateTimeField(null=True)
    flagged = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "submission"], name="reading_once")]

    def __str__(self):
        """Return user id and submission id."""
        return f"{self.user_id}: {self.submission_id}"

    @classmethod
    def set_mark(cls, user, submission, mark):
        """Apply "read", "unread", "flag" or "unflag" to a submission."""
        changes: dict[str, dict[str, Any]] = {
            "read": {"read_at": timezone.now()},
            "unread": {"read_at": None},
            "flag": {"flagged": True},
            "unflag": {"flagged": False},
        }
        cls.objects.update_or_create(user=user, submission=submission, defaults=changes[mark])


class ReadAction(models.Model):
    """Several submissions that an officer marked as read in one action.

    Their read marks carry the action's exact time; a mark that was set again since no longer belongs to it.
    """

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    count = models.PositiveIntegerField(default=0)  # submissions that it changed
    undone = models.BooleanField(default=False)

    def __str__(self):
        """Return user id and number of submissions."""
        return f"{self.actor_id}: {self.count}"

    @classmethod
    @transaction.atomic
    def mark_as_read(cls, actor, ids):
        """Mark the unread ones among these submissions as read; return the action."""
        read = set(actor.read_marks.exclude(read_at=None).values_list("submission", flat=True))
        unread = [id_ for id_ in ids if id_ not in read]
        action = cls.objects.create(actor=actor, count=len(unread))
        marks = [ReadMark(user=actor, submission_id=id_, read_at=action.created_at) for id_ in unread]
        ReadMark.objects.bulk_create(
            marks,
            batch_size=BULK_BATCH_SIZE,
            update_conflicts=True,
            unique_fields=["user", "submission"],
            update_fields=["read_at"],
        )
        return action

    @classmethod
    def last_undoable(cls, user):
        """Return a person's last action if it can still be undone."""
        last = cls.objects.filter(actor=user).order_by("-pk").first()
        return (
            last
            if last and last.created_at > timezone.now() - BULK_UNDO_WINDOW and not last.undone and last.count
            else None
        )

    @transaction.atomic
    def undo(self):
        """Remove the read marks of this action, once."""
        if ReadAction.objects.filter(pk=self.pk, undone=False).update(undone=True):
            self.actor.read_marks.filter(read_at=self.created_at).update(read_at=None)
