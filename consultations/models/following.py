"""Following: who is written to when something happens to a consultation, or when there is a new one."""

from datetime import timedelta

from django.core import signing
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models.pages import ConsultationPage
from portal.accounts.addresses import confirmed_address
from portal.encryption.addresses import EncryptedAddressField, address_index
from portal.models import Message, SuppressedAddress, User
from portal.outbox.address_keys import address_key, address_keys
from portal.outbox.models import label_of

FOLLOWER_SALT, FOLLOW_SALT = "consultations.follower", "consultations.follow"
UNCONFIRMED_FOLLOWS_KEPT_FOR = timedelta(days=7)
CLEARED_AT_ONCE = 1000  # rows of one transaction; the rest goes an hour later


class FollowPace(models.TextChoices):
    """How often somebody wants to be written to."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")


class FollowerQuerySet(models.QuerySet["Follower"]):
    """Finds and makes followers."""

    @transaction.atomic
    def of_account(self, user, language=""):
        """Return the follower that an account is, made if it is new.

        What its confirmed address followed without the account, it follows from now on.
        """
        follower = self.get_or_create(account=user, defaults={"language": language})[0]
        for guest in self.guests_with(confirmed_address(user)):
            guest.become(follower)
        return follower

    def with_address(self, address, language=""):
        """Return the follower with an address: that of an account which has confirmed it, or one without account.

        A letter goes to the follower's `recipient`, not to what was typed. The letters are compared in small ones, for
        in capitals those of two addresses can be the same: "ı" and "i" are both "I".
        """
        small = address.strip().lower()
        for user in User.objects.alias(small=Lower("email")).filter(small=small, is_active=True):
            if user.email.lower() == small and confirmed_address(user):
                return self.of_account(user, language)
        if known := self.guests_with(address).first():
            return known
        fields = {"address": address, "language": language}
        return self.get_or_create(address_key=address_key(address), defaults=fields)[0]

    def guests_with(self, address):
        """Select the followers who are an address without an account, also from before a key was changed."""
        same = Q(address=address) | Q(address_key__in=address_keys(address)) if address else Q(pk=None)
        return self.filter(same, account=None)

    def of_person(self, user):
        """Select what an account is as a follower, with its account and with its confirmed address alone."""
        theirs, address = Q(account=user), confirmed_address(user)
        return self.filter(theirs | Q(address=address) if address else theirs)


class Follower(models.Model):
    """Somebody who follows something: an account, or an address without one.

    Only this class knows where the address stands.
    """

    account = models.OneToOneField(User, null=True, on_delete=models.CASCADE, related_name="+")
    address = EncryptedAddressField(blank=True)
    address_key = models.CharField(max_length=32, null=True, unique=True)  # keeps two of one address out; NULL: account
    language = models.CharField(max_length=10, blank=True)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [address_index("address", name="follower_address")]
        constraints = [
            models.CheckConstraint(
                condition=Q(account=None, address_key__isnull=False) | Q(account__isnull=False, address_key=None),
                name="follower_account_or_address",
            )
        ]

    def __str__(self):
        return f"follower {self.pk}"

    def get_absolute_url(self):
        """Return the page on which the follower changes and stops what is followed; the link is the key to it."""
        return reverse("consultations:following", args=[token_for(self.known_address, self.pk, FOLLOWER_SALT)])

    @property
    def recipient(self):
        """Return the address to write to; '' for an account that is closed or whose address is not confirmed."""
        if self.account is None:
            return self.address
        return confirmed_address(self.account) if self.account.is_active else ""

    @property
    def known_address(self):
        """Return the address, confirmed or not, that the person pack tells and that the links are made for."""
        return self.address or (self.account.email if self.account else "")

    @transaction.atomic
    def become(self, other):
        """Let another follower, who is the same person, follow what this one does, and delete this one."""
        for follow in self.follows.all():
            follow.move_to(other)
        for digest in Message.objects.about(self).filter(state=Message.State.WAITING):
            posted = {"to": other.recipient, "about": other, "language": digest.language}
            for cause in digest.causes:
                grace = digest.due_at - timezone.now()
                Message.objects.post(digest.template, cause=cause, grace=grace, prolongs=False, **posted)
        Message.objects.about(self).forget_recipients()
        self.delete()

    @transaction.atomic
    def stop_all(self):
        """Delete the follower with everything that is followed, and what waits to be sent of it."""
        for subject in (self, *self.follows.all()):
            Message.objects.about(subject).forget_recipients()
        self.delete()

    def forget_if_idle(self):
        """Delete the follower who follows nothing any more, and what waits to be sent."""
        if not self.follows.exists():
            Message.objects.about(self).forget_recipients()
            self.delete()


class FollowQuerySet(models.QuerySet["Follow"]):
    """Named selections of follows."""

    def confirmed(self):
        """Select the follows that the owner of the address has confirmed."""
        return self.filter(confirmed_at__isnull=False)

    def for_list(self):
        """Select what a follower reads of their own follows; each knows whether everybody may see its consultation."""
        public = ConsultationPage.objects.live().public().filter(pk=OuterRef("consultation"))
        shown = self.confirmed().annotate(is_shown=Exists(public)).select_related("consultation", "follower__account")
        return shown.defer("consultation__body", "consultation__outcome").order_by("consultation__title", "pk")

    @transaction.atomic
    def begin(self, follower, consultation, pace):
        """Return the follow of a consultation, or of every new one; an unconfirmed one takes the new pace."""
        fields = {"pace": pace, "asked_at": timezone.now()}
        follow, is_new = self.get_or_create(follower=follower, consultation=consultation, defaults=fields)
        if not (is_new or follow.confirmed_at):
            self.filter(pk=follow.pk, confirmed_at=None).update(**fields)
            follow.refresh_from_db()
        return follow

    @transaction.atomic
    def clear_away(self):
        """Delete what nobody confirmed in time, and the followers who follow nothing."""
        late = self.filter(confirmed_at=None, asked_at__lt=timezone.now() - UNCONFIRMED_FOLLOWS_KEPT_FOR)
        late = list(late.select_for_update()[:CLEARED_AT_ONCE])
        Message.objects.filter(about__in=[label_of(follow) for follow in late]).forget_recipients()
        self.filter(pk__in=[follow.pk for follow in late]).delete()
        for follow in self.bounced():
            follow.stop()
        for follower in Follower.objects.filter(follows=None):
            follower.forget_if_idle()

    def bounced(self):
        """Return the follows of every new consultation whose letters come back: nothing else would ever end them."""
        of_agency = list(self.filter(consultation=None).select_related("follower__account"))
        found = []
        for start in range(0, len(of_agency), CLEARED_AT_ONCE):
            some = {
                follow.follower.known_address.lower(): follow for follow in of_agency[start : start + CLEARED_AT_ONCE]
            }
            found += [some[address] for address in SuppressedAddress.objects.among("email", some)]
        return found


class Follow(models.Model):
    """One follower wants to hear of one consultation, or of every new one; stopping deletes the row."""

    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="follows")
    consultation = models.ForeignKey(
        ConsultationPage, null=True, on_delete=models.CASCADE, related_name="follows"
    )  # NULL: every new consultation of the agency
    pace = models.CharField(max_length=10, choices=FollowPace.choices, default=FollowPace.AT_ONCE)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["follower", "consultation"], name="follow_consultation_once"),
            models.UniqueConstraint(
                fields=["follower"], condition=Q(consultation=None), name="follow_new_consultations_once"
            ),
        ]

    def __str__(self):
        return f"follow {self.pk}"

    @property
    def confirmation_url(self):
        """Return the path of the page on which the owner of the address says yes."""
        token = token_for(self.follower.known_address, self.pk, FOLLOW_SALT)
        return reverse("consultations:confirm_follow", args=[token])

    def confirm(self):
        """Note that the owner of the address wants the letters; a second time changes nothing."""
        type(self).objects.filter(pk=self.pk, confirmed_at=None).update(confirmed_at=timezone.now())

    def change_pace(self, pace):
        """Write at another pace from now on; what was gathered already comes when it was due."""
        type(self).objects.filter(pk=self.pk).update(pace=pace)

    def move_to(self, follower):
        """Give the follow to another follower, unless that one follows the same already."""
        same = follower.follows.filter(consultation=self.consultation_id).first()
        if same and (same.confirmed_at or not self.confirmed_at):
            Message.objects.about(self).forget_recipients()
            return
        if same:
            Message.objects.about(same).forget_recipients()
            same.delete()
        type(self).objects.filter(pk=self.pk).update(follower=follower)

    @transaction.atomic
    def stop(self):
        """Delete the follow with what waits to be sent of it, and the follower who follows nothing else."""
        Message.objects.about(self).forget_recipients()
        self.delete()
        self.follower.forget_if_idle()


class FollowProgress(models.Model):
    """Up to where followers were told: the last event of which all were, and the last follow told of the next one."""

    event = models.BigIntegerField(default=0)  # ids, without a relation: the event may be deleted with its page
    begun = models.BigIntegerField(default=0)  # the event of which some followers were told
    follow = models.BigIntegerField(default=0)  # the last of them

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"event {self.event}, follow {self.follow}"

    @classmethod
    def reaches(cls, event_id):
        """Return whether all followers were told of the events up to this one."""
        return cls.objects.filter(pk=1, event__gte=event_id).exists()

    @classmethod
    def locked(cls):
        """Return the only row, locked until the end of the transaction."""
        cls.objects.get_or_create(pk=1)
        return cls.objects.select_for_update().get(pk=1)

    def last_told(self, event):
        """Return the last follow that was told of an event; 0 for one that is not begun."""
        return self.follow if self.begun == event.pk else 0

    def move(self, *, event, begun=0, follow=0):
        """Store how far it is."""
        self.event, self.begun, self.follow = event, begun, follow
        self.save(update_fields=["event", "begun", "follow"])


def token_for(address, pk, salt):
    """Return what a link to a row holds: it works only as long as the address is that to which we wrote it."""
    return signing.Signer(salt=salt).sign(f"{pk}-{address_key(address)}")


def read_token(token, salt):
    """Return the id of the row, and the keyed hash of the address; raise BadSignature for no link of ours."""
    pk, _dash, key = signing.Signer(salt=salt).unsign(token).partition("-")
    return pk, key


def follower_with_token(token):
    """Return the follower whose link it is; None once they follow nothing, or have another address.

    Raises BadSignature for no link of ours.
    """
    pk, key = read_token(token, FOLLOWER_SALT)
    found = Follower.objects.filter(pk=pk).select_related("account").first()
    return found if found and key in address_keys(found.known_address) else None


def follow_with_token(token):
    """Return the follow that a letter asks about; None once it is gone, or was not confirmed in time.

    Raises BadSignature for no link of ours.
    """
    pk, key = read_token(token, FOLLOW_SALT)
    in_time = Q(confirmed_at__isnull=False) | Q(asked_at__gte=timezone.now() - UNCONFIRMED_FOLLOWS_KEPT_FOR)
    found = Follow.objects.filter(in_time, pk=pk).select_related("follower__account", "consultation").first()
    return found if found and key in address_keys(found.follower.known_address) else None
