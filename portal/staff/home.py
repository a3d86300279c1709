"""The first page of the staff area: panels that the packages register, each for those who have a permission.

A panel is a function of a `Visit` that returns a `HomePanel`, or None when it has nothing to say. `portal` knows none
of them; a package registers its own in a module that its `wagtail_hooks` imports.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone
from wagtail.admin.ui.components import Component

from portal.staff.models import HomeVisit


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at the page, and since when they have not: what came later is news."""

    user: AbstractBaseUser
    since: datetime

    @property
    def since_day(self):
        """Return the day of the last visit in the agency's time zone, for lists that know days only."""
        return timezone.localdate(self.since)


@dataclass(frozen=True, slots=True)
class HomeNote:
    """What is said beside a line; with an address, it leads to the list of exactly these."""

    words: str
    url: str = ""
    tone: str = ""  # "stop", "wait" or "good"


@dataclass(frozen=True, slots=True)
class HomeLine:
    """Something that waits: how many, what, and the address of the list of exactly these."""

    label: str
    url: str
    count: int | None = None
    notes: Sequence[HomeNote] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class HomePanel:
    """One part of the page. `news` are lines for the sentence at the top: what came since the last visit."""

    title: str
    lines: Sequence[HomeLine] = ()
    empty: str = ""
    more: HomeNote | None = None  # beside the title
    news: Sequence[HomeLine] = ()
    template: str = "staff/home_lines.html"
    context: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registered:
    """A panel's function, where it stands and who sees it."""

    read: Callable[[Visit], HomePanel | None]
    order: int
    permissions: tuple[str, ...]
    rail: bool


_registered: list[Registered] = []


def home_panel(*, order, permissions, rail=False):
    """Register a function as a panel for those who have one of the permissions; with `rail`, it stands at the side."""

    def register(read):
        _registered.append(Registered(read, order, tuple(permissions), rail))
        return read

    return register


def panels_for(visit):
    """Return the panels that a person sees, main column and rail; those of one title are one panel."""
    main: dict[str, HomePanel] = {}
    rail: dict[str, HomePanel] = {}
    for each in sorted(_registered, key=lambda registered: registered.order):
        if not any(map(visit.user.has_perm, each.permissions)):
            continue
        if panel := each.read(visit):
            column = rail if each.rail else main
            column[panel.title] = joined(column[panel.title], panel) if panel.title in column else panel
    return list(main.values()), list(rail.values())


def joined(first, second):
    """Return one panel with the lines of both."""
    return replace(first, lines=[*first.lines, *second.lines], news=[*first.news, *second.news])


class RoleDesk(Component):
    """Everything on the first page that is ours: news and panels."""

    name = "role_desk"
    order = 10
    template_name = "staff/home.html"

    def get_context_data(self, parent_context):
        """Read every panel of the person who looks, and note the visit."""
        request = parent_context["request"]
        visit = Visit(request.user, HomeVisit.note(request.user))
        main, rail = panels_for(visit)
        return {
            "now": timezone.now(),
            "since": visit.since,
            "news": [line for panel in (*main, *rail) for line in panel.news if line.count != 0],
            "main": main,
            "rail": rail,
            "csrf_token": parent_context.get("csrf_token"),
        }


def construct_home(request, panels):
    """Put our desk before Wagtail's panels."""
    panels.insert(0, RoleDesk())
