"""Results of the desk: rows, facets and labels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Q
from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.languages import language_name
from consultations.models import Channel, ConsultationPage, Status, Submission
from consultations.modes.table import kind_choices
from search.access.scope import may_find, permitted_visibilities, scope_query
from search.access.user_filters import (
    FLAGGED,
    UNREAD,
    codes_by_submission,
    codings_meant,
    count_codings,
    count_read_marks,
    count_tags,
    read_marks_by_submission,
    tags_by_submission,
)
from search.desk.answers import label_answers
from search.engines.configured import get_engine
from search.index.documents import statuses_in
from search.index.relay import bring_up_to_date
from search.language.query import FACETS, FacetCounts, Query, SearchResult
from search.models import Code, ReadMark, Tag

FACET_TITLES = {
    "consultation": gettext_lazy("Consultation"),
    "kind": gettext_lazy("Kind"),
    "status": gettext_lazy("Status"),
    "language": gettext_lazy("Language"),
    "channel": gettext_lazy("Came by"),
    "month": gettext_lazy("Month"),
}
VALUES_SHOWN = 8  # Values of a facet that are shown before "more".
ValueLabels = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """One value of a facet."""

    value: str
    label: str
    count: int | None
    ticked: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet; rarely used values are in ``more``."""

    name: str
    title: str | Promise
    choices: tuple[FacetChoice, ...]
    more: tuple[FacetChoice, ...]


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One displayed hit; ``place`` counts from 1; ``changed`` means that the index lacks its latest change."""

    submission: Submission
    place: int
    consultation: str
    language: str
    title: str
    snippet: str
    changed: bool
    copies: int
    mark: ReadMark | None = None
    tags: tuple[Tag, ...] = ()
    codes: tuple[str, ...] = ()


def search_as(user, query: Query) -> SearchResult:
    """Run a query within a person's scope, after relaying changes."""
    return run_query(scope_query(user, query))


def run_query(question: Query) -> SearchResult:
    """Run a scoped query, after relaying changes to an embedded index; the result says how far the index is."""
    behind = bring_up_to_date()
    result = replace(get_engine().search(question), pending=behind)
    if not behind:
        return result
    texts, never = count_texts((question.scope or {})["visibility"])
    return replace(result, texts=texts, not_found_yet=never)


def count_texts(scope: tuple[str, ...]) -> tuple[int, int]:
    """Count the texts in a scope by the database, and those that the index has never had; one query."""
    never = Count("pk", filter=Q(indexed_version=0))
    found = Submission.objects.filter(status__in=statuses_in(scope)).aggregate(texts=Count("pk"), never=never)
    return found["texts"], found["never"]


def result_rows(user, query: Query, result: SearchResult, names: ValueLabels) -> list[ResultRow]:
    """Return the hits with their database rows; rows that may no longer be seen are dropped."""
    scope = permitted_visibilities(user)
    ids = [hit.id for hit in result.hits]
    known = Submission.objects.select_related("question").in_bulk(ids)
    marks, tags, codes = read_marks_by_submission(user, ids), tags_by_submission(ids), codes_by_submission(ids)
    shown = ((n, hit, known.get(hit.id)) for n, hit in enumerate(result.hits, query.offset + 1))
    found = [_row(n, hit, one, names) for n, hit, one in shown if one and may_find(scope, one)]
    return [
        replace(row, mark=marks.get(pk), tags=tuple(tags.get(pk, ())), codes=tuple(codes.get(pk, ())))
        for row in found
        for pk in (row.submission.pk,)
    ]


def _row(place, hit, submission, names) -> ResultRow:
    changed = submission.version > submission.indexed_version
    return ResultRow(
        submission=submission,
        place=place,
        consultation=names["consultation"].get(str(submission.consultation_id), ""),
        language=names["language"].get(submission.language or "und", submission.language),
        title="" if changed else hit.title,
        snippet="" if changed else hit.snippet,
        changed=changed,
        copies=hit.copies,
    )


def label_values(query: Query, result: SearchResult) -> ValueLabels:
    """Return labels for all values in a query and its result; one query, and one for each kind that is ticked."""
    return label_queries([query], result.facets)


def label_queries(queries: Iterable[Query], facets: Mapping[str, FacetCounts] | None = None) -> ValueLabels:
    """Return labels for all values in queries and facets; as many database queries for any number of them."""
    queries, facets = list(queries), facets or {}
    ticked = {f: {value for query in queries for value in query.filters.get(f, ())} for f in FACETS}
    values = {f: {value for value, _n in facets.get(f, ())} | ticked[f] for f in FACETS}
    tags = {tag for query in queries for tag in query.tags}
    codes = {code for query in queries for code in query.codes}
    return {
        "consultation": _consultations(values["consultation"]),
        "kind": _plain(kind_choices()),
        "status": _plain(Status.choices),
        "channel": _plain(Channel.choices),
        "language": {code: language_label(code) for code in values["language"]},
        "tag": dict(Tag.objects.filter(slug__in=tags).values_list("slug", "name")) if tags else {},
        "code": {str(pk): name for pk, name in Code.objects.filter(pk__in=codes).values_list("pk", "name")}
        if codes
        else {},
        "month": {month: month_label(month) for month in values["month"]},
        "answer": label_answers({answer for query in queries for answer in query.answers}),
    }


