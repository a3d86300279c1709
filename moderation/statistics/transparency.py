"""Public figures about moderation, at most a minute old.

Counts that could identify a person are suppressed (see `suppression`). Imported decisions are not counted.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median, quantiles

from django.core.cache import cache
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone

from consultations.models import Status, Submission
from moderation.models import Appeal, Case, Decision, ModerationSettings, PolicyVersion, Report, Screening
from moderation.review.blind_reviews import agreement_by_clause
from moderation.statistics.suppression import suppressed, suppressed_table
from portal.casework.working_hours import worked

FIGURES_CACHE_SECONDS = 60
FIGURES_DAYS = 90
FIGURES_MONTHS = 12
MIN_CASES_FOR_MEDIAN = 5  # below, no median is published


@dataclass(frozen=True, slots=True)
class CountFigure:
    """A named count; None when it is suppressed."""

    name: str
    count: int | None


@dataclass(frozen=True, slots=True)
class ClauseFigure:
    """How often texts were refused or redacted under a clause."""

    number: int
    title: str
    refused: int | None
    redacted: int | None


@dataclass(frozen=True, slots=True)
class AgreementFigure:
    """Krippendorff's alpha for a clause, over the number of texts in blind reviews."""

    number: int
    title: str
    texts: int
    alpha: float


@dataclass(frozen=True, slots=True)
class Pace:
    """Time to decision in working hours and the share decided in time; None for too few cases."""

    decided: int | None
    in_time: float | None  # per cent
    median_hours: float | None
    slow_hours: float | None  # 95th percentile


