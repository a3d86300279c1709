"""Cases: texts that wait for a moderator; opinions, notes and the count of distressing texts."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import Event, EventKind, Revision, Status, Submission
from moderation.models.notification_keys import ASSIGNED, HANDED_BACK, HANDED_OVER, MENTIONED
from moderation.models.own_consultations import edited_by, editors_of
from moderation.models.priority import head_starts
from moderation.models.screening import Campaign, Finding, Screening
from moderation.models.settings import ModerationSettings
from portal.audit import record, text_digest
from portal.casework import desks
from portal.casework.models import WorkEvent, WorkItem, WorkItemQuerySet, WorkItemUnavailable, WorkNote
from portal.outbox.models import Message, label_of
from portal.staff.notifications.delivery import notify
from portal.staff.notifications.kinds import ways_of
from portal.staff.notifications.models import NotificationWay

MENTION_MESSAGE = "moderation/mention"
SERIOUS = 3  # from this severity on, a decision is asked about once
DISTRESSING = 4  # from this severity on, a text is shown only after a click
TELL_AFTER = timedelta(minutes=1)  # delay of a mention's message; opening the case cancels the message
SKIP_PERIOD = timedelta(hours=12)  # what was left for later comes back by itself the next day
EXPOSURE_PERIOD = timedelta(hours=1)  # the limit of distressing texts counts the last hour


class CaseClosed(WorkItemUnavailable):
    """The case cannot be decided (any more); the message is the reason."""


class CaseQuerySet(WorkItemQuerySet):
    """Named selections of cases."""

    def named(self):
        """Load the submission, from which the title of a case is made."""
        return self.select_related("submission")

    def undecided(self):
        """Select the open cases whose submission is not withdrawn."""
        return self.unclosed().exclude(submission__status=Status.WITHDRAWN)

    def waiting(self):
        """Select the cases that wait for a moderator, most pressing first."""
        return self.undecided().filter(returned_until=None).by_rank()

    def returned(self):
        """Select the cases that wait for their author, earliest deadline first."""
        return self.undecided().exclude(returned_until=None).order_by("returned_until", "id")

    def for_reader(self, user, *, skipped=False):
        """Select the cases that the user may be given next, most pressing first.

        Leaves out: other desks, cases claimed by or assigned to a colleague, cases that need another person than the
        user, a changed text whose first reader is at work, distressing texts once the user has opened enough of them,
        and what the user left for later; with `skipped`, those too are given.
        """
        free = self.waiting().for_desks(Case.Desk.of(user)).takeable_by(user).without_own_checks(user)
        free = free.noting_hand_of(user).filter(own_hand=False)
        at_work = Case.objects.claimed().filter(claimed_by=OuterRef("returned_by"))
        expected = Q(cause=Case.Cause.RETURNED, due_at__gt=timezone.now()) & ~Q(returned_by=user)
        free = free.exclude(expected & Q(Exists(at_work)))
        free = free if skipped else free.exclude(Skip.objects.by(user))
        return free.exclude(severity__gte=DISTRESSING) if Exposure.is_enough_for(user) else free

    def noting_hand_of(self, user):
        """Annotate `own_hand`: the user made the decision under appeal, gave one of two opinions, or edits the page."""
        appealed = Q(appeal__decision__actor=user) | Q(appeal__decision__case__opinions__actor=user)
        opined = Q(opinions__actor=user, opinions__revision=F("revision"))
        return self.annotate(
            own_hand=Exists(Case.objects.filter(appealed | opined | edited_by(user), pk=OuterRef("pk")))
        )

    def without_own_checks(self, user):
        """Leave out blind reviews of decisions in which the user took part: the user would know the case."""
        known = Q(blind_check__decision__actor=user) | Q(blind_check__decision__case__opinions__actor=user)
        return self.exclude(Exists(Case.objects.filter(known, pk=OuterRef("pk"))))

    def noting_screening(self):
        """Annotate `screening` and `letter`: the ids of the text's latest screening and of its campaign."""
        latest = Screening.objects.filter(revision=OuterRef("revision")).order_by("-id")
        return self.annotate(
            screening=Subquery(latest.values("pk")[:1]), letter=Subquery(latest.values("campaign")[:1])
        )

    def withheld_by(self, **finding):
        """Select the cases that a finding with these fields (rule, clause) holds."""
        holding = Finding.objects.filter(screening=OuterRef("screening"), action="hold", **finding)
        return self.noting_screening().filter(Exists(holding))

    def withheld_only_by(self, rule):
        """Select the cases that one rule holds and no other rule does."""
        others = Finding.objects.filter(screening=OuterRef("screening"), action="hold").exclude(rule=rule)
        return self.withheld_by(rule=rule).filter(~Exists(others), cause=Case.Cause.RULE)

    def for_batches(self):
        """Select the cases that may be decided in bulk: not reported, appealed or handed over, without an opinion."""
        alone = [Case.Cause.APPEALED, Case.Cause.REPORTED, Case.Cause.RETURNED, Case.Cause.OPENED]
        plain = self.waiting().filter(desk=Case.Desk.MODERATORS, report_count=0, second_reader=False, blind_check=None)
        return plain.exclude(cause__in=alone).filter(~Exists(Opinion.objects.filter(case=OuterRef("pk"))))

    def for_lists(self):
        """Load what a row of the queue shows."""
        return self.select_related("submission__consultation", "submission__parent", "revision", "claimed_by")


