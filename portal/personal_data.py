"""The portal's rows about one person: the account and its sessions, messages, addresses that took no mail."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.models import FormState
from wagtail.models import Comment, CommentReply, ModelLogEntry, Page, PageLogEntry, Revision, TaskState

from portal.models import Agency, ConfirmedAddress, ContentPage, Message, SuppressedAddress, User
from portal.outbox.address_keys import address_keys
from portal.privacy.models import UnusedAccount
from portal.privacy.person import record_kind
from portal.privacy.traces import leave_unsearched, words_of_staff

SIGN_IN_MODELS = (EmailAddress, Authenticator, SocialAccount, UserSession)  # rows that only serve to sign in


def pseudonymise_accounts(users, person, actor):
    """Take everything from accounts without a role by which one could be known, and switch them off.

    The account of staff stays: what they did is on record by their name, and an administrator switches it off.
    """
    for user in users.filter(groups=None, is_superuser=False, is_staff=False):
        end_sessions(user)  # by keys that stand in a row of the models below
        for model in SIGN_IN_MODELS:
            model.objects.filter(user=user).delete()
        users.filter(pk=user.pk).update(  # a signal would write to the ledger, whose end is locked last
            email=f"erased-{user.pk}@invalid.invalid",
            first_name="",
            last_name="",
            is_active=False,
            last_login=None,
            password=make_password(None),
        )


def end_sessions(user):
    """Delete the sessions in which somebody is signed in, by the keys that the door noted at each sign-in.

    Reading who is signed in out of every session would hold the account's lock for seconds on a busy site. Whatever
    session had no note is void with the password, and is cleared away by its age.
    """
    keys = UserSession.objects.filter(user=user).values_list("session_key", flat=True)
    Session.objects.filter(pk__in=list(keys)).delete()


def close_accounts(users):
    """Take everything from accounts that are closed by which one could be known."""
    pseudonymise_accounts(users, None, None)


def forget_messages(messages, person, actor):
    """Call off what waits, and blank the addresses, what servers said of them, and the subjects."""
    messages.forget_recipients()
    messages.update(subject="")


@record_kind(User, _("Accounts"), left_out=("password",), erase=pseudonymise_accounts, release=close_accounts)
def accounts_of(person):
    """Select the accounts of this address."""
    return User.objects.filter(pk__in=person.accounts)


def rows_of_accounts(model):
    """Return a function that selects the rows of a person's accounts; they go with the account."""
    return lambda person: model.objects.filter(user__in=person.accounts)


def name_of_second_factor(row):
    """Return the name that a passkey was given; the keys, the secret and the codes beside it are told to nobody."""
    return row.data.get("name", "")


for model, title, how in (
    (EmailAddress, _("Addresses of the account"), {}),
    (UserSession, _("Sign-ins in a browser"), {"left_out": ("session_key", "data")}),
    (SocialAccount, _("Accounts elsewhere that sign in here"), {}),
    (
        Authenticator,
        _("Passkeys, apps for codes, and lists of recovery codes"),
        {"told": {"data": name_of_second_factor}},
    ),
    (UnusedAccount, _("Warnings that nobody signs in with the account"), {}),
):
    record_kind(model, title, **how)(rows_of_accounts(model))


@record_kind(Message, _("Messages"), left_out=("lease", "leased_until", "dedupe_key"), erase=forget_messages)
def messages_to(person):
    """Select the messages to this address, those whose address was blanked included."""
    if not person.address:
        return Message.objects.none()
    return Message.objects.filter(Q(recipient_key__in=address_keys(person.address)) | Q(recipient=person.address))


@record_kind(
    SuppressedAddress,
    _("Addresses that take no mail"),
    left_out=("key",),
    erase=lambda rows, person, actor: rows.delete(),
)
def suppressions_of(person):
    """Select the note that this address takes no mail."""
    if not person.address:
        return SuppressedAddress.objects.none()
    return SuppressedAddress.objects.of_address(person.address)


@record_kind(
    ConfirmedAddress,
    _("Addresses that were confirmed"),
    left_out=("key",),
    erase=lambda rows, person, actor: rows.delete(),
)
def confirmations_of(person):
    """Select the note that the owner of this address has confirmed it."""
    if not person.address:
        return ConfirmedAddress.objects.none()
    return ConfirmedAddress.objects.filter(key__in=address_keys(person.address))


leave_unsearched(Agency)
words_of_staff(Page, "title", "draft_title", "seo_title", "search_description")
words_of_staff(ContentPage, "body")
words_of_staff(Revision, "content", "object_str")
words_of_staff(PageLogEntry, "label", "data")
words_of_staff(ModelLogEntry, "label", "data")
words_of_staff(TaskState, "comment")
words_of_staff(Comment, "text")
words_of_staff(CommentReply, "text")
words_of_staff(FormState, "data")
