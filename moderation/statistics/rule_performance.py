"""What the rules in force do live: how often each saw something, and how often people saw it otherwise."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from moderation.models import Decision, Finding
from moderation.policy.document import Clause, Rule
from moderation.policy.rules import BoundRule
from moderation.text.interval import wilson

SHORT_PERIOD, LONG_PERIOD = timedelta(days=7), timedelta(days=30)
COUNTED_ACTIONS = ("shadow", "note", "hold")


@dataclass(frozen=True, slots=True)
class RulePerformance:
    """One rule: the texts in which it saw something lately, by what came of it, and what people said of the held."""

    rule: Rule
    clause: Clause
    overdue: bool  # its day of review has passed, so that it only counts
    fired: bool  # ever, in this version or one before
    week: Counter[str]
    month: Counter[str]
    decided: int  # texts of the month that it held and that people decided on
    published: int  # of these

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return where the share of its false alarms lies, or None as long as nobody has decided."""
        return wilson(self.published, self.decided)


def rule_performance(version) -> list[RulePerformance]:
    """Return the rules of a version in its own order, with what they did in the last week and the last month."""
    keys = [rule.key for rule in version.policy.rules]
    findings = Finding.objects.filter(rule__in=keys).order_by()
    fired = set(findings.values_list("rule", flat=True).distinct())
    week, month = count_hits(findings)
    outcomes = decisions_on_held(findings)
    return [
        RulePerformance(
            rule=rule,
            clause=version.policy.clause(rule.clause),
            overdue=BoundRule(rule).falls_to_shadow(timezone.localdate()),
            fired=rule.key in fired,
            week=week[rule.key],
            month=month[rule.key],
            decided=outcomes[rule.key].total(),
            published=outcomes[rule.key][Decision.Action.PUBLISH],
        )
        for rule in version.policy.rules
    ]


def count_hits(findings):
    """Return the texts of the last week and of the last month, by rule and action."""
    now = timezone.now()
    lately = findings.filter(screening__at__gte=now - LONG_PERIOD).values_list("rule", "action")
    counts = lately.annotate(
        in_week=Count("screening__revision", distinct=True, filter=Q(screening__at__gte=now - SHORT_PERIOD)),
        in_month=Count("screening__revision", distinct=True),
    )
    week, month = defaultdict(Counter), defaultdict(Counter)
    for rule, action, in_week, in_month in counts:
        week[rule][action], month[rule][action] = in_week, in_month
    return week, month


def decisions_on_held(findings):
    """Return what people last decided about the texts that each rule held in the last month, by rule and decision."""
    standing = Decision.objects.not_undone().filter(revision=OuterRef("screening__revision")).order_by("-pk")
    held = findings.filter(action="hold", screening__at__gte=timezone.now() - LONG_PERIOD)
    latest = held.annotate(latest=Subquery(standing.values("action")[:1])).exclude(latest=None)
    outcomes = defaultdict(Counter)
    texts = Count("screening__revision", distinct=True)
    for rule, action, count in latest.values_list("rule", "latest").annotate(texts):
        outcomes[rule][action] = count
    return outcomes
