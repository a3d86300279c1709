"""The address of an account stands at the user; allauth notes beside it whether it was confirmed."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.signals import social_account_added
from allauth.usersessions.models import UserSession
from django.db.models.signals import post_save
from wagtail.log_actions import get_active_log_context

from portal.accounts.mails import post_account_mail
from portal.accounts.models import User
from portal.accounts.role_grants import RoleGrant

EMAIL_CHANGED = "account/email/email_changed"


def follow_address(sender, instance, created, raw=False, **_signal):
    """After a change of address, take away the old one's right to sign in and tell it; the new one is unconfirmed.

    Roles that wait for a confirmation lapse: a colleague asked for them for whoever has the old address. Whoever
    changes the own address at the door has confirmed the new one before, so nothing is left to do here for it. A
    superuser is made by somebody with a shell on the server, before any mail is set up perhaps: that confirms it.
    """
    if created and instance.is_superuser and not raw:
        EmailAddress.objects.create(user=instance, email=instance.email.lower(), verified=True, primary=True)
    old = instance._stored_before.email if instance._stored_before else ""
    if raw or not old or old.lower() == instance.email.lower():
        return
    RoleGrant.lapse(instance)
    if (actor := get_active_log_context().user) and actor != instance:
        end_sign_ins(instance)
    others = EmailAddress.objects.filter(user=instance).exclude(email__iexact=instance.email)
    if others.delete()[0]:
        post_account_mail(EMAIL_CHANGED, old, instance)


def end_sign_ins(user):
    """End every sign-in with an account: whoever has the new address did not begin them."""
    for session in UserSession.objects.filter(user=user):
        session.end()


def confirm_by_provider(sender, sociallogin, **_signal):
    """Take the address of an account for confirmed when a provider of our settings says that it has confirmed it.

    It is called once allauth has taken away a password and sessions from before, which somebody else may have made.
    """
    user = sociallogin.user
    theirs = {address.email.lower() for address in sociallogin.email_addresses if address.verified}
    if user.email.lower() not in theirs:
        return
    if not EmailAddress.objects.filter(user=user, email__iexact=user.email).update(verified=True, primary=True):
        EmailAddress.objects.create(user=user, email=user.email.lower(), verified=True, primary=True)


def confirmed_address(user):
    """Return the address of an account if its owner has confirmed it; "" otherwise."""
    theirs = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True)
    return user.email if theirs.exists() else ""


def connect_addresses():
    """Follow the addresses of accounts from now on."""
    social_account_added.connect(confirm_by_provider, dispatch_uid="portal.accounts.addresses.provider")
    post_save.connect(follow_address, sender=User, dispatch_uid="portal.accounts.addresses.after")