@dataclass(frozen=True, slots=True)
class Month:
    """The texts received and refused in a month."""

    month: str  # 2026-11
    received: int | None
    refused: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of the transparency page, for one period."""

    since: date
    until: date
    made_at: datetime
    version: int | None
    texts: tuple[CountFigure, ...]
    machine: tuple[CountFigure, ...]
    clauses: tuple[ClauseFigure, ...]
    agreement: tuple[AgreementFigure, ...]  # over the last three months; clauses with too few texts are left out
    pace: Pace
    reports: tuple[CountFigure, ...]
    appeals: tuple[CountFigure, ...]
    months: tuple[Month, ...]


def live_figures():
    """Return the figures, cached for a minute."""
    return cache.get_or_set("transparency", transparency_figures, FIGURES_CACHE_SECONDS)


def transparency_figures():
    """Compute the figures. One fixed period only: the difference of two would reveal suppressed counts."""
    now = timezone.localtime()
    since = (now - timedelta(days=FIGURES_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    decisions = own_decisions().filter(created_at__gte=since)
    version = PolicyVersion.current()
    texts = text_figures(since, decisions)
    shown = {figure.name for figure in texts if figure.count is not None}
    return Figures(
        since=since.date(),
        until=now.date(),
        made_at=now,
        version=version.number if version else None,
        texts=texts,
        machine=machine_figures(since),
        clauses=clause_figures(decisions, version, shown),
        agreement=agreement_figures(version),
        pace=pace_figures(decisions),
        reports=report_figures(since),
        appeals=appeal_figures(since),
        months=month_figures(now, shown),
    )


def own_decisions():
    """Select the decisions of our moderators that were not taken back."""
    return Decision.objects.filter(imported=False, undone_at=None)


def suppressed_figures(counts, names):
    """Return the named counts, suppressed as a table whose total is public."""
    return tuple(
        CountFigure(name, count)
        for name, count in suppressed_table({name: counts.get(name, 0) for name in names}).items()
    )


def text_figures(since, decisions):
    """Return the texts received, by current status; not those that were never meant to be public."""
    rows = (
        Submission.objects.filter(received_at__gte=since, for_public=True)
        .values_list("status")
        .annotate(n=Count("pk"))
        .order_by()
    )
    counts = dict(rows)
    redacted = decisions.filter(action=Decision.Action.REDACT).values("revision__submission").distinct().count()
    by_status = suppressed_figures(counts, (Status.PUBLISHED, Status.HELD, Status.REFUSED, Status.WITHDRAWN))
    return (
        CountFigure("received", suppressed(sum(counts.values()))),
        *by_status,
        CountFigure("redacted", suppressed(redacted)),
    )


def machine_figures(since):
    """Return the results of screening by rules, which hold texts for a person and never refuse them."""
    rows = (
        Screening.objects.filter(created_at__gte=since, revision__submission__for_public=True)
        .values_list("action")
        .annotate(n=Count("pk"))
        .order_by()
    )
    counts = dict(rows)
    names = {"publish": "passed", "note": "passed with a note", "hold": "held for a person"}
    found = suppressed_figures({names[key]: n for key, n in counts.items() if key in names}, names.values())
    return (*found, CountFigure("refused by machine", 0))


def clause_figures(decisions, version, shown):
    """Return refusals and redactions by clause, in the order of the policy; ``shown`` names the totals not hidden."""
    rows = decisions.filter(action__in=(Decision.Action.REFUSE, Decision.Action.REDACT))
    counts = rows.values_list("citations__clause", "action").annotate(n=Count("pk")).order_by()
    counted = Counter({(clause, action): n for clause, action, n in counts})
    clauses = version.policy.clauses if version else ()
    refused, redacted = (
        suppressed_table({clause.key: counted[clause.key, action] for clause in clauses}, total_is_public=name in shown)
        for action, name in ((Decision.Action.REFUSE, Status.REFUSED), (Decision.Action.REDACT, "redacted"))
    )
    return tuple(
        ClauseFigure(clause.number, clause.title, refused[clause.key], redacted[clause.key]) for clause in clauses
    )


def agreement_figures(version):
    """Return the agreement for each clause with enough blind reviews."""
    rows = agreement_by_clause(version.policy, interval=False) if version else []
    return tuple(
        AgreementFigure(clause.number, clause.title, row.pairs, row.alpha)
        for clause, row in rows
        if row.alpha is not None
    )


def pace_figures(decisions):
    """Return the time to decision of new cases, compared with their due times."""
    calendar = ModerationSettings.load().calendar
    firsts = decisions.exclude(case__cause__in=(Case.Cause.OPENED, Case.Cause.APPEALED))
    hours, in_time = [], 0
    for opened, due, at in firsts.values_list("case__opened_at", "case__due_at", "created_at").iterator(
        chunk_size=2000
    ):
        took = worked(timezone.localtime(opened), timezone.localtime(at), calendar)
        hours.append(took / timedelta(hours=1))
        in_time += at <= due
    if len(hours) < MIN_CASES_FOR_MEDIAN:
        return Pace(suppressed(len(hours)), None, None, None)
    telling = suppressed(in_time) is not None and suppressed(len(hours) - in_time) is not None
    slow = quantiles(hours, n=20, method="inclusive")[-1]
    share = round(100 * in_time / len(hours), 1) if telling else None
    return Pace(len(hours), share, round(median(hours), 2), round(slow, 2))


def report_figures(since):
    """Return the reports received, by outcome."""
    rows = Report.objects.filter(created_at__gte=since).values_list("outcome").annotate(n=Count("pk")).order_by()
    counts = dict(rows)
    return (
        CountFigure("received", suppressed(sum(counts.values()))),
        *suppressed_figures(counts, Report.Outcome.values),
    )


def appeal_figures(since):
    """Return the appeals received, by outcome."""
    rows = Appeal.objects.filter(created_at__gte=since).values_list("outcome").annotate(n=Count("pk")).order_by()
    counts = dict(rows)
    return (
        CountFigure("received", suppressed(sum(counts.values()))),
        *suppressed_figures(counts, Appeal.Outcome.values),
    )


def month_figures(now, shown):
    """Return the texts received and refused in each of the last twelve months.

    On a young site the months add up to the totals above them, of which ``shown`` names those that are not hidden.
    """
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    years = [divmod(first.year * 12 + first.month - 1 - back, 12) for back in reversed(range(FIGURES_MONTHS))]
    names = [f"{year:04}-{month + 1:02}" for year, month in years]
    start = first.replace(year=years[0][0], month=years[0][1] + 1)
    came = by_month(Submission.objects.filter(received_at__gte=start, for_public=True), "received_at")
    refused = by_month(own_decisions().filter(action=Decision.Action.REFUSE, created_at__gte=start), "created_at")
    received = suppressed_table({name: came.get(name, 0) for name in names}, total_is_public="received" in shown)
    refusals = suppressed_table({name: refused.get(name, 0) for name in names}, total_is_public=Status.REFUSED in shown)
    return tuple(Month(name, received[name], refusals[name]) for name in names)


def by_month(rows, moment):
    """Count rows by month of the column `moment`, in the agency's time zone."""
    counted = rows.annotate(month=TruncMonth(moment)).values_list("month").annotate(n=Count("pk")).order_by()
    return {month.strftime("%Y-%m"): count for month, count in counted}
