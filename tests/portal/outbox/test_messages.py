from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from portal.models import Message
from portal.outbox.models import MessageLeft
from tests.portal.outbox.conftest import ADDRESS

pytestmark = pytest.mark.django_db


def post(agency, to=ADDRESS, cause=1, template="tests/plain", **more):
    return Message.objects.post(template, to=to, about=agency, cause=cause, **more)


def rows():
    return list(Message.objects.order_by("pk").values_list("state", "causes"))


def test_a_message_is_gone_with_the_transaction_that_caused_it(agency):
    with pytest.raises(RuntimeError), transaction.atomic():
        post(agency)
        raise RuntimeError

    assert rows() == []


def test_a_second_cause_joins_the_message_and_it_waits_again(agency):
    first = post(agency, cause=1, grace=timedelta(seconds=30))
    second = post(agency, to=ADDRESS.upper(), cause=2, grace=timedelta(seconds=60))

    assert (second.pk, rows()) == (first.pk, [("waiting", [1, 2])])
    assert second.due_at > first.due_at


def test_what_differs_is_told_in_a_message_of_its_own(agency, citizen):
    post(agency)
    post(agency, to="jo@example.org")
    post(agency, template="tests/series")
    post(citizen)
    [sent, *_others] = Message.objects.claim("email")
    post(agency, cause=2)

    assert Message.objects.count() == 5
    assert sent.pk == Message.objects.order_by("pk").first().pk


def test_posting_takes_few_queries(agency, django_assert_num_queries):
    with django_assert_num_queries(4):  # is there one to join; the row, in a savepoint
        post(agency)


def test_a_cause_is_called_off_and_the_last_takes_the_message_with_it(agency):
    post(agency, cause=1)
    post(agency, cause=2)

    Message.objects.call_off(agency, 2)
    assert rows() == [("waiting", [1])]
    Message.objects.call_off(agency, 1)
    assert rows() == [("cancelled", [])]
    assert Message.objects.get().recipient == ""
    assert Message.objects.call_off(agency, 1) == []


@pytest.mark.parametrize("how_far", ["claimed", "sending", "sent", "unknown", "bounced"])
def test_what_is_on_its_way_is_not_called_off(agency, how_far):
    post(agency)
    Message.objects.update(state=how_far)

    with pytest.raises(MessageLeft):
        Message.objects.call_off(agency, 1)
    assert rows() == [(how_far, [1])]


def test_forgetting_an_address_cancels_and_blanks(agency):
    for state in ("waiting", "claimed", "sent", "refused"):
        post(agency, cause=state)
        Message.objects.filter(state="waiting").update(state=state)

    Message.objects.about(agency).forget_recipients()

    assert set(Message.objects.values_list("state", "recipient", "recipient_key", "dedupe_key")) == {
        ("cancelled", "", "", ""),
        ("sent", "", "", ""),
        ("refused", "", "", ""),
    }


def test_what_is_finished_is_pruned_in_time(agency):
    for hours, state in enumerate(("sent", "unknown", "failed")):
        post(agency, cause=state)
        finished_at = timezone.now() + timedelta(hours=hours)
        Message.objects.filter(state="waiting").update(state=state, finished_at=finished_at)

    assert Message.objects.prune(timezone.now() + timedelta(minutes=90)) == 2
    assert rows() == [("failed", ["failed"])]


def test_a_message_that_waits_is_never_pruned(agency):
    post(agency)

    assert Message.objects.prune(timezone.now() + timedelta(days=99)) == 0


def test_trying_again_is_for_what_was_not_sent(agency):
    message = post(agency)
    again = {}
    for state in Message.State.values:
        Message.objects.update(state=state, lease="")
        message.refresh_from_db()
        again[state] = message.try_again()

    assert [state for state, waits in again.items() if waits] == [
        "refused",
        "bounced",
        "suppressed",
        "failed",
        "unknown",
    ]
