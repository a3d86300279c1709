"""The account as it is stored, read once before it is saved, for all receivers that compare."""

from django.db.models.signals import pre_save

from portal.accounts.models import User


def read_stored(sender, instance, raw=False, **_signal):
    """Note the stored account at the one that is about to be saved; None for a new one, and while data is loaded.

    The name begins with an underscore, because allauth writes the other attributes of an account into the session.
    """
    instance._stored_before = None if raw or instance.pk is None else User.objects.filter(pk=instance.pk).first()


def connect_stored():
    """Read stored accounts from now on, before every other receiver."""
    pre_save.connect(read_stored, sender=User, dispatch_uid="portal.accounts.stored")