def _plain(choices) -> dict[str, str]:
    return {value: str(label) for value, label in choices}


def _consultations(ids: Iterable[str]) -> dict[str, str]:
    named = [value for value in ids if value != "none"]
    titles = ConsultationPage.objects.filter(pk__in=named).values_list("pk", "title")
    gone = dict.fromkeys(named, _("A consultation that is gone"))
    return {"none": _("None"), **gone, **{str(pk): title for pk, title in titles}}


def language_label(code: str) -> str:
    """Return a language's name in itself."""
    return _("Not known") if code == "und" else language_name(code)


def month_label(month: str) -> str:
    """Return "November 2026" for "2026-11"."""
    return date_format(date.fromisoformat(f"{month}-01"), "F Y")


def build_facets(query: Query, result: SearchResult, names: ValueLabels) -> list[Facet]:
    """Return the facets in display order; ticked values are always included, if only with a count of 0."""
    return [_facet(name, query.filters.get(name, ()), result, names[name]) for name in FACETS]


def build_answer_facets(query: Query, names: ValueLabels) -> list[Facet]:
    """Return a facet of the ticked answers; none without any."""
    ticked = tuple(FacetChoice(answer, names["answer"][answer], None, True) for answer in query.answers)
    return [Facet("answer", _("Answer"), ticked, ())] if ticked else []


def _facet(name: str, ticked: tuple[str, ...], result: SearchResult, names: Mapping[str, str]) -> Facet:
    counts = dict(result.facets.get(name, ()))
    values = sorted(counts, reverse=True) if name == "month" else list(counts)
    values += [value for value in ticked if value not in counts]
    choices = [FacetChoice(v, str(names.get(v, v)), counts.get(v, 0), v in ticked) for v in values]
    return _folded(name, FACET_TITLES[name], choices)


def build_user_facets(user, query: Query, result: SearchResult) -> list[Facet]:
    """Return the facets kept in the database: read marks, tags, and codes if some can be meant."""
    return [_mine(user, query, result), _tags(user, query), *_codes(user, query)]


def _mine(user, query: Query, result: SearchResult) -> Facet:
    """Return the facet of read marks, counted as if none were ticked."""
    question = scope_query(user, replace(query, read_marks=(), size=1, page=1))
    total = get_engine().search(question).total if query.read_marks else result.total
    counts = count_read_marks(get_engine(), user, question, total)
    names = {UNREAD: _("Not read by me"), FLAGGED: _("Flagged by me")}
    choices = [FacetChoice(mark, name, counts[mark], mark in query.read_marks) for mark, name in names.items()]
    return Facet("mark", _("Mine"), tuple(choices), ())


def _tags(user, query: Query) -> Facet:
    """Return the facet of tags: those in the result, and the ticked ones."""
    counted = count_tags(get_engine(), scope_query(user, replace(query, tags=())))
    tags = [FacetChoice(tag.slug, tag.name, count, tag.slug in query.tags) for tag, count in counted]
    missing = set(query.tags) - {choice.value for choice in tags}
    tags += (
        [FacetChoice(tag.slug, tag.name, 0, True) for tag in Tag.objects.filter(slug__in=missing)] if missing else []
    )
    return _folded("tag", _("Tag"), tags)


def _codes(user, query: Query) -> list[Facet]:
    """Return the facet of codes: those in the result of some consultations, and the ticked ones; none without any."""
    counted = []
    if (codings := codings_meant(query)) is not None:
        counted = count_codings(get_engine(), scope_query(user, replace(query, codes=())), codings)
    codes = [FacetChoice(str(code.pk), code.name, count, str(code.pk) in query.codes) for code, count in counted]
    missing = set(query.codes) - {choice.value for choice in codes}
    gone = Code.objects.filter(pk__in=missing) if missing else ()
    codes += [FacetChoice(str(code.pk), code.name, None, True) for code in gone]
    return [_folded("code", _("Code"), codes)] if codes else []


def _folded(name: str, title: str | Promise, choices: list[FacetChoice]) -> Facet:
    """Return a facet that shows the first values and the ticked ones, and folds the others."""
    at_once = [choice for n, choice in enumerate(choices) if n < VALUES_SHOWN or choice.ticked]
    return Facet(name, title, tuple(at_once), tuple(choice for choice in choices if choice not in at_once))
