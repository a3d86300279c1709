"""Reports by readers, appeals by authors, examples for replays, and removal requests by authorities and others."""

from contextlib import suppress

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from consultations.models import Revision, Submission
from consultations.models.references import new_reference
from moderation.models.case import Case
from moderation.models.decision import Decision
from portal.encryption.addresses import EncryptedAddressField, address_index
from portal.models import Message
from portal.outbox.models import MESSAGE_GRACE, MessageLeft

TEXTS_LIFTED_BY_A_NETWORK = 3  # a day: whoever reports more of them does not decide what is read first
REPORT_MESSAGE = "moderation/report"
NOT_MINE = "not-mine"  # in the place of a clause's key: the text stands under the reader's name and is not theirs


def report_key(reference):
    """Return the signature in the link to a report, which only its reader has."""
    return signing.Signer(salt="moderation.report").signature(reference)


def opens_report(key, reference):
    """Return whether the key belongs to the report."""
    return constant_time_compare(key, report_key(reference))


class ReportQuerySet(models.QuerySet):
    """Named selections of reports."""

    def open(self):
        """Select the reports that no moderator has closed."""
        return self.filter(outcome=Report.Outcome.OPEN)

    def lifting(self):
        """Select the reports that bring their case forward: not those of a network that reported many texts."""
        before = Report.objects.filter(network_key=OuterRef("network_key"), pk__lt=OuterRef("pk"))
        others = before.exclude(submission=OuterRef("submission")).order_by().values("network_key")
        number = Subquery(others.annotate(texts=Count("submission", distinct=True)).values("texts"))
        counted = self.annotate(texts_before=Coalesce(number, 0))
        return counted.filter(Q(network_key="") | Q(texts_before__lt=TEXTS_LIFTED_BY_A_NETWORK))


class Report(models.Model):
    """A reader says that a public text breaks the house rules."""

    class Outcome(models.TextChoices):
        """The result of the report."""

        OPEN = "open", _("Being looked at")
        UPHELD = "upheld", _("We changed or removed the text")
        KEPT = "kept", _("We keep the text as it is")
        GONE = "gone", _("Its author had changed or withdrawn the text")

    reference = models.CharField(max_length=9, unique=True, default=new_reference, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="reports")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")  # the reported revision
    clause = models.CharField(max_length=80, blank=True)  # the key of the clause that the reader chose
    text = models.TextField(blank=True)  # why, in the reader's words
    reporter_key = models.CharField(max_length=32, blank=True)  # keyed hash of the reader, as for authors
    network_key = models.CharField(max_length=32, blank=True)  # keyed hash of the network and the day
    reporter_email = EncryptedAddressField(blank=True)  # moves to the outbox message when the report is closed
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="reports")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "reporter_key"], condition=~Q(reporter_key=""), name="report_once_a_reader"
            )
        ]
        indexes = [address_index("reporter_email", name="report_address")]  # the search for a person

    def __str__(self):
        return self.reference

    @property
    def is_not_mine(self):
        """Return whether the reader says that the text stands under their name and is not by them."""
        return self.clause == NOT_MINE

    def get_receipt_url(self):
        """Return the address of the report's outcome page, which only its reader has."""
        address = reverse("moderation:report_outcome", args=[self.reference])
        return f"{address}?key={report_key(self.reference)}"

    @transaction.atomic
    def close(self, outcome):
        """Set the outcome, and post a message to a reader who left an address.

        The message is due once the decision can no longer be undone.
        """
        self.outcome, self.closed_at = outcome, timezone.now()
        if self.reporter_email:
            told = {"to": self.reporter_email, "cause": outcome, "grace": MESSAGE_GRACE}
            Message.objects.post(REPORT_MESSAGE, about=self, **told)
            self.reporter_email = ""
        self.save(update_fields=["outcome", "closed_at", "reporter_email"])

    @transaction.atomic
    def reopen(self):
        """Undo the outcome: cancel the message and move the address back to the report."""
        with suppress(MessageLeft):
            self.reporter_email = next(iter(Message.objects.call_off(self, self.outcome)), "")
        self.outcome, self.closed_at = self.Outcome.OPEN, None
        self.save(update_fields=["outcome", "closed_at", "reporter_email"])


class Appeal(models.Model):
    """An author's request to review a decision; another moderator than the first reviews it."""

    class Outcome(models.TextChoices):
        """The result of the appeal."""

        OPEN = "open", _("Being looked at")
        UPHELD = "upheld", _("The decision stands")
        VARIED = "varied", _("The decision was changed in part")
        OVERTURNED = "overturned", _("The decision was reversed")
        GONE = "gone", _("Its author had withdrawn or changed the text")

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    case = models.OneToOneField(Case, null=True, on_delete=models.PROTECT, related_name="appeal")
    text = models.TextField(blank=True)  # the author's own words
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    reply = models.TextField(blank=True)  # the reply to the author; every closed appeal has one
    answer = models.OneToOneField(Decision, null=True, on_delete=models.PROTECT, related_name="answers")
    decided_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"appeal against {self.decision_id}"

    def close(self, outcome, reply, answer=None):
        """Store the outcome and the written reply."""
        self.outcome, self.reply, self.answer, self.decided_at = outcome, reply, answer, timezone.now()
        self.save(update_fields=["outcome", "reply", "answer", "decided_at"])

    def reopen(self):
        """Remove the outcome and the reply."""
        self.close(self.Outcome.OPEN, "")
        self.decided_at = None
        self.save(update_fields=["decided_at"])


class Example(models.Model):
    """A text with the expected result of the rules; together they are the golden set of every replay."""

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="example")
    expected = models.CharField(max_length=10)  # publish or hold
    clause = models.CharField(max_length=80, blank=True)
    appeal = models.OneToOneField(Appeal, null=True, on_delete=models.SET_NULL, related_name="example")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"{self.expected} {self.revision_id}"


class ExternalRequest(models.Model):
    """A request by an authority, company or lawyer to remove something; it is answered and published."""

    class Requester(models.TextChoices):
        """The kind of requester."""

        MINISTER = "minister", _("A minister or a minister's office")
        ELECTED = "elected", _("Another elected member")
        AGENCY = "agency", _("Another public body")
        COMPANY = "company", _("A company")
        LAWYER = "lawyer", _("A lawyer for somebody")
        COURT = "court", _("A court")
        POLICE = "police", _("The police")
        OTHER = "other", _("Somebody else")

    class Outcome(models.TextChoices):
        """How the agency answered."""

        OPEN = "open", _("Not answered yet")
        KEPT = "kept", _("We kept the text")
        PART = "part", _("We removed a part of it")
        REMOVED = "removed", _("We removed it")

    asked_on = models.DateField(_("asked on"), default=timezone.localdate)
    asked_by = models.CharField(_("asked by"), max_length=10, choices=Requester.choices)
    about = models.TextField(_("what they asked"), help_text=_("For the public. Leave out names of private people."))
    basis = models.CharField(_("on what ground"), max_length=300, blank=True)
    submission = models.ForeignKey(Submission, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    answer = models.TextField(_("what we did, and why"), blank=True, help_text=_("For the public."))
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-asked_on", "-id"]
        verbose_name = _("request from outside")
        verbose_name_plural = _("requests from outside")

    def __str__(self):
        return f"{self.get_asked_by_display()}, {self.asked_on}"
