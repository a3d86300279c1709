"""Desks: which specialists a work item waits for."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import Q


class Desk(models.TextChoices):
    """The desks of one kind of work item: a subclass names them, "" for those who take most of it.

    A desk is read by whoever has its `permission`, a name such as "moderation.handle_legal_case".
    """

    @property
    def permission(self):
        """Return what a person must be allowed to read and work on its items."""
        raise NotImplementedError

    @classmethod
    def of(cls, user):
        """Return the desks whose items a person may read."""
        return [desk for desk in cls if user.has_perm(desk.permission)]

    @classmethod
    def staffed(cls):
        """Return the desk "" and those others where a role has somebody working."""
        desks = {desk.permission: desk for desk in cls if desk}
        apps, codenames = zip(*(name.split(".") for name in desks), strict=True)
        working = Q(group__user__is_active=True) | Q(user__is_active=True)
        held = Permission.objects.filter(working, content_type__app_label__in=apps, codename__in=codenames)
        names = {f"{app}.{codename}" for app, codename in held.values_list("content_type__app_label", "codename")}
        return [cls(""), *(desks[name] for name in desks if name in names)]

    def readers(self):
        """Select the active people who may read its items."""
        return ModelBackend().with_perm(self.permission, is_active=True)
