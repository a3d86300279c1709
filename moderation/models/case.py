"""Cases: texts that wait for a person, and what that person decided."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import Revision, Status, Submission
from moderation.models.policy import PolicyVersion

LEASE = timedelta(minutes=5)  # how long an opened case counts as looked at


class CaseClosed(Exception):
    """The case cannot be decided (any more); the message says who or what came first."""


class CaseQuerySet(models.QuerySet):
    """Named selections of cases."""

    def waiting(self):
        """Select the cases that wait for a person, oldest due first."""
        return self.filter(closed_at=None).exclude(submission__status=Status.WITHDRAWN).order_by("due_at", "id")

    def free_for(self, user):
        """Leave out the cases that a colleague is looking at."""
        return self.filter(Q(claimed_until=None) | Q(claimed_until__lt=timezone.now()) | Q(claimed_by=user))

    def for_lists(self):
        """Read what a row of the queue shows."""
        return self.select_related("submission__consultation", "submission__parent", "revision", "claimed_by")


class Case(models.Model):
    """One revision that waits for a person; a submission has at most one open case."""

    class Cause(models.TextChoices):
        """Why a person has to look."""

        RULE = "rule", _("Held by a rule")
        BEFORE = "before", _("Read before publication")
        REFUSED = "refused", _("Changed after a refusal")
        OPENED = "opened", _("Opened by a moderator")
        NO_POLICY = "no-policy", _("No policy in force")

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="cases")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="cases")
    cause = models.CharField(max_length=10, choices=Cause.choices)
    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    claimed_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission"], condition=Q(closed_at=None), name="case_one_open")
        ]
        indexes = [models.Index(fields=["due_at", "id"], name="case_queue", condition=Q(closed_at=None))]

    def __str__(self):
        """Name it by its submission."""
        return f"case {self.submission.reference}"

    @property
    def is_late(self):
        """Return whether the promised time has passed."""
        return self.closed_at is None and self.due_at < timezone.now()

    @property
    def is_due_today(self):
        """Return whether it has to be read before midnight."""
        return timezone.localdate(self.due_at) <= timezone.localdate()

    def claimed_by_other(self, user):
        """Return the colleague who is looking at it now, or None."""
        if self.claimed_by_id and self.claimed_by_id != user.pk and self.claimed_until > timezone.now():
            return self.claimed_by
        return None

    def claim(self, user):
        """Mark it as looked at by the user, unless a colleague is; return whether it is theirs."""
        free = Case.objects.filter(pk=self.pk, closed_at=None).free_for(user)
        claimed = free.update(claimed_by=user, claimed_until=timezone.now() + LEASE)
        if claimed:
            self.claimed_by, self.claimed_until = user, timezone.now() + LEASE
        return bool(claimed)

    def release(self, user):
        """Give it back, if it is the user's."""
        Case.objects.filter(pk=self.pk, claimed_by=user).update(claimed_by=None, claimed_until=None)


class Decision(models.Model):
    """What a person decided about one revision, and why; never changed."""

    class Action(models.TextChoices):
        """What a person may decide."""

        PUBLISH = "publish", _("Publish")
        REDACT = "redact", _("Publish without the marked passages")
        REFUSE = "refuse", _("Refuse")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="decisions")
    result = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="+")  # the redacted text
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="decisions")
    action = models.CharField(max_length=10, choices=Action.choices)
    reason = models.TextField(blank=True)  # the author reads it
    spans = models.JSONField(default=list)  # [[field, start, end, label]]: what was taken out of the revision
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="decisions")
    imported = models.BooleanField(default=False)  # made elsewhere, before the submission came to us
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        """Name it by action."""
        return f"{self.action} {self.revision_id}"

    @property
    def clauses(self):
        """Return the clauses it cites, in the words of its own version."""
        return [self.version.clause(citation.clause) for citation in self.citations.all()]


class Citation(models.Model):
    """A clause that a decision cites."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="citations")
    clause = models.CharField(max_length=80)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["decision", "clause"], name="citation_once")]

    def __str__(self):
        """Name it by its clause."""
        return self.clause
