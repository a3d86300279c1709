"""Tables of the outbox: messages, suppressed addresses and paused transports."""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.encryption import UnreadableValue
from portal.encryption.addresses import EncryptedAddressField, address_index, is_unreadable
from portal.outbox.address_keys import address_key, address_keys, without_addresses
from portal.outbox.backoff import MESSAGE_TRIES, message_delay, pause_delay

MESSAGE_GRACE = timedelta(seconds=30)  # changes within this window produce one e-mail
CLAIM_SIZE = 20  # maximum number of messages in one claim
PROBLEM_LENGTH = 500


def label_of(subject):
    """Return "label:id" of a stored object."""
    return f"{subject._meta.label_lower}:{subject.pk}"


def new_message_id():
    """Return a Message-ID at the host of the From address."""
    return f"<{uuid4()}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].rstrip('>')}>"


class MessageQuerySet(models.QuerySet["Message"]):
    """Named selections of messages, and writes of several messages."""

    def unsent(self):
        """Select the messages that may still be sent."""
        return self.filter(state__in=Message.UNSENT)

    def about(self, subject):
        """Select the messages about one stored object."""
        return self.filter(about=label_of(subject))

    def to(self, address):
        """Select the messages to one address, also those whose address was blanked."""
        return self.filter(recipient_key__in=address_keys(address))

    @transaction.atomic(savepoint=False)
    def post(self, template, *, to, about, cause, language="", grace=timedelta(0), transport="email", prolongs=True):
        """Store a message in the transaction of its cause, and return it.

        ``about`` is a stored object, ``cause`` a number or a short word that the template's function reads when the
        message is sent. If a message with the same template, object and address still waits, the cause is added to it
        and its grace starts again, unless ``prolongs`` is False: then the message keeps the time that it was due.
        """
        fields = {
            "template": template,
            "transport": transport,
            "recipient": to,
            "recipient_key": "" if is_unreadable(to) else address_key(to),
            "about": label_of(about),
            "language": language,
            "due_at": timezone.now() + grace,
        }
        key = "|".join(fields[name] for name in ("transport", "template", "about", "recipient_key"))
        wanted_at = fields["due_at"] if prolongs else None
        if joined := self.join(key, [cause], wanted_at):
            return joined
        try:
            with transaction.atomic():
                return self.create(dedupe_key=key, causes=[cause], **fields)
        except IntegrityError:  # another transaction inserted the message first
            return self.join(key, [cause], wanted_at) or self.create(dedupe_key=key, causes=[cause], **fields)

    def join(self, dedupe_key, causes, due_at=None):
        """Add causes to the waiting message with this key and return it, due no earlier; None without one."""
        waiting = self.filter(dedupe_key=dedupe_key, state=Message.State.WAITING).select_for_update().first()
        if waiting:
            waiting.causes += causes
            waiting.due_at = max(waiting.due_at, due_at or waiting.due_at)
            waiting.save(update_fields=["causes", "due_at"])
        return waiting

    @transaction.atomic
    def call_off(self, subject, cause):
        """Remove a cause from unsent messages; return their recipients, or raise MessageLeft if one was sent.

        A message without any cause left is cancelled.
        """
        caused = [each for each in self.about(subject).select_for_update() if cause in each.causes]
        if any(message.state in Message.LEFT for message in caused):
            raise MessageLeft
        addresses = [message.recipient for message in caused]
        for message in caused:
            message.forget_cause(cause)
        return addresses

    def forget_recipients(self):
        """Cancel the unsent messages; blank the addresses and hashes of all."""
        waiting = self.filter(state__in=(Message.State.WAITING, Message.State.CLAIMED))
        waiting.update(state=Message.State.CANCELLED, finished_at=timezone.now(), lease="")
        return self.update(recipient="", recipient_key="", dedupe_key="", problem="")  # an error may quote the address

    @transaction.atomic
    def claim(self, transport):
        """Lease due messages of a transport to this worker, oldest first; return them."""
        now, lease = timezone.now(), get_random_string(32)
        due = self.filter(state=Message.State.WAITING, transport=transport, due_at__lte=now)
        due = due.order_by("due_at", "pk").select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:CLAIM_SIZE])
        self.filter(pk__in=ids, state=Message.State.WAITING).update(
            state=Message.State.CLAIMED, lease=lease, leased_until=now + lease_time(), tries=models.F("tries") + 1
        )
        return list(self.filter(pk__in=ids, lease=lease).order_by("due_at", "pk"))

    def settle_lapsed(self):
        """Handle expired leases: release claimed messages, mark those in transmission as unknown."""
        lapsed = self.filter(leased_until__lt=timezone.now())
        for message in lapsed.filter(state=Message.State.CLAIMED):
            message.release()
        for message in lapsed.filter(state=Message.State.SENDING):
            message.lose_track(_("The worker that handed it over stopped before it knew whether it was taken."))

    def prune(self, before):
        """Delete the messages that were finished before this moment; return how many."""
        return self.exclude(state__in=Message.UNSENT).filter(finished_at__lt=before).delete()[0]