class Case(WorkItem):
    """One revision that waits for a person; a submission has at most one open case."""

    class Cause(models.TextChoices):
        """Why the case was opened."""

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
        """The specialist desks, for cases that a moderator cannot or must not decide alone."""

        MODERATORS = "", _("Moderators")
        LEAD = "lead", _("Lead moderator")
        LEGAL = "legal", _("Legal")
        SAFETY = "safety", _("Safety")
        PRIVACY = "privacy", _("Privacy")

        @property
        def permission(self):
            """Return the permission to read and decide the desk's cases."""
            return f"moderation.handle_{self.value}_case" if self.value else "consultations.moderate_submission"

    Unavailable = CaseClosed

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="cases")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="cases")
    cause = models.CharField(max_length=10, choices=Cause.choices)
    severity = models.PositiveSmallIntegerField(default=0)  # of the gravest clause under which a rule holds the text
    report_count = models.PositiveSmallIntegerField(default=0)  # connected reports count once
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.SET_NULL, related_name="cases")
    desk = models.CharField(max_length=10, choices=Desk.choices, default=Desk.MODERATORS, blank=True)
    second_reader = models.BooleanField(default=False)  # two moderators have to agree, unseen by each other
    returned_until = models.DateTimeField(null=True)  # the author's deadline for a changed text
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
        return f"case {self.submission.reference}"

    @property
    def title(self):
        """Return the submission's reference with its title or first words."""
        return f"{self.submission.reference} · {self.get_cause_display()}"

    def get_staff_url(self):
        return reverse("queue_case", args=[self.pk])

    @property
    def is_with_author(self):
        """Return whether the author still has time to change the text."""
        return self.returned_until is not None and self.returned_until > timezone.now()

    @property
    def head_starts(self):
        """Return the head starts that raise the case in the queue."""
        return head_starts(
            severity=self.severity,
            public=self.submission.status == Status.PUBLISHED,
            reports=self.report_count,
            returned=self.cause == self.Cause.RETURNED,
        )

    def record(self, kind, *, actor=None, note=""):
        """Record an event of the submission with this case."""
        fields = {"actor": actor, "revision_id": self.revision_id, "note": note}
        return Event.objects.record(kind, submission=self.submission, **fields)

    def record_work(self, event, actor, **facts):
        """Record a hand-over as an event of the submission; record any work in the ledger."""
        note = {"note": text_digest(facts.get("note", ""))}
        self.notify_staff(event, actor, to=facts.get("to"))  # the ledger's entry comes last
        if event == WorkEvent.HANDED_OVER:
            self.record(EventKind.CASE_HANDED_OVER, actor=actor, note=Case.Desk(facts["desk"]).label)
            if actor:  # a hand-over after two differing opinions has a ledger entry of its own
                record("case.handed_over", actor=actor, subject=self, left=facts["left"], reached=facts["desk"], **note)
        elif event == WorkEvent.NOTED:
            record("case.noted", actor=actor, subject=self, **note)
        elif event == WorkEvent.ASSIGNED:
            record("case.assigned", actor=actor, subject=self, to=facts["to"].pk if facts["to"] else None, **note)
        # Closing and reopening are part of a decision, which writes its own event and ledger entry.

    def readers_without_hand(self):
        """Select the people who may read it and had no hand in what is read again: they would know the text.

        That is whoever decided what is appealed or reviewed blind, gave one of two opinions, or edits the consultation.
        """
        first = ("appeal", "blind_check")
        names = [f"{name}__decision__{who}" for name in first for who in ("actor", "case__opinions__actor")]
        hands = {pk for row in Case.objects.filter(pk=self.pk).values_list(*names) for pk in row if pk}
        hands.update(self.opinions.filter(revision=self.revision_id).values_list("actor", flat=True))
        hands.update(editors_of(self.submission.consultation))
        return self.readers().exclude(pk__in=hands - {None})

    def is_of_own_consultation(self, user):
        """Return whether the user owns or edits the consultation that the text was sent to."""
        return Case.objects.filter(edited_by(user), pk=self.pk).exists()

    def notify_staff(self, event, actor, to=None):
        """Notify the desk that it was handed to, or whoever was made responsible, of those without a hand in it."""
        if event == WorkEvent.HANDED_OVER:
            key = HANDED_OVER if self.desk else HANDED_BACK
            notify(key, label_of(self), self.readers_without_hand(), actor=actor)
        elif event == WorkEvent.ASSIGNED and to:
            notify(ASSIGNED, label_of(self), self.readers_without_hand().filter(pk=to.pk), actor=actor)

    def may_be_given_to(self, user):
        return self.may_mention(user)

    def may_mention(self, user):
        return self.readers_without_hand().filter(pk=user.pk).exists()

    def tell_mentioned(self, mention, note):
        """Tell a mentioned colleague, as that person chooses; mentions within `TELL_AFTER` make one message."""
        if ways_of([mention.user], MENTIONED)[mention.user] != NotificationWay.AT_ONCE:
            notify(MENTIONED, label_of(self), [mention.user])
            return
        Message.objects.post(MENTION_MESSAGE, to=mention.user.email, about=self, cause=mention.pk, grace=TELL_AFTER)

    def turn_to(self, revision, cause, due_at, severity=0, campaign=None):
        """Point an open case to a new revision and end its wait for the author; it keeps an earlier due time."""
        changes = {"revision": revision, "cause": cause, "severity": severity, "campaign": campaign}
        changes |= {"due_at": min(self.due_at, due_at), "returned_until": None}
        if self.returned_until:
            changes |= {"cause": self.Cause.RETURNED, "due_at": due_at}
        elif self.cause == self.Cause.APPEALED:
            changes["cause"] = self.cause
        self.write(**changes)

    def close_decided(self, decision):
        """Close the case as decided."""
        self.mark_closed(returned_until=None)
        self.record(EventKind.CASE_DECIDED, actor=decision.actor, note=decision.get_action_display())

    def close_undecided(self, **changes):
        """Close the case without a decision."""
        self.mark_closed(**changes)
        self.record(EventKind.CASE_CLOSED)

    def wait_for_author(self, until, actor):
        """Let the case wait for a changed text, which the same moderator will be offered first."""
        self.write(returned_until=until, returned_by=actor, claimed_by=None, claimed_until=None)

    def come_back(self, due_at):
        """Put the case back into the queue after the author sent nothing in time."""
        self.write(returned_until=None, due_at=due_at)
        self.rank()

    def ask_two(self, actor=None):
        """Require two moderators who agree; `actor` is None when one has given an opinion already."""
        self.write(second_reader=True)
        self.record(EventKind.CASE_SECOND_OPINION, actor=actor)


