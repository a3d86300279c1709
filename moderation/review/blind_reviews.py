"""Blind reviews: a random share of decided cases is reviewed a second time to measure agreement.

The second case looks like any other. Its result is stored as a `BlindCheck` and changes nothing else.
"""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from consultations.models import Status
from moderation.models import BlindCheck, Case, Decision, ModerationSettings
from moderation.review.agreement import agreement_on
from moderation.screening.screen import due_from_now

MIN_DECISION_AGE = timedelta(hours=1)  # time for taking a decision back
MAX_DECISION_AGE = timedelta(days=30)
AGREEMENT_PERIOD = timedelta(days=90)  # of ratings that count
MAX_NEW_CASES = 200


def is_chosen(key, percent):
    """Return whether a decision belongs to the reviewed share; the hash of its random key cannot be foreseen."""
    return int.from_bytes(hashlib.sha256(key.bytes).digest()[:4]) % 100 < percent


def reviewable_decisions():
    """Select recent decisions of our moderators on texts that still exist and were not reviewed or appealed."""
    now = timezone.now()
    made = Decision.objects.filter(
        created_at__range=(now - MAX_DECISION_AGE, now - MIN_DECISION_AGE), imported=False, undone_at=None, batch=None
    )
    made = made.exclude(action=Decision.Action.RETURN).exclude(case__blind_check__isnull=False)
    made = made.filter(checks=None, appeal=None, case__desk="", revision__submission__erased_at=None)
    return made.exclude(revision__submission__status=Status.WITHDRAWN).order_by("id")


def schedule_blind_reviews():
    """Open blind reviews for the chosen share of recent decisions; return how many were opened."""
    percent = ModerationSettings.load().check_percent
    due = [
        made
        for made in reviewable_decisions().select_related("case")[: MAX_NEW_CASES * 10]
        if is_chosen(made.key, percent)
    ]
    return sum(open_blind_review(decision) for decision in due[:MAX_NEW_CASES])


@transaction.atomic
def open_blind_review(decision):
    """Open a case like the decided one; return False when the submission has an open case."""
    first = decision.case
    if Case.objects.filter(submission=first.submission_id, closed_at=None).exists():
        return False
    due_at = due_from_now() + timedelta(days=1)  # waiting texts go first
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


def record_blind_review(case, *, action, clauses, actor):
    """Store the second rating and close the case; nothing else changes."""
    check = case.blind_check
    check.actor, check.action, check.clauses, check.answered_at = actor, action, list(clauses), timezone.now()
    check.save(update_fields=["actor", "action", "clauses", "answered_at"])
    Case.objects.filter(pk=case.pk).update(closed_at=check.answered_at)
    return check


def agreement_by_clause(policy, *, interval=True):
    """Return (clause, agreement) for each clause of a policy over `AGREEMENT_PERIOD`, in the policy's order."""
    pairs = rating_pairs()
    return [(clause, agreement_on(clause.key, pairs, interval=interval)) for clause in policy.clauses]


def rating_pairs():
    """Return both ratings of every text that was reviewed a second time."""
    checks = BlindCheck.objects.filter(answered_at__gte=timezone.now() - AGREEMENT_PERIOD).select_related("decision")
    return [
        (
            restricting_clauses(check.decision.action, check.decision.clause_keys),
            restricting_clauses(check.action, check.clauses),
        )
        for check in checks.prefetch_related("decision__citations")
    ]


def restricting_clauses(action, clauses):
    """Return the rating of an action: the clauses that restrict the text, none when it is published."""
    return frozenset() if action == Decision.Action.PUBLISH else frozenset(clauses)
