from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from moderation.models import PolicyVersion, Screening
from moderation.models.publishing import publish_policy
from moderation.review.decisions import decide
from moderation.statistics.rule_performance import rule_performance
from tests.factories import held_in, submission_to
from tests.moderation.policy.drafts import TRAMS, draft

pytestmark = pytest.mark.django_db


def at_work(key):
    return next(each for each in rule_performance(PolicyVersion.current()) if each.rule.key == key)


def aged(submission, days):
    Screening.objects.filter(revision__submission=submission).update(created_at=timezone.now() - timedelta(days=days))
    return submission


def test_hits_are_counted_by_week_and_month_and_by_what_came_of_them(consultation):
    publish_policy(draft(replace(TRAMS, mode="shadow")))
    for days in (1, 10, 40):
        aged(submission_to(consultation, "The tram is late, tram after tram."), days)
    held_in(consultation)

    trams, phone = at_work("trams"), at_work("phone-number")
    assert (trams.week, trams.month) == (Counter(shadow=1), Counter(shadow=2))
    assert (phone.week, phone.month) == (Counter(hold=1), Counter(hold=1))


def test_false_alarms_are_held_texts_that_people_published(consultation, moderator):
    for action in ("publish", "refuse", None):
        held = held_in(consultation)
        if action:
            wish = {"clauses": ["personal-information"], "reason": "A number."} if action == "refuse" else {}
            decide(held.cases.get(), revision_id=held.current_id, action=action, actor=moderator, **wish)

    phone = at_work("phone-number")
    assert (phone.decided, phone.published) == (2, 1)
    assert [round(end, 2) for end in phone.interval] == [0.09, 0.91]


def test_a_text_screened_twice_counts_once(consultation):
    held = held_in(consultation)
    held.screen(held.current)
    assert Screening.objects.filter(revision=held.current).count() == 2

    assert at_work("phone-number").week == Counter(hold=1)


def test_rules_that_never_fired_are_known(consultation):
    aged(held_in(consultation), 200)

    assert (at_work("phone-number").fired, at_work("payment-card").fired) == (True, False)


def test_a_rule_whose_review_is_overdue_has_fallen_to_shadow(consultation):
    publish_policy(draft(replace(TRAMS, review_by="2020-01-31", owner="Lea")))
    submission = submission_to(consultation, "The tram is late.")

    assert submission.status == "published"
    assert (at_work("trams").overdue, at_work("trams").week) == (True, Counter(shadow=1))


def test_the_page_shows_rules_shares_and_what_is_overdue(client, lead, consultation, moderator):
    client.force_login(lead)
    publish_policy(draft(replace(TRAMS, review_by="2020-01-31", owner="Lea")))
    held = held_in(consultation)
    decide(held.cases.get(), revision_id=held.current_id, action="publish", actor=moderator)

    shown = client.get(reverse("rules_at_work")).content.decode()
    assert "1 of 1 (21–100 %)" in shown
    assert "Trams, review by 2020-01-31 (Lea)" in " ".join(shown.split())
    assert "<li>Payment card numbers</li>" in shown


def test_the_page_without_a_policy_says_so(client, lead):
    client.force_login(lead)
    PolicyVersion.objects.all().delete()

    assert "No policy is in force yet." in client.get(reverse("rules_at_work")).content.decode()


@pytest.mark.parametrize("texts", [1, 3])
def test_the_page_costs_the_same_however_much_was_found(client, lead, consultation, django_assert_num_queries, texts):
    client.force_login(lead)
    for _time in range(texts):
        held_in(consultation)
    client.get(reverse("rules_at_work"))

    with django_assert_num_queries(13):
        client.get(reverse("rules_at_work"))
