"""Text versions: what a consultation proposed, each time that its text was published otherwise than before.

Beside the table stand the columns of what knows of versions: the consultation, and what people wrote on one of them.
"""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from consultations.text_difference import changed_passages
from portal.staff.page_content import plain

CHANGE_NOTE_LENGTH = 300
PASSAGE_HEADING_LENGTH = 200
WITHHELD_REASON_LENGTH = 200  # as many as a fact of the ledger has


def what_is_said(title, summary, body):
    """Return a text without what an editor's browser changes by itself, to compare it with another."""
    return plain([title, summary, body])


def passage_headings(blocks):
    """Return the heading of each passage that can be commented on, by block id; from the raw blocks of a text."""
    return {block["id"]: block["value"]["heading"] for block in blocks if block["type"] == "section"}


class TextVersion(models.Model):
    """The text of a consultation as it was public for a time; a row never changes, but a text can be withheld."""

    consultation = models.ForeignKey(
        "consultations.ConsultationPage", on_delete=models.CASCADE, related_name="text_versions", db_index=False
    )
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=255)
    summary = models.TextField()
    body = models.JSONField(encoder=DjangoJSONEncoder)  # the raw blocks of ConsultationPage.body
    note = models.CharField(max_length=CHANGE_NOTE_LENGTH, blank=True)  # why it changed, as the editor tells readers
    published_at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # What followers are told of; none for a version from before we kept them.
    event = models.OneToOneField("Event", null=True, on_delete=models.SET_NULL, related_name="text_version")
    withheld_at = models.DateTimeField(null=True)  # since then nobody reads it here; its row stays as it was
    withheld_reason = models.CharField(max_length=WITHHELD_REASON_LENGTH, blank=True, default="", db_default="")
    withheld_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["consultation", "number"], name="text_version_number")]

    def __str__(self):
        return f"{self.consultation_id} v{self.number}"

    def get_absolute_url(self):
        """Return the address at which the text stays readable."""
        return reverse("consultations:text_version", args=[self.consultation.slug, self.number])

    @property
    def changes_url(self):
        """Return the address that shows what it changed; '' for the first."""
        args = [self.consultation.slug, self.number]
        return reverse("consultations:text_changes", args=args) if self.number > 1 else ""

    @property
    def said(self):
        """Return what it says, to compare it with another text."""
        return what_is_said(self.title, self.summary, self.body)

    @property
    def passage_titles(self):
        """Return the heading of each of its passages, by block id."""
        return passage_headings(self.body)

    @property
    def stream(self):
        """Return the body as blocks that templates show."""
        return self.stream_block.to_python(self.body)

    @property
    def stream_block(self):
        """Return what the text of a consultation is made of."""
        pages = type(self)._meta.get_field("consultation").related_model
        return pages._meta.get_field("body").stream_block

    def leads_to(self, document):
        """Return whether a document stands in it, or a link to one."""
        found = self.stream_block.extract_references(self.stream)
        return any(issubclass(model, type(document)) and key == str(document.pk) for model, key, *_path in found)


class VersionedText(models.Model):
    """What a consultation knows of the versions of its text."""

    change_note = models.CharField(
        _("what changed, for readers"),
        max_length=CHANGE_NOTE_LENGTH,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "When you change a text that people answer already: what is different now, and why, in one or two"
            " sentences. They stand beside the new version, and in the letters to those who follow it."
        ),
    )
    # The number of the newest version; 0 before the first. Here, so that taking a text in costs no query more.
    text_version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def said(self):
        """Return what its text says, to compare it with another."""
        return what_is_said(self.title, self.summary, self.body)

    @property
    def note_of_change(self):
        """Return the change note; '' for one that has been published with exactly this text."""
        if not self.change_note:
            return ""
        told = any(version.said == self.said for version in self.text_versions.filter(note=self.change_note))
        return "" if told or self.is_live_draft else self.change_note

    @property
    def is_live_draft(self):
        """Return whether text and change note are those of the revision that is public."""
        live = self.live_revision.content if self.live_revision else {}
        said = what_is_said(*(live.get(name) for name in ("title", "summary", "body")))
        return (live.get("change_note"), said) == (self.change_note, self.said)

    def says_the_newest(self, title, summary, body):
        """Return whether this text is that of the newest version."""
        newest = self.text_versions.first() if self.pk else None
        return newest is not None and newest.said == what_is_said(title, summary, body)

    def changes_text_of_public(self, title, summary, body):
        """Return whether this text would take the place of another one that people could answer, or did.

        By what is stored: a draft may name another opening, and the page may be off the site for the moment.
        """
        if not self.pk:
            return False
        given = Q(Exists(self.submissions.all())) | Q(Exists(self.responses.all()))
        newest = self.text_versions.filter(Q(consultation__opens_at__lte=timezone.now()) | given).first()
        return newest is not None and newest.said != what_is_said(title, summary, body)

    @cached_property
    def changed_passages(self):
        """Return the ids of the passages that the newest version changed: one query where there are two versions."""
        newest = list(self.text_versions.only("number", "consultation_id", "body")[:2]) if self.text_version > 1 else []
        return changed_passages(newest[1].body, newest[0].body) if len(newest) > 1 else set()


class OnTextVersion(models.Model):
    """What somebody wrote on one version of a consultation's text."""

    # The number that was read; NULL for an imported text, and for one from before versions were kept.
    text_version = models.PositiveIntegerField(null=True)

    class Meta:
        abstract = True

    @property
    def earlier_text_version(self):
        """Return the number of the version it was written on when a later one is public; None otherwise."""
        number = self.text_version
        return number if number and number < self.consultation.text_version else None


class AboutPassage(OnTextVersion):
    """A text that may be about one passage; its heading stays as it was, whatever becomes of the passage."""

    passage_heading = models.CharField(max_length=PASSAGE_HEADING_LENGTH, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    @property
    def passage_title(self):
        """Return the heading of the passage that the text is about, as it was then, or ''."""
        if self.passage_heading or not self.passage:
            return self.passage_heading
        # While a site is upgraded, the release before stores texts without the heading.
        return self.consultation.passage_titles.get(self.passage, "")

    def keep_passage_heading(self):
        """Note how the passage is called now, unless the heading of the version that was read is there already."""
        self.passage_heading = self.passage_title[:PASSAGE_HEADING_LENGTH]

    @property
    def passage_address(self):
        """Return where its passage stands: in the text, or once it is gone from there, in the version that had it."""
        fragment = f"p-{self.passage}"
        if self.passage in self.consultation.passage_titles:
            return f"{self.consultation.get_absolute_url()}#{fragment}"
        version = self.text_version or 1  # what was there before versions were kept is the first
        return reverse("consultations:text_version", args=[self.consultation.slug, version], fragment=fragment)
