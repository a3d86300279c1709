"""Texts, names and addresses that have been kept long enough.

Texts and names go when their authors were told, and never because an editor states another time later: what was given
for the record stays on it. Of an address, the sooner of what its author was told and what holds now counts.
"""

from datetime import datetime

from django.db.models import Min, Q
from django.utils import timezone

from consultations.models import AgreedTerms, ConsultationPage, Event, EventKind, StatedTerms, Submission
from consultations.modes.table import modes
from moderation.models import Case, RetentionPeriod
from moderation.models.retention import MONTHS_WITHOUT_ANSWER, RetentionKind
from portal.agency.moments import in_months

BY_A_CITIZEN = Q(official_line="")  # what was said for the agency stays on record, and whose word it is
IS_THERE = {
    RetentionKind.TEXTS: Q(erased_at=None) & BY_A_CITIZEN,
    RetentionKind.NAMES: ~Q(author_name="") & BY_A_CITIZEN,
    RetentionKind.ADDRESSES: ~Q(author_email=""),
}


def texts_due(kind):
    """Select the submissions whose text, name or address is due; while somebody still decides about one, it is kept.

    What is over is read once, by the first who asks: the answer is a queryset, to be narrowed as often as needed.
    """
    over = promise_is_over(kind)
    if kind == RetentionKind.ADDRESSES:
        over |= shorter_period_is_over() | usual_period_is_over()
    return nobody_decides(Submission.objects.filter(IS_THERE[kind]).filter(over))


def promise_is_over(kind):
    """Return the condition that what the author was told has come."""
    condition = Q(**{f"terms__{kind}_until__lte": timezone.now()})
    if kind != RetentionKind.ADDRESSES:
        return condition
    answers, now = first_answers(), timezone.now()
    usual = AgreedTerms.objects.exclude(answer_months=None)
    usual = usual.values_list("pk", "consultation", "closes_at", "answer_months")
    over = [
        pk
        for pk, consultation, closes_at, months in usual
        if in_months(answers.get(consultation) or in_months(closes_at, MONTHS_WITHOUT_ANSWER), months) <= now
    ]
    return condition | Q(terms__in=over)


def shorter_period_is_over():
    """Return the condition that the months which an editor states for addresses now are over."""
    over: dict[str, list[int]] = {}
    stated = StatedTerms.objects.exclude(addresses_months=None)
    for page, mode, closes_at, months in stated.values_list("page", "mode", "page__closes_at", "addresses_months"):
        if in_months(closes_at, months) <= timezone.now():
            over.setdefault(mode, []).append(page)
    return any_of(Q(consultation__in=pages, kind__in=kinds_of(mode)) for mode, pages in over.items())


def usual_period_is_over():
    """Return the condition that the agency's period for addresses is over, where no other time was agreed."""
    return Q(consultation__in=due_consultations(RetentionKind.ADDRESSES), terms__addresses_until=None)


def any_of(conditions):
    """Return the condition that one of some holds; of none, that nothing does."""
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found


def kinds_of(mode):
    """Return the kinds of text of a mode by its key; none when it has left the table."""
    return [kind for each in modes() if each.key == mode for kind in each.kind_keys]


def mode_key(kind):
    """Return the key of the mode of a kind of text; the kind itself when its mode has left the table."""
    return next((mode.key for mode in modes() if kind in mode.kind_keys), kind)


def in_mode(submissions, mode):
    """Select those of a mode, by the key that `mode_key` gives."""
    return submissions.filter(kind__in=kinds_of(mode) or [mode])


def first_answers() -> dict[int, datetime]:
    """Return by consultation when its answer was first published."""
    answers = Event.objects.filter(kind=EventKind.OUTCOME_PUBLISHED).values_list("consultation")
    return dict(answers.annotate(first=Min("created_at")).order_by())


def answered_at() -> dict[int, datetime]:
    """Return by consultation when its answer was first published, or would count as published."""
    known = first_answers()
    closed = ConsultationPage.objects.values_list("pk", "closes_at")
    return {pk: known.get(pk) or in_months(closes_at, MONTHS_WITHOUT_ANSWER) for pk, closes_at in closed}


def due_consultations(kind) -> list[int]:
    """Return the consultations in which a kind of data has been kept long enough."""
    months, own, now = RetentionPeriod.objects.months()[kind], RetentionPeriod.objects.own_months(), timezone.now()
    return [pk for pk, at in answered_at().items() if in_months(at, own.get((pk, kind), months)) <= now]


def nobody_decides(submissions):
    """Leave out the texts about which somebody still decides."""
    return submissions.exclude(pk__in=Case.objects.filter(closed_at=None).values("submission"))
