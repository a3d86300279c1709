"""Work items: what staff take from a queue one by one, work on together, and close."""

from datetime import timedelta
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.casework import desks
from portal.casework.mentions import Mentions, names_mentioned, resolve_mentions
from portal.casework.priority import rank_at
from portal.staff.notifications.models import StaffNotification

CLAIM_LEASE = timedelta(minutes=5)  # how long an opened item counts as looked at; the open page claims it again
SAME_NOTE_WITHIN = timedelta(minutes=10)  # the same words again are the same note: taps in a row, Back and Send again


class WorkItemUnavailable(Exception):
    """The item cannot be worked on by this person (any more); the message says why."""


class WorkEvent(models.TextChoices):
    """What happens to a work item; `WorkItem.record_work` is told of each."""

    ASSIGNED = "assigned", gettext_lazy("Assigned")
    HANDED_OVER = "handed_over", gettext_lazy("Handed over")
    NOTED = "noted", gettext_lazy("Note written")
    CLOSED = "closed", gettext_lazy("Closed")
    REOPENED = "reopened", gettext_lazy("Opened again")


class WorkItemQuerySet(models.QuerySet):
    """Named selections of work items."""

    def unclosed(self):
        """Select the items that are not closed."""
        return self.filter(closed_at=None)

    def by_rank(self):
        """Order the items by their place in the queue, most pressing first."""
        return self.order_by("rank_at", "id")

    def named(self):
        """Read in the same query what the items' titles are made of."""
        return self

    def for_desks(self, desks):
        """Select the items of the given desks."""
        return self.filter(desk__in=desks)

    def assigned_to(self, user):
        """Select the items that a person is responsible for."""
        return self.filter(assigned_to=user)

    def claimed(self):
        """Select the items that somebody has open."""
        return self.filter(claimed_until__gt=Now())

    def free_for(self, user):
        """Leave out the items that a colleague has open."""
        # The database wrote the end of the claim and compares it: the clocks of two web servers may differ.
        return self.filter(Q(claimed_until=None) | Q(claimed_until__lte=Now()) | Q(claimed_by=user))

    def takeable_by(self, user):
        """Leave out the items that a colleague has open, or is responsible for and is not late with."""
        theirs = Q(assigned_to=None) | Q(assigned_to=user) | Q(due_at__lt=Now())
        return self.free_for(user).filter(theirs)


