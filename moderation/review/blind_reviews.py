"""Dealing a silent share of decided cases again, to see how far two readers agree.

The case that is dealt looks like any other and changes nothing: its answer is kept as a `BlindCheck`.
"""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from consultations.models import Status
from moderation.models import BlindCheck, Case, Decision, ModerationSettings
from moderation.review.agreement import agreement_on
from moderation.screening.screen import due_from_now

MIN_DECISION_AGE = timedelta(hours=1)  # after a decision, before its case may be dealt again
MAX_DECISION_AGE = timedelta(days=30)
AGREEMENT_PERIOD = timedelta(days=90)  # of answers that count
MAX_NEW_CASES = 200


def is_chosen(key, percent):
    """Return whether a decision belongs to the share that is dealt again; nobody can foresee it or choose it."""
    return int.from_bytes(hashlib.sha256(key.bytes).digest()[:4]) % 100 < percent


def reviewable_decisions():
    """Select the decisions that may be dealt again: recent, made by our people, about a text that still stands."""
    now = timezone.now()
    made = Decision.objects.filter(
        at__range=(now - MAX_DECISION_AGE, now - MIN_DECISION_AGE), imported=False, undone_at=None, batch=None
    )
    made = made.exclude(action=Decision.Action.RETURN).exclude(case__blind_check__isnull=False)
    made = made.filter(checks=None, appeal=None, case__desk="", revision__submission__erased_at=None)
    return made.exclude(revision__submission__status=Status.WITHDRAWN).order_by("id")


def schedule_blind_reviews():
    """Deal the chosen share of what was decided lately; return how many cases that made."""
    percent = ModerationSettings.load().check_percent
    due = [
        made
        for made in reviewable_decisions().select_related("case")[: MAX_NEW_CASES * 10]
        if is_chosen(made.key, percent)
    ]
    return sum(open_blind_review(decision) for decision in due[:MAX_NEW_CASES])


@transaction.atomic
def open_blind_review(decision):
    """Open a case that looks as the first one did; return whether there was room for it."""
    first = decision.case
    if Case.objects.filter(submission=first.submission_id, closed_at=None).exists():
        return False
    due_at = due_from_now() + timedelta(days=1)  # it never pushes a waiting text back
    case = Case.objects.create(
        submission_id=first.submission_id,
        revision_id=decision.revision_id,
        cause=first.cause,
        severity=first.severity,
        due_at=due_at,
        rank_at=due_at,
    )
    BlindCheck.objects.create(decision=decision, case=case)
    return True


def record_blind_review(case, *, action, clauses, by):
    """Keep what the second reader said, and close the case; nothing else changes."""
    check = case.blind_check
    check.by, check.action, check.clauses, check.at = by, action, list(clauses), timezone.now()
    check.save(update_fields=["by", "action", "clauses", "at"])
    Case.objects.filter(pk=case.pk).update(closed_at=check.at)
    return check


def agreement_by_clause(policy, *, interval=True):
    """Return the agreement on each clause of a policy over the last three months, in the policy's order."""
    pairs = rating_pairs()
    return [(clause, agreement_on(clause.key, pairs, interval=interval)) for clause in policy.clauses]


def rating_pairs():
    """Return the two readings of every text that was dealt again."""
    checks = BlindCheck.objects.filter(at__gte=timezone.now() - AGREEMENT_PERIOD).select_related("decision")
    return [
        (
            restricting_clauses(check.decision.action, check.decision.clause_keys),
            restricting_clauses(check.action, check.clauses),
        )
        for check in checks.prefetch_related("decision__citations")
    ]


def restricting_clauses(action, clauses):
    """Return the clauses under which a reader would not show the whole text."""
    return frozenset() if action == Decision.Action.PUBLISH else frozenset(clauses)
