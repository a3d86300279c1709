from collections import Counter

import pytest
from django.db import transaction

from consultations.models import StaleSubmission, Status, Submission
from moderation.models import Case, CaseClosed, Decision, Opinion
from moderation.review.decisions import decide, take_back
from moderation.review.queue_queries import free_cases
from portal.audit.verification import verify_ledger
from tests.factories import UserFactory
from tests.moderation.concurrency import held_enquiry, together

MODERATORS = 20
CASES = 4
ACTIONS = [
    {"action": "publish"},
    {"action": "refuse", "clauses": ["personal-information"], "reason": "A number."},
]


pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def decide_each(cases):
    """Return how one moderator decides every case, and what came of each."""

    def work(user):
        outcomes = []
        for number, case in enumerate(cases):
            wish = ACTIONS[(user.pk + number) % len(ACTIONS)]
            try:
                decide(case, revision_id=case.revision_id, actor=user, **wish)
                outcomes.append("decided")
            except CaseClosed as error:
                outcomes.append(str(error))
        return outcomes

    return work


def test_each_case_is_decided_once_and_every_loser_is_told_by_whom():
    cases = [Case.objects.get(submission=held_enquiry()) for _ in range(CASES)]
    moderators = [UserFactory(first_name=f"M{n}") for n in range(MODERATORS)]

    results = together(decide_each(cases), moderators)

    assert len(results) == MODERATORS
    for number, case in enumerate(cases):
        decision = Decision.objects.select_related("actor").get(case=case)
        told = f"{decision.actor} decided this case a moment ago: {decision.get_action_display().lower()}."
        assert Counter(outcomes[number] for outcomes in results.values()) == {"decided": 1, told: MODERATORS - 1}
        expected = {"publish": Status.PUBLISHED, "refuse": Status.REFUSED}[decision.action]
        assert Submission.objects.get(pk=case.submission_id).status == expected


def test_one_case_is_taken_by_one_moderator():
    case = Case.objects.get(submission=held_enquiry())
    moderators = [UserFactory(first_name=f"M{n}") for n in range(MODERATORS)]

    results = together(lambda user: Case.objects.get(pk=case.pk).claim(user), moderators)

    assert Counter(results.values()) == {True: 1, False: MODERATORS - 1}
    case.refresh_from_db()
    assert results[case.claimed_by]


def test_edit_and_decision_at_once_never_show_a_text_that_nobody_read():
    submission = held_enquiry()
    case = Case.objects.get(submission=submission)
    moderator = UserFactory()
    read = case.revision_id

    def work(who):
        try:
            if who == "author":
                Submission.objects.get(pk=submission.pk).revise(text="Or write to jo@example.org instead.")
            else:
                decide(case, revision_id=read, action="publish", actor=moderator)
        except (CaseClosed, StaleSubmission) as error:
            return type(error)
        return None

    results = together(work, ["author", "moderator"])

    submission.refresh_from_db()
    assert results["author"] is None
    assert submission.current.number == 2
    assert submission.cleared_id == (None if results["moderator"] else read)
    assert list(Case.objects.waiting().values_list("revision", flat=True)) == [submission.current_id]


# The whole queue, worked off at once

QUEUE = 500


def work_off(read):
    """Return how one moderator takes the next free case and decides it, until none is left."""

    def work(user):
        decided = []
        while case := next((case for case in free_cases(Case.objects.waiting(), user) if case.claim(user)), None):
            read[case.pk].append(user.pk)
            decide(case, revision_id=case.revision_id, actor=user, **ACTIONS[case.pk % len(ACTIONS)])
            decided.append(case.pk)
        return decided

    return work


def test_twenty_moderators_decide_five_hundred_cases_each_once():
    with transaction.atomic():
        cases = [Case.objects.get(submission=held_enquiry()) for _ in range(QUEUE)]
    moderators = [UserFactory(first_name=f"M{n}", groups=["Submission moderators"]) for n in range(MODERATORS)]
    read = {case.pk: [] for case in cases}

    results = together(work_off(read), moderators)

    done = Counter(pk for decided in results.values() for pk in decided)
    assert done == dict.fromkeys(read, 1)
    assert Counter(Decision.objects.values_list("case", flat=True)) == dict.fromkeys(read, 1)
    assert Case.objects.filter(closed_at=None).count() == 0
    assert {pk: len(users) for pk, users in read.items()} == dict.fromkeys(read, 1)  # nobody read in vain
    assert Counter(Submission.objects.values_list("status", flat=True)) == Counter(
        {"publish": Status.PUBLISHED, "refuse": Status.REFUSED}[ACTIONS[pk % len(ACTIONS)]["action"]] for pk in read
    )
    assert list(verify_ledger()) == []


def test_decision_is_taken_back_once_however_often_the_button_is_pressed():
    case = Case.objects.get(submission=held_enquiry())
    moderator = UserFactory()
    decision = decide(case, revision_id=case.revision_id, action="publish", actor=moderator)

    def work(_window):
        try:
            take_back(decision, moderator)
        except (CaseClosed, StaleSubmission) as error:
            return str(error)
        return "taken back"

    results = together(work, range(8))

    assert Counter(results.values()) == {"taken back": 1, "This decision was taken back a moment ago.": 7}
    assert Submission.objects.get().status == Status.HELD
    assert Case.objects.get().closed_at is None


def test_of_two_opinions_at_once_one_is_the_first():
    case = Case.objects.get(submission=held_enquiry())
    readers = [UserFactory(first_name=f"M{n}") for n in range(2)]
    wish = {"action": "refuse", "clauses": ["accusations"], "reason": "So."}

    results = together(lambda user: type(decide(case, revision_id=case.revision_id, actor=user, **wish)), readers)

    assert Counter(results.values()) == {Opinion: 1, Decision: 1}
    assert Submission.objects.get().status == Status.REFUSED
