"""Entries in the ledger for accounts, roles and settings that somebody changes in the staff area.

They are written by signals of the models, so that no form, list or button can go round them. What happens without
anybody being signed in, such as a migration, is no action of a person and leaves no entry.
"""

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from wagtail.contrib.settings.registry import registry
from wagtail.log_actions import get_active_log_context
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from portal.accounts.models import User
from portal.audit import record
from portal.model_changes import on_change

CHANGES_OF_ROLES = {"post_add": "given", "post_remove": "taken", "pre_clear": "taken"}
UNTOLD_FIELDS = {"last_login"}  # signing in has an entry of its own


def record_by_person(action, subject, **facts):
    """Record an action in the name of who is signed in; leave out what nobody in person did."""
    if actor := get_active_log_context().user:
        with transaction.atomic():
            record(action, actor=actor, subject=subject, **facts)


def note_changed_fields(sender, instance, raw=False, **_signal):
    """Remember which fields differ from what is stored, for the entry after saving."""
    instance.fields_changed = []
    if raw or instance.pk is None or get_active_log_context().user is None:
        return
    if stored := sender._base_manager.filter(pk=instance.pk).first():
        told = (field for field in sender._meta.concrete_fields if field.name not in UNTOLD_FIELDS)
        differ = (field.name for field in told if getattr(stored, field.attname) != getattr(instance, field.attname))
        instance.fields_changed = sorted(differ)


def record_saved(noun):
    """Return a receiver that records that an object was made or changed, with the names of the fields."""

    def receive(sender, instance, created, raw=False, **_signal):
        fields = getattr(instance, "fields_changed", [])
        if created and not raw:
            record_by_person(f"{noun}.made", instance)
        elif fields:
            record_by_person(f"{noun}.changed", instance, fields=fields)
        if "is_active" in fields:
            record_by_person(f"{noun}.switched_{'on' if instance.is_active else 'off'}", instance)

    return receive


def record_deleted(noun):
    """Return a receiver that records that an object was deleted."""

    def receive(sender, instance, **_signal):
        record_by_person(f"{noun}.deleted", f"{sender._meta.label_lower}:{instance.pk}")

    return receive


def on_roles(sender, instance, action, reverse, pk_set, **_signal):
    """Record the roles that a person was given or lost, from either side of the relation."""
    if action not in CHANGES_OF_ROLES:
        return
    for user, groups in pairs_of(instance, reverse, pk_set):
        record_by_person(f"role.{CHANGES_OF_ROLES[action]}", user, roles=sorted(group.name for group in groups))


def pairs_of(instance, reverse, pk_set):
    """Return users with the groups that a change of the relation is about; without keys, all of them."""
    if reverse:
        users = User.objects.filter(pk__in=pk_set) if pk_set is not None else instance.user_set.all()
        return [(user, [instance]) for user in users]
    groups = Group.objects.filter(pk__in=pk_set) if pk_set is not None else instance.groups.all()
    return [(instance, list(groups))] if groups else []


def on_permissions(sender, instance, action, reverse, model, pk_set, **_signal):
    """Record the permissions that a role, or a person, was given or lost."""
    if action not in CHANGES_OF_ROLES or reverse:
        return
    held = instance.user_permissions if isinstance(instance, User) else instance.permissions
    changed = held.all() if pk_set is None else model.objects.filter(pk__in=pk_set)
    if names := sorted(changed.values_list("codename", flat=True)):
        record_by_person(f"role.permissions_{CHANGES_OF_ROLES[action]}", instance, permissions=names)


def on_page_permission(sender, instance, created=None, raw=False, **_signal):
    """Record a permission on pages or files that a role was given, or lost."""
    if raw or get_active_log_context().user is None:
        return
    action = "role.permissions_taken" if created is None else "role.permissions_given"
    record_by_person(action, instance.group, permissions=[str(instance.permission.codename)])


def connect_ledger():
    """Write entries from now on."""
    for model, noun in [(User, "account"), (Group, "role"), *((model, "settings") for model in registry)]:
        uid = f"portal.accounts.ledger.{model._meta.label}"
        pre_save.connect(note_changed_fields, sender=model, dispatch_uid=uid)
        post_save.connect(record_saved(noun), sender=model, dispatch_uid=uid, weak=False)
        post_delete.connect(record_deleted(noun), sender=model, dispatch_uid=uid, weak=False)
    m2m_changed.connect(on_roles, sender=User.groups.through, dispatch_uid="portal.accounts.ledger.roles")
    for through in (Group.permissions.through, User.user_permissions.through):
        uid = f"portal.accounts.ledger.{through._meta.label}"
        m2m_changed.connect(on_permissions, sender=through, dispatch_uid=uid)
    on_change(on_page_permission, GroupPagePermission, GroupCollectionPermission)
