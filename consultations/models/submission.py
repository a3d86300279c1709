"""Submissions: texts by citizens, with their revisions, statuses and events."""

import logging
from copy import copy
from datetime import datetime

from django.conf import settings
from django.db import connection, models, transaction
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
from consultations.models.sent_form import NotStored, SentForm
from consultations.models.spokesperson import SPOKESPERSON_LINE_LENGTH
from consultations.models.submission_facts import SubmissionFacts
from consultations.models.submission_queries import SubmissionQuerySet
from consultations.models.text_version import AboutPassage
from consultations.modes.table import kind_choices, submission_kind
from consultations.receipt_links import receipt_key
from portal.encryption.addresses import EncryptedAddressField, address_index
from portal.http.page_store import clear_pages
from portal.row_insert import insert_rows

logger = logging.getLogger(__name__)
# As an update of the ORM it would take as long as the insert of two rows.
FIRST_REVISION_SQL = "UPDATE consultations_submission SET current_id = %s, cleared_id = %s WHERE id = %s"


class StaleSubmission(Exception):
    """Another request changed the submission first."""


class Submission(SubmissionFacts, AboutPassage):
    """One text by a citizen.

    Only ``receive``, ``revise`` and ``move`` write a text or a status, so every change leaves an Event and raises
    ``version``, by which the search index knows that it lags. The public reads ``cleared``, the last revision that was
    found fit to show.
    """

    reference = models.CharField(max_length=9, unique=True, default=new_reference, editable=False)
    kind = models.CharField(max_length=10, choices=kind_choices)
    # Foreign keys with db_index=False are the first column of an index below, or no query filters by them.
    consultation = models.ForeignKey(
        ConsultationPage, null=True, on_delete=models.PROTECT, related_name="submissions", db_index=False
    )
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replies", db_index=False)
    passage = models.CharField(max_length=36, blank=True)  # the id of the body block that the text is about
    # For an answer: its question, and the response that it is part of.
    question = models.ForeignKey(
        "Question", null=True, on_delete=models.PROTECT, related_name="open_answers", db_index=False
    )
    response = models.ForeignKey("Response", null=True, on_delete=models.PROTECT, related_name="open_answers")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    status_reason = models.CharField(max_length=300, blank=True)  # one public sentence: why the text is not shown
    review_due_at = models.DateTimeField(null=True)  # the moment by which a moderator will have read the text
    current = models.ForeignKey("Revision", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    cleared = models.ForeignKey("Revision", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="submissions"
    )
    author_name = models.CharField(max_length=80, blank=True)
    author_email = EncryptedAddressField(blank=True)
    author_key = models.CharField(max_length=32, blank=True)  # keyed hash: equal for the same person
    by_staff = models.BooleanField(default=False)  # the author's account is a staff account; readers see this
    # Of an official reply: role and unit of the spokesperson as they were; "" for everything else.
    official_line = models.CharField(max_length=SPOKESPERSON_LINE_LENGTH, blank=True, default="", db_default="")
    pinned_at = models.DateTimeField(null=True)  # since when it stands above the comments
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEBSITE)
    language = models.CharField(max_length=10, blank=True)
    source = models.CharField(max_length=100, blank=True)  # the file or system it was imported from
    source_id = models.CharField(max_length=100, blank=True)
    source_verdict = models.CharField(max_length=20, blank=True)  # the source system's decision, as a record
    source_note = models.TextField(blank=True)  # values that the import could not read, for staff
    for_public = models.BooleanField(default=True)  # whether the author agreed to publication
    terms = models.ForeignKey("AgreedTerms", null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)
    revisable_until = models.DateTimeField(null=True)  # deadline for a change that we asked for, even after the closing
    erased_at = models.DateTimeField(null=True)
    support_count = models.PositiveIntegerField(default=0)
    reply_count = models.PositiveIntegerField(default=0)  # public replies only
    version = models.PositiveIntegerField(default=1)
    indexed_version = models.PositiveIntegerField(default=0)

    objects = SubmissionQuerySet.as_manager()
    supported = False  # whether the current visitor supports it; set by views

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
            # Public queries filter by status only, so a text that is not for the public must never be published.
            models.CheckConstraint(condition=Q(for_public=True) | ~Q(status="published"), name="submission_not_public"),
        ]
        indexes = [
            # A thread's page, newest or most supported first.
            models.Index(fields=["consultation", "kind", "parent", "-received_at", "-id"], name="submission_newest"),
            models.Index(
                fields=["consultation", "kind", "parent", "-support_count", "-received_at"], name="submission_supported"
            ),
            models.Index(fields=["parent", "status", "received_at"], name="submission_replies"),
            # The feed and the counts of a consultation.
            models.Index(fields=["consultation", "status", "-received_at", "-id"], name="submission_feed"),
            # The public API: the newest public texts of all consultations.
            models.Index(fields=["-received_at", "-id"], name="submission_public", condition=Q(status="published")),
            # For the relay; this index has no rows while the search index is up to date.
            models.Index(fields=["id"], name="submission_lag", condition=Q(version__gt=F("indexed_version"))),
            # For `manage.py screen`: texts without a screening.
            models.Index(fields=["id"], name="submission_unscreened", condition=Q(status="received")),
            models.Index(fields=["question", "status", "-received_at", "-id"], name="submission_answers"),
            models.Index(fields=["author_key"], name="submission_author", condition=~Q(author_key="")),
            address_index("author_email", name="submission_address"),  # the search for a person
            models.Index(fields=["consultation", "parent"], name="submission_official", condition=~Q(official_line="")),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        """Return the public address, on the page that shows the text."""
        return submission_kind(self).address(self)

    def get_receipt_url(self):
        """Return the address of the receipt; whoever has the address may edit and withdraw the text."""
        address = reverse("consultations:receipt", args=[self.reference])
        return f"{address}?key={receipt_key(self.reference)}"

    @classmethod
    def receive(cls, *, text, title="", actor=None, assessment=None, alongside=None, **fields):
        """Store a new text as `store` does, and return the submission; ``fields`` are the submission's."""
        return cls(**fields).store(text=text, title=title, actor=actor, assessment=assessment, alongside=alongside)

    def store(self, *, text, title="", actor=None, assessment=None, alongside=None):
        """Store this draft: published (or not public), held, or received if screening fails; return what it became.

        The rules run before the transaction, unless the caller passes the ``assessment`` of exactly this text.
        ``actor`` is the user who typed the text: the author, or staff for a letter or a file. ``alongside`` is called
        with the submission in the same transaction, and may raise NotStored.
        """
        self.keep_passage_heading()
        assessment = assessment or screening.assess(self, title, text)
        made = {"text": text, "title": title, "actor": actor, "alongside": alongside}
        # The random reference may be taken, so a failed insert is repeated; the last attempt omits the screening.
        for _attempt in range(2 if assessment else 1):
            try:
                return copy(self).insert(assessment, **made)  # a failed insert leaves its marks on the copy
            except NotStored:
                raise
            except Exception:
                logger.exception("Storing %s broke; it is tried again.", self.reference)
                self.reference = new_reference()
        return copy(self).insert(None, **made)

    @transaction.atomic
    def insert(self, assessment, *, text, title, actor, alongside=None):
        """Insert the submission, its revision, its events and its screening, with one query per table."""
        received = {"kind": EventKind.RECEIVED, "actor": actor, "status": self.status}
        happened = [received]
        if assessment:
            self.status = Status.HELD if assessment.is_held else self.status_if_fit
            self.status_reason, self.review_due_at = assessment.reason, assessment.due_at
            happened.append({"kind": EventKind(self.status), "note": assessment.reason})
        insert_rows([self])
        revision = Revision(submission=self, number=1, title=title, text=text, actor=actor)
        insert_rows([revision])
        self.current, self.cleared = revision, revision if assessment and not assessment.is_held else None
        with connection.cursor() as cursor:
            cursor.execute(FIRST_REVISION_SQL, [self.current_id, self.cleared_id, self.pk])
        self.count_in_thread(received["status"])
        Event.objects.record_all([fields | {"revision": revision} for fields in happened], submission=self)
        if assessment:
            screening.registered().store(self, revision, assessment)
        if alongside:
            alongside(self)
        return self

    def revise(self, *, text, title="", actor=None, assessment=None):
        """Store a new text by the author; the public keeps seeing the cleared one until this one is cleared."""
        with transaction.atomic():
            self.lock()
            if self.status == Status.WITHDRAWN:
                raise StaleSubmission(_("This was withdrawn."))
            revision = self.add_revision(text=text, title=title, actor=actor)
            self.record(EventKind.REVISED, actor=actor, revision=revision)
            self.screen(revision, assessment)
        return revision

    def redact(self, *, text, title, actor, name=None):
        """Add a redacted revision; the previous is sealed. ``name`` replaces the author's, which the caller keeps."""
        revision = self.add_revision(text=text, title=title, actor=actor, origin=Revision.Origin.REDACTION)
        if name is not None:
            self.write({"author_name": name})
        self.record(EventKind.REDACTED, actor=actor, revision=revision)
        return revision

    @transaction.atomic
    def move(self, status, *, revision=None, actor=None, reason="", due_at=None):
        """Change the status and record the event; ``revision`` is the one to clear, by default the current one.

        The UPDATE names the version that was read; the loser of a race gets StaleSubmission.
        """
        if status not in MOVES[self.status]:
            facts = {"reference": self.reference, "now": self.get_status_display(), "then": Status(status).label}
            raise StaleSubmission(_("%(reference)s is %(now)s and cannot become %(then)s.") % facts)
        changes = {"status": status, "status_reason": reason, "review_due_at": due_at}
        if status in (Status.PUBLISHED, Status.NOT_PUBLIC):
            changes["cleared"] = revision or self.current
        was = self.status
        self.write(changes)
        self.count_in_thread(was)
        self.record(EventKind(status), actor=actor, revision=revision or self.current, note=reason)

    def await_review(self, *, reason, due_at):
        """Store that a newer revision waits for a moderator while the cleared one stays public."""
        self.write({"status_reason": reason, "review_due_at": due_at})

    @transaction.atomic
    def pin(self, actor):
        """Put an official text above the comments of its consultation; do nothing when it stands there."""
        self.lock()
        if self.pinned_at is None:
            self.write({"pinned_at": timezone.now()})
            self.record(EventKind.PINNED, actor=actor, revision=self.cleared)

    @transaction.atomic
    def unpin(self, actor):
        """Put it back among the comments; do nothing when it is there."""
        self.lock()
        if self.pinned_at is not None:
            self.write({"pinned_at": None})
            self.record(EventKind.UNPINNED, actor=actor, revision=self.cleared)

    @transaction.atomic
    def withdraw(self, actor=None):
        """Withdraw the text at the author's wish, once; the row stays, and no public page shows it."""
        self.lock()
        if self.status != Status.WITHDRAWN:
            self.move(Status.WITHDRAWN, actor=actor, reason=_("Withdrawn by its author"))

    @transaction.atomic
    def erase(self, actor, reason=None, *, clears_pages=True):
        """Blank all texts and all that identifies the author, permanently; the caller may clear the pages."""
        self.lock()
        changes = dict.fromkeys(("author_name", "author_email", "author_key", "official_line", "source_note"), "")
        changes |= {"erased_at": timezone.now(), "author": None, "pinned_at": None}
        self.events.exclude(note="").update(note="")  # a moderator's sentence may quote the text
        if self.status != Status.WITHDRAWN:
            self.move(Status.WITHDRAWN, actor=actor, reason=reason or _("Erased at somebody's request"))
        self.revisions.update(title="", text="")
        self.revisions.filter(actor=self.author_id).update(actor=None)
        self.events.filter(actor=self.author_id).update(actor=None)
        self.write(changes)
        if self.response:
            self.response.forget_author()
        self.record(EventKind.ERASED, actor=actor)
        SentForm.forget(self)
        if clears_pages:
            transaction.on_commit(clear_pages)

    def drop_change(self, actor):
        """Refuse the newer revision; the cleared one stays public."""
        refused = self.current
        self.write({"current": self.cleared, "status_reason": "", "review_due_at": None})
        self.record(EventKind.CHANGE_REFUSED, actor=actor, revision=refused)

    def ask_for_change(self, *, reason, until, actor):
        """Ask the author for a changed text until a deadline, which may be after the consultation's closing."""
        self.write({"status_reason": reason, "review_due_at": None, "revisable_until": until})
        self.record(EventKind.RETURNED, actor=actor, revision=self.current, note=reason)

    def snapshot(self):
        """Return the fields that a decision may change as JSON values, for `restore`."""
        return {
            "status": self.status,
            "current": self.current_id,
            "cleared": self.cleared_id,
            "reason": self.status_reason,
            "due": self.review_due_at and self.review_due_at.isoformat(),
            "revisable": self.revisable_until and self.revisable_until.isoformat(),
        }

    def restore(self, snapshot, actor):
        """Restore the fields from a `snapshot`, and record that a decision was undone."""
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
        self.record(EventKind.UNDONE, actor=actor, revision=self.current)

    def record(self, kind, *, actor=None, revision=None, note=""):
        """Record an event of this submission."""
        return Event.objects.record(kind, submission=self, actor=actor, revision=revision, note=note)

    def lock(self):
        """Lock the row until the transaction ends, and reload its status, version and revisions."""
        fresh = Submission.objects.select_for_update().get(pk=self.pk)
        for name in ("status", "version", "current_id", "cleared_id", "pinned_at"):
            setattr(self, name, getattr(fresh, name))

    def write(self, changes):
        """Update the row and raise its version; raise StaleSubmission if another request has changed it since."""
        changes["version"] = self.version + 1
        if not Submission.objects.filter(pk=self.pk, version=self.version).update(**changes):
            raise StaleSubmission(_("%s was changed by somebody else a moment ago.") % self.reference)
        for name, value in changes.items():
            setattr(self, name, value)

    def add_revision(self, *, text, title, actor, origin="author"):
        """Insert a revision and make it the current one."""
        number = self.revisions.count() + 1 if self.current_id else 1
        revision = self.revisions.create(number=number, title=title, text=text, actor=actor, origin=origin)
        self.write({"current": revision})
        return revision

    def count_in_thread(self, was):
        """Update the parent's count of public replies; `was` is the previous status."""
        step = (self.status == Status.PUBLISHED) - (was == Status.PUBLISHED)
        if self.parent_id and step:
            Submission.objects.filter(pk=self.parent_id).update(reply_count=F("reply_count") + step)

    def screen(self, revision, assessment=None):
        """Screen a stored revision; without a screener, or if screening fails, the status does not change."""
        screening.screen(self, revision, assessment)
