"""The address of an account stands at the user; allauth notes beside it whether it was confirmed."""

from allauth.account.models import EmailAddress
from django.db.models.signals import post_save, pre_save

from portal.accounts.mails import post_account_mail
from portal.accounts.models import User

EMAIL_CHANGED = "account/email/email_changed"


def note_old_address(sender, instance, raw=False, **_signal):
    """Remember the stored address of an account that is about to be saved."""
    stored = None if raw or instance.pk is None else User.objects.filter(pk=instance.pk).values_list("email", flat=True)
    instance.old_address = stored.first() if stored is not None else None


def follow_address(sender, instance, created, raw=False, **_signal):
    """After a change of address, take away the old one's right to sign in and tell it; the new one is unconfirmed.

    Whoever changes the own address at the door has confirmed the new one before, so nothing is left to do here. A
    superuser is made by somebody with a shell on the server, before any mail is set up perhaps: that confirms it.
    """
    if created and instance.is_superuser and not raw:
        EmailAddress.objects.create(user=instance, email=instance.email.lower(), verified=True, primary=True)
    old = getattr(instance, "old_address", None)
    if raw or not old or old.lower() == instance.email.lower():
        return
    others = EmailAddress.objects.filter(user=instance).exclude(email__iexact=instance.email)
    if others.delete()[0]:
        post_account_mail(EMAIL_CHANGED, old, instance)


def confirmed_address(user):
    """Return the address of an account if its owner has confirmed it; "" otherwise."""
    theirs = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True)
    return user.email if theirs.exists() else ""


def connect_addresses():
    """Follow the addresses of accounts from now on."""
    pre_save.connect(note_old_address, sender=User, dispatch_uid="portal.accounts.addresses.before")
    post_save.connect(follow_address, sender=User, dispatch_uid="portal.accounts.addresses.after")
