"""Kinds of notifications: each package registers its own, with a function that reads what waits in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise

from portal.agency.moments import day_and_time
from portal.staff.notifications.models import NotificationChoice, NotificationWay, StaffNotification

ENTER_STAFF_AREA = "wagtailadmin.access_admin"


@dataclass(frozen=True, slots=True)
class NotificationLine:
    """One thing that waits. ``words`` and the path ``url`` go into e-mails: no citizen's words may be in them.

    ``name``, such as a reference, is for the staff area only.
    """

    words: str
    url: str
    due_at: datetime | None = None
    name: str = ""


Reader = Callable[[Iterable[StaffNotification], Any], Mapping[int, NotificationLine]]


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """A kind of notification: what it is called, who may get it, and how they hear of it unless they choose otherwise.

    ``read`` takes notifications of this kind and their one person, and returns the lines of those that still wait and
    that the person may read, by primary key. Nobody can choose how to hear of what is ``urgent``.
    """

    key: str
    label: str | Promise
    permissions: tuple[str, ...]
    read: Reader
    way: NotificationWay
    urgent: bool
    at_home: bool  # whether the first page lists it


_kinds: dict[str, NotificationKind] = {}


def notification_kind(key, *, label, permissions, way=NotificationWay.AT_ONCE, urgent=False, at_home=True):
    """Register a function as the reader of a kind of notification."""

    def register(read):
        _kinds[key] = NotificationKind(key, label, tuple(permissions), read, way, urgent, at_home)
        return read

    return register


def kind_named(key):
    """Return a kind by its key; raise LookupError when no package registers it (any more)."""
    return _kinds[key]


def choosable_kinds(user):
    """Return the kinds of which a person may hear and choose how, in the order of their registration."""
    return [kind for kind in _kinds.values() if not kind.urgent and any(map(user.has_perm, kind.permissions))]


def ways_of(people, key):
    """Return how each of these people wants to hear of a kind."""
    kind = kind_named(key)
    chosen = {}
    if not kind.urgent:
        chosen = dict(NotificationChoice.objects.filter(user__in=people, kind=key).values_list("user", "way"))
    return {user: NotificationWay(chosen.get(user.pk, kind.way)) for user in people}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notification whose subject still waits."""

    notification: StaffNotification
    kind: NotificationKind
    line: NotificationLine

    @property
    def title(self):
        """Return in words what waits."""
        return f"{self.kind.label}: {self.line.words}" if self.line.words else str(self.kind.label)

    @property
    def due(self):
        """Return in words by when, '' for what has no due time."""
        return day_and_time(self.line.due_at) if self.line.due_at else ""

    @property
    def address(self):
        """Return the whole address of its page."""
        return settings.SITE_URL + self.line.url


def still_waiting(notifications, user):
    """Return what still waits of some of a person's notifications, the most pressing first."""
    by_kind: dict[str, list[StaffNotification]] = {}
    for each in notifications:
        by_kind.setdefault(each.kind, []).append(each)
    found = []
    for key, rows in by_kind.items():
        if kind := _kinds.get(key):
            lines = kind.read(rows, user)
            found += [Waiting(row, kind, lines[row.pk]) for row in rows if row.pk in lines]
    return sorted(found, key=urgency)


def urgency(waiting):
    """Return by what something waiting is ordered: urgent kinds, then what is due first, then what is older."""
    due_at = waiting.line.due_at
    notification = waiting.notification
    return (not waiting.kind.urgent, due_at is None, due_at or notification.created_at, notification.pk)
