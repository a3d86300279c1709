"""What a mode adds to the page of a consultation: a way in, a figure, links, a section of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from consultations.modes.table import ConsultationPage, load, modes_on


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere; `icon` names an icon or is ''."""

    words: str | Promise
    address: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what it counts."""

    number: int
    term: str


class PagePart:
    """The part of one mode on one page; a mode overrides what it has.

    ``counts`` is that of `consultations.counts`, ``form`` a form of the mode that was sent and is shown again.
    ``request`` is None in the editor's preview, where nobody has written and nothing can be sent.
    """

    passage = ""  # a template that stands under each passage of the text; it is given `block`, `page` and `part`
    section = ""  # a template in the column of text once the consultation has opened; it is given `page` and `part`
    anchor = ""  # of the section, for the contents of the page
    heading: str | Promise = ""

    def __init__(self, page: ConsultationPage, counts: dict[str, Any], request: Any = None, form: Any = None):
        self.page, self.counts, self.request, self.sent_form = page, counts, request, form

    @property
    def passage_state(self) -> str:
        """Return what stands under the passages, in short: they are rendered anew when it differs."""
        return ""

    def invitation(self, *, is_first: bool) -> Link | None:
        """Return the button that invites to take part, while the consultation is open; the first one stands out."""
        return None

    def overview(self) -> Link | None:
        """Return the button that leads to what others gave, once the consultation has opened."""
        return None

    def figure(self) -> Figure | None:
        """Return a number for the figures of the page, once the consultation has opened."""
        return None

    def link(self) -> Link | None:
        """Return an entry for the links beside the text, once the consultation has opened."""
        return None


def page_parts(
    page: ConsultationPage, counts: dict[str, Any], request: Any = None, forms: dict[str, Any] | None = None
) -> list[PagePart]:
    """Return the parts of a page; ``forms`` holds forms that were sent and are shown again, by key of their mode."""
    sent = forms or {}
    on = (mode for mode in modes_on(page.modes) if mode.page_part)
    return [load(mode.page_part)(page, counts, request, sent.get(mode.key)) for mode in on]


def rail(page: ConsultationPage, parts: list[PagePart]) -> dict[str, list[Link] | list[Figure]]:
    """Return what stands beside the text: invitations while it is open, and the rest once it has opened."""
    invitations: list[Link] = []
    for part in parts if page.is_taking_part else []:
        if invitation := part.invitation(is_first=not invitations):
            invitations.append(invitation)
    opened = parts if page.state != "upcoming" else []
    return {
        "invitations": invitations,
        "overviews": [link for part in opened if (link := part.overview())],
        "figures": [figure for part in opened if (figure := part.figure())],
        "links": [link for part in opened if (link := part.link())],
        "contents": [Link(part.heading, f"#{part.anchor}") for part in opened if part.anchor],
    }