class MessageLeft(Exception):
    """The message was sent or is being transmitted."""


def lease_time():
    """Return the duration of a lease."""
    return timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


class Message(models.Model):
    """One message to one recipient, with its causes, its state and its result.

    The words are made when the message is sent. Only the methods here and in `MessageQuerySet` change ``state``, and
    each names the lease that was read: a worker whose lease has expired cannot write.
    """

    class State(models.TextChoices):
        """The state of a message."""

        WAITING = "waiting", gettext_lazy("Waiting")
        CLAIMED = "claimed", gettext_lazy("Being prepared")
        SENDING = "sending", gettext_lazy("Being handed over")
        SENT = "sent", gettext_lazy("Sent")
        REFUSED = "refused", gettext_lazy("Refused by the server")
        BOUNCED = "bounced", gettext_lazy("Came back")
        SUPPRESSED = "suppressed", gettext_lazy("Passed over")
        FAILED = "failed", gettext_lazy("Failed")
        UNKNOWN = "unknown", gettext_lazy("Perhaps sent")
        CANCELLED = "cancelled", gettext_lazy("Called off")

    UNSENT = (State.WAITING, State.CLAIMED, State.SENDING)
    LEFT = (State.CLAIMED, State.SENDING, State.SENT, State.BOUNCED, State.UNKNOWN)  # too late to cancel
    TRIED_AGAIN_FROM = (State.REFUSED, State.BOUNCED, State.SUPPRESSED, State.FAILED, State.UNKNOWN)

    template = models.CharField(max_length=60)
    transport = models.CharField(max_length=20, default="email")
    recipient = EncryptedAddressField(blank=True)  # blank once it was sent
    recipient_key = models.CharField(max_length=32, blank=True)  # keyed hash, kept after the address is blanked
    language = models.CharField(max_length=10, blank=True)
    about = models.CharField(max_length=100)  # "label:id" of the object
    causes = models.JSONField(default=list)  # numbers or short words, such as ids of events
    dedupe_key = models.CharField(max_length=220, blank=True)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, unique=True, default=new_message_id, editable=False)
    subject = models.CharField(max_length=200, blank=True)  # as it was sent
    problem = models.CharField(max_length=PROBLEM_LENGTH, blank=True)  # why the message waits or was not sent
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("message")
        default_permissions = ()
        permissions = [("manage_outbox", "Can see the outbox and send messages again")]
        constraints = [
            models.UniqueConstraint(fields=["dedupe_key"], condition=Q(state="waiting"), name="message_once_waiting")
        ]
        indexes = [
            models.Index(fields=["transport", "due_at", "id"], name="message_due", condition=Q(state="waiting")),
            models.Index(fields=["leased_until"], name="message_lease", condition=Q(state__in=["claimed", "sending"])),
            models.Index(fields=["about"], name="message_about"),
            models.Index(fields=["recipient_key"], name="message_recipient"),
            address_index("recipient", name="message_address"),
            models.Index(fields=["state", "-id"], name="message_state"),
            models.Index(fields=["finished_at"], name="message_finished"),
        ]

    def __str__(self):
        return f"message {self.pk}"

    @property
    def about_id(self):
        """Return the id of the object that the message is about."""
        return int(self.about.rpartition(":")[2])

    def write(self, *states, **changes):
        """Update columns if the state is one of these and the lease is ours; return whether a row was updated.

        What a server answered is kept without the addresses in it.
        """
        if "problem" in changes:
            changes["problem"] = without_addresses(changes["problem"])[:PROBLEM_LENGTH]
        ours = type(self).objects.filter(pk=self.pk, state__in=states, lease=self.lease)
        written = bool(ours.update(**changes))
        if written:
            for name, value in changes.items():
                setattr(self, name, value)
        return written

    def open_recipient(self):
        """Raise UnreadableValue for an address whose key is gone; once the key is back, the address has its hash."""
        if is_unreadable(self.recipient):
            raise UnreadableValue(_("The key of its address is not in ENCRYPTION_KEYS."))
        if not self.recipient_key:
            self.write(self.State.CLAIMED, recipient_key=address_key(self.recipient))

    def hand_over(self):
        """Mark the message as in transmission, directly before the server may accept it.

        Raises LeaseLost if another worker has leased the message or it was cancelled. Nobody sends it again without a
        person's request.
        """
        until = timezone.now() + lease_time()
        if not self.write(self.State.CLAIMED, state=self.State.SENDING, leased_until=until):
            raise LeaseLost

    def finish(self, state, *, problem="", **changes):
        """Store the result; a late worker may still replace "unknown" for a message that it transmitted."""
        over = {"state": state, "problem": problem, "finished_at": timezone.now(), "leased_until": None}
        return self.write(self.State.CLAIMED, self.State.SENDING, self.State.UNKNOWN, **over, **changes)

    def sent(self, subject):
        """Mark the message as accepted by a server; blank its address."""
        return self.finish(self.State.SENT, subject=subject, recipient="")

    def came_back(self, address, problem):
        """Mark an accepted message as bounced; return False if it was not in an accepted state."""
        back = {"state": self.State.BOUNCED, "recipient": address, "problem": problem}
        return self.write(self.State.SENT, self.State.UNKNOWN, **back)

    def lose_track(self, problem):
        """Mark the message as unknown: nobody knows whether the server accepted it."""
        over = {"state": self.State.UNKNOWN, "problem": problem, "finished_at": timezone.now()}
        return self.write(self.State.SENDING, **over)

    def put_off(self, problem):
        """Retry later with exponential backoff, or fail after the last try; the server has not accepted the message."""
        if self.tries >= MESSAGE_TRIES:
            return self.finish(self.State.FAILED, problem=problem)
        due_at = timezone.now() + message_delay(self.tries)
        return self.put_back(self.State.CLAIMED, self.State.SENDING, due_at=due_at, problem=problem)

    def release(self):
        """Undo the claim of a message; one in transmission does not change."""
        return self.put_back(self.State.CLAIMED, due_at=self.due_at, tries=max(self.tries - 1, 0))

    def take_back(self):
        """Undo the claim: the server is unavailable and has not accepted the message."""
        return self.put_back(self.State.CLAIMED, self.State.SENDING, due_at=self.due_at, tries=max(self.tries - 1, 0))

    @transaction.atomic
    def put_back(self, *states, **changes):
        """Return the message to the queue; if another one waits under the same key, move the causes to that one."""
        back = {"state": self.State.WAITING, "lease": "", "leased_until": None} | changes
        try:
            with transaction.atomic():
                return self.write(*states, **back)
        except IntegrityError:
            type(self).objects.join(self.dedupe_key, self.causes, self.due_at)
            return self.finish(self.State.CANCELLED, problem=_("A later message tells the same."), recipient="")

    def forget_cause(self, cause):
        """Remove a cause; cancel the message if none is left."""
        self.causes.remove(cause)
        if not self.causes and self.state == self.State.WAITING:
            self.state, self.recipient, self.finished_at = self.State.CANCELLED, "", timezone.now()
        self.save(update_fields=["causes", "state", "recipient", "finished_at"])

    @transaction.atomic
    def try_again(self):
        """Return an unsent or unknown message to the queue; return whether it waits now."""
        again = {"state": self.State.WAITING, "due_at": timezone.now(), "tries": 0, "finished_at": None, "lease": ""}
        if not self.recipient:
            return False
        try:
            with transaction.atomic():
                return self.write(*self.TRIED_AGAIN_FROM, **again)
        except IntegrityError:  # another message with the same key waits already
            return False


