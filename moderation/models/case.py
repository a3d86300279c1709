"""Cases: texts that wait for a person, who looks at them, and what colleagues say to each other about them."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import Event, EventKind, Revision, Status, Submission
from moderation.models.priority import head_starts
from moderation.models.screening import Campaign, Finding, Screening
from moderation.models.settings import ModerationSettings
from portal.audit import record, text_digest
from portal.casework import desks
from portal.casework.models import WorkEvent, WorkItem, WorkItemQuerySet, WorkItemUnavailable, WorkNote
from portal.outbox.models import Message

MENTION_MESSAGE = "moderation/mention"
DISTRESSING = 4  # the severity from which a text waits behind a neutral sentence
TELL_AFTER = timedelta(minutes=1)  # of a mention: whoever opens the case before gets no message
EXPOSURE_PERIOD = timedelta(hours=1)  # the time that a budget of hard texts is for


class CaseClosed(WorkItemUnavailable):
    """The case cannot be decided (any more); the message says who or what came first."""


class CaseQuerySet(WorkItemQuerySet):
    """Named selections of cases."""

    def named(self):
        """Read in the same query what the cases' titles are made of."""
        return self.select_related("submission")

    def undecided(self):
        """Select the open cases of texts that their authors have not taken back."""
        return self.unclosed().exclude(submission__status=Status.WITHDRAWN)

    def waiting(self):
        """Select the cases that wait for a person, most pressing first."""
        return self.undecided().filter(returned_until=None).by_rank()

    def returned(self):
        """Select the cases that wait for their author, soonest deadline first."""
        return self.undecided().exclude(returned_until=None).order_by("returned_until", "id")

    def for_reader(self, user):
        """Select what the user may be given next, most pressing first.

        Left out are other desks, what a colleague reads or is responsible for, what needs other eyes than the user's, a
        changed text whose first reader is at work, and hard texts once the user has read enough of them.
        """
        free = self.waiting().for_desks(Case.Desk.of(user)).takeable_by(user).without_own_checks(user)
        free = free.noting_hand_of(user).filter(own_hand=False)
        at_work = Case.objects.claimed().filter(claimed_by=OuterRef("returned_by"))
        expected = Q(cause=Case.Cause.RETURNED, due_at__gt=timezone.now()) & ~Q(returned_by=user)
        free = free.exclude(expected & Q(Exists(at_work)))
        return free.exclude(severity__gte=DISTRESSING) if Exposure.is_enough_for(user) else free

    def noting_hand_of(self, user):
        """Note as `own_hand` whether the user decided what is appealed against, or gave the first of two opinions."""
        appealed = Q(appeal__decision__by=user) | Q(appeal__decision__case__opinions__by=user)
        opined = Q(opinions__by=user, opinions__revision=F("revision"))
        return self.annotate(own_hand=Exists(Case.objects.filter(appealed | opined, pk=OuterRef("pk"))))

    def without_own_checks(self, user):
        """Leave out what is dealt again without a word: who decided it once would know it."""
        known = Q(blind_check__decision__by=user) | Q(blind_check__decision__case__opinions__by=user)
        return self.exclude(Exists(Case.objects.filter(known, pk=OuterRef("pk"))))

    def noting_screening(self):
        """Note as `screening` and `letter` the latest screening of the text and the campaign it belongs to."""
        latest = Screening.objects.filter(revision=OuterRef("revision")).order_by("-id")
        return self.annotate(
            screening=Subquery(latest.values("pk")[:1]), letter=Subquery(latest.values("campaign")[:1])
        )

    def withheld_by(self, **finding):
        """Select the cases that a finding of this rule or clause withholds."""
        holding = Finding.objects.filter(screening=OuterRef("screening"), action="hold", **finding)
        return self.noting_screening().filter(Exists(holding))

    def withheld_only_by(self, rule):
        """Select the cases that one rule withholds, and no other."""
        others = Finding.objects.filter(screening=OuterRef("screening"), action="hold").exclude(rule=rule)
        return self.withheld_by(rule=rule).filter(~Exists(others), cause=Case.Cause.RULE)

    def for_batches(self):
        """Select what may be decided together: what nobody reported, appealed, handed on or gave an opinion about."""
        alone = [Case.Cause.APPEALED, Case.Cause.REPORTED, Case.Cause.RETURNED, Case.Cause.OPENED]
        plain = self.waiting().filter(desk=Case.Desk.MODERATORS, report_count=0, second_reader=False, blind_check=None)
        return plain.exclude(cause__in=alone).filter(~Exists(Opinion.objects.filter(case=OuterRef("pk"))))

    def for_lists(self):
        """Read what a row of the queue shows."""
        return self.select_related("submission__consultation", "submission__parent", "revision", "claimed_by")