class SkipQuerySet(models.QuerySet):
    """Named selections of skips."""

    def by(self, user):
        """Return the condition that the user has left a case for later, in its present text, in the last hours."""
        lately = self.filter(user=user, created_at__gt=timezone.now() - SKIP_PERIOD)
        return Exists(lately.filter(case=OuterRef("pk"), revision=OuterRef("revision")))


class Skip(models.Model):
    """A moderator leaves a case for later; it is dealt to that person again when asked for, or the next day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="skips")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")  # a changed text is a new one
    created_at = models.DateTimeField(default=timezone.now)

    objects = SkipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "case"], name="skip_once")]

    def __str__(self):
        return f"{self.user_id} left {self.case_id}"

    @classmethod
    def note(cls, user, cases):
        """Leave cases for later, and in nobody's hands; one that was left before goes to the end."""
        for case in cases:
            left = {"revision_id": case.revision_id, "created_at": timezone.now()}
            cls.objects.update_or_create(user=user, case=case, defaults=left)
            case.release(user)


class CaseNote(WorkNote):
    """A note on a case, for colleagues."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")

    def __str__(self):
        return f"note on {self.case_id}"


class Opinion(models.Model):
    """The decision that one of two moderators proposes; the second does not see the first opinion."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="opinions")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    action = models.CharField(max_length=10)  # of Decision.Action
    clauses = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    spans = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case", "revision", "actor"], name="opinion_once")]

    def __str__(self):
        return f"{self.action} {self.case_id}"


class Exposure(models.Model):
    """One opening of a distressing text by a moderator; counted to limit how many a person reads in a row."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"], name="exposure_recent")]

    def __str__(self):
        return f"{self.user_id} read {self.case_id}"

    @classmethod
    def recent(cls, user):
        """Return how many distressing texts a person opened within the last hour."""
        lately = cls.objects.filter(user=user, created_at__gt=timezone.now() - EXPOSURE_PERIOD)
        return lately.values("case").distinct().count()

    @classmethod
    def is_enough_for(cls, user):
        """Return whether a person has reached the hourly limit of distressing texts."""
        budget = ModerationSettings.load().exposure_budget
        return bool(budget) and cls.recent(user) >= budget