class LeaseLost(Exception):
    """The lease has expired or the message was cancelled."""


class SuppressedAddressQuerySet(models.QuerySet["SuppressedAddress"]):
    """Named selections of suppressed addresses."""

    def among(self, transport, addresses):
        """Return the suppressed ones of these addresses, by address."""
        keys = {key: address.lower() for address in addresses for key in address_keys(address)}
        return {keys[each.key]: each for each in self.filter(transport=transport, key__in=keys)}

    def of_address(self, address):
        """Select the notes about one address."""
        return self.filter(key__in=address_keys(address))

    def prune(self, before):
        """Forget the addresses that servers refused before this moment: somebody else may have them now."""
        refused = (SuppressedAddress.Reason.REFUSED, SuppressedAddress.Reason.BOUNCED)
        return self.filter(reason__in=refused, since__lt=before).delete()[0]

    def note(self, address, reason, detail, transport="email"):
        """Suppress an address; a note under an earlier key makes room for this one."""
        detail = without_addresses(detail)[:PROBLEM_LENGTH]
        facts = {"reason": reason, "detail": detail, "since": timezone.now()}
        key, *earlier = address_keys(address)
        self.filter(transport=transport, key__in=earlier).delete()
        return self.update_or_create(transport=transport, key=key, defaults=facts)[0]


