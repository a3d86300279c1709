"""Traces of a person in other rows: the address anywhere, and passages of their texts in the words of staff."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.module_loading import autodiscover_modules
from wagtail.search import index

from portal.encryption.addresses import EncryptedAddressField
from portal.encryption.fields import SEAL_SIGN, SealableMixin, Sealed
from portal.http.public_change import PublicChange

QUOTED_WORDS = 5  # so many words in a row are a quotation; fewer are anybody's
COVER = "█"
QUOTABLE_WORD = re.compile(r"[^\W_]+")
TEXT_FIELDS = (models.CharField, models.TextField, models.JSONField)
# The ledger takes no texts and never changes; a session and a page search's index are made anew.
UNSEARCHED = {"sessions", "contenttypes", "auth", "wagtailsearch", "captcha"}  # apps
UNSEARCHED |= {"portal.AuditEntry", "portal.AuditHead", "portal.AuditRoot"}

_staff_words: dict[type[models.Model], tuple[str, ...]] = {}
_followers: dict[type[models.Model], Callable[[list[Any]], object]] = {}


def words_of_staff(model, *fields):
    """Name the fields in which staff write in words of their own, and may quote."""
    _staff_words[model] = fields


def leave_unsearched(model):
    """Leave a model out: its addresses are the agency's own, or it forgets them by itself."""
    UNSEARCHED.add(model._meta.label)


def follows_cover(model):
    """Register a function that is called with the primary keys of a model's rows in which something was covered."""

    def register(function):
        _followers[model] = function
        return function

    return register


@dataclass(frozen=True, slots=True)
class Needles:
    """What is looked for: an address, and every run of words of somebody's texts."""

    address: str
    runs: frozenset[tuple[str, ...]]
    is_said_by_others: Callable[[str], bool]

    @property
    def spellings(self):
        """Return the address as it may stand in a column: as it is, in a query string, in JSON."""
        return {self.address, quote(self.address), json.dumps(self.address)[1:-1]} if self.address else set()

    def addresses_in(self, text):
        """Return the spans of the address, but not of a longer one that ends like it."""
        words = "|".join(sorted(map(re.escape, self.spellings)))
        found = re.finditer(rf"(?<![\w.+-])(?:{words})(?![\w-]|\.\w)", text, re.IGNORECASE) if words else ()
        return [match.span() for match in found]

    def quotations_in(self, text):
        """Return the spans of the longest passages of five words or more that stand in the person's texts, too."""
        words = list(QUOTABLE_WORD.finditer(text)) if self.runs else []
        folded = [word[0].casefold() for word in words]
        starts = [
            at for at in range(len(words) - QUOTED_WORDS + 1) if tuple(folded[at : at + QUOTED_WORDS]) in self.runs
        ]
        spans: list[tuple[int, int]] = []
        for at in starts:
            begin, end = words[at].start(), words[at + QUOTED_WORDS - 1].end()
            if spans and begin <= spans[-1][1]:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((begin, end))
        return [(begin, end) for begin, end in spans if not self.is_said_by_others(text[begin:end])]


@dataclass(frozen=True, slots=True)
class Trace:
    """A column of one row that names the address or quotes a text; ``passages`` are the words found."""

    model: type[models.Model]
    field: str
    pk: Any
    passages: tuple[str, ...]

    @property
    def place(self):
        """Return the names of the model and the column, for a list."""
        column: Any = self.model._meta.get_field(self.field)
        return f"{self.model._meta.verbose_name} {self.pk}, {column.verbose_name}"


def needles_of(person, kinds):
    """Return what to look for, read before anything is erased."""
    written = [kind for kind in kinds if kind.words]
    runs = frozenset(run for kind in written for text in kind.words_of(person) for run in runs_of(text))
    return Needles(person.address, runs, partial(others_say, person, written))


def runs_of(text):
    """Yield every five words in a row."""
    words = [word[0].casefold() for word in QUOTABLE_WORD.finditer(text)]
    return (tuple(words[at : at + QUOTED_WORDS]) for at in range(len(words) - QUOTED_WORDS + 1))


def others_say(person, kinds, passage):
    """Return whether somebody else wrote the same passage: it is not this person's alone, as in a campaign's letter."""
    for kind in kinds:
        said = Q(pk=None)
        for name in kind.words:
            said |= Q(**{f"{name}__icontains": passage})
        rows = kind.model._base_manager.exclude(pk__in=person.found(kind.model)).filter(said)
        if is_written_in(kind, rows, passage) if kind.others_words else rows.exists():
            return True
    return False


def is_written_in(kind, rows, passage):
    """Return whether the authors of rows wrote a passage, and do not only repeat it from a text of ours."""
    written = {run for text in kind.others_words(rows) for run in runs_of(text)}
    return written.issuperset(runs_of(passage))


