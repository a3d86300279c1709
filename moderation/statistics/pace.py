"""Pace: how much comes in by the minute and by the hour, and what the limits ask for."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncHour, TruncMinute
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consultations.models import Channel, Response, StatementVote, Submission, Support
from moderation.models import Report
from portal.http.rate_limits import RateCount, RateLimit, limits_by_name


class PaceRange(NamedTuple):
    """A stretch of time up to now, in equal steps."""

    key: str
    label: str | Promise
    step: timedelta
    steps: int
    cut: type  # the function of the database that cuts a moment to its step


PACE_RANGES = {
    "hour": PaceRange("hour", _("The last hour, by the minute"), timedelta(minutes=1), 60, TruncMinute),
    "day": PaceRange("day", _("The last day, by the hour"), timedelta(hours=1), 24, TruncHour),
}
PACE_KINDS = {
    "texts": _("Texts"),
    "answers": _("Questionnaires"),
    "supports": _("Supports"),
    "votes": _("Answers to statements"),
    "reports": _("Reports"),
}


@dataclass
class ConsultationPace:
    """What came in for one consultation: totals and the busiest step by kind; ``pk`` None is all together."""

    pk: int | None
    totals: Counter = field(default_factory=Counter)
    busiest: Counter = field(default_factory=Counter)

    @property
    def numbers(self) -> list[tuple[int, int]]:
        """Return total and busiest step of each kind, in their order."""
        return [(self.totals[kind], self.busiest[kind]) for kind in PACE_KINDS]


class Pace(NamedTuple):
    """The steps, oldest first, with a number for each kind; and what came in by consultation, the most first."""

    steps: list[tuple[datetime, list[int]]]
    together: ConsultationPace
    consultations: list[ConsultationPace]


class LimitTally(NamedTuple):
    """One limit: in the windows that run now, how many are counted, how many of them are over, and by how much."""

    limit: RateLimit
    counted: int
    over: int
    beyond: int


def sources():
    """Return the rows of each kind that came in through the site, with their moment and their consultation."""
    return {
        "texts": (Submission.objects.filter(response=None, channel=Channel.WEBSITE), "received_at", "consultation"),
        "answers": (Response.objects.filter(channel=Channel.WEBSITE), "received_at", "consultation"),
        "supports": (Support.objects.all(), "created_at", "submission__consultation"),
        "votes": (StatementVote.objects.all(), "created_at", "statement__consultation"),
        "reports": (Report.objects.all(), "created_at", "submission__consultation"),
    }


def pace_of(span: PaceRange) -> Pace:
    """Count what came in during a range; one query for each kind."""
    now = timezone.now()
    moments = [cut_to_step(now, span) - span.step * back for back in reversed(range(span.steps))]
    counted = {kind: count_steps(span, moments[0], *source) for kind, source in sources().items()}
    together = ConsultationPace(None)
    found: dict[int, ConsultationPace] = {}
    for kind, numbers in counted.items():
        whole: Counter = Counter()
        for (consultation, moment), number in numbers.items():
            whole[moment] += number
            pace = found.setdefault(consultation, ConsultationPace(consultation))
            pace.totals[kind] += number
            pace.busiest[kind] = max(pace.busiest[kind], number)
        together.totals[kind], together.busiest[kind] = whole.total(), max(whole.values(), default=0)
    steps = [(moment, [step_total(counted[kind], moment) for kind in PACE_KINDS]) for moment in moments]
    return Pace(steps, together, sorted(found.values(), key=lambda pace: -pace.totals.total()))


def cut_to_step(moment: datetime, span: PaceRange) -> datetime:
    """Return the beginning of the step that a moment is in, as the database cuts it, in UTC."""
    minute = timezone.localtime(moment).replace(second=0, microsecond=0)
    return (minute.replace(minute=0) if span.key == "day" else minute).astimezone(UTC)


def count_steps(span, since, rows, moment, consultation):
    """Return numbers of rows by consultation and step."""
    lately = rows.filter(**{f"{moment}__gte": since}).order_by()
    cut = lately.annotate(step=span.cut(moment), where=F(consultation)).values_list("where", "step")
    return {(where, step): number for where, step, number in cut.annotate(Count("pk"))}


def step_total(numbers, moment):
    """Return the number of one step over all consultations."""
    return sum(number for (_where, step), number in numbers.items() if step == moment)


def limit_tallies() -> list[LimitTally]:
    """Return what each limit that staff are told of counts now; one query. No row holds whom it counts."""
    told = {name: limit for name, limit in limits_by_name().items() if limit.label}
    over = Q(pk__in=[])
    for name, limit in told.items():
        over |= Q(name=name, number__gt=limit.most)
    running = RateCount.objects.filter(ends_at__gt=timezone.now().timestamp(), name__in=told).order_by()
    rows = running.values("name").annotate(
        counted=Count("pk"), over=Count("pk", filter=over), tries=Sum("number", filter=over, default=0)
    )
    found = {row["name"]: row for row in rows}
    return [tally_of(limit, found.get(name)) for name, limit in told.items()]


def tally_of(limit: RateLimit, row) -> LimitTally:
    """Return the tally of a limit from its row of the query; zeros without one."""
    if row is None:
        return LimitTally(limit, 0, 0, 0)
    return LimitTally(limit, row["counted"], row["over"], row["tries"] - limit.most * row["over"])