class SuppressedAddress(models.Model):
    """An address to which nothing is sent any more, and the reason; only a keyed hash of it."""

    class Reason(models.TextChoices):
        """The reason for suppressing an address."""

        REFUSED = "refused", gettext_lazy("A server refused it")
        BOUNCED = "bounced", gettext_lazy("A message came back")
        COMPLAINED = "complained", gettext_lazy("The reader called our mail spam")

    transport = models.CharField(max_length=20, default="email")
    key = models.CharField(max_length=254, db_column="address")  # earlier releases kept the address itself there
    reason = models.CharField(max_length=10, choices=Reason.choices)
    detail = models.CharField(max_length=PROBLEM_LENGTH, blank=True)  # the server's reply
    since = models.DateTimeField(default=timezone.now)

    objects = SuppressedAddressQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("address that is passed over")
        default_permissions = ()
        ordering = ["-since", "-pk"]
        constraints = [models.UniqueConstraint(fields=["transport", "key"], name="suppressed_address_once")]

    def __str__(self):
        return f"address {self.pk}"


class TransportPause(models.Model):
    """A pause of a transport whose server is unavailable; no message is claimed before its end."""

    transport = models.CharField(max_length=20, unique=True)
    since = models.DateTimeField(default=timezone.now)
    failures = models.PositiveIntegerField(default=0)  # consecutive failures
    until = models.DateTimeField()
    problem = models.CharField(max_length=PROBLEM_LENGTH)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.transport

    @classmethod
    def of(cls, transport):
        """Return the latest pause of a transport, also one that is over; None after a success."""
        return cls.objects.filter(transport=transport).first()

    @property
    def lasts(self):
        """Return whether the pause is not over."""
        return self.until > timezone.now()

    @classmethod
    def begin(cls, transport, problem):
        """Pause a transport, doubled by each consecutive failure; two workers that fail at once count once."""
        pause = cls.of(transport) or cls(transport=transport)
        if pause.pk and pause.lasts:
            return pause
        pause.failures += 1
        pause.until = timezone.now() + pause_delay(pause.failures)
        pause.problem = without_addresses(str(problem))[:PROBLEM_LENGTH]
        shown = {"failures": pause.failures, "until": pause.until, "problem": pause.problem}
        return cls.objects.update_or_create(transport=transport, defaults=shown)[0]
