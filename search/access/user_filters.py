"""Filters kept in the database (read marks, tags, codes), applied to queries as lists of ids."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Q

from search.language.query import Query
from search.models import Code, Coding, ReadMark, Tag, Tagging

UNREAD, FLAGGED = "unread", "flagged"


def apply_user_filters(user, query: Query) -> Query:
    """Restrict a query to the ids that its read marks, tags and codes select."""
    if query.tags:
        query = _among(query, Tagging.objects.filter(tag__slug__in=query.tags).values_list("content_object", flat=True))
    if query.codes:
        query = _among(
            query, Coding.objects.in_force().filter(code__in=query.codes).values_list("submission", flat=True)
        )
    marks = ReadMark.objects.filter(user=user)
    if FLAGGED in query.read_marks:
        query = _among(query, marks.filter(flagged=True).values_list("submission", flat=True))
    if UNREAD in query.read_marks:
        read = marks.exclude(read_at=None).values_list("submission", flat=True)
        query = replace(query, excluded_ids=tuple({*query.excluded_ids, *read}))
    return query


def _among(query: Query, ids: Iterable[int]) -> Query:
    found = set(ids) if query.only_ids is None else set(ids) & set(query.only_ids)
    return replace(query, only_ids=tuple(sorted(found)))


def read_marks_by_submission(user, ids: Iterable[int]) -> dict[int, ReadMark]:
    """Return a person's read marks by submission id; one query."""
    return {mark.submission_id: mark for mark in ReadMark.objects.filter(user=user, submission__in=list(ids))}


def tags_by_submission(ids: Iterable[int]) -> dict[int, list[Tag]]:
    """Return the tags of submissions by id, sorted by name; one query."""
    found: dict[int, list[Tag]] = {}
    taggings = Tagging.objects.filter(content_object__in=list(ids)).select_related("tag").order_by("tag__name")
    for tagging in taggings:
        found.setdefault(tagging.content_object_id, []).append(tagging.tag)
    return found


def count_read_marks(index, user, question: Query, total: int) -> dict[str, int]:
    """Count a person's unread and flagged submissions among the ``total`` hits of a query without read marks.

    Only submissions with a read mark are searched for; the others are unread.
    """
    marks = list(ReadMark.objects.filter(user=user).values_list("submission", "read_at", "flagged"))
    hits = set(index.iterate(_among(question, (id_ for id_, _at, _flag in marks)))) if marks else set()
    read = sum(id_ in hits for id_, read_at, _flag in marks if read_at)
    return {UNREAD: total - read, FLAGGED: sum(id_ in hits for id_, _at, flagged in marks if flagged)}


def codes_by_submission(ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the names of the codes of submissions by id, in the order of their frame; one query."""
    found: dict[int, list[str]] = {}
    codings = Coding.objects.in_force().filter(submission__in=list(ids))
    for submission, name in codings.as_in_frame().values_list("submission", "code__name"):
        found.setdefault(submission, []).append(name)
    return found


def count_tags(index, question: Query) -> list[tuple[Tag, int]]:
    """Count tags among the hits of a query without tags, largest first."""
    counts = _count_pairs(index, question, Tagging.objects.values_list("tag", "content_object"))
    tags = Tag.objects.in_bulk(counts)
    return sorted(((tags[pk], count) for pk, count in counts.items()), key=lambda one: (-one[1], one[0].name))


def codings_meant(query: Query):
    """Select the codings of the consultations and questions that a query names; None when it names none.

    Those of a whole site are too many to count at each look, and codes of two frames say nothing together.
    """
    pages = [value for value in query.filters.get("consultation", ()) if value.isdecimal()]
    asked = {answer.partition("=")[0] for answer in query.answers}
    frames = Q(code__frame__consultation__in=pages) | Q(code__frame__question__in=asked)
    return Coding.objects.in_force().filter(frames) if pages or asked else None


def count_codings(index, question: Query, codings) -> list[tuple[Code, int]]:
    """Count codes among the hits of a query without codes, largest first."""
    counts = _count_pairs(index, question, codings.values_list("code", "submission"))
    codes = Code.objects.in_bulk(counts)
    return sorted(((codes[pk], count) for pk, count in counts.items()), key=lambda one: (-one[1], one[0].name))


def _count_pairs(index, question: Query, pairs: Iterable[tuple[int, int]]) -> Counter[int]:
    """Count (label, submission) by label among the hits; only labelled submissions are searched for, in the scope."""
    pairs = list(pairs)
    if not pairs:
        return Counter()
    hits = set(index.iterate(_among(question, {id_ for _label, id_ in pairs})))
    return Counter(label for label, id_ in pairs if id_ in hits)
