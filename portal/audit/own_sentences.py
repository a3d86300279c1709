"""How entries read whose actions are portal's own: accounts, roles, settings, pages, mail, the ledger itself."""

from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.role_grants import GIVE_ROLES
from portal.audit.sentences import ledger_sentences, ledger_subject

ledger_sentences(
    "accounts",
    _("Accounts and roles"),
    {
        "account.made": _("{who} made the account {what}"),
        "account.changed": _("{who} changed the account {what}: {fields}"),
        "account.deleted": _("{who} deleted the account {what}"),
        "account.switched_on": _("{who} switched the account {what} on"),
        "account.switched_off": _("{who} switched the account {what} off"),
        "account.closed": _("The owner of the account {what} closed it"),
        "account.closed_unused": _("The account {what} was closed: nobody had signed in for {unused_months} months"),
        "account.superuser_made": _("On the server’s command line {what} was made a superuser"),
        "account.left": _("{who} ended all that {what} held, who leaves"),
        "role.made": _("{who} made the role {what}"),
        "role.changed": _("{who} changed the role {what}: {fields}"),
        "role.deleted": _("{who} deleted the role {what}"),
        "role.given": _("{who} gave {what} the role {roles}"),
        "role.taken": _("{who} took from {what} the role {roles}"),
        "role.given_by_command": _("On the server’s command line {what} was given the role {roles}"),
        "role.asked": _("{who} asked that {what} gets the role {roles}"),
        "role.confirmed": _("{who} confirmed that {what} gets the role {roles}"),
        "role.lapsed": _("the wish that {what} gets the role {roles} lapsed: the address of the account changed"),
        "role.refused": _("{who} refused that {what} gets the role {roles}"),
        "role.permissions_given": _("{who} let {what} do more: {permissions}"),
        "role.permissions_taken": _("{who} let {what} do less: {permissions}"),
    },
)
ledger_sentences(
    "signing_in",
    _("Signing in"),
    {
        "account.signed_in": _("{who} signed in"),
        "account.sign_in_failed": _("Somebody could not sign in as {what}"),
        "account.second_factor_failed": _("Somebody gave a wrong code for {what}"),
        "account.second_factors_reset": _("On the server’s command line all second factors of {what} were taken off"),
        "account.password_changed": _("{who} changed the own password"),
        "account.password_set": _("{who} set a password for the first time"),
        "account.password_reset": _("{who} set a new password with a link from a letter"),
        "account.address_changed": _("{who} changed the own address"),
        "account.second_factor_added": _("{who} added a second factor: {kind}"),
        "account.second_factor_removed": _("{who} took a second factor off: {kind}"),
        "account.recovery_codes_made": _("{who} made new recovery codes"),
    },
)
ledger_sentences(
    "pages",
    _("Pages and settings"),
    {
        "page.published": _("{who} published {what}"),
        "page.unpublished": _("{who} took {what} off the site"),
        "settings.made": _("{who} set {what} for the first time"),
        "settings.changed": _("{who} changed {what}: {fields}"),
        "settings.deleted": _("{who} deleted {what}"),
    },
)
ledger_sentences(
    "mail",
    _("Mail"),
    {
        "outbox.tried_again": _("{who} had a message sent again"),
        "outbox.all_tried_again": _("{who} had all failed messages sent again: {number}"),
        "outbox.address_forgotten": _("{who} let an address be written to again that a server had refused"),
    },
)
ledger_sentences(
    "ledger",
    _("The ledger"),
    {
        "audit.exported": _("{who} took entries of this ledger as a file: {count}"),
        "audit.broken": _("The end of the ledger did not fit: entries before this one may be missing"),
    },
)


@ledger_subject("portal.user")
def name_accounts(ids, user):
    """Find accounts by their names; who gives roles is led to their pages."""
    may_open = user.has_perm(GIVE_ROLES)
    return {
        str(one.pk): (str(one), reverse("wagtailusers_users:edit", args=[one.pk]) if may_open else "")
        for one in User.objects.filter(pk__in=ids)
    }


@ledger_subject("auth.group")
def name_roles(ids, user):
    """Find roles by their names."""
    address = reverse("who_may_do_what") if user.has_perm(GIVE_ROLES) else ""
    return {str(role.pk): (role.name, address) for role in Group.objects.filter(pk__in=ids)}
