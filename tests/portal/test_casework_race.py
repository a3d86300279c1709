"""Colleagues who reach for the same work item at the same moment, each on a connection of their own."""

from collections import Counter
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from portal.casework.models import WorkItemUnavailable
from tests.casework import lose_heartbeat
from tests.factories import UserFactory
from tests.moderation.concurrency import together
from tests.toys.models import Ticket

PEOPLE = 12

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def people():
    made = [UserFactory(first_name=f"P{number}") for number in range(PEOPLE)]
    permissions = Permission.objects.filter(content_type__app_label="toys", codename__startswith="answer")
    for person in made:
        person.user_permissions.set(permissions)
    return made


@pytest.fixture
def item():
    return Ticket.objects.create(subject="Bins", due_at=timezone.now() + timedelta(hours=1))


def outcome(work):
    """Return what a method returns, or the class of what it raises."""
    try:
        return work()
    except WorkItemUnavailable as error:
        return type(error)


def test_of_many_claims_at_once_one_is_granted(people, item):
    results = together(lambda user: Ticket.objects.get(pk=item.pk).claim(user), people)

    assert Counter(results.values()) == {True: 1, False: PEOPLE - 1}
    assert results[Ticket.objects.get().claimed_by]


def test_lost_claim_is_taken_over_by_one(people, item):
    item.claim(people[0])
    lose_heartbeat(Ticket.objects)

    results = together(lambda user: Ticket.objects.get(pk=item.pk).claim(user), people[1:])

    assert Counter(results.values()) == {True: 1, False: PEOPLE - 2}
    assert not Ticket.objects.get(pk=item.pk).claim(people[0])


def test_of_many_hand_overs_at_once_one_is_carried_out_with_its_note(people, item):
    results = together(
        lambda user: outcome(lambda: Ticket.objects.get(pk=item.pk).hand_over("legal", user, f"By {user}.")), people
    )

    winner = next(user for user, result in results.items() if result is None)
    assert Counter(results.values()) == {None: 1, WorkItemUnavailable: PEOPLE - 1}
    assert list(item.notes.values_list("actor", "text")) == [(winner.pk, f"By {winner}.")]
    assert item.history.count() == 1


def test_claim_and_hand_over_at_once_never_leave_a_claim_on_the_other_desk(people, item):
    found = {user: Ticket.objects.get(pk=item.pk) for user in people[:2]}  # both before either acts

    def work(user):
        if user == people[0]:
            return outcome(lambda: found[user].hand_over("legal", user))
        return found[user].claim(user)

    results = together(work, people[:2])

    left = Ticket.objects.get()
    if results[people[0]] is None:
        assert (left.desk, left.claimed_by) == ("legal", None)
    else:
        assert (left.desk, left.claimed_by) == ("", people[1])


def test_item_is_closed_by_one(people, item):
    results = together(lambda user: outcome(lambda: Ticket.objects.get(pk=item.pk).close(user)), people)

    assert Counter(results.values()) == {None: 1, WorkItemUnavailable: PEOPLE - 1}
    assert item.history.count() == 1