def find_traces(person, needles):
    """Return the traces in rows that are not the person's own."""
    autodiscover_modules("personal_data")
    found: dict[tuple[type[models.Model], str, Any], Trace] = {}
    for trace in (*addresses_elsewhere(needles), *quotations_elsewhere(needles)):
        if trace.pk not in person.found(trace.model):
            known = found.get((trace.model, trace.field, trace.pk))
            passages = dict.fromkeys((*(known.passages if known else ()), *trace.passages))
            found[trace.model, trace.field, trace.pk] = Trace(trace.model, trace.field, trace.pk, tuple(passages))
    return list(found.values())


def text_columns() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Yield each column of each model in which an address may stand beside other words.

    A column of addresses holds one and nothing else, so its rows are the person's own, and found by their kind.
    """
    for model in apps.get_models():
        if {model._meta.app_label, model._meta.label} & UNSEARCHED or not model._meta.managed:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, TEXT_FIELDS) and not field.choices and not isinstance(field, EncryptedAddressField):
                yield model, field


def addresses_elsewhere(needles):
    """Yield a trace for each column that holds the address."""
    for model, field in text_columns() if needles.address else ():
        if field.max_length and field.max_length < len(needles.address):
            continue
        said = Q(pk=None)
        for spelling in needles.spellings:
            said |= Q(column_text__icontains=spelling)
        rows = model._base_manager.annotate(column_text=Cast(field.name, models.TextField()))
        for pk, text in (*rows.filter(said).values_list("pk", "column_text"), *sealed_texts_of(rows, field)):
            if passages := tuple(passages_in(text, needles.addresses_in)):
                yield Trace(model, field.name, pk, passages)


def sealed_texts_of(rows, field):
    """Return the sealed texts of a column, opened: no condition in SQL looks into them."""
    if not isinstance(field, SealableMixin):
        return ()
    return rows.filter(column_text__startswith=SEAL_SIGN).values_list("pk", field.name).iterator()


def quotations_elsewhere(needles):
    """Yield a trace for each column in the words of staff that quotes one of the texts."""
    for model, names in _staff_words.items() if needles.runs else ():
        for name in names:
            rows = model._base_manager.annotate(column_text=Cast(name, models.TextField()))
            for pk, text in rows.values_list("pk", "column_text").iterator():
                if text and (passages := tuple(passages_in(text, needles.quotations_in))):
                    yield Trace(model, name, pk, passages)


def passages_in(text, spans_in) -> Iterator[str]:
    """Yield the passages that are found in a column, inside JSON too."""
    for part in strings_of(text):
        yield from (part[begin:end] for begin, end in spans_in(part))


def strings_of(value) -> Iterator[str]:
    """Yield the strings of a value; what holds JSON itself, as StreamFields do in a page's version, is opened."""
    opened = opened_json(value)
    if isinstance(opened, dict):
        for key, each in opened.items():
            yield from (*strings_of(key), *strings_of(each))
    elif isinstance(opened, list):
        for each in opened:
            yield from strings_of(each)
    elif isinstance(opened, str):
        yield opened


def opened_json(value):
    """Return what a string of JSON holds, if it is a list or an object; anything else as it is."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def cover_traces(traces: Iterable[Trace], needles: Needles):
    """Cover each passage, letter by letter, so that lengths and places in a text stay as they were."""
    changed: dict[type[models.Model], list[Any]] = {}
    for trace in traces:
        model = trace.model
        field: Any = model._meta.get_field(trace.field)
        rows = model._base_manager.filter(pk=trace.pk)
        if not (value := text_of_column(rows, field)):
            continue
        covered = covered_value(value, needles)
        if isinstance(value, Sealed):
            covered = Sealed(covered)
        if isinstance(field, models.JSONField):  # StreamFields are no JSONField to Django
            covered = json.loads(covered)
        rows.update(**{trace.field: field.to_python(covered)})
        changed.setdefault(model, []).append(trace.pk)
    for model, ids in changed.items():
        follow_cover(model, ids)


def text_of_column(rows, field):
    """Return the text of a column of one row, whatever its type; a sealed one is opened."""
    if isinstance(field, SealableMixin):
        return rows.values_list(field.name, flat=True).first()
    return rows.annotate(column_text=Cast(field.name, models.TextField())).values_list("column_text", flat=True).first()


def covered_value(value, needles):
    """Return a value without the passages; JSON stays JSON."""
    opened, done = opened_json(value), value
    if isinstance(opened, dict):
        done = {covered_value(key, needles): covered_value(each, needles) for key, each in opened.items()}
    elif isinstance(opened, list):
        done = [covered_value(each, needles) for each in opened]
    elif isinstance(opened, str):
        done = covered_text(opened, needles)
    return json.dumps(done, ensure_ascii=False) if isinstance(value, str) and opened is not value else done


def covered_text(text, needles):
    """Return a text with its passages covered."""
    for begin, end in (*needles.addresses_in(text), *needles.quotations_in(text)):
        text = text[:begin] + re.sub(r"\S", COVER, text[begin:end]) + text[end:]
    return text


def follow_cover(model, ids):
    """Bring what was made from the rows up to date: the public pages, the search in pages, an index."""
    if model in _followers:
        _followers[model](ids)
    if index.class_is_indexed(model):
        for row in model._base_manager.filter(pk__in=ids):
            index.insert_or_update_object(row)
    PublicChange.note()
