"""Mentions: colleagues whom a note names as `@name`."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from portal.accounts.models import User

# An "@" inside a word is an e-mail address of somebody else; a full stop at the end is the sentence's.
MENTION = re.compile(r"(?<![\w.@+-])@(\w[\w.+'’-]*(?:@[\w.-]+)?)")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom a text mentions: people, and the names that are nobody's or more than one person's."""

    people: tuple[User, ...]
    unknown: tuple[str, ...]


def names_mentioned(text: str) -> list[str]:
    """Return what follows each "@", in order and each once."""
    return list(dict.fromkeys(found.rstrip(".-'’") for found in MENTION.findall(text)))


def names_of(user: User) -> set[str]:
    """Return the names by which colleagues may mention somebody: @jo, @jo.park, @jopark, the address or its start."""
    first, last, email = (part.casefold() for part in (user.first_name, user.last_name, user.email))
    both = [part for part in (first, last) if part]
    names = {first, email, email.partition("@")[0], ".".join(both), "".join(both), "-".join(both)}
    return {name.replace(" ", "") for name in names} - {""}


def resolve_mentions(text: str, colleagues: Iterable[User]) -> Mentions:
    """Return whom a text mentions among colleagues; a name that two of them have is nobody's."""
    wanted = names_mentioned(text)
    if not wanted:
        return Mentions((), ())
    named = defaultdict(list)
    for colleague in colleagues:
        for name in names_of(colleague):
            named[name].append(colleague)
    found = {name: named[name.casefold()] for name in wanted}
    people = dict.fromkeys(people[0] for people in found.values() if len(people) == 1)
    return Mentions(tuple(people), tuple(name for name, people in found.items() if len(people) != 1))
