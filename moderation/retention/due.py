"""What is due: the rows of each kind of data in consultations whose period is over."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min
from django.utils import timezone

from consultations.models import ConsultationPage, Event, EventKind, Response, Submission, Support
from moderation.models import Case, Decision, Report, RetentionPeriod
from moderation.models.retention import KINDS_OF_CONSULTATIONS, MONTHS_WITHOUT_ANSWER, RetentionKind
from moderation.review.sealing import sealed_texts
from portal.agency.days import months_later
from portal.privacy.inactive import due_to_close

KEY_OF_NOBODY = "~"  # the first sign of a mark that was made anew and leads to nobody


@dataclass(frozen=True, slots=True)
class DueRows:
    """How many rows of a kind are due in one consultation; accounts belong to none."""

    kind: RetentionKind
    consultation: ConsultationPage | None
    count: int


def answered_at() -> dict[int, datetime]:
    """Return by consultation when its answer was first published, or would count as published."""
    answers = Event.objects.filter(kind=EventKind.OUTCOME_PUBLISHED).values_list("consultation")
    known = dict(answers.annotate(first=Min("created_at")).order_by())
    closed = ConsultationPage.objects.values_list("pk", "closes_at")
    return {pk: known.get(pk) or in_months(closes_at, MONTHS_WITHOUT_ANSWER) for pk, closes_at in closed}


def in_months(moment, months):
    """Return the same time of a day so many months later."""
    here = timezone.localtime(moment)
    day = months_later(here.date(), months)
    return here.replace(year=day.year, month=day.month, day=day.day)


def due_consultations(kind) -> list[int]:
    """Return the consultations in which a kind of data has been kept long enough."""
    months, own, now = RetentionPeriod.objects.months()[kind], RetentionPeriod.objects.own_months(), timezone.now()
    return [pk for pk, at in answered_at().items() if in_months(at, own.get((pk, kind), months)) <= now]


def with_addresses(consultations):
    """Select the texts with an address; while somebody still decides about one, it is kept."""
    return nobody_decides(Submission.objects.filter(consultation__in=consultations).exclude(author_email=""))


def with_sealed_originals(consultations):
    """Select the texts with a redaction in effect whose original is still there."""
    redacted = Decision.objects.filter(action=Decision.Action.REDACT, undone_at=None).values("revision__submission")
    sealed = sealed_texts(Submission.objects.filter(consultation__in=consultations, pk__in=redacted))
    return nobody_decides(Submission.objects.filter(pk__in=list(sealed)))


def nobody_decides(submissions):
    """Leave out the texts about which somebody still decides."""
    return submissions.exclude(pk__in=Case.objects.filter(closed_at=None).values("submission"))


def marked_rows(consultations):
    """Select the rows with a mark that leads to somebody: texts, responses, support, reports, each with its column."""
    here, below = {"consultation__in": consultations}, {"submission__consultation__in": consultations}
    rows = (
        (Submission.objects.filter(**here), "author_key"),
        (Response.objects.filter(**here), "author_key"),
        (Support.objects.filter(**below), "supporter_key"),
        (Report.objects.filter(**below).exclude(outcome=Report.Outcome.OPEN), "reporter_key"),
        (Report.objects.filter(**below).exclude(outcome=Report.Outcome.OPEN), "network_key"),
    )
    return [(found.exclude(**{key: ""}).exclude(**{f"{key}__startswith": KEY_OF_NOBODY}), key) for found, key in rows]


def rows_of_kind(kind, consultations):
    """Return the querysets of a kind, each with the path to its consultation."""
    if kind == RetentionKind.ADDRESSES:
        return [(with_addresses(consultations), "consultation")]
    if kind == RetentionKind.SEALED:
        return [(with_sealed_originals(consultations), "consultation")]
    paths = {Support: "submission__consultation", Report: "submission__consultation"}
    return [(rows, paths.get(rows.model, "consultation")) for rows, _key in marked_rows(consultations)]


def due_rows() -> list[DueRows]:
    """Return what would go now, by kind and consultation; nothing is changed."""
    counts: dict[tuple[RetentionKind, int], int] = {}
    for kind in KINDS_OF_CONSULTATIONS:
        for rows, path in rows_of_kind(kind, due_consultations(kind)):
            for pk, number in rows.order_by().values_list(path).annotate(number=Count("pk", distinct=True)):
                counts[kind, pk] = counts.get((kind, pk), 0) + number
    pages = ConsultationPage.objects.defer("body", "outcome").in_bulk({pk for _kind, pk in counts})
    due = [DueRows(kind, pages[pk], number) for (kind, pk), number in counts.items()]
    accounts = due_to_close(RetentionPeriod.objects.months()[RetentionKind.ACCOUNTS]).count()
    return [*due, DueRows(RetentionKind.ACCOUNTS, None, accounts)] if accounts else due