class WorkItem(models.Model):
    """Something that waits for a person: it has a due time, a place in the queue, a desk, and is open at one at most.

    A concrete class gives ``desk`` the choices of its `Desk`, may name its own ``Unavailable``, and fills
    ``head_starts``, ``title``, ``get_staff_url`` and ``record_work``. Its notes are a `WorkNote` whose foreign key has
    the related name "notes".
    """

    Desk: ClassVar[type[desks.Desk]]  # the concrete class's own
    Unavailable = WorkItemUnavailable
    notes: Any  # the manager of its notes

    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    rank_at = models.DateTimeField(default=timezone.now)  # its place in the queue: due_at less its head starts
    desk = models.CharField(max_length=10, default="", blank=True)
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    claimed_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["rank_at", "id"], name="%(class)s_queue", condition=Q(closed_at=None))]

    @property
    def head_starts(self):
        """Return what brings it forward in the queue, a list of HeadStart."""
        return []

    @property
    def title(self):
        """Return the words by which colleagues know it."""
        raise NotImplementedError

    def get_staff_url(self):
        """Return the address of its page in the staff area."""
        raise NotImplementedError

    def record_work(self, event, actor, **facts):
        """Keep in the item's history that a `WorkEvent` happened; called in its transaction.

        ``facts`` are ``left`` and ``desk`` for HANDED_OVER, ``to`` for ASSIGNED, ``note`` for both and NOTED.
        """
        raise NotImplementedError

    def may_be_read_by(self, user):
        """Return whether a person works at its desk."""
        return user.has_perm(self.Desk(self.desk).permission)

    def readers(self):
        """Select the people who may read it."""
        return self.Desk(self.desk).readers()

    def may_be_given_to(self, user):
        """Return whether work on it may be handed over to a person."""
        return self.may_be_read_by(user)

    @property
    def is_late(self):
        """Return whether the promised time has passed."""
        return self.closed_at is None and self.due_at < timezone.now()

    @property
    def is_due_today(self):
        """Return whether it has to be done before midnight."""
        return timezone.localdate(self.due_at) <= timezone.localdate()

    @property
    def place_in_queue(self):
        """Return where it belongs in the queue: when it is due, less its head starts."""
        return rank_at(self.due_at, self.head_starts)

    def rank(self):
        """Put it where it belongs in the queue."""
        self.write(rank_at=self.place_in_queue)

    def write(self, **changes):
        """Write these columns and nothing else, so that a colleague's claim is never overwritten."""
        type(self).objects.filter(pk=self.pk).update(**changes)
        for name, value in changes.items():
            setattr(self, name, value)

    # Who has it open

    @transaction.atomic(savepoint=False)  # on SQLite a statement by itself waits out of turn, perhaps for too long
    def claim(self, user):
        """Mark it as open at the user's, or still open, unless it is at a colleague's; return whether it is theirs."""
        free = type(self).objects.filter(pk=self.pk, desk=self.desk).unclosed().free_for(user)
        claimed = bool(free.update(claimed_by=user, claimed_until=Now() + CLAIM_LEASE))
        if claimed:
            if self.claimed_by_id != user.pk:
                Mention.objects.on(self).filter(user=user).mark_seen()
                StaffNotification.objects.about(self).filter(user=user).put_away()
            self.claimed_by, self.claimed_until = user, timezone.now() + CLAIM_LEASE
        return claimed

    def release(self, user):
        """Give it back, if it is the user's."""
        type(self).objects.filter(pk=self.pk, claimed_by=user).update(claimed_by=None, claimed_until=None)

    @property
    def is_claimed(self):
        """Return whether somebody has it open now."""
        return self.claimed_until is not None and self.claimed_until > timezone.now()

    def is_claimed_by(self, user):
        """Return whether the user has it open now."""
        return self.claimed_by_id == user.pk and self.is_claimed

    def claimed_by_other(self, user):
        """Return the colleague who has it open now, or None."""
        return self.claimed_by if self.is_claimed and self.claimed_by_id != user.pk else None

    # Who is responsible for it

    @transaction.atomic
    def assign(self, to, actor, note=""):
        """Make somebody responsible for it, or nobody; raise Unavailable for who may not read it."""
        if to and not self.may_be_read_by(to):
            raise self.Unavailable(_("%s does not work at that desk.") % to)
        unclosed = type(self).objects.filter(pk=self.pk).unclosed()
        if not unclosed.update(assigned_to=to):
            raise self.Unavailable(_("This is closed."))
        self.assigned_to = to
        if note and not self.latest_note_is(note, actor):
            self.write_note(note, actor)
        self.record_work(WorkEvent.ASSIGNED, actor, to=to, note=note)

    @transaction.atomic
    def hand_over(self, desk, actor, note=""):
        """Put it on another desk; raise Unavailable when it is closed, not theirs, there already, or a colleague's."""
        self.refuse_hand_over(desk, actor)
        here = type(self).objects.filter(pk=self.pk, desk=self.desk).unclosed().free_for(actor)
        if not here.update(assigned_to=None, claimed_by=None, claimed_until=None):
            self.refresh_from_db()  # somebody was first
            self.refuse_hand_over(desk, actor)
            raise self.Unavailable(_("A colleague has it open."))
        if note:
            self.write_note(note, actor)
        self.hand_to(desk, actor, note)

    def refuse_hand_over(self, desk, actor):
        """Raise Unavailable when the user cannot hand it to a desk."""
        if self.closed_at:
            raise self.Unavailable(_("This is closed."))
        if not self.may_be_read_by(actor):
            raise self.Unavailable(_("A colleague has handed this over already."))
        if self.desk == desk:
            raise self.Unavailable(_("It is on that desk."))
        if colleague := self.claimed_by_other(actor):
            raise self.Unavailable(_("%s has it open.") % colleague)

    def hand_to(self, desk, actor=None, note=""):
        """Put it on another desk and into nobody's hands, whatever it is; ``actor`` is nobody when a rule does it."""
        left = self.desk
        self.write(desk=desk, assigned_to=None, claimed_by=None, claimed_until=None)
        self.record_work(WorkEvent.HANDED_OVER, actor, left=left, desk=desk, note=note)

    # What colleagues say about it

    @transaction.atomic
    def add_note(self, text, actor):
        """Keep what somebody tells the colleagues, and tell those whom it mentions; return the note.

        The same words by the same person right after each other are one form, sent twice: they are one note.
        """
        type(self)._base_manager.select_for_update().get(pk=self.pk)  # taps at the same moment take turns
        if note := self.latest_note_is(text, actor):
            return note
        note = self.write_note(text, actor)
        self.record_work(WorkEvent.NOTED, actor, note=text)
        return note

    def latest_note_is(self, text, actor):
        """Return the latest note when it has these words, by this person and lately, or None."""
        latest = self.notes.last()
        is_fresh = latest is not None and latest.created_at > timezone.now() - SAME_NOTE_WITHIN
        return latest if is_fresh and (latest.text, latest.actor_id) == (text, actor.pk) else None

    def write_note(self, text, actor):
        """Write a note without a history of its own, mentions included; return it."""
        note = self.notes.create(actor=actor, text=text)
        Mention.objects.on(self).filter(user=actor).mark_seen()
        for colleague in self.mentioned_in(text).people:
            if colleague != actor and self.may_mention(colleague):
                self.tell_mentioned(Mention.objects.create(user=colleague, actor=actor, item=self), note)
        return note

    def mentioned_in(self, text):
        """Return whom a text mentions of those who may read the item."""
        return resolve_mentions(text, self.readers()) if names_mentioned(text) else Mentions((), ())

    def may_mention(self, user):
        """Return whether a note may tell one of its readers of it."""
        return True

    def tell_mentioned(self, mention, note):
        """Tell somebody that a note mentions them; called in the note's transaction. The first page shows it anyway."""

    # The end of it

    @transaction.atomic
    def close(self, actor=None):
        """Close it; raise Unavailable when it is closed."""
        if not self.mark_closed():
            raise self.Unavailable(_("This is closed."))
        self.record_work(WorkEvent.CLOSED, actor)

    def mark_closed(self, **changes):
        """Close it and write further columns, without a history; return whether it was open."""
        changes = {"closed_at": timezone.now()} | changes
        closed = bool(type(self).objects.filter(pk=self.pk).unclosed().update(**changes))
        for name, value in changes.items() if closed else ():
            setattr(self, name, value)
        return closed

    @transaction.atomic
    def reopen(self, actor, **changes):
        """Open it again and in the user's hands, and write further columns."""
        self.write(closed_at=None, claimed_by=actor, claimed_until=timezone.now(), **changes)
        self.claim(actor)
        self.record_work(WorkEvent.REOPENED, actor)