class Case(WorkItem):
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

    class Desk(desks.Desk):
        """Who is asked when a moderator cannot or must not decide alone."""

        MODERATORS = "", _("Moderators")
        LEAD = "lead", _("Lead moderator")
        LEGAL = "legal", _("Legal")
        SAFETY = "safety", _("Safety")
        PRIVACY = "privacy", _("Privacy")

        @property
        def permission(self):
            """Return what a person must be allowed to read and decide its cases."""
            return f"moderation.handle_{self.value}_case" if self.value else "consultations.moderate_submission"

    Unavailable = CaseClosed

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="cases")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="cases")
    cause = models.CharField(max_length=10, choices=Cause.choices)
    severity = models.PositiveSmallIntegerField(default=0)  # of the gravest clause that holds it
    report_count = models.PositiveSmallIntegerField(default=0)  # a flood from one place counts once
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.SET_NULL, related_name="cases")
    desk = models.CharField(max_length=10, choices=Desk.choices, default=Desk.MODERATORS, blank=True)
    second_reader = models.BooleanField(default=False)  # two people have to agree, unknown to each other
    returned_until = models.DateTimeField(null=True)  # its author is asked to change it until then
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = CaseQuerySet.as_manager()

    class Meta(WorkItem.Meta):
        constraints = [
            models.UniqueConstraint(fields=["submission"], condition=Q(closed_at=None), name="case_one_open")
        ]
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
    def title(self):
        """Return its reference and what it is about."""
        return f"{self.submission.reference} · {self.get_cause_display()}"

    def get_staff_url(self):
        """Return the address of its page in the queue."""
        return reverse("queue_case", args=[self.pk])

    @property
    def is_with_author(self):
        """Return whether its author has time left to change the text."""
        return self.returned_until is not None and self.returned_until > timezone.now()

    @property
    def head_starts(self):
        """Return what brings it forward in the queue."""
        return head_starts(
            severity=self.severity,
            public=self.submission.status == Status.PUBLISHED,
            reports=self.report_count,
            returned=self.cause == self.Cause.RETURNED,
        )

    def record(self, kind, *, by=None, note=""):
        """Record an event of its submission about it."""
        fields = {"actor": by, "revision_id": self.revision_id, "note": note}
        return Event.objects.record(kind, submission=self.submission, **fields)

    def record_work(self, event, by, **facts):
        """Record a hand-over as an event of the submission, and what colleagues do with the case in the ledger."""
        note = {"note": text_digest(facts.get("note", ""))}
        if event == WorkEvent.HANDED_OVER:
            self.record(EventKind.CASE_HANDED_OVER, by=by, note=Case.Desk(facts["desk"]).label)
            if by:  # two readers who do not agree have an entry of their own
                record("case.handed_over", by=by, subject=self, left=facts["left"], reached=facts["desk"], **note)
        elif event == WorkEvent.NOTED:
            record("case.noted", by=by, subject=self, **note)
        elif event == WorkEvent.ASSIGNED:
            record("case.assigned", by=by, subject=self, to=facts["to"].pk if facts["to"] else None, **note)
        # Closing and opening again belong to a decision, which leaves its own event and entry.

    def tell_mentioned(self, mention, note):
        """Write to the colleague; one who is mentioned twice in a moment gets one message."""
        Message.objects.post(MENTION_MESSAGE, to=mention.user.email, about=self, cause=mention.pk, grace=TELL_AFTER)

    def turn_to(self, revision, cause, due_at, severity=0, campaign=None):
        """Turn an open case to a new text: it keeps its place, or moves forward, and waits for its author no more."""
        changes = {"revision": revision, "cause": cause, "severity": severity, "campaign": campaign}
        changes |= {"due_at": min(self.due_at, due_at), "returned_until": None}
        if self.returned_until:
            changes |= {"cause": self.Cause.RETURNED, "due_at": due_at}
        elif self.cause == self.Cause.APPEALED:
            changes["cause"] = self.cause
        self.write(**changes)

    def close_decided(self, decision):
        """Close it: it was decided."""
        self.mark_closed(returned_until=None)
        self.record(EventKind.CASE_DECIDED, by=decision.by, note=decision.get_action_display())

    def close_undecided(self, **changes):
        """Close it: nobody has to decide any more."""
        self.mark_closed(**changes)
        self.record(EventKind.CASE_CLOSED)

    def wait_for_author(self, until, by):
        """Let it wait until its author has changed the text; the same moderator reads it first then."""
        self.write(returned_until=until, returned_by=by, claimed_by=None, claimed_until=None)

    def come_back(self, due_at):
        """Put it back into the queue: its author sent nothing."""
        self.write(returned_until=None, due_at=due_at)
        self.rank()

    def ask_two(self, by=None):
        """Ask for two readers who agree, each unknown to the other; ``by`` is nobody when one has read it already."""
        self.write(second_reader=True)
        self.record(EventKind.CASE_SECOND_OPINION, by=by)


class CaseNote(WorkNote):
    """What one colleague tells the others about a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")

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

    @classmethod
    def recent(cls, user):
        """Return how many hard texts a person has read within the hour."""
        lately = cls.objects.filter(user=user, at__gt=timezone.now() - EXPOSURE_PERIOD)
        return lately.values("case").distinct().count()

    @classmethod
    def is_enough_for(cls, user):
        """Return whether a person has read as many hard texts as anybody should in an hour."""
        budget = ModerationSettings.load().exposure_budget
        return bool(budget) and cls.recent(user) >= budget
