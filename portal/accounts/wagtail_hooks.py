"""What the staff area refuses to do with accounts, in words, and what it offers instead."""

from django.conf import settings
from django.contrib import messages
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from wagtail import hooks
from wagtail.admin.widgets import Button

from portal.accounts import leaving_views, roles
from portal.accounts.ledger import record_by_person
from portal.accounts.models import User
from portal.accounts.powers import giver, why_not_changed
from portal.accounts.role_grants import GIVE_ROLES, ROLE_GRANT_ASKED, RoleGrant, powers_of
from portal.staff.menu import REPORTS_MENU, MenuEntry
from portal.staff.notifications.kinds import NotificationLine, notification_kind
from portal.staff.registration import staff_page

ROLES_ENTRY = MenuEntry(_lazy("Who may do what"), "group", (GIVE_ROLES,), order=55, menu=REPORTS_MENU)
staff_page("roles/", roles.who_may_do_what, "who_may_do_what", menu=ROLES_ENTRY)

staff_page("roles/leaves/<int:pk>/", leaving_views.person_leaves, "person_leaves")

staff_page("roles/grants/<int:pk>/confirm/", roles.confirm_role, "role_confirm")
staff_page("roles/grants/<int:pk>/refuse/", roles.refuse_role, "role_refuse")

LIST_OF_ACCOUNTS = "wagtailusers_users:index"
WAITING_FOR_SECOND = _lazy("A role waits until another administrator confirms it on “Who may do what”.")


def stays_on_record(user):
    """Return whether something that stays on record was done by this account, so that it cannot be deleted."""
    try:
        Collector(using="default", origin=user).collect([user])
    except (ProtectedError, RestrictedError):
        return True
    return False


@hooks.register("before_edit_user")
@hooks.register("before_delete_user")
def leave_superusers_alone(request, user):
    """Lead away who is no superuser and wants to change the account of one."""
    if user.is_superuser and not request.user.is_superuser:
        messages.error(request, _("Only a superuser changes the account of a superuser."))
        return redirect(LIST_OF_ACCOUNTS)
    return None


@hooks.register("before_delete_user")
def offer_to_switch_off(request, user):
    """Refuse to delete an account whose acts stay on record; lead to where it can be switched off."""
    if not stays_on_record(user):
        return None
    words = _("What %s has done stays on record, so the account stays. End what it holds instead, here.")
    messages.error(request, words % user)
    return redirect("person_leaves", user.pk)


@hooks.register("register_user_listing_buttons")
def leaves_button(user, request_user):
    """Lead from the list of accounts to where everything that somebody held is ended."""
    if user != request_user and request_user.has_perm(GIVE_ROLES):
        yield Button(_("Leaves"), reverse("person_leaves", args=[user.pk]), icon_name="logout", priority=15)


@hooks.register("before_bulk_action")
def guard_accounts(request, action_type, objects, action_class_instance):
    """Keep the same rules when many accounts are changed at once."""
    users = [each for each in objects if isinstance(each, User)]
    chosen = action_class_instance.cleaned_form.cleaned_data if users else {}
    if refusal := refusal_of_many(request.user, users, action_type, chosen):
        messages.error(request, refusal)
        return redirect(LIST_OF_ACCOUNTS)
    if giver() and action_type == "assign_role" and powers_of(chosen["role"]):
        for user in users:
            if not user.groups.filter(pk=chosen["role"].pk).exists():
                RoleGrant.ask(user, chosen["role"], request.user)
        messages.info(request, WAITING_FOR_SECOND)
        return redirect("who_may_do_what")
    return None


@hooks.register("after_create_user")
@hooks.register("after_edit_user")
def tell_of_waiting_roles(request, user):
    """Say that a role waits for a second administrator."""
    if RoleGrant.objects.waiting().filter(person=user, asked_by=request.user).exists():
        messages.info(request, WAITING_FOR_SECOND)


@notification_kind(ROLE_GRANT_ASKED, label=_lazy("A role waits for your confirmation"), permissions=(GIVE_ROLES,))
def grants_to_confirm(notifications, user):
    """Read the roles that another administrator has asked for."""
    if not user.has_perm(GIVE_ROLES):
        return {}
    asked = RoleGrant.objects.waiting().exclude(asked_by=user).exclude(person=user)
    found = asked.select_related("role").in_bulk([each.about_id for each in notifications])
    return {
        each.pk: NotificationLine(found[each.about_id].role.name, reverse("who_may_do_what"))
        for each in notifications
        if each.about_id in found
    }


def refusal_of_many(actor, users, action_type, chosen):
    """Return why a person may not do this to all these accounts, or ''."""
    if giver() and any(user.is_superuser for user in users):
        return _("Only a superuser changes the account of a superuser.")
    if giver() and action_type == "assign_role" and actor in users:
        return _("Nobody can give themselves a role. Ask a colleague.")
    if giver() and action_type == "set_active_state" and chosen.get("mark_as_active"):
        reasons = [why_not_changed(user, True, user.email) for user in users]
        return next(filter(None, reasons), "")
    if action_type == "delete" and (kept := [str(user) for user in users if stays_on_record(user)]):
        words = _("What these accounts have done stays on record: %s. Switch them off instead (“Set active state”).")
        return words % ", ".join(kept)
    return ""


@hooks.register("after_bulk_action")
def record_switched(request, action_type, objects, action_class_instance):
    """Record who was switched on or off: Wagtail updates the rows, which tells no signal."""
    users = [each for each in objects if isinstance(each, User)]
    if action_type == "set_active_state" and users:
        is_on = action_class_instance.cleaned_form.cleaned_data["mark_as_active"]
        for user in users:
            record_by_person(f"account.switched_{'on' if is_on else 'off'}", user)


@hooks.register("insert_global_admin_js")
def idle_notice():
    """Warn staff on every page before they are signed out."""
    notice = render_to_string("staff/idle.html", {"seconds": settings.STAFF_IDLE_SECONDS})
    return notice + format_html('<script type="module" src="{}"></script>', static("portal/idle.js"))


@hooks.register("register_account_menu_item")
def own_account(request):
    """Lead staff to the page where passwords, passkeys and sessions are theirs to change."""
    return {
        "url": reverse("account"),
        "label": _("Signing in"),
        "help_text": _("Password, passkeys, second factor, and where you are signed in."),
    }
