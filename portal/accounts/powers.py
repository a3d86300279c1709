"""Who may give power over the site: nobody to themselves, over texts only two, and a superuser's only a superuser.

The rules stand at the models, so that they hold for every form, list and button of the staff area.
"""

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models.signals import m2m_changed, pre_save
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from wagtail.log_actions import get_active_log_context

from portal.accounts.models import User
from portal.accounts.role_grants import being_given, is_power, is_somebodys, mighty_roles, powers_of, waiting_roles

ADDING = "pre_add"
GROWING_ROLE_REFUSED = _lazy("Powers over texts are added only to a role that nobody has or is to get. Make a new one.")
OWN_ADDRESS_REFUSED = _lazy("You change your own address in your account, where you are asked who you are.")
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


def is_signed_in(user):
    """Return whether this is who works in the staff area now, a superuser included."""
    return user == get_active_log_context().user


def refuse_own_roles(sender, instance, action, reverse, pk_set, **_signal):
    """Raise PermissionDenied when people give themselves a role."""
    user = giver()
    if action == ADDING and user and (user.pk in pk_set if reverse else instance == user) and pk_set:
        raise PermissionDenied(_("Nobody can give themselves a role. Ask a colleague."))


def refuse_unconfirmed_roles(sender, instance, action, reverse, pk_set, **_signal):
    """Raise PermissionDenied when one person alone gives a role with powers over texts."""
    if action != ADDING or not giver():
        return
    roles = [instance] if reverse else Group.objects.filter(pk__in=pk_set)
    people = pk_set if reverse else {instance.pk}
    given = {(person, role.pk) for role in roles if powers_of(role) for person in people}
    if given - {being_given.get()}:
        raise PermissionDenied(_("A role with powers over texts needs a second administrator."))


def refuse_growing_role(sender, instance, action, reverse, model, pk_set, **_signal):
    """Raise PermissionDenied when one person alone adds powers over texts to a role of somebody, or to people."""
    if action != ADDING or not giver() or reverse:
        return
    is_held = not isinstance(instance, Group) or is_somebodys(instance)
    added = model.objects.filter(pk__in=pk_set).select_related("content_type")
    if is_held and any(map(is_power, added)):
        raise PermissionDenied(GROWING_ROLE_REFUSED)


def refuse_quiet_return(sender, instance, raw=False, **_signal):
    """Raise PermissionDenied when one person alone brings powers over texts back, or leads their mail elsewhere."""
    if raw or not giver():
        return
    stored = instance._stored_before
    if stored and (reason := why_not_changed(stored, instance.is_active, instance.email)):
        raise PermissionDenied(reason)


def why_not_changed(stored, is_active, email):
    """Return why an administrator may not switch an account on, or change its address, or ''."""
    switched_on = is_active and not stored.is_active
    moved = email.lower() != stored.email.lower()
    if moved and is_signed_in(stored):
        return OWN_ADDRESS_REFUSED
    if not (switched_on or moved):
        return ""
    if roles := names_of(mighty_roles(stored)):
        if switched_on:
            return _("Take these roles off first, and ask for them anew once the account is switched on: %s.") % roles
        return _("Whoever has powers over texts changes the address themselves, at the door (roles: %s).") % roles
    if moved and (roles := names_of(waiting_roles(stored))):
        return _("A colleague is to confirm roles for this very address. Refuse them first (%s).") % roles
    return ""


def names_of(roles):
    """Return the names of roles in one line."""
    return ", ".join(role.name for role in roles)


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
    stored = instance._stored_before
    if instance.is_superuser or (stored and stored.is_superuser):
        raise PermissionDenied(_("Only a superuser makes superusers, and changes their accounts."))


def connect_powers():
    """Keep the rules from now on."""
    for rule in (refuse_own_roles, refuse_unconfirmed_roles):
        m2m_changed.connect(rule, sender=User.groups.through, dispatch_uid=f"portal.accounts.powers.{rule.__name__}")
    for through in (Group.permissions.through, User.user_permissions.through):
        for refuse in (refuse_own_permissions, refuse_growing_role):
            uid = f"portal.accounts.powers.{refuse.__name__}.{through._meta.label}"
            m2m_changed.connect(refuse, sender=through, dispatch_uid=uid)
    for keep in (refuse_superuser, refuse_quiet_return):
        pre_save.connect(keep, sender=User, dispatch_uid=f"portal.accounts.powers.{keep.__name__}")
