"""Cases: texts that wait for a person, who looks at them, and what colleagues say to each other about them."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import Revision, Status, Submission
from moderation.models.screening import Campaign
from moderation.priority import head_starts, rank_at

LEASE = timedelta(minutes=5)  # how long an opened case counts as looked at


class CaseClosed(Exception):
    """The case cannot be decided (any more); the message says who or what came first."""


class CaseQuerySet(models.QuerySet):
    """Named selections of cases."""

    def waiting(self):
        """Select the cases that wait for a person, most pressing first."""
        waiting = self.filter(closed_at=None).exclude(submission__status=Status.WITHDRAWN)
        return waiting.filter(returned_until=None).order_by("rank_at", "id")

    def returned(self):
        """Select the cases that wait for their author, soonest deadline first."""
        open_ones = self.filter(closed_at=None).exclude(submission__status=Status.WITHDRAWN)
        return open_ones.exclude(returned_until=None).order_by("returned_until", "id")

    def for_desks(self, desks):
        """Select the cases of the given desks; "" is the moderators' own."""
        return self.filter(desk__in=desks)

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
        CRISIS = "crisis", _("Read before publication, for the time being")
        RETURNED = "returned", _("Changed after we asked for it")
        REPORTED = "reported", _("Reported by readers")
        APPEALED = "appealed", _("Appealed by its author")

    class Desk(models.TextChoices):
        """Who is asked when a moderator cannot or must not decide alone."""

        MODERATORS = "", _("Moderators")
        LEAD = "lead", _("Lead moderator")
        LEGAL = "legal", _("Legal")
        SAFETY = "safety", _("Safety")
        PRIVACY = "privacy", _("Privacy")

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="cases")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="cases")
    cause = models.CharField(max_length=10, choices=Cause.choices)
    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    rank_at = models.DateTimeField(
        default=timezone.now
    )  # its place in the queue: due_at less its head starts
    severity = models.PositiveSmallIntegerField(default=0)  # of the gravest clause that holds it
    report_count = models.PositiveSmallIntegerField(default=0)  # a flood from one place counts once
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.SET_NULL, related_name="cases")
    desk = models.CharField(max_length=10, choices=Desk.choices, default=Desk.MODERATORS, blank=True)
    second_reader = models.BooleanField(
        default=False
    )  # two people have to agree, unknown to each other
    returned_until = models.DateTimeField(null=True)  # its author is asked to change it until then
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    claimed_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission"], condition=Q(closed_at=None), name="case_one_open")
        ]
        indexes = [models.Index(fields=["rank_at", "id"], name="case_queue", condition=Q(closed_at=None))]
        permissions = [
            ("handle_lead_case", "Can decide what moderators hand to the lead"),
            ("handle_legal_case", "Can read and decide cases handed to legal"),
            ("handle_safety_case", "Can read and decide cases handed to safety"),
            ("handle_privacy_case", "Can read and decide cases handed to privacy"),
        ]

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

    @property
    def head_starts(self):
        """Return what brings it forward in the queue."""
        return head_starts(
            severity=self.severity,
            public=self.submission.status == Status.PUBLISHED,
            reports=self.report_count,
            returned=self.cause == self.Cause.RETURNED,
        )

    def rank(self):
        """Put it where it belongs in the queue."""
        self.rank_at = rank_at(self.due_at, self.head_starts)
        Case.objects.filter(pk=self.pk).update(rank_at=self.rank_at)

    def turn_to(self, revision, cause, due_at, severity=0, campaign=None):
        """Turn an open case to a new text: it keeps its place, or moves forward, and waits for its author no more."""
        changes = {"revision": revision, "cause": cause, "severity": severity, "campaign": campaign}
        changes |= {"due_at": min(self.due_at, due_at), "returned_until": None}
        if self.returned_until:
            changes |= {"cause": self.Cause.RETURNED, "due_at": due_at}
        elif self.cause == self.Cause.APPEALED:
            changes["cause"] = self.cause
        Case.objects.filter(pk=self.pk).update(**changes)
        for name, value in changes.items():
            setattr(self, name, value)

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


class CaseNote(models.Model):
    """What one colleague tells the others about a case; no citizen reads it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField()

    class Meta:
        ordering = ["id"]

    def __str__(self):
        """Name it by its case."""
        return f"note on {self.case_id}"


class Opinion(models.Model):
    """What one of two readers would decide; the second writes without seeing the first."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="opinions")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    action = models.CharField(max_length=10)  # of Decision.Action
    clauses = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    spans = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case", "revision", "by"], name="opinion_once")]

    def __str__(self):
        """Name it by what it says."""
        return f"{self.action} {self.case_id}"


class Exposure(models.Model):
    """A moderator opened a text that may be hard to read; counted so that nobody reads too many in a row."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="exposure_recent")]

    def __str__(self):
        """Name it by person and case."""
        return f"{self.user_id} read {self.case_id}"
