"""Entries in words, for the ledger page."""

import json
from typing import NamedTuple

from django.apps import apps
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.audit.models import AuditEntry


class EntryRow(NamedTuple):
    """One entry with the person's name, its subject and its facts in words."""

    entry: AuditEntry
    name: str
    about: str
    facts: list[tuple[str, str]]


def entry_rows(entries):
    """Return the rows of a page; one query for all names."""
    names = user_names({entry.by for entry in entries})
    return [
        EntryRow(
            entry, names[entry.by], describe_subject(entry.subject_type, entry.subject_id), describe_facts(entry.facts)
        )
        for entry in entries
    ]


def user_names(ids):
    """Return names by user id: a number for an erased account, "The site" for None."""
    users = User.objects.in_bulk(ids - {None})
    names = {pk: str(users[pk]) if pk in users else _("Person %s, account erased") % pk for pk in ids - {None}}
    return names | {None: _("The site")}


def describe_subject(subject_type, subject_id):
    """Return the model's verbose name and the id."""
    try:
        kind = apps.get_model(subject_type)._meta.verbose_name
    except (LookupError, ValueError):  # a kind that is no table of ours, or not any more
        kind = subject_type
    return f"{kind} {subject_id}".strip()


def describe_facts(facts):
    """Return (name, value in words), sorted by name: PostgreSQL's jsonb does not keep the order."""
    return [(name, describe_value(value)) for name, value in sorted(facts.items())]


def describe_value(value):
    """Return a text unchanged, a list with commas, anything else as JSON."""
    if isinstance(value, list):
        return ", ".join(map(describe_value, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def recorded_actions():
    """Return the distinct actions in the ledger."""
    return list(AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct())


def recorded_people():
    """Return (user id, name) of everybody in the ledger, sorted by name."""
    ids = set(AuditEntry.objects.order_by().values_list("by", flat=True).distinct())
    names = user_names(ids)
    return sorted(((pk, names[pk]) for pk in ids - {None}), key=lambda pair: pair[1].casefold())
