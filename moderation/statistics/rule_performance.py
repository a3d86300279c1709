"""Performance of rules: how often each had findings, and how often people decided against it."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from moderation.models import Decision, Finding
from moderation.policy.document import Clause, Rule
from moderation.text.interval import wilson

SHORT_PERIOD, LONG_PERIOD = timedelta(days=7), timedelta(days=30)
COUNTED_ACTIONS = ("shadow", "note", "hold")


@dataclass(frozen=True, slots=True)
class RulePerformance:
    """A rule with its recent findings by action, and the decisions on the texts it held."""

    rule: Rule
    clause: Clause
    overdue: bool  # its review date has passed, so it runs in shadow mode
    fired: bool  # had a finding in any version
    week: Counter[str]
    month: Counter[str]
    decided: int  # texts held in the month with a decision
    published: int  # of the decided

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % interval of the false-alarm share, or None without decisions."""
        return wilson(self.published, self.decided)


def rule_performance(version) -> list[RulePerformance]:
    """Return the performance of a version's rules in the last week and month, in the version's order."""
    keys = [rule.key for rule in version.policy.rules]
    findings = Finding.objects.filter(rule__in=keys).exclude(clause="").order_by()  # none that could not be tried
    fired = set(findings.values_list("rule", flat=True).distinct())
    week, month = count_hits(findings)
    outcomes = decisions_on_held(findings)
    return [
        RulePerformance(
            rule=rule,
            clause=version.policy.clause(rule.clause),
            overdue=rule.is_overdue(timezone.localdate()),
            fired=rule.key in fired,
            week=week[rule.key],
            month=month[rule.key],
            decided=outcomes[rule.key].total(),
            published=outcomes[rule.key][Decision.Action.PUBLISH],
        )
        for rule in version.policy.rules
    ]


def count_hits(findings):
    """Return the numbers of texts in the last week and month by rule and action."""
    now = timezone.now()
    lately = findings.filter(screening__created_at__gte=now - LONG_PERIOD).values_list("rule", "action")
    counts = lately.annotate(
        in_week=Count("screening__revision", distinct=True, filter=Q(screening__created_at__gte=now - SHORT_PERIOD)),
        in_month=Count("screening__revision", distinct=True),
    )
    week, month = defaultdict(Counter), defaultdict(Counter)
    for rule, action, in_week, in_month in counts:
        week[rule][action], month[rule][action] = in_week, in_month
    return week, month


def decisions_on_held(findings):
    """Return the last decisions on texts held in the last month, counted by rule and action."""
    decisions = Decision.objects.not_undone().filter(revision=OuterRef("screening__revision")).order_by("-pk")
    held = findings.filter(action="hold", screening__created_at__gte=timezone.now() - LONG_PERIOD)
    latest = held.annotate(latest=Subquery(decisions.values("action")[:1])).exclude(latest=None)
    outcomes = defaultdict(Counter)
    texts = Count("screening__revision", distinct=True)
    for rule, action, count in latest.values_list("rule", "latest").annotate(texts):
        outcomes[rule][action] = count
    return outcomes
