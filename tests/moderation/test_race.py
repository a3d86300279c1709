from collections import Counter
from threading import Barrier, Thread

import pytest
from django.db import connection

from consultations.models import StaleSubmission, Status, Submission
from moderation.decisions import decide
from moderation.models import Case, CaseClosed, Decision
from tests.factories import UserFactory

MODERATORS = 20
CASES = 4
ACTIONS = [
    {"action": "publish"},
    {"action": "refuse", "clauses": ["personal-information"], "reason": "A number."},
]


pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("_site_put_back"),
]


def held_enquiry():
    return Submission.receive(kind="enquiry", text="Ring me on 0491 570 006 about the night bus.")


def together(work, people):
    """Let everybody start at the same moment, each on a connection of their own; return what each got."""
    start, results = Barrier(len(people)), {}

    def run(person):
        start.wait()
        try:
            results[person] = work(person)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def decide_each(cases):
    """Return how one moderator decides every case, and what came of each."""

    def work(user):
        outcomes = []
        for number, case in enumerate(cases):
            wish = ACTIONS[(user.pk + number) % len(ACTIONS)]
            try:
                decide(case, revision_id=case.revision_id, by=user, **wish)
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
        decision = Decision.objects.select_related("by").get(case=case)
        told = f"{decision.by} decided this case a moment ago: {decision.get_action_display().lower()}."
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
                decide(case, revision_id=read, action="publish", by=moderator)
        except (CaseClosed, StaleSubmission) as error:
            return type(error)
        return None

    results = together(work, ["author", "moderator"])

    submission.refresh_from_db()
    assert results["author"] is None
    assert submission.current.number == 2
    assert submission.cleared_id == (None if results["moderator"] else read)
    assert list(Case.objects.waiting().values_list("revision", flat=True)) == [submission.current_id]
