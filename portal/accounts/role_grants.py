"""Roles with powers over texts: one administrator asks that somebody gets one, another confirms it."""

from contextvars import ContextVar

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.audit import record
from portal.outbox.models import label_of
from portal.staff.notifications.delivery import notify

GIVE_ROLES = "portal.change_user"  # of administrators
ROLE_GRANT_ASKED = "portal.role_grant"  # a kind of notification

_powers: set[str] = set()
being_given: ContextVar[tuple[int, int] | None] = ContextVar("being_given", default=None)  # a person and a role


def power_over_texts(*permissions):
    """Have roles with one of these permissions need a second administrator."""
    _powers.update(permissions)


def is_power(permission):
    """Return whether a permission is a power over texts."""
    return f"{permission.content_type.app_label}.{permission.codename}" in _powers


def powers_of(role):
    """Return the permissions of a role that are powers over texts."""
    return [each for each in role.permissions.select_related("content_type") if is_power(each)]


def mighty_roles(user):
    """Return the roles of a person that hold powers over texts."""
    return [role for role in user.groups.order_by("name") if powers_of(role)] if user.pk else []


def waiting_roles(user):
    """Return the roles with powers over texts that a person is to get, once somebody confirms it."""
    return [grant.role for grant in RoleGrant.objects.waiting().filter(person=user).select_related("role")]


def is_somebodys(role):
    """Return whether somebody has a role, or is to get it."""
    return role.user_set.exists() or RoleGrant.objects.waiting().filter(role=role).exists()


class RoleGrantUnchanged(Exception):
    """The grant cannot be confirmed or refused (any more); the message is the reason."""


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """Named selections of grants."""

    def waiting(self):
        """Select the grants that nobody has answered."""
        return self.filter(given_at=None, refused_at=None)


class RoleGrant(models.Model):
    """One wish that a person gets a role with powers over texts: two administrators give it, neither to themselves."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_grants")
    role = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        verbose_name = gettext_lazy("grant of a role")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(given_at=None, refused_at=None), name="role_grant_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(given_at=None) | ~(Q(answered_by=F("asked_by")) | Q(answered_by=F("person"))),
                name="role_grant_by_two",
            ),
            models.CheckConstraint(condition=~Q(asked_by=F("person")), name="role_grant_to_another"),
        ]

    def __str__(self):
        return f"grant of role {self.role_id} to {self.person_id}"

    @classmethod
    @transaction.atomic
    def ask(cls, person, role, actor):
        """Ask that a person gets a role; return what waits already when somebody has asked for it."""
        User.objects.select_for_update().get(pk=person.pk)
        asked, is_new = cls.objects.waiting().get_or_create(person=person, role=role, defaults={"asked_by": actor})
        if is_new:
            notify(ROLE_GRANT_ASKED, label_of(asked), people_who_give_roles().exclude(pk=person.pk), actor=actor)
            record("role.asked", actor=actor, subject=person, roles=[role.name], grant=asked.pk)
        return asked

    @transaction.atomic
    def confirm(self, actor):
        """Give the role; raise RoleGrantUnchanged for who asked, and for who would get it."""
        self.refuse_unless_waiting()
        if reason := self.why_not_confirmed_by(actor):
            raise RoleGrantUnchanged(reason)
        self.answered_by, self.given_at = actor, timezone.now()
        self.save(update_fields=["answered_by", "given_at"])
        token = being_given.set((self.person_id, self.role_id))
        try:
            self.person.groups.add(self.role)
        finally:
            being_given.reset(token)
        record("role.confirmed", actor=actor, subject=self.person, roles=[self.role.name], grant=self.pk)

    @transaction.atomic
    def refuse(self, actor):
        """Leave the person without the role: take the wish back, or turn somebody else's down."""
        self.refuse_unless_waiting()
        self.answered_by, self.refused_at = actor, timezone.now()
        self.save(update_fields=["answered_by", "refused_at"])
        record("role.refused", actor=actor, subject=self.person, roles=[self.role.name], grant=self.pk)

    @classmethod
    @transaction.atomic
    def lapse(cls, person):
        """Take back what waits for a person: it was asked for whoever had the address that the account had then."""
        for grant in cls.objects.waiting().select_for_update(of=("self",)).filter(person=person).select_related("role"):
            grant.refused_at = timezone.now()
            grant.save(update_fields=["refused_at"])
            record("role.lapsed", subject=person, roles=[grant.role.name], grant=grant.pk)

    def why_not_confirmed_by(self, actor):
        """Return why somebody may not confirm it, or ''."""
        if actor.pk == self.asked_by_id:
            return _("You have asked for this yourself, so another administrator has to confirm it.")
        if actor.pk == self.person_id:
            return _("Nobody can give themselves a role. Ask a colleague.")
        if not (self.asked_by.is_active and self.asked_by.has_perm(GIVE_ROLES)):
            return _("Whoever asked for this is no administrator any more. Refuse it, and ask for it anew.")
        if not self.person.is_active:
            return _("This account is switched off.")
        return ""

    def refuse_unless_waiting(self):
        """Lock the row and raise RoleGrantUnchanged when somebody has answered it, or it has lapsed."""
        held = RoleGrant.objects.select_for_update().get(pk=self.pk)
        if held.refused_at and not held.answered_by_id:
            raise RoleGrantUnchanged(_("The address of this account has changed since. Ask for the role anew."))
        if held.given_at or held.refused_at:
            raise RoleGrantUnchanged(_("Somebody has answered this already."))


def people_who_give_roles():
    """Select the people who may ask for and confirm a role."""
    return ModelBackend().with_perm(GIVE_ROLES, is_active=True)
