"""Revisions: the successive texts of a submission."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.encryption.fields import SEALED_TITLE_LENGTH, SealableCharField, SealableTextField, Sealed


class Revision(models.Model):
    """One text of a submission; immutable, and deleted only by an erasure on request."""

    class Origin(models.TextChoices):
        """Who wrote the text: the author, or a moderator by a redaction."""

        AUTHOR = "author", _("Author")
        REDACTION = "redaction", _("Redaction by a moderator")

    submission = models.ForeignKey("Submission", on_delete=models.PROTECT, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField()
    # Sealed once a redaction has replaced them: encrypted where they are stored.
    title = SealableCharField(max_length=SEALED_TITLE_LENGTH, blank=True)
    text = SealableTextField()
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.AUTHOR)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="revision_number")]

    def __str__(self):
        return f"{self.submission_id} r{self.number}"

    @property
    def is_sealed(self):
        """Return whether the text is encrypted where it is stored."""
        return isinstance(self.text, Sealed)

    def seal(self):
        """Encrypt title and text with the newest key."""
        self.keep(Sealed(self.title), Sealed(self.text))

    def unseal(self):
        """Store title and text as they are."""
        self.keep(str.__str__(self.title), str.__str__(self.text))

    @property
    def is_unreadable(self):
        """Return whether it is sealed with a key that is gone."""
        return any(isinstance(words, Sealed) and words.is_unreadable for words in (self.title, self.text))

    def keep(self, title, text):
        """Store the same words otherwise; what cannot be read is left as it is."""
        if self.is_unreadable:
            return
        Revision.objects.filter(pk=self.pk).update(title=title, text=text)
        self.title, self.text = title, text
