"""A submission: one piece of text that a citizen gave us, and everything that happened to it."""

import logging
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations import screening
from consultations.models.choices import MOVES, Channel, EventKind, Status
from consultations.models.event import Event
from consultations.models.history import Revision
from consultations.models.pages import ConsultationPage
from consultations.models.references import new_reference
from consultations.models.sent_form import FormTaken, SentForm
from consultations.models.submission_queries import SubmissionQuerySet
from consultations.modes.table import kind_choices, submission_kind
from consultations.receipt_links import receipt_key
from portal.http.page_store import pages

logger = logging.getLogger(__name__)


class StaleSubmission(Exception):
    """Somebody else changed the submission first."""


class Submission(models.Model):
    """One piece of text that a citizen gave us.

    ``receive`` makes one, ``revise`` gives it a new text and ``move`` changes its status; nothing
    else writes them, so every change leaves an Event and raises ``version``, which tells the search
    index that it lags. The public reads ``cleared``, the last revision found fit to show.
    """

    reference = models.CharField(max_length=9, unique=True, default=new_reference, editable=False)
    kind = models.CharField(max_length=10, choices=kind_choices)
    # Foreign keys without an index of their own are first in an index below, or nobody looks them up.
    consultation = models.ForeignKey(
        ConsultationPage, null=True, on_delete=models.PROTECT, related_name="submissions", db_index=False
    )
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replies", db_index=False)
    passage = models.CharField(max_length=36, blank=True)  # the id of the body block it is about
    # Of an answer: what it answers, and the questionnaire it came with.
    question = models.ForeignKey(
        "Question", null=True, on_delete=models.PROTECT, related_name="open_answers", db_index=False
    )
    response = models.ForeignKey("Response", null=True, on_delete=models.PROTECT, related_name="open_answers")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    status_reason = models.CharField(max_length=300, blank=True)  # one public sentence: why it is not shown
    review_due_at = models.DateTimeField(null=True)  # when a person will have read it
    current = models.ForeignKey("Revision", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    cleared = models.ForeignKey("Revision", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="submissions"
    )
    author_name = models.CharField(max_length=80, blank=True)
    author_email = models.EmailField(blank=True)
    author_key = models.CharField(max_length=32, blank=True)  # a keyed hash: same person or not, never who
    by_staff = models.BooleanField(default=False)  # the author's account is one of our own, and readers are told
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEBSITE)
    language = models.CharField(max_length=10, blank=True)
    source = models.CharField(max_length=100, blank=True)  # the file or system it was imported from
    source_id = models.CharField(max_length=100, blank=True)
    source_verdict = models.CharField(max_length=20, blank=True)  # what the source had decided: a fact about the past
    source_note = models.TextField(blank=True)  # what it says there and we could not read, for staff
    for_public = models.BooleanField(default=True)  # whether it may be published at all once it is found fit
    received_at = models.DateTimeField(default=timezone.now)
    revisable_until = models.DateTimeField(null=True)  # we asked for a change: it may come until then, closed or not
    erased_at = models.DateTimeField(null=True)
    support_count = models.PositiveIntegerField(default=0)
    reply_count = models.PositiveIntegerField(default=0)  # the public ones
    version = models.PositiveIntegerField(default=1)
    indexed_version = models.PositiveIntegerField(default=0)

    objects = SubmissionQuerySet.as_manager()
    supported = False  # by the person who looks at it; a view that shows it sets it

    class Meta:
        permissions = [
            ("moderate_submission", "Can moderate submissions"),
            ("search_submission", "Can search submissions"),
            ("read_unpublished_submission", "Can read held and refused submissions"),
            ("export_submission", "Can export submissions"),
            ("read_sealed_submission", "Can read what was redacted"),
            ("erase_submission", "Can erase submissions for ever"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "source", "source_id"], condition=~Q(source=""), name="submission_once"
            ),
            # No exit asks but for the status, so what may not be public cannot get the one that is.
            models.CheckConstraint(condition=Q(for_public=True) | ~Q(status="published"), name="submission_not_public"),
        ]
        indexes = [
            # A thread's page, newest or most supported first.
            models.Index(fields=["consultation", "kind", "parent", "-received_at", "-id"], name="submission_newest"),
            models.Index(
                fields=["consultation", "kind", "parent", "-support_count", "-received_at"], name="submission_supported"
            ),
            models.Index(fields=["parent", "status", "received_at"], name="submission_replies"),
            # The feed, and the figures beside a consultation.
            models.Index(fields=["consultation", "status", "-received_at", "-id"], name="submission_feed"),
            # What programs read: the newest public texts of all consultations.
            models.Index(fields=["-received_at", "-id"], name="submission_public", condition=Q(status="published")),
            # The relay reads this one: it is empty when the index is up to date.
            models.Index(fields=["id"], name="submission_lag", condition=Q(version__gt=F("indexed_version"))),
            # The sweep for texts that nobody has screened.
            models.Index(fields=["id"], name="submission_unscreened", condition=Q(status="received")),
            models.Index(fields=["question", "status", "-received_at", "-id"], name="submission_answers"),
            models.Index(fields=["author_key"], name="submission_author", condition=~Q(author_key="")),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        """Return the address that shows it in its place."""
        return submission_kind(self).address(self)

    @property
    def is_reply(self):
        """Return whether it answers a text of its own kind; a comment on an idea opens a thread of its own."""
        return self.parent_id is not None and self.parent.kind == self.kind

    def get_receipt_url(self):
        """Return the author's own address of the receipt: who has it may edit and withdraw."""
        address = reverse("consultations:receipt", args=[self.reference])
        return f"{address}?key={receipt_key(self.reference)}"

    @property
    def is_public(self):
        """Return whether everybody may read it."""
        return self.status == Status.PUBLISHED and self.cleared_id is not None

    @property
    def status_if_fit(self):
        """Return the status that it gets once it is found fit: not every text was given to be published."""
        return Status.PUBLISHED if self.for_public else Status.NOT_PUBLIC

    @property
    def public_title(self):
        """Return the title that everybody may read, or nothing."""
        return self.cleared.title if self.is_public else ""

    @property
    def public_text(self):
        """Return the text that everybody may read, or nothing."""
        return self.cleared.text if self.is_public else ""

    @property
    def redacted(self):
        """Return whether a moderator took passages out of the public text."""
        return self.is_public and self.cleared.origin == Revision.Origin.REDACTION

    @property
    def edited(self):
        """Return whether the public text is not the first one its author sent."""
        return self.is_public and self.cleared.number > 1 and not self.redacted

    @property
    def pending(self):
        """Return whether a newer text waits while an older one is shown."""
        return self.status == Status.PUBLISHED and self.current_id != self.cleared_id

    @property
    def is_waiting(self):
        """Return whether a person has yet to read the latest text."""
        return self.pending or self.status in (Status.HELD, Status.RECEIVED)

    @property
    def is_change_requested(self):
        """Return whether we asked the author to change the text, and the time for it has not run out."""
        return self.revisable_until is not None and timezone.now() < self.revisable_until

    @property
    def is_editable(self):
        """Return whether the author may still change the text: while it is open, or because we asked for a change."""
        return self.status != Status.WITHDRAWN and (self.consultation.is_open or self.is_change_requested)

    @property
    def editable_until(self):
        """Return until when the author may change the text."""
        closes_at = self.consultation.closes_at
        return max(closes_at, self.revisable_until) if self.is_change_requested else closes_at

    @property
    def wants_letters(self):
        """Return whether to write to the author: who left an address here, not in a file we imported."""
        return bool(self.author_email) and not self.source

    @property
    def author_label(self):
        """Return the name to show."""
        return self.author_name or _("Somebody who gave no name")

    @property
    def passage_title(self):
        """Return the heading of the passage it is about, or nothing."""
        return self.consultation.passage_titles.get(self.passage, "") if self.passage else ""

    @classmethod
    def receive(cls, *, text, title="", by=None, assessment=None, alongside=None, **fields):
        """Store a new text as it was screened: published (or kept), held, or received while nobody can screen.

        The rules run before the transaction, unless the caller has their ``assessment`` of exactly this text already.
        ``by`` is who typed it in: the author, or a member of staff for a letter or a file. ``alongside`` gets the
        submission in the same transaction, and may raise FormTaken.
        """
        submission = cls(**fields)
        assessment = assessment or screening.assess(submission, title, text)
        # A random reference may be taken; and when what was found cannot be stored, the text must not be lost with it.
        made = {"text": text, "title": title, "by": by, "alongside": alongside}
        for _attempt in range(2 if assessment else 1):
            try:
                return submission.insert(assessment, **made)
            except FormTaken:
                raise
            except Exception:
                logger.exception("Storing %s broke; it is tried again.", submission.reference)
                submission = cls(**fields)
        return submission.insert(None, **made)

    @transaction.atomic
    def insert(self, assessment, *, text, title, by, alongside=None):
        """Insert the submission with its first revision, its events and what screening found: one query a table."""
        self.version += 1
        self.save(force_insert=True)
        revision = self.revisions.create(number=1, title=title, text=text, by=by)
        happened = [{"kind": EventKind.RECEIVED, "revision": revision, "actor": by, "status": self.status}]
        changes = {"current": revision}
        if assessment:
            status = Status.HELD if assessment.is_held else self.status_if_fit
            changes |= {"status": status, "status_reason": assessment.reason, "review_due_at": assessment.due_at}
            changes |= {} if assessment.is_held else {"cleared": revision}
            happened.append({"kind": EventKind(status), "revision": revision, "note": assessment.reason})
        self.write(changes)
        self.count_in_thread(Status.RECEIVED)
        Event.objects.record_all(happened, submission=self)
        if assessment:
            screening.registered().store(self, revision, assessment)
        if alongside:
            alongside(self)
        return self

    def revise(self, *, text, title="", by=None, assessment=None):
        """Give it a new text from its author; what the public sees stays until this one is cleared."""
        with transaction.atomic():
            self.lock()
            if self.status == Status.WITHDRAWN:
                raise StaleSubmission(_("This was withdrawn."))
            revision = self.add_revision(text=text, title=title, by=by)
            self.record(EventKind.REVISED, by=by, revision=revision)
            self.screen(revision, assessment)
        return revision

    def redact(self, *, text, title, by, name=None):
        """Add the revision a moderator made by taking passages out; the one before stays, sealed.

        With ``name``, that is shown from now on in place of the author's; the caller keeps the one before.
        """
        revision = self.add_revision(text=text, title=title, by=by, origin=Revision.Origin.REDACTION)
        if name is not None:
            self.write({"author_name": name})
        self.record(EventKind.REDACTED, by=by, revision=revision)
        return revision

    @transaction.atomic
    def move(self, status, *, revision=None, by=None, reason="", due_at=None):
        """Change status and record it; with ``revision``, that is the one cleared for the public.

        The row is updated on the version we read: the loser of a race gets StaleSubmission.
        """
        if status not in MOVES[self.status]:
            raise StaleSubmission(
                _("%(reference)s is %(now)s and cannot become %(then)s.")
                % {"reference": self.reference, "now": self.get_status_display(), "then": Status(status).label}
            )
        changes = {"status": status, "status_reason": reason, "review_due_at": due_at}
        if status in (Status.PUBLISHED, Status.NOT_PUBLIC):
            changes["cleared"] = revision or self.current
        was = self.status
        self.write(changes)
        self.count_in_thread(was)
        self.record(EventKind(status), by=by, revision=revision or self.current, note=reason)

    def await_review(self, *, reason, due_at):
        """Note that a newer revision waits for a person while the cleared one stays public."""
        self.write({"status_reason": reason, "review_due_at": due_at})

    def withdraw(self, by=None):
        """Take it back at its author's wish; the text is kept, and shown to nobody."""
        self.move(Status.WITHDRAWN, by=by, reason=_("Withdrawn by its author"))

    @transaction.atomic
    def erase(self, by):
        """Blank every text and whatever tells who wrote it, for ever; replies, counts and the record stand."""
        self.lock()
        changes = dict.fromkeys(("author_name", "author_email", "author_key", "source_note"), "")
        changes |= {"erased_at": timezone.now(), "author": None}
        if self.status != Status.WITHDRAWN:
            self.move(Status.WITHDRAWN, by=by, reason=_("Erased at somebody's request"))
        self.revisions.update(title="", text="")
        self.revisions.filter(by=self.author_id).update(by=None)
        self.events.filter(actor=self.author_id).update(actor=None)
        self.write(changes)
        if self.response:
            self.response.forget_author()
        self.record(EventKind.ERASED, by=by)
        SentForm.forget(self)
        transaction.on_commit(lambda: (cache.clear(), pages.clear()))  # What was rendered of it shall not lie about.

    def drop_change(self, by):
        """Refuse a newer text while the one before stays public."""
        refused = self.current
        self.write({"current": self.cleared, "status_reason": "", "review_due_at": None})
        self.record(EventKind.CHANGE_REFUSED, by=by, revision=refused)

    def ask_for_change(self, *, reason, until, by):
        """Ask the author for another text; it may come until then, even after the consultation has closed."""
        self.write({"status_reason": reason, "review_due_at": None, "revisable_until": until})
        self.record(EventKind.RETURNED, by=by, revision=self.current, note=reason)

    def snapshot(self):
        """Return what a decision may change, fit for JSON; `restore` takes it."""
        return {
            "status": self.status,
            "current": self.current_id,
            "cleared": self.cleared_id,
            "reason": self.status_reason,
            "due": self.review_due_at and self.review_due_at.isoformat(),
            "revisable": self.revisable_until and self.revisable_until.isoformat(),
        }

    def restore(self, snapshot, by):
        """Put back what `snapshot` returned before a decision that is undone, and record it."""
        before = self.status
        self.write(
            {
                "status": snapshot["status"],
                "current_id": snapshot["current"],
                "cleared_id": snapshot["cleared"],
                "status_reason": snapshot["reason"],
                "review_due_at": snapshot["due"] and datetime.fromisoformat(snapshot["due"]),
                "revisable_until": snapshot["revisable"] and datetime.fromisoformat(snapshot["revisable"]),
                "author_name": snapshot.get("author_name", self.author_name),
            }
        )
        self.count_in_thread(before)
        self.record(EventKind.UNDONE, by=by, revision=self.current)

    def record(self, kind, *, by=None, revision=None, note=""):
        """Record an event about it."""
        return Event.objects.record(kind, submission=self, actor=by, revision=revision, note=note)

    def lock(self):
        """Hold the row until the transaction ends, and read what it says now."""
        fresh = Submission.objects.select_for_update().get(pk=self.pk)
        for name in ("status", "version", "current_id", "cleared_id"):
            setattr(self, name, getattr(fresh, name))

    def write(self, changes):
        """Write the row if nobody has since we read it; raise its version."""
        changes["version"] = self.version + 1
        if not Submission.objects.filter(pk=self.pk, version=self.version).update(**changes):
            raise StaleSubmission(_("%s was changed by somebody else a moment ago.") % self.reference)
        for name, value in changes.items():
            setattr(self, name, value)

    def add_revision(self, *, text, title, by, origin="author"):
        """Store a text as the current revision."""
        number = self.revisions.count() + 1 if self.current_id else 1
        revision = self.revisions.create(number=number, title=title, text=text, by=by, origin=origin)
        self.write({"current": revision})
        return revision

    def count_in_thread(self, was):
        """Keep the parent's count of public replies."""
        step = (self.status == Status.PUBLISHED) - (was == Status.PUBLISHED)
        if self.parent_id and step:
            Submission.objects.filter(pk=self.parent_id).update(reply_count=F("reply_count") + step)

    def screen(self, revision, assessment=None):
        """Have a stored revision screened; when nobody can, or that breaks, the text stays kept and unseen."""
        if not (screener := screening.registered()):
            return
        try:
            with transaction.atomic():
                screener.screen(self, revision, assessment)
        except Exception:  # Whatever breaks in there, a citizen's text must not be lost with it.
            logger.exception("Screening %s broke; it waits for the sweep.", self.reference)
            self.refresh_from_db()
