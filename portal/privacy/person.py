"""One person and the rows about them, found by an address or by a reference.

Each package says in its module `personal_data` which of its rows are about a person, and how they are erased.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from portal.accounts.models import User
from portal.accounts.visitors import person_key


@dataclass
class Person:
    """Whoever has an address, or sent what has a reference.

    Nothing is concluded from an address that somebody typed into a form: a reference leads to its own text and to the
    account that sent it, and to no other text with the same address. ``browser_keys`` are those of browsers that sent
    these texts; the browser of a family or a library is several people's, so it counts only if ``with_browser``.
    """

    address: str = ""  # in lower case
    reference: str = ""
    with_browser: bool = False
    accounts: set[int] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    browser_keys: set[str] = field(default_factory=set)
    ids: dict[type[models.Model], list[int]] = field(default_factory=dict)  # the primary keys found, by model

    @property
    def about(self):
        """Return the address or the reference that it was looked up by."""
        return self.address or self.reference

    @property
    def counted_keys(self):
        """Return the keyed hashes whose rows are this person's."""
        return self.keys | self.browser_keys if self.with_browser else self.keys

    def found(self, model):
        """Return the primary keys of a model's rows about this person."""
        return self.ids.get(model, [])

    def take_account(self, user):
        """Add an account, its keyed hash, and its address."""
        self.take_sign_in(user)
        self.take_address(user.email)

    def take_sign_in(self, user):
        """Add an account and its keyed hash, by which only what was sent while signed in is found."""
        self.accounts.add(user.pk)
        self.keys.add(person_key("user", str(user.pk)))

    def take_address(self, address):
        """Set the address that was looked up, or an account's own."""
        self.address = address.lower()
        self.keys.add(person_key("email", self.address))


@dataclass(frozen=True, slots=True)
class RecordKind:
    """The rows of one model about a person: how they are found, what of them was written, and how they are erased.

    ``words`` names the fields with the person's own words, which others may have quoted; where some of these are not
    the person's own, ``own_words`` takes the rows and yields those that are, and ``others_words`` takes rows of others
    and yields what those wrote, so that it is not covered as this person's. ``erase`` takes the rows, the person and
    who erases; without it the rows are erased with others, or kept. ``release`` takes the rows of an account that is
    closed, and takes the person's name and address out of them; the rest of them stays. ``told`` gives what is told of
    a column that holds more than may go out. ``unproven`` names the columns that an account's owner is told of rows to
    which only their address leads, which anybody may have typed; () leaves such rows out, and None tells all, as of
    letters that were sent to it.
    """

    model: type[models.Model]
    select: Callable[[Person], models.QuerySet]
    title: str | Promise
    words: tuple[str, ...] = ()
    own_words: Callable[[models.QuerySet], Iterable[str]] | None = None
    others_words: Callable[[models.QuerySet], Iterable[str]] | None = None
    left_out: tuple[str, ...] = ()  # columns that say nothing about the person
    told: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)  # by the column, from the row
    internal: bool = False  # what colleagues think; in the officer's file, not in the extract for the person
    by_staff: bool = False  # what staff or rules say of the person; handed out by an officer who has read it
    erase: Callable[[models.QuerySet, Person, Any], object] | None = None
    release: Callable[[models.QuerySet], object] | None = None
    unproven: tuple[str, ...] | None = None

    def rows(self, person):
        """Return the rows that were found, oldest first."""
        return self.model._default_manager.filter(pk__in=person.found(self.model)).order_by("pk")

    def words_of(self, person):
        """Return what the person wrote in these rows."""
        rows = self.rows(person)
        if self.own_words:
            return list(self.own_words(rows))
        return [words for row in rows.values_list(*self.words) for words in row]

    def value_of(self, column, row):
        """Return what is told of a column of a row."""
        return self.told[column.name](row) if column.name in self.told else column.value_from_object(row)

    def without_proof(self):
        """Return the kind as it is told of rows to which only a typed address leads."""
        if self.unproven is None:
            return self
        hidden = {column.name for column in self.model._meta.concrete_fields} - set(self.unproven)
        return replace(self, left_out=tuple(sorted(hidden)))


_kinds: dict[type[models.Model], RecordKind] = {}
_identifiers: list[Callable[[Person], None]] = []


def record_kind(model, title, **how):
    """Register the function that selects a model's rows about a person; packages register theirs in reading order."""

    def register(select):
        _kinds[model] = RecordKind(model, select, title, **how)
        return select

    return register


def identifies(function):
    """Register a function that adds the account behind a reference to a person."""
    _identifiers.append(function)
    return function


def all_record_kinds():
    """Return the kinds of every package, in the order in which they are found and erased."""
    autodiscover_modules("personal_data")
    return list(_kinds.values())


def find_person(typed, *, with_browser=False, account=None):
    """Return the person whom an address or a reference stands for, with the rows found; there may be none.

    An ``account`` is theirs although it has lost its address: it is closed.
    """
    kinds = all_record_kinds()
    person = Person(with_browser=with_browser)
    if account:
        person.take_sign_in(account)
    if "@" in typed:
        person.take_address(typed.strip())
        for user in User.objects.filter(email__iexact=person.address):
            person.take_account(user)
    elif typed:
        person.reference = as_reference(typed)
        for identify in _identifiers:
            identify(person)
    return with_rows(person, kinds)


def find_account(user, kinds, *, address=""):
    """Return the person who signs in with an account, with the rows of some kinds.

    Only an ``address`` that is known to be theirs brings in what was sent with it by somebody who was not signed in.
    """
    person = Person()
    person.take_sign_in(user)
    if address:
        person.take_address(address)
    return with_rows(person, kinds)


def with_rows(person, kinds):
    """Return a person with the rows of some kinds noted, in the order in which the kinds build on each other."""
    for kind in kinds:
        person.ids[kind.model] = sorted(kind.select(person).values_list("pk", flat=True))
    return person


def as_reference(typed):
    """Return a reference as it is stored, whatever its case and its separators."""
    code = "".join(character for character in typed.upper() if character.isalnum())
    return f"{code[:4]}-{code[4:]}"
