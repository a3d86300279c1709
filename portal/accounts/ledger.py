"""Entries in the ledger for accounts, roles and settings that somebody changes in the staff area.

They are written by signals of the models, so that no form, list or button can go round them. What happens without
anybody being signed in, such as a migration, is no action of a person and leaves no entry.
"""

from allauth.account import signals as account_signals
from allauth.mfa import signals as second_factor_signals
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from wagtail.contrib.settings.registry import registry
from wagtail.log_actions import get_active_log_context

from portal.accounts.models import User
from portal.accounts.powers import may_enter_staff_area
from portal.audit import record
from portal.http.security_events import SecurityEvent, note_security_event

CHANGES_OF_ROLES = {"post_add": "given", "post_remove": "taken", "pre_clear": "taken"}
UNTOLD_FIELDS = {"last_login"}  # signing in has an entry of its own
FAILED_ENTRY_SECONDS = 60  # one entry a minute for each account, or a guesser would fill the ledger


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
    is_account = sender is User
    if stored := instance._stored_before if is_account else sender._base_manager.filter(pk=instance.pk).first():
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


def permissions_on_places(role):
    """Return the permissions on pages and files that a role has, as "codename kind:id"."""
    if not role.pk:
        return set()
    pages = role.page_permissions.values_list("permission__codename", "page_id")
    collections = role.collection_permissions.values_list("permission__codename", "collection_id")
    return {f"{name} page:{pk}" for name, pk in pages} | {f"{name} collection:{pk}" for name, pk in collections}


def record_permissions_on_places(role, before):
    """Record what a role was given and lost on pages and files since ``before``."""
    after = permissions_on_places(role)
    for action, changed in (("given", after - before), ("taken", before - after)):
        if changed:
            record_by_person(f"role.permissions_{action}", role, permissions=sorted(changed))


def record_of_staff(action):
    """Return a receiver of allauth's signals that records what a member of staff did with the own account."""

    def receive(sender, request, user, **told):
        if may_enter_staff_area(user):
            kind = getattr(told.get("authenticator"), "type", "")
            with transaction.atomic():
                record(action, actor=user, subject=user, **({"kind": str(kind)} if kind else {}))

    return receive


def record_sign_in_failure(address):
    """Record that a member of staff could not sign in; other people's tries, and unknown addresses, are not kept."""
    if account := User.objects.filter(email__iexact=address).first():
        record_failure_of_staff("account.sign_in_failed", account)


def on_wrong_second_factor(sender, user, **_signal):
    """Record that a member of staff gave a wrong code, at most once a minute."""
    record_failure_of_staff("account.second_factor_failed", user)


def record_failure_of_staff(action, account):
    """Record that somebody could not get in with a staff account, at most once a minute."""
    if may_enter_staff_area(account) and cache.add(f"{action}:{account.pk}", True, FAILED_ENTRY_SECONDS):
        with transaction.atomic():
            record(action, subject=account)


STAFF_ACTIONS = {
    "account.signed_in": account_signals.user_logged_in,
    "account.password_changed": account_signals.password_changed,
    "account.password_set": account_signals.password_set,
    "account.password_reset": account_signals.password_reset,
    "account.address_changed": account_signals.email_changed,
    "account.second_factor_added": second_factor_signals.authenticator_added,
    "account.second_factor_removed": second_factor_signals.authenticator_removed,
    "account.recovery_codes_made": second_factor_signals.authenticator_reset,
}


def noted_as(kind):
    """Return a receiver of allauth's signals that notes a security event, of citizens and of staff."""

    def receive(sender, request, **_signal):
        note_security_event(kind, request)

    return receive


EVENT_SIGNALS = {
    SecurityEvent.SIGNED_IN: account_signals.user_logged_in,
    SecurityEvent.CODE_FAILED: account_signals.login_code_rejected,
    SecurityEvent.SECOND_FACTOR_FAILED: second_factor_signals.authentication_failed,
}


def connect_ledger():
    """Write entries from now on."""
    for kind, signal in EVENT_SIGNALS.items():
        signal.connect(noted_as(kind), dispatch_uid=f"portal.accounts.ledger.event.{kind}", weak=False)
    for action, signal in STAFF_ACTIONS.items():
        signal.connect(record_of_staff(action), dispatch_uid=f"portal.accounts.ledger.{action}", weak=False)
    uid = "portal.accounts.ledger.second_factor_failed"
    second_factor_signals.authentication_failed.connect(on_wrong_second_factor, dispatch_uid=uid)
    for model, noun in [(User, "account"), (Group, "role"), *((model, "settings") for model in registry)]:
        uid = f"portal.accounts.ledger.{model._meta.label}"
        pre_save.connect(note_changed_fields, sender=model, dispatch_uid=uid)
        post_save.connect(record_saved(noun), sender=model, dispatch_uid=uid, weak=False)
        post_delete.connect(record_deleted(noun), sender=model, dispatch_uid=uid, weak=False)
    m2m_changed.connect(on_roles, sender=User.groups.through, dispatch_uid="portal.accounts.ledger.roles")
    for through in (Group.permissions.through, User.user_permissions.through):
        uid = f"portal.accounts.ledger.{through._meta.label}"
        m2m_changed.connect(on_permissions, sender=through, dispatch_uid=uid)
