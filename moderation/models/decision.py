"""Decisions with their citations, batches, blind checks and practice answers."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import Revision
from moderation.models.case import Case
from moderation.models.policy import PolicyVersion


class Batch(models.Model):
    """A set of cases decided in bulk after a sample was read; each case has its own decision."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    title = models.CharField(max_length=300)  # which cases: a campaign, or one rule
    opened = models.JSONField(default=list)  # the cases that were read first

    def __str__(self):
        return self.what


class DecisionQuerySet(models.QuerySet):
    """Named selections of decisions."""

    def not_undone(self):
        """Select the decisions that were not undone."""
        return self.filter(undone_at=None)


class Decision(models.Model):
    """A person's decision on one revision; never changed, but it may be marked as undone."""

    class Action(models.TextChoices):
        """What a person may decide."""

        PUBLISH = "publish", _("Publish")
        REDACT = "redact", _("Publish without the marked passages")
        REFUSE = "refuse", _("Refuse")
        RETURN = "return", _("Return to its author")

    class Measure(models.TextChoices):
        """What the safety officer did about a person in danger; no author and no reader is told of it."""

        HELP = "help", _("Help was offered to the author")
        EMERGENCY = "emergency", _("The emergency services or the police were told")
        WARNED = "warned", _("The person who was named was warned")
        KEPT = "kept", _("Nothing more than keeping the text back was needed")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # public id of the statement of reasons
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="decisions")
    result = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="+")  # the redacted text
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="decisions")
    action = models.CharField(max_length=10, choices=Action.choices)
    reason = models.TextField(blank=True)  # shown to the author
    spans = models.JSONField(default=list)  # [[field, start, end, label]]: the redacted passages
    measures = models.JSONField(default=list)  # of Measure, from the safety desk
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="decisions")
    imported = models.BooleanField(default=False)  # made in another system
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="decisions")
    previous_state = models.JSONField(default=dict)  # snapshot of the submission before the decision, for undo
    undone_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["created_at"], name="decision_when")]

    def __str__(self):
        return f"{self.action} {self.revision_id}"

    @property
    def clause_keys(self):
        """Return the keys of the cited clauses, in the order of citation."""
        return [citation.clause for citation in self.citations.all()]

    @property
    def clauses(self):
        """Return the cited clauses in the wording of the decision's policy version; None for one it lacks."""
        return [self.version.clause(key) for key in self.clause_keys]

    @property
    def measure_labels(self):
        """Return what the safety officer did, in words."""
        return [self.Measure(measure).label for measure in self.measures]

    def take_back(self):
        """Mark the decision as undone; the row stays."""
        self.undone_at = timezone.now()
        self.save(update_fields=["undone_at"])


class Citation(models.Model):
    """A clause that a decision cites."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="citations")
    clause = models.CharField(max_length=80)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["decision", "clause"], name="citation_once")]

    def __str__(self):
        return self.clause


class BlindCheck(models.Model):
    """A second, blind review of a decided text; it changes nothing and measures agreement on clauses."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="checks")
    case = models.OneToOneField(Case, null=True, on_delete=models.SET_NULL, related_name="blind_check")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    dealt_at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=10, blank=True)  # of Decision.Action; empty until it is answered
    clauses = models.JSONField(default=list)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "actor"], name="check_once")]

    def __str__(self):
        return f"check of {self.decision_id}"


class PracticeAnswer(models.Model):
    """A trainee's answer to a practice case."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    case = models.CharField(max_length=80)  # the key of the made-up case
    action = models.CharField(max_length=10)
    clause = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "case"], name="practice_once")]

    def __str__(self):
        return f"{self.user_id}: {self.case}"
