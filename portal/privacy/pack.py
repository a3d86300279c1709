"""The person pack: everything that the site holds about one person, as one file."""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.template.defaultfilters import yesno
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.agency.moments import day_and_time
from portal.privacy.person import RecordKind, all_record_kinds, find_account, find_person
from portal.privacy.traces import Needles, Trace, find_traces, needles_of

PACK_DATA, PACK_EXTRACT, PACK_NOTE = "person.json", "person.html", "README.txt"
PACK_README = """person.json holds every row that was found, for the privacy officer.
person.html is the extract for the person; what colleagues wrote among themselves is not in it.
"""
OWN_PACK_README = """person.html is for reading. person.json holds the same for programs.
What staff and our rules said of your texts is not in it; the privacy officer hands that out.
What was sent with your address without signing in has its number and day only: anybody can type an address.
"""


@dataclass(frozen=True, slots=True)
class Holding:
    """The rows of one kind: as plain values for a program, and in words for a page."""

    kind: RecordKind
    rows: list[dict[str, Any]]
    shown: list[list[tuple[str, Any]]]

    @property
    def count(self):
        """Return how many rows there are."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Dossier:
    """What was found about one person: rows of their own, and traces in others'."""

    person: Any
    holdings: list[Holding]
    traces: list[Trace]
    needles: Needles

    @property
    def counts(self):
        """Return how many rows there are, by the model's label; empty kinds are left out."""
        found = {holding.kind.model._meta.label: holding.count for holding in self.holdings}
        return found | ({"traces": len(self.traces)} if self.traces else {})

    @property
    def is_empty(self):
        """Return whether nothing was found."""
        return not self.counts


def dossier_of(typed, *, with_browser=False, account=None):
    """Find everything about whoever has an address or sent what has a reference, and had an account that is closed."""
    kinds = all_record_kinds()
    person = find_person(typed, with_browser=with_browser, account=account)
    holdings = [holding_of(kind, list(kind.rows(person))) for kind in kinds]
    needles = needles_of(person, kinds)
    return Dossier(person, [each for each in holdings if each.rows], find_traces(person, needles), needles)


def holding_of(kind, rows):
    """Return the rows of a kind."""
    return Holding(kind, [plain_row(kind, row) for row in rows], [shown_row(kind, row) for row in rows])


def without_relations(kind, row):
    """Return a plain row without the numbers of other rows."""
    return {name: value for name, value in row.items() if not kind.model._meta.get_field(name).is_relation}


def told_columns(kind, row):
    """Return the columns of a row that say something and hold anything."""
    columns = [field for field in row._meta.concrete_fields if field.name not in kind.left_out]
    columns = [field for field in columns if not isinstance(field, models.BinaryField)]
    return [field for field in columns if kind.value_of(field, row) not in (None, "", [], {})]


def plain_row(kind, row):
    """Return a row as values by the names of its columns."""
    return {field.name: kind.value_of(field, row) for field in told_columns(kind, row)}


def shown_row(kind, row):
    """Return a row in words, without the numbers of other rows, which say nothing to a reader."""
    told = [field for field in told_columns(kind, row) if not (field.is_relation or field.primary_key)]
    return [(capfirst(field.verbose_name), value_in_words(kind, field, row)) for field in told]


def value_in_words(kind, field, row):
    """Return a value as it is said: the label of a choice, yes or no, a moment in the agency's time."""
    value = kind.value_of(field, row)
    if isinstance(value, datetime):
        return day_and_time(value)
    if isinstance(value, bool):
        return yesno(value, _("yes,no"))
    return getattr(row, f"get_{field.name}_display")() if field.choices else value


def pack_file(dossier):
    """Return the pack as the bytes of a ZIP: all rows as JSON, and an extract to read."""
    shown = [holding for holding in dossier.holdings if not holding.kind.internal]
    about = dossier.person.about
    return zipped(pack_data(dossier, about), extract_page(shown, about), PACK_README)


def extract_page(holdings, about, **further):
    """Return the extract to read, as a page of its own."""
    context = {"holdings": holdings, "about": about, "made": timezone.now(), **further}
    return render_to_string("portal/person_pack.html", context)


def zipped(data, extract, note):
    """Return the bytes of a ZIP with the data as JSON, the extract, and a note on both."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(PACK_DATA, json.dumps(data, cls=DjangoJSONEncoder, indent=1, ensure_ascii=False))
        pack.writestr(PACK_EXTRACT, extract)
        pack.writestr(PACK_NOTE, note)
    return file.getvalue()


def own_holdings(user, address):
    """Return what somebody with an account gave us and was sent, for themselves.

    What staff and rules said of it is left to the privacy officer, who reads it first: it may name others, and may be
    part of a case that is still open. What was sent without signing in has a number and a day only: somebody else may
    have typed the address.
    """
    kinds = [kind for kind in all_record_kinds() if not (kind.internal or kind.by_staff)]
    person, signed_in = find_account(user, kinds, address=address), find_account(user, kinds)
    holdings = [own_holding(kind, person, set(signed_in.found(kind.model))) for kind in kinds]
    return [holding for holding in holdings if holding.rows]


def own_holding(kind, person, proven):
    """Return the rows of a kind, those without proof with as much as may be told of them."""
    told = [(kind if row.pk in proven else kind.without_proof(), row) for row in kind.rows(person)]
    plain = [(each, row) for each, row in told if told_columns(each, row)]
    return Holding(kind, [plain_row(*each) for each in plain], [shown_row(*each) for each in plain])


def own_pack_file(holdings, about):
    """Return one's own data as the bytes of a ZIP; numbers of other rows, such as a moderator's, are left out."""
    tables = {
        str(holding.kind.title): [without_relations(holding.kind, row) for row in holding.rows] for holding in holdings
    }
    data = {"about": about, "made_at": timezone.now(), "tables": tables}
    return zipped(data, extract_page(holdings, about, is_own=True), OWN_PACK_README)


def pack_data(dossier, about):
    """Return the pack as plain values."""
    tables = {
        holding.kind.model._meta.label: {"title": str(holding.kind.title), "count": holding.count, "rows": holding.rows}
        for holding in dossier.holdings
    }
    traces = [{"place": trace.place, "passages": trace.passages} for trace in dossier.traces]
    return {"about": about, "made_at": timezone.now(), "tables": tables, "traces": traces}
