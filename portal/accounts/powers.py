"""Who may give power over the site: nobody to themselves, and a superuser's only a superuser.

The rules stand at the models, so that they hold for every form, list and button of the staff area.
"""

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models.signals import m2m_changed, pre_save
from django.utils.translation import gettext as _
from wagtail.log_actions import get_active_log_context

from portal.accounts.models import User

ADDING = "pre_add"
STAFF_AREA = "wagtailadmin.access_admin"


def may_enter_staff_area(user):
    """Return whether a person is staff: may open the staff area at all."""
    return user.has_perm(STAFF_AREA)


def has_role(user):
    """Return whether an account is more than a citizen's: an administrator closes it, and what was done stays named."""
    return user.is_staff or user.is_superuser or user.groups.exists()


def giver():
    """Return who is signed in and has to keep to the rules; None for a superuser, or where nobody is signed in."""
    user = get_active_log_context().user
    return None if user is None or user.is_superuser else user


def refuse_own_roles(sender, instance, action, reverse, pk_set, **_signal):
    """Raise PermissionDenied when people give themselves a role."""
    user = giver()
    if action == ADDING and user and (user.pk in pk_set if reverse else instance == user) and pk_set:
        raise PermissionDenied(_("Nobody can give themselves a role. Ask a colleague."))


def refuse_own_permissions(sender, instance, action, reverse, **_signal):
    """Raise PermissionDenied when a person adds to the permissions of a role of his own, or to his own."""
    user = giver()
    if action == ADDING and user and not reverse and (instance == user or is_role_of(instance, user)):
        raise PermissionDenied(_("Nobody can add to a role of their own. Ask a colleague."))


def is_role_of(instance, user):
    """Return whether a person has this role."""
    return isinstance(instance, Group) and user.groups.filter(pk=instance.pk).exists()


def refuse_superuser(sender, instance, raw=False, **_signal):
    """Raise PermissionDenied when anybody but a superuser makes a superuser, or changes the account of one."""
    user = giver()
    if raw or user is None:
        return
    stored = User.objects.filter(pk=instance.pk).first() if instance.pk else None
    if instance.is_superuser or (stored and stored.is_superuser):
        raise PermissionDenied(_("Only a superuser makes superusers, and changes their accounts."))


def connect_powers():
    """Keep the rules from now on."""
    m2m_changed.connect(refuse_own_roles, sender=User.groups.through, dispatch_uid="portal.accounts.powers.roles")
    for through in (Group.permissions.through, User.user_permissions.through):
        uid = f"portal.accounts.powers.{through._meta.label}"
        m2m_changed.connect(refuse_own_permissions, sender=through, dispatch_uid=uid)
    pre_save.connect(refuse_superuser, sender=User, dispatch_uid="portal.accounts.powers.superuser")
