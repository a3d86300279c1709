"""Tags shared by officers, and the last bulk actions on them."""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify
from taggit.models import ItemBase, TagBase

from consultations.models import Submission

BULK_BATCH_SIZE = 500
BULK_UNDO_WINDOW = timedelta(days=1)  # after which what was done together is no longer offered to be taken back


class Tag(TagBase):
    """A word that officers put on submissions; separate from Wagtail's tags."""

    def slugify(self, tag, i=None):
        """Keep letters of every script; never return an empty slug."""
        slug = slugify(tag, allow_unicode=True)[:90] or "tag"
        return slug if i is None else f"{slug}-{i}"

    @classmethod
    def get_or_create_by_name(cls, name):
        """Return the tag with this name, ignoring case; create it if needed."""
        return cls.objects.filter(name__iexact=name).first() or cls.objects.create(name=name)


class Tagging(ItemBase):
    """One tag on one submission."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings")
    content_object = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="taggings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="tagging_once")]

    def __str__(self):
        """Return tag id and submission id."""
        return f"{self.tag_id}: {self.content_object_id}"


class TagAction(models.Model):
    """One tag added to, or removed from, several submissions; keeps their ids, so that it can be undone."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    added = models.BooleanField()
    submissions = models.JSONField(default=list)  # the ids that it changed
    undone = models.BooleanField(default=False)

    def __str__(self):
        """Return sign, tag id and number of submissions."""
        return f"{'+' if self.added else '-'}{self.tag_id}: {self.count}"

    @property
    def count(self):
        """Return the number of changed submissions."""
        return len(self.submissions)

    @classmethod
    @transaction.atomic
    def apply_tag(cls, actor, tag, ids, *, added):
        """Add a tag to submissions, or remove it; return the action with the ids that changed."""
        ids = (
            list(Submission.objects.filter(pk__in=ids).values_list("pk", flat=True))
            if len(ids) <= BULK_BATCH_SIZE
            else ids
        )
        tagged = set(tag.taggings.values_list("content_object", flat=True))
        changed = [id_ for id_ in ids if (id_ in tagged) != added]
        add_tag(tag, changed) if added else remove_tag(tag, changed)
        return cls.objects.create(actor=actor, tag=tag, added=added, submissions=changed)

    @classmethod
    def last_undoable(cls, user):
        """Return a person's last action if it can still be undone."""
        last = cls.objects.filter(actor=user).select_related("tag").order_by("-pk").first()
        return (
            last
            if last and last.created_at > timezone.now() - BULK_UNDO_WINDOW and not last.undone and last.submissions
            else None
        )

    @transaction.atomic
    def undo(self):
        """Reverse the change, once."""
        if TagAction.objects.filter(pk=self.pk, undone=False).update(undone=True):
            (remove_tag if self.added else add_tag)(self.tag, self.submissions)


def add_tag(tag, ids):
    """Add a tag to submissions; those that have it keep it."""
    taggings = [Tagging(tag=tag, content_object_id=id_) for id_ in ids]
    Tagging.objects.bulk_create(taggings, batch_size=BULK_BATCH_SIZE, ignore_conflicts=True)


def remove_tag(tag, ids):
    """Remove a tag from submissions."""
    for start in range(0, len(ids), BULK_BATCH_SIZE):
        tag.taggings.filter(content_object__in=ids[start : start + BULK_BATCH_SIZE]).delete()
