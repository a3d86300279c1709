"""The main menu and the footer, to which every package adds its pages."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Place:
    """A link: its label, the name of its view, and its order; lower numbers come first."""

    label: str | Promise
    view_name: str
    order: int


_menu: set[Place] = set()
_footer: set[Place] = set()


def add_to_menu(label: str | Promise, view_name: str, *, order: int) -> None:
    """Add a link to the main menu."""
    _menu.add(Place(label, view_name, order))


def add_to_footer(label: str | Promise, view_name: str, *, order: int) -> None:
    """Add a link to the footer."""
    _footer.add(Place(label, view_name, order))


def menu(current_path: str) -> list[dict[str, object]]:
    """Return the main menu as dictionaries of ``title``, ``url`` and ``current`` (a boolean)."""
    return [place | {"current": current_path.startswith(place["url"])} for place in _places(_menu)]


def footer() -> list[dict[str, object]]:
    """Return the footer as dictionaries of ``title`` and ``url``."""
    return _places(_footer)


def _places(places: set[Place]) -> list[dict]:
    ordered = sorted(places, key=lambda place: place.order)
    return [{"title": place.label, "url": reverse(place.view_name)} for place in ordered]
