"""The table of modes: the ways in which people can take part in a consultation.

A row stands in a folder of its own (`consultations/modes/comments/mode.py`) and is named in the setting
CONSULTATION_MODES. Models, counts, API, importer, exports and pages read the table. A row is a value: it imports no
model, form or view, and names what has to be loaded later by its dotted path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Words = str | Promise
Submission: TypeAlias = Any  # the models read this table, so it cannot import them
ConsultationPage: TypeAlias = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionKind:
    """What a text is: the value of `Submission.kind`, and what pages, files and programs say of such a text."""

    key: str  # at most ten characters; stored, indexed, in files and addresses: it never changes
    label: Words
    address: Callable[[Submission], str]  # of the page that shows it in its place
    received: Words  # heads the receipt just after it was sent
    own: Words  # heads the receipt for its author later on
    what_it_is: Words  # in the database of statements of reasons
    in_feed: bool = False
    in_open_data: bool = False
    in_sitemap: bool = False  # each such text has a page of its own, for search engines to find
    importable: bool = False
    revision_form: str = "consultations.submitting.forms.RevisionForm"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportColumns:
    """Columns that a mode adds to the files that officers take away.

    `reader` is the path of a function without arguments. It is called once a file and returns a function that takes
    rows with `fields` of submissions, and returns the cells by the submission's id.
    """

    columns: Mapping[str, str]  # name: meaning
    fields: tuple[str, ...]
    reader: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One way to take part."""

    key: str  # names it in `ConsultationPage.modes`, in counts and in open data
    label: Words
    lets_people: Words  # one sentence that tells the editor what it lets people do
    kinds: tuple[SubmissionKind, ...] = ()
    urls: str = ""  # path of its list of URL patterns, from the root of the site; their names are in `consultations`
    staff_urls: str = ""  # path of its list of URL patterns in the staff area
    staff_page: str = ""  # name of the one among these where editors of a consultation do their part
    switched: bool = True  # by the editor, with a checkbox; otherwise it is there when the page asks something
    default: bool = False  # whether the checkbox of a new consultation is ticked
    counted: str = ""  # what `counts[key]` means, for programs
    figures: str = ""  # path of a function that takes a consultation and returns more figures, by name
    figure_names: tuple[str, ...] = ()  # of those
    draft_figures: str = ""  # path of a function that takes a draft and returns those that it has before anybody writes
    excluded_paths: tuple[str, ...] = ()  # of its forms: robots.txt asks crawlers to leave them alone
    preview: str = ""  # path of a function that takes a request and a draft and shows the mode's own page of it
    event_kinds: Mapping[str, Words] = field(default_factory=dict)  # that only it records, and their titles on receipts
    page_part: str = ""  # path of its `consultations.modes.page_part.PagePart`
    export: ExportColumns | None = None
    open_data_figures: str = ""  # path of a function that takes texts of its kinds and returns figures by name, by id

    @property
    def kind_keys(self) -> list[str]:
        """Return the keys of its kinds."""
        return [kind.key for kind in self.kinds]

    def is_on(self, page: ConsultationPage) -> bool:
        """Return whether the editor of a consultation switched it on."""
        return self.key in page.modes

    @property
    def choice(self) -> tuple[str, Words]:
        """Return it as a choice of a form."""
        return self.key, format_lazy("{}: {}", self.label, self.lets_people)


@cache
def modes() -> tuple[Mode, ...]:
    """Return the modes in the order in which pages show them."""
    return tuple(import_string(path) for path in settings.CONSULTATION_MODES)


@cache
def kinds() -> tuple[SubmissionKind, ...]:
    """Return the kinds of submission of all modes."""
    return tuple(kind for mode in modes() for kind in mode.kinds)


@cache
def open_data_modes() -> tuple[Mode, ...]:
    """Return the modes that programs may read texts of."""
    return tuple(mode for mode in modes() if any(kind.in_open_data for kind in mode.kinds))


@cache
def mode_of_kind(key: str) -> Mode:
    """Return the mode that texts of a kind belong to."""
    return next(mode for mode in modes() if key in mode.kind_keys)


def modes_of_texts() -> list[tuple[str, Words]]:
    """Return the modes by which texts come in as choices."""
    return [(mode.key, mode.label) for mode in modes() if mode.kinds]


@cache
def kinds_by_key() -> dict[str, SubmissionKind]:
    """Return the kinds of submission by their keys."""
    return {kind.key: kind for kind in kinds()}


def submission_kind(submission: Submission) -> SubmissionKind:
    """Return the kind of a submission."""
    return kinds_by_key().get(submission.kind) or unknown_kind(submission.kind)


def unknown_kind(key: str) -> SubmissionKind:
    """Return a kind in words that fit any text, for submissions whose mode has left the table."""
    return SubmissionKind(
        key=key,
        label=key,
        address=lambda submission: submission.consultation.get_absolute_url(),
        received=_("We have your text."),
        own=_("Your text"),
        what_it_is=_("A text in a public consultation."),
    )


def kind_choices() -> list[tuple[str, Words]]:
    """Return the kinds of submission as choices."""
    return [(kind.key, kind.label) for kind in kinds()]


def event_kinds_of_modes() -> dict[str, Words]:
    """Return the kinds of event that single modes record, with their titles."""
    return {kind: title for mode in modes() for kind, title in mode.event_kinds.items()}


def mode_choices() -> list[tuple[str, Words]]:
    """Return the modes that an editor switches on and off as choices, each with what it lets people do."""
    return [mode.choice for mode in modes() if mode.switched]


def default_modes() -> list[str]:
    """Return the keys of the modes that a new consultation has."""
    return [mode.key for mode in modes() if mode.switched and mode.default]


def modes_on(chosen: list[str]) -> Iterator[Mode]:
    """Yield the modes of a consultation: those its editor chose, and those that depend on what it asks."""
    return (mode for mode in modes() if not mode.switched or mode.key in chosen)


def no_counts() -> dict[str, Any]:
    """Return the counts of a consultation to which nobody has written, as `consultations.counts` names them."""
    names = [name for mode in modes() for name in ([mode.key] * bool(mode.kinds) + [*mode.figure_names])]
    return dict.fromkeys([*names, "people"], 0) | {"passages": {}}


def counts_of_draft(page: ConsultationPage) -> dict[str, Any]:
    """Return the figures that a draft has already, such as the number of its questions."""
    return {name: n for mode in modes() if mode.draft_figures for name, n in load(mode.draft_figures)(page).items()}


def mode_named(key: str) -> Mode:
    """Return the mode of a key."""
    return next(mode for mode in modes() if mode.key == key)


@cache
def load(path: str) -> Any:
    """Return what a dotted path in a row names."""
    return import_string(path)
