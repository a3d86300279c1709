"""Cross tabulation of a questionnaire's closed answers."""

from dataclasses import dataclass

from django.db.models import Count

from consultations.models import ClosedAnswer, Question, Submission
from consultations.modes.questionnaire.lines import table_lines
from consultations.plain_text import label_and_value
from consultations.shares import Share

GROUP_VALUE = "response__closed_answers__value"


@dataclass(frozen=True, slots=True)
class CrosstabLine:
    """One choice: its share in each group, and in all groups together."""

    label: str
    shares: tuple[Share, ...]
    total: Share


@dataclass(frozen=True, slots=True)
class Crosstab:
    """One closed question by the groups of another; counts only people who answered both.

    ``bases`` is the number of people by group, ``base`` the number of distinct people: groups of a multiple-choice
    question overlap.
    """

    question: Question
    groups: tuple[str, ...]
    lines: tuple[CrosstabLine, ...]
    bases: tuple[int, ...]
    base: int


def answered_both(rows, by):
    """Select answers whose response also answers ``by``; an answer appears once per group of its response."""
    return rows.filter(response__closed_answers__question=by)


def build_crosstabs(questions, by):
    """Return a table for each closed question by question id; four queries, however many questions."""
    rows = answered_both(ClosedAnswer.objects.filter(question__in=questions).exclude(question=by), by)
    people = Count("response", distinct=True)
    cells = {tuple(key): n for *key, n in rows.values_list("question", "value", GROUP_VALUE).annotate(n=people)}
    bases = {tuple(key): n for *key, n in rows.values_list("question", GROUP_VALUE).annotate(n=people)}
    totals = {tuple(key): n for *key, n in rows.values_list("question", "value").annotate(n=people)}
    everybody = dict(rows.values_list("question").annotate(n=people))
    closed = [each for each in questions if not each.is_open and each != by]
    return {each.pk: _table(each, by, cells, bases, totals, everybody.get(each.pk, 0)) for each in closed}


def _table(question, by, cells, bases, totals, base):
    groups = [(value, bases.get((question.pk, value), 0)) for value in by.values]
    given = [value for pk, value in totals if pk == question.pk]
    lines = tuple(
        CrosstabLine(
            line.label,
            tuple(_share(line, size, cells, question.pk, group) for group, size in groups),
            _share(line, base, totals, question.pk),
        )
        for line in table_lines(question, given)
    )
    return Crosstab(question, tuple(words for _v, words in by.options), lines, tuple(size for _g, size in groups), base)


def _share(line, base, counts, question, *group):
    """Return how many gave one of a line's values: several are those of a band, of which each person gave one."""
    return Share(line.label, sum(counts.get((question, value, *group), 0) for value in line.values), base)


def count_texts_by_group(questions, by, statuses):
    """Count open answers in these statuses by (question, group); one query."""
    texts = answered_both(Submission.objects.filter(question__in=questions, status__in=statuses), by)
    counted = texts.values_list("question", GROUP_VALUE).annotate(n=Count("pk", distinct=True))
    return {(pk, group): n for pk, group, n in counted}


def crosstab_rows(tables, by):
    """Yield (question, choice, group, count, base, per cent); per cent is None below the minimum base."""
    for table in tables:
        for line in table.lines:
            for group, share in zip(table.groups, line.shares, strict=True):
                yield _row(table.question, line.label, label_and_value(by.label, group), share)
            yield _row(table.question, line.label, "all who answered both", line.total)


def _row(question, choice, group, share):
    return question.label, choice, group, share.count, share.base, share.per_cent
