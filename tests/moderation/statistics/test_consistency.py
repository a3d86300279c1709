from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.models import Event
from moderation.models import BlindCheck, Case, Decision, ModerationSettings
from moderation.review.blind_reviews import (
    is_chosen,
    rating_pairs,
    record_blind_review,
    reviewable_decisions,
    schedule_blind_reviews,
)
from moderation.review.decisions import decide
from tests.factories import held_in

pytestmark = pytest.mark.django_db


def decided(consultation, actor, **fields):
    case = held_in(consultation).cases.get()
    fields = {"action": "refuse", "clauses": ["personal-information"], "reason": "A number."} | fields
    decision = decide(case, revision_id=case.revision_id, actor=actor, **fields)
    Decision.objects.filter(pk=decision.pk).update(created_at=timezone.now() - timedelta(hours=2))
    return decision


@pytest.fixture
def everything(db):
    ModerationSettings.objects.update_or_create(pk=1, defaults={"check_percent": 100})


def test_share_is_about_as_large_as_asked(consultation, moderator):
    import uuid

    keys = [uuid.UUID(int=number) for number in range(4000)]

    assert [sum(is_chosen(key, percent) for key in keys) // 40 for percent in (0, 5, 100)] == [0, 5, 100]


def test_settled_leaves_out_what_is_fresh_imported_or_undone(consultation, moderator):
    old = decided(consultation, moderator)
    fresh, imported, undone = (decided(consultation, moderator) for _ in range(3))
    Decision.objects.filter(pk=fresh.pk).update(created_at=timezone.now())
    Decision.objects.filter(pk=imported.pk).update(imported=True)
    Decision.objects.filter(pk=undone.pk).update(undone_at=timezone.now())

    assert list(reviewable_decisions()) == [old]


def test_dealt_case_looks_like_the_first_and_changes_nothing(consultation, moderator, everything):
    decision = decided(consultation, moderator)
    submission = decision.case.submission
    events = Event.objects.count()

    assert schedule_blind_reviews() == 1
    assert schedule_blind_reviews() == 0  # once is enough

    case = Case.objects.get(closed_at=None)
    submission.refresh_from_db()
    assert (case.revision_id, case.cause, case.blind_check.decision) == (decision.revision_id, "rule", decision)
    assert (submission.status, Event.objects.count()) == ("refused", events)


def test_answer_is_kept_beside_the_first_and_changes_nothing(consultation, moderator, lead, everything):
    decision = decided(consultation, moderator)
    schedule_blind_reviews()
    case = Case.objects.get(closed_at=None)

    record_blind_review(case, action="publish", clauses=[], actor=lead)

    decision.case.submission.refresh_from_db()
    assert decision.case.submission.status == "refused"
    assert rating_pairs() == [(frozenset({"personal-information"}), frozenset())]
    assert not Case.objects.filter(closed_at=None).exists()


def test_text_that_waits_is_not_dealt_again(consultation, moderator, everything):
    decision = decided(consultation, moderator)
    decision.case.submission.refresh_from_db()
    decision.case.submission.revise(text="Ring me on 0491 570 110 instead.")

    assert schedule_blind_reviews() == 0


def test_page_tells_how_clauses_do(client, lead, consultation, moderator, everything):
    for _number in range(12):
        decided(consultation, moderator)
    schedule_blind_reviews()
    for case in Case.objects.filter(closed_at=None):
        record_blind_review(case, action="refuse", clauses=["personal-information"], actor=lead)
    client.force_login(lead)

    page = client.get(reverse("consistency"))

    assert BlindCheck.objects.exclude(answered_at=None).count() == 12
    assert [row.pairs for clause, row in page.context["rows"] if clause.number == 5] == [12]
