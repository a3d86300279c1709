from datetime import datetime, timedelta
from itertools import count

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from consultations.models import Status, Submission
from moderation.models import Case, Decision, PolicyVersion
from moderation.templatetags.moderation import due_in_words
from tests.casework import lose_heartbeat
from tests.factories import UserFactory, submission_to

pytestmark = pytest.mark.django_db

QUEUE_QUERIES = 19  # the admin's own frame takes 8 of them
STOPS = (
    "Alder",
    "Birch",
    "Cedar",
    "Dogwood",
    "Elm",
    "Fir",
    "Gum",
    "Hazel",
    "Ivy",
    "Juniper",
    "Kauri",
    "Larch",
    "Maple",
)
numbers = count()


def held_in(consultation, **fields):
    """Take in a comment that a rule holds, unlike all others."""
    at = next(numbers)
    return submission_to(consultation, f"Ring 0491 570 006: {STOPS[at % 13]} {STOPS[at // 13 % 13]}.", **fields)


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


def due(submission, minutes):
    case = Case.objects.get(submission=submission)
    case.due_at = case.rank_at = timezone.now() + timedelta(minutes=minutes)
    case.save()
    return case


def rows(response):
    return [row["case"].submission.reference for row in response.context["rows"]]


def test_queue_lists_what_waits_oldest_due_first(desk, consultation):
    later, sooner = held_in(consultation), held_in(consultation)
    due(later, 30)
    due(sooner, -30)
    submission_to(consultation, "This one is public at once.")

    assert rows(desk.get(reverse("queue"))) == [sooner.reference, later.reference]


def test_queue_row_says_what_why_and_by_when(desk, consultation):
    submission = held_in(consultation)
    due(submission, 72.5)

    page = desk.get(reverse("queue")).content.decode()

    for words in (
        f"Comment on {consultation.title}",
        "Ring 0491 570 006",
        "Held by a rule",
        "Clause 5: Keep private details private",
        "due in 1 h 12 min",
    ):
        assert words in page


@time_machine.travel(datetime.fromisoformat("2026-06-01T12:00+10:00"), tick=False)
def test_queue_counts_in_words(desk, consultation):
    for minutes in (-20, 60, 24 * 60):
        due(held_in(consultation), minutes)

    response = desk.get(reverse("queue"))

    others = dict.fromkeys(("second", "appeals", "returned", "later", "lead", "legal", "safety", "privacy"), 0)
    assert response.context["counts"] == {"waiting": 3, "today": 1, "late": 1, **others}


def test_queue_hides_what_is_hard_to_read_until_it_is_opened(desk, consultation):
    submission_to(consultation, "I know where you live, planner.")

    page = desk.get(reverse("queue")).content.decode()

    assert "where you live" not in page
    assert "This text may be hard to read." in page


def test_queue_leaves_out_what_its_author_withdrew(desk, consultation):
    held_in(consultation).withdraw()

    response = desk.get(reverse("queue"))

    assert rows(response) == []
    assert "Nothing is waiting" in response.content.decode()


def test_queue_shows_25_cases_a_page(desk, consultation):
    for _ in range(26):
        held_in(consultation)

    assert len(rows(desk.get(reverse("queue")))) == 25
    assert len(rows(desk.get(reverse("queue"), {"p": 2}))) == 1


def test_queue_without_a_policy_still_lists(desk, consultation):
    PolicyVersion.objects.all().delete()
    submission = held_in(consultation)

    assert rows(desk.get(reverse("queue"))) == [submission.reference]


@pytest.mark.parametrize("cases", [1, 3, 26])
def test_queue_costs_the_same_however_long(desk, consultation, django_assert_num_queries, cases):
    for _ in range(cases):
        held_in(consultation)
    desk.get(reverse("queue"))

    with django_assert_num_queries(QUEUE_QUERIES):
        desk.get(reverse("queue"))


def test_queue_says_who_is_looking(desk, consultation):
    dana = UserFactory(first_name="Dana", last_name="Reyes")
    case = due(held_in(consultation), 10)
    case.claim(dana)

    assert "Dana Reyes is looking at it" in desk.get(reverse("queue")).content.decode()


def test_reading_the_queue_and_a_case_writes_nothing(desk, consultation):
    case = due(held_in(consultation), 10)

    desk.get(reverse("queue"))
    desk.get(reverse("queue_case", args=[case.pk]))

    assert Case.objects.values_list("claimed_by", "claimed_until").get() == (None, None)


def test_next_case_is_the_oldest_due_and_then_the_moderators(desk, consultation, moderator):
    due(held_in(consultation), 30)
    case = due(held_in(consultation), 10)

    response = desk.post(reverse("queue_next"))

    assert response["Location"] == reverse("queue_case", args=[case.pk])
    case.refresh_from_db()
    assert case.claimed_by == moderator


def test_next_case_passes_over_what_a_colleague_reads(desk, consultation):
    due(held_in(consultation), 10).claim(UserFactory())
    free = due(held_in(consultation), 30)

    assert desk.post(reverse("queue_next"))["Location"] == reverse("queue_case", args=[free.pk])


def test_case_is_free_again_when_its_page_is_silent(desk, consultation):
    case = due(held_in(consultation), 10)
    case.claim(UserFactory())

    lose_heartbeat(Case.objects)
    response = desk.post(reverse("queue_next"))

    assert response["Location"] == reverse("queue_case", args=[case.pk])


