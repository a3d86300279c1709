"""Entries in words, for the ledger page and its file."""

import json
import re
from html import unescape
from typing import NamedTuple

from django.apps import apps
from django.urls import reverse
from django.utils.html import format_html, strip_tags
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.audit.models import AuditEntry
from portal.audit.sentences import filled, find_subjects, sentence_of

DIGEST = re.compile(r"[0-9a-f]{64}")
PEOPLE_IN_FACTS = ("to", "writer", "asked_by")  # facts that are the number of an account


class EntryRow(NamedTuple):
    """One entry: a sentence with links, what it is about, and the facts that the sentence does not tell."""

    entry: AuditEntry
    name: str
    about: str
    sentence: str
    facts: list[tuple[str, str]]

    @property
    def plain_sentence(self):
        """Return the sentence without links."""
        return unescape(strip_tags(self.sentence))


def entry_rows(entries, user):
    """Return the rows of a page as the user may follow them; a query for all names, few for each kind."""
    entries = list(entries)
    people = {entry.facts.get(name) for entry in entries for name in PEOPLE_IN_FACTS}
    names = user_names({entry.by for entry in entries} | {pk for pk in people if type(pk) is int})
    found = find_subjects({(entry.subject_type, entry.subject_id) for entry in entries if entry.subject_type}, user)
    return [entry_row(entry, names, found.get((entry.subject_type, entry.subject_id))) for entry in entries]


def entry_row(entry, names, found):
    """Return the row of an entry, whose subject was found or not."""
    about, address = found or (describe_subject(entry.subject_type, entry.subject_id), "")
    name = names[entry.by]
    told = {each: value for each, value in entry.facts.items() if each not in PEOPLE_IN_FACTS}
    people = {each: entry.facts[each] for each in PEOPLE_IN_FACTS if each in entry.facts}
    told |= {each: names.get(pk, "–") if pk else _("nobody") for each, pk in people.items()}
    values = dict(describe_facts(told)) | {"who": linked_person(entry.by, name), "what": linked_subject(about, address)}
    sentence = sentence_of(entry.action)
    words = sentence.words if sentence else "{who}: {deed} {what}"
    used = sentence.names if sentence else set()
    rest = [
        (each.replace("_", " "), without_digest_end(value))
        for each, value in describe_facts(told)
        if value and each not in used
    ]
    return EntryRow(entry, name, about, filled(words, values | {"deed": entry.action}), rest)


def without_digest_end(value):
    """Return a value without the end of a digest, which nobody reads; the file has all of it."""
    return f"{value[:12]}…" if DIGEST.fullmatch(value) else value


def linked_person(pk, name):
    """Return a name as a link to all that this person did."""
    return format_html('<a href="{}?person={}">{}</a>', reverse("audit"), pk, name) if pk else name


def linked_subject(about, address):
    """Return what something is called, as a link to it where the reader may open it."""
    return format_html('<a href="{}">{}</a>', address, about) if address else about


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


def about_link(subject):
    """Return the address of all entries about a subject."""
    return f"{reverse('audit')}?{urlencode({'about': subject})}"


def recorded_people():
    """Return (user id, name) of everybody in the ledger, sorted by name."""
    ids = set(AuditEntry.objects.order_by().values_list("by", flat=True).distinct())
    names = user_names(ids)
    return sorted(((pk, names[pk]) for pk in ids - {None}), key=lambda pair: pair[1].casefold())
