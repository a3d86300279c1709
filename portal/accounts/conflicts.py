"""Pairs of powers that nobody should hold together, and who does."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet
from django.utils.functional import Promise

from portal.accounts.models import User

Holders = Callable[[], "QuerySet[User]"]


@dataclass(frozen=True, slots=True)
class ConflictPair:
    """Two powers, in one sentence, and functions that select who holds each."""

    words: str | Promise
    first: Holders
    second: Holders

    def people(self) -> list[User]:
        """Return who holds both; superusers hold everything, and are listed by themselves."""
        both = self.first().filter(pk__in=self.second().values("pk"), is_active=True, is_superuser=False)
        return list(both.order_by("last_name", "first_name", "pk").distinct())


_pairs: list[ConflictPair] = []


def conflict_pair(words: str | Promise, first: Holders, second: Holders) -> None:
    """Name two powers that nobody should hold together."""
    _pairs.append(ConflictPair(words, first, second))


def conflict_pairs() -> list[tuple[ConflictPair, list[User]]]:
    """Return the pairs, each with who holds both."""
    return [(pair, pair.people()) for pair in _pairs]


def holders_of(permission: str) -> Holders:
    """Return a function that selects who holds a permission."""
    return lambda: ModelBackend().with_perm(permission, include_superusers=False)


def page_editors() -> "QuerySet[User]":
    """Select who may change pages."""
    return User.objects.filter(groups__page_permissions__permission__codename="change_page")