def work_item_models():
    """Return the kinds of work items that the packages have."""
    return [model for model in apps.get_models() if issubclass(model, WorkItem)]


class WorkNote(models.Model):
    """What one colleague tells the others about a work item; no citizen reads it."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    text = models.TextField()

    class Meta:
        abstract = True
        ordering = ["id"]


class MentionQuerySet(models.QuerySet):
    """Named selections of mentions."""

    def unseen_by(self, user):
        """Select the mentions of a person that the person has not answered or put away, latest first."""
        return self.filter(user=user, seen_at=None).order_by("-id")

    def on(self, item):
        """Select the mentions in the notes of one work item."""
        return self.filter(item_type=ContentType.objects.get_for_model(item), item_id=item.pk)

    def mark_seen(self):
        """Put the mentions away."""
        return self.filter(seen_at=None).update(seen_at=timezone.now())

    def open_items(self, user):
        """Return the unclosed items, each once, whose notes mention a person who may still read them."""
        kinds = [model.objects.named() for model in work_item_models()]
        found = [mention.item for mention in self.unseen_by(user).prefetch_related(GenericPrefetch("item", kinds))]
        items = dict.fromkeys(item for item in found if item and item.closed_at is None)
        return [item for item in items if item.may_be_read_by(user)]


class Mention(models.Model):
    """A note about a work item of any kind mentions a colleague, who has it on the first page until it is seen."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    item_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+", db_index=False)
    item_id = models.PositiveBigIntegerField()
    item = GenericForeignKey("item_type", "item_id")
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["user", "-id"], name="mention_unseen", condition=Q(seen_at=None)),
            models.Index(fields=["item_type", "item_id"], name="mention_item"),
        ]

    def __str__(self):
        return f"{self.user_id} on {self.item_type_id}:{self.item_id}"