def test_next_case_leaves_the_one_at_hand_for_later(desk, consultation):
    first, second, third = (due(held_in(consultation), minutes) for minutes in (10, 20, 30))
    visited = []
    for at_hand in (None, first, second, third):
        response = desk.post(reverse("queue_next"), {"leaving": at_hand.pk if at_hand else ""})
        visited.append(response["Location"])

    assert visited == [*(reverse("queue_case", args=[case.pk]) for case in (first, second, third)), reverse("queue")]
    assert not Case.objects.exclude(claimed_by=None).exists()


@pytest.mark.parametrize("leaving", ["", "nonsense", "99999999999999999999"])
def test_next_case_without_any_leads_to_the_queue(desk, leaving):
    response = desk.post(reverse("queue_next"), {"leaving": leaving}, follow=True)

    assert response.redirect_chain == [(reverse("queue"), 302)]
    assert "No other case is free." in response.content.decode()


@pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}", "{bare}"])
def test_any_submission_is_opened_by_its_reference(desk, consultation, moderator, typed):
    submission = submission_to(consultation, "The east gate is dark.")
    code = submission.reference

    response = desk.post(
        reverse("queue_open"), {"reference": typed.format(code, lower=code.lower(), bare=code.replace("-", ""))}
    )

    case = Case.objects.get()
    assert response["Location"] == reverse("queue_case", args=[case.pk])
    assert (case.submission, case.cause, case.claimed_by) == (submission, Case.Cause.OPENED, moderator)
    submission.refresh_from_db()
    assert submission.status == Status.PUBLISHED


def test_opening_what_waits_already_leads_to_its_case(desk, consultation):
    submission = held_in(consultation)

    desk.post(reverse("queue_open"), {"reference": submission.reference})

    assert Case.objects.get().cause == Case.Cause.RULE


def test_opening_what_was_never_screened_screens_it(desk, consultation):
    submission = held_in(consultation)
    Case.objects.all().delete()
    Submission.objects.update(status=Status.RECEIVED)

    desk.post(reverse("queue_open"), {"reference": submission.reference})

    submission.refresh_from_db()
    assert (submission.status, Case.objects.get().cause) == (Status.HELD, Case.Cause.RULE)


def test_opening_says_what_is_wrong_with_a_reference(desk, consultation):
    gone = held_in(consultation)
    gone.withdraw()

    for reference, words in (
        ("ZZZZ-ZZZZ", "There is no submission with this reference."),
        (gone.reference, f"{gone.reference} was withdrawn by its author."),
        ("", "This field is required."),
    ):
        response = desk.post(reverse("queue_open"), {"reference": reference})
        assert response.status_code == 422
        assert words in response.content.decode()


def test_what_was_given_back_is_free(desk, consultation):
    case = due(held_in(consultation), 10)
    desk.post(reverse("queue_take", args=[case.pk]))

    response = desk.post(reverse("queue_release", args=[case.pk]))

    assert response["Location"] == reverse("queue")
    assert Case.objects.values_list("claimed_by", flat=True).get() is None


@pytest.mark.parametrize("name", ["queue", "queue_next", "queue_open"])
@pytest.mark.parametrize("who", ["editor", "officer", "citizen"])
def test_queue_is_closed_to_everybody_else(client, request, consultation, name, who):
    submission = held_in(consultation)
    client.force_login(request.getfixturevalue(who))

    send = client.get if name == "queue" else client.post
    response = send(reverse(name), {"reference": submission.reference})

    assert response.status_code == (403 if who == "citizen" else 302)
    assert not response.get("Location", "").startswith(reverse("queue"))
    assert Case.objects.values_list("claimed_by", flat=True).get() is None


def test_menu_offers_the_queue_with_its_count_to_moderators_only(client, consultation, moderator, officer):
    held_in(consultation)
    client.force_login(moderator)
    assert "Queue (1)" in client.get(reverse("wagtailadmin_home")).content.decode()

    client.force_login(officer)
    assert "Queue" not in client.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(hours=1, minutes=12), "due in 1 h 12 min"),
        (timedelta(hours=2), "due in 2 h"),
        (timedelta(minutes=1), "due in 1 min"),
        (timedelta(seconds=59), "due now"),
        (timedelta(seconds=-59), "due now"),
        (timedelta(minutes=-20), "late by 20 min"),
        (timedelta(days=1), "due in 1 day"),
        (timedelta(days=3, hours=5, minutes=9), "due in 3 days 5 h"),
    ],
)
def test_time_left_is_said_in_words(left, words):
    now = timezone.now()

    assert due_in_words(now + left, now) == words


def test_decision_leads_to_the_next_case_and_then_to_the_queue(desk, consultation, moderator):
    first, second = (due(held_in(consultation), minutes) for minutes in (10, 20))
    targets = []
    for case in (first, second):
        sent = {"action": "publish", "sure": "publish", "revision": case.revision_id}
        targets.append(desk.post(reverse("queue_case", args=[case.pk]), sent)["Location"])

    assert targets == [reverse("queue_case", args=[second.pk]), reverse("queue")]
    assert Decision.objects.count() == 2
