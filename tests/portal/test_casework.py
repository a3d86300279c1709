"""Work items, by one that knows nothing of moderation."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from portal.casework.models import CLAIM_LEASE, WorkItemUnavailable
from portal.models import Mention
from tests.casework import lose_heartbeat
from tests.factories import UserFactory
from tests.toys.models import Ticket

pytestmark = pytest.mark.django_db
Desk = Ticket.Desk


def colleague(*desks, **names):
    """Make somebody who works at the desks, by a role."""
    user = UserFactory(**names)
    for desk in desks:
        group, _new = Group.objects.get_or_create(name=f"Tickets {desk.label}")
        group.permissions.add(Permission.objects.get(codename=desk.permission.partition(".")[2]))
        user.groups.add(group)
    return user


@pytest.fixture
def ann():
    return colleague(Desk.FRONT, first_name="Ann")


@pytest.fixture
def ben():
    return colleague(Desk.FRONT, first_name="Ben")


def ticket(minutes=60, **fields):
    made = Ticket.objects.create(subject="Bins", due_at=timezone.now() + timedelta(minutes=minutes), **fields)
    made.rank()
    return made


def history(item):
    return list(item.history.values_list("event", "actor", "facts"))


def fresh(item):
    return Ticket.objects.get(pk=item.pk)


# The queue


def test_queue_is_read_by_due_time_less_head_starts():
    later, sooner, loud = ticket(90), ticket(50), ticket(100, is_loud=True)

    assert list(Ticket.objects.unclosed().by_rank()) == [loud, sooner, later]
    assert loud.place_in_queue == loud.due_at - timedelta(minutes=60)


def test_item_is_late_after_its_due_time_until_it_is_closed(ann):
    late = ticket(-1)
    assert (late.is_late, ticket(1).is_late) == (True, False)

    late.close(ann)
    assert not late.is_late


# Claims


def test_claim_keeps_colleagues_away_until_it_is_given_back(ann, ben):
    item = ticket()

    assert (item.claim(ann), fresh(item).claim(ben)) == (True, False)
    assert fresh(item).claimed_by_other(ben) == ann
    assert fresh(item).is_claimed_by(ann)
    assert list(Ticket.objects.free_for(ben)) == []
    fresh(item).release(ben)  # it is not Ben's to give back
    assert fresh(item).is_claimed_by(ann)
    fresh(item).release(ann)
    assert fresh(item).claim(ben)


def test_claim_is_lost_with_the_heartbeat_and_kept_by_it(ann, ben):
    item = ticket()
    item.claim(ann)
    lose_heartbeat(Ticket.objects)
    assert (fresh(item).claimed_by_other(ben), list(Ticket.objects.free_for(ben))) == (None, [item])

    assert fresh(item).claim(ann)  # the page that is still open asks again in time
    assert not fresh(item).claim(ben)
    assert fresh(item).claimed_until > timezone.now() + CLAIM_LEASE - timedelta(minutes=1)


def test_who_lost_the_heartbeat_to_a_colleague_does_not_get_it_back(ann, ben):
    item = ticket()
    item.claim(ann)
    lose_heartbeat(Ticket.objects)

    assert (fresh(item).claim(ben), item.claim(ann)) == (True, False)
    item.release(ann)
    assert fresh(item).is_claimed_by(ben)


def test_closed_item_is_not_claimed(ann):
    item = ticket()
    item.close(ann)

    assert not item.claim(ann)


def test_claim_and_heartbeat_take_one_query_each(ann, django_assert_num_queries):
    item = ticket()
    assert item.claim(ann)
    with django_assert_num_queries(1):
        assert item.claim(ann)


# Assignment


def test_assigned_item_is_given_to_its_person_and_to_others_when_it_is_late(ann, ben):
    item = ticket()
    item.assign(ben, actor=ann, note="You know the place.")

    assert [list(Ticket.objects.takeable_by(user)) for user in (ann, ben)] == [[], [item]]
    assert list(Ticket.objects.assigned_to(ben)) == [item]
    Ticket.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert list(Ticket.objects.takeable_by(ann)) == [item]
    assert [note.text for note in item.notes.all()] == ["You know the place."]
    assert history(item) == [("assigned", ann.pk, {"to": str(ben), "note": "You know the place."})]


def test_item_is_assigned_only_to_who_may_read_it_while_it_is_open(ann, ben):
    item = ticket()
    with pytest.raises(WorkItemUnavailable, match="does not work at that desk"):
        item.assign(UserFactory(), actor=ann)
    item.close(ann)
    with pytest.raises(WorkItemUnavailable, match="is closed"):
        item.assign(ben, actor=ann)

    assert fresh(item).assigned_to is None


# Another desk


def test_hand_over_puts_it_in_nobodys_hands_and_keeps_who_and_where(ann, ben):
    item = ticket()
    item.assign(ann, actor=ann)
    item.claim(ann)
    item.hand_over(Desk.LEGAL, ann, "A contract.")

    item = fresh(item)
    assert (item.desk, item.assigned_to, item.claimed_by, item.claimed_until) == ("legal", None, None, None)
    assert history(item)[-1] == ("handed_over", ann.pk, {"desk": "legal", "note": "A contract."})
    assert [(note.actor, note.text) for note in item.notes.all()] == [(ann, "A contract.")]
    assert (item.may_be_read_by(ben), item.may_be_read_by(colleague(Desk.LEGAL))) == (False, True)


@pytest.mark.parametrize("stale", [False, True])
def test_item_that_a_colleague_has_open_is_not_handed_over(ann, ben, stale):
    item = ticket()
    seen = fresh(item)  # read before the colleague opened it
    item.claim(ben)

    with pytest.raises(WorkItemUnavailable, match="Ben"):
        (seen if stale else fresh(item)).hand_over(Desk.LEGAL, ann, "A contract.")
    assert (fresh(item).desk, fresh(item).notes.count(), history(item)) == ("", 0, [])


@pytest.mark.parametrize("stale", [False, True])
def test_item_is_handed_over_once(ann, stale):
    item = ticket()
    seen = fresh(item)
    item.hand_over(Desk.LEGAL, ann)

    with pytest.raises(WorkItemUnavailable, match="handed this over already"):
        (seen if stale else fresh(item)).hand_over(Desk.LEGAL, ann, "Again.")
    assert (len(history(item)), item.notes.count()) == (1, 0)


def test_closed_item_and_one_that_is_there_are_not_handed_over(ann):
    item = ticket()
    with pytest.raises(WorkItemUnavailable, match="on that desk"):
        item.hand_over(Desk.FRONT, ann)
    fresh(item).close(ann)
    with pytest.raises(WorkItemUnavailable, match="is closed"):
        item.hand_over(Desk.LEGAL, ann)


def test_desks_are_those_of_a_person_and_those_where_somebody_works(ann):
    assert (Desk.of(ann), Desk.staffed()) == ([Desk.FRONT], [Desk.FRONT])
    lawyer = colleague(Desk.LEGAL)
    assert (Desk.of(lawyer), Desk.staffed()) == ([Desk.LEGAL], [Desk.FRONT, Desk.LEGAL])
    lawyer.is_active = False
    lawyer.save()
    assert (Desk.staffed(), list(Desk.LEGAL.readers())) == ([Desk.FRONT], [])


# Notes and mentions


def test_note_tells_the_colleagues_whom_it_mentions(ann, ben):
    item = ticket()
    note = item.add_note("@ben, is that yours? @ann", ann)

    assert (note.actor, note.text) == (ann, "@ben, is that yours? @ann")
    assert list(Mention.objects.values_list("user", "actor")) == [(ben.pk, ann.pk)]
    assert Mention.objects.open_items(ben) == [item]
    assert history(item) == [("noted", ann.pk, {"note": "@ben, is that yours? @ann"})]


def test_who_may_not_read_it_is_not_mentioned(ann):
    item = ticket()
    stranger = UserFactory(first_name="Zoe")

    assert item.mentioned_in("@zoe, look.").unknown == ("zoe",)
    item.add_note("@zoe, look.", ann)
    assert Mention.objects.open_items(stranger) == []


@pytest.mark.parametrize("answer", ["claim", "note"])
def test_mention_is_seen_when_its_person_does_something(ann, ben, answer):
    item = ticket()
    item.add_note("@ben, look.", ann)
    assert Mention.objects.open_items(ben) == [item]

    if answer == "claim":
        fresh(item).claim(ben)
    else:
        fresh(item).add_note("It is not mine.", ben)
    assert Mention.objects.open_items(ben) == []


def test_mention_is_shown_no_more_when_the_item_is_closed_gone_or_on_another_desk(ann, ben):
    closed, gone, elsewhere, waiting = (ticket() for _number in range(4))
    for item in (closed, gone, elsewhere, waiting):
        item.add_note("@ben, look. @ben", ann)
    closed.close(ann)
    gone.delete()
    elsewhere.hand_over(Desk.LEGAL, ann)

    assert Mention.objects.open_items(ben) == [waiting]


@pytest.mark.parametrize("count", [1, 4])
def test_mentions_take_the_same_queries_however_many(ann, ben, count, django_assert_num_queries):
    for _number in range(count):
        ticket().add_note("@ben, look.", ann)

    ben = type(ben).objects.get(pk=ben.pk)
    ben.has_perm("toys.answer_front_ticket")
    with django_assert_num_queries(2):
        assert len(Mention.objects.open_items(ben)) == count


# The end


def test_item_is_closed_once_and_opened_again_in_somebodys_hands(ann, ben):
    item = ticket()
    seen = fresh(item)
    item.close(ann)
    with pytest.raises(WorkItemUnavailable, match="is closed"):
        seen.close(ben)
    item.reopen(ben)

    item = fresh(item)
    assert (item.closed_at, item.is_claimed_by(ben)) == (None, True)
    assert history(item) == [("closed", ann.pk, {}), ("reopened", ben.pk, {})]
