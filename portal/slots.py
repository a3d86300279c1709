"""Slots: named places in the templates of a lower package that a higher package fills.

A template names no tag library, template or address of a package above its own. It names a slot, and the package above
fills the slot in its ``AppConfig.ready``. An unfilled slot shows nothing. ``docs/architecture.md`` lists the slots.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Filling:
    """A template, and a function that turns what the slot passes on into further context for it."""

    template_name: str
    extra_context: Callable[..., Mapping[str, Any]] | None = None


_fillings: dict[str, Filling] = {}
_view_names: dict[str, str] = {}


def fill(slot: str, template_name: str, extra_context: Callable[..., Mapping[str, Any]] | None = None) -> None:
    """Fill a slot with a template; raise ValueError when another template fills it already."""
    filling = Filling(template_name, extra_context)
    if _fillings.setdefault(slot, filling) != filling:
        raise ValueError(f"The slot {slot!r} is filled with {_fillings[slot].template_name} already.")


def fill_url(slot: str, view_name: str) -> None:
    """Fill a slot for an address with the view of this name; raise ValueError when it is filled already."""
    if _view_names.setdefault(slot, view_name) != view_name:
        raise ValueError(f"The slot {slot!r} leads to {_view_names[slot]} already.")


def filling_of(slot: str) -> Filling | None:
    """Return what fills a slot, or None."""
    return _fillings.get(slot)


def url_of(slot: str, *args: object) -> str:
    """Return the address that fills a slot; '' when none does."""
    return reverse(_view_names[slot], args=args) if slot in _view_names else ""


def leads_anywhere(slot: str) -> bool:
    """Return whether a slot for an address is filled."""
    return slot in _view_names
