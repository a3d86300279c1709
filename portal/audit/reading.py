"""Entries as the staff page shows them."""

import json
from typing import NamedTuple

from django.apps import apps
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.audit.models import AuditEntry


class EntryRow(NamedTuple):
    """One entry with who did it, what it is about and its facts, in words."""

    entry: AuditEntry
    name: str
    about: str
    facts: list[tuple[str, str]]


def rows_of(entries):
    """Return the rows of a page; names are read once for all."""
    names = names_of({entry.by for entry in entries})
    return [
        EntryRow(entry, names[entry.by], subject_in_words(entry.subject_type, entry.subject_id), in_words(entry.facts))
        for entry in entries
    ]


def names_of(ids):
    """Return a name for each user's id; an account that is gone keeps its number, None is the site itself."""
    users = User.objects.in_bulk(ids - {None})
    names = {pk: str(users[pk]) if pk in users else _("Person %s, account erased") % pk for pk in ids - {None}}
    return names | {None: _("The site")}


def subject_in_words(subject_type, subject_id):
    """Return what an entry is about: the kind of thing as people call it, and its id."""
    try:
        kind = apps.get_model(subject_type)._meta.verbose_name
    except (LookupError, ValueError):  # a kind that is no table of ours, or not any more
        kind = subject_type
    return f"{kind} {subject_id}".strip()


def in_words(facts):
    """Return facts as pairs of texts, by name: PostgreSQL does not keep the order they were given in."""
    return [(name, value_in_words(value)) for name, value in sorted(facts.items())]


def value_in_words(value):
    """Return one value: texts as they are, lists with commas, anything else as JSON."""
    if isinstance(value, list):
        return ", ".join(map(value_in_words, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def actions():
    """Return the actions that were ever written."""
    return list(AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct())


def people():
    """Return id and name of everybody who did something, by name."""
    ids = set(AuditEntry.objects.order_by().values_list("by", flat=True).distinct())
    names = names_of(ids)
    return sorted(((pk, names[pk]) for pk in ids - {None}), key=lambda pair: pair[1].casefold())
