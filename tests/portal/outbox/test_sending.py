import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections
from django.test import override_settings
from django.utils import timezone

from portal.models import Message, SuppressedAddress, TransportPause
from portal.outbox.address_keys import address_key
from portal.outbox.models import LeaseLost
from portal.outbox.sending import send_due
from tests.portal.outbox.conftest import ADDRESS
from tests.smtp_server import DROP_AFTER, DROP_BEFORE, DROP_DURING, PUT_OFF, REFUSE

FULL = 2  # SQLite's name for a sync at each commit

pytestmark = pytest.mark.django_db


def post(agency, to=ADDRESS, cause=1, template="tests/plain", **more):
    return Message.objects.post(template, to=to, about=agency, cause=cause, **more)


def later(**time):
    return time_machine.travel(timezone.now() + timedelta(**time), tick=False)


def states():
    return [(message.state, message.problem) for message in Message.objects.order_by("pk")]


def test_a_message_is_sent_with_the_headers_of_automatic_mail(agency, mails, settings):
    message = post(agency)

    assert send_due() == 1

    [(recipient, mail)] = mails.taken
    shown = {name: value for name, value in mail.items() if name not in ("Date", "Content-Type", "MIME-Version")}
    assert (recipient, shown) == (
        ADDRESS,
        {
            "Subject": "It happened [1]",
            "From": '"Harbour <Transport>" <consultations@testserver>',
            "To": ADDRESS,
            "Reply-To": "ask@example.org",
            "Message-ID": message.message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",
            "Content-Language": "en-gb",
        },
    )
    text, html = (part.get_payload(decode=True).decode() for part in mail.get_payload())
    assert text.replace("\r\n", "\n") == "Something happened.\n\nHarbour &lt;Transport&gt;\n"
    assert '<html lang="en-gb">' in html
    assert "<p>Something happened.</p>" in html
    assert "<Transport>" not in html
    found = Message.objects.get()
    assert (found.state, found.subject, found.recipient, found.problem) == ("sent", "It happened [1]", "", "")


def test_later_messages_about_the_same_answer_the_earlier_ones(agency, mails):
    ids = []
    for cause in range(3):
        ids.append(post(agency, cause=cause).message_id)
        send_due()

    _first, second, third = (mail for _recipient, mail in mails.taken)
    assert (second["In-Reply-To"], second["References"]) == (ids[0], ids[0])
    assert (third["In-Reply-To"], third["References"].split()) == (ids[1], ids[:2])


def test_one_of_a_series_says_how_to_stop_it(agency, mails, settings):
    post(agency, template="tests/series")
    send_due()

    [(_recipient, mail)] = mails.taken
    assert mail["List-Unsubscribe"].strip().startswith(f"<{settings.SITE_URL}/messages/stop/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_nothing_is_sent_before_it_is_due(agency, mails):
    post(agency, grace=timedelta(seconds=30))

    assert send_due() == 0
    with later(seconds=31):
        assert send_due() == 1


def test_many_messages_go_over_one_connection(agency, mails):
    for number in range(45):
        post(agency, to=f"reader-{number}@example.org")

    assert send_due() == 45

    assert (len(mails.taken), mails.connections) == (45, 1)


def test_refusal_whose_result_cannot_be_kept_leaves_no_note_of_the_address(agency, mails, fates):
    def is_cut_off(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and params and "refused" in params:
            raise DatabaseError("The connection is gone.")
        return execute(sql, params, many, context)

    fates[ADDRESS] = REFUSE
    post(agency)
    with connection.execute_wrapper(is_cut_off), pytest.raises(DatabaseError):
        send_due()

    assert not SuppressedAddress.objects.exists()


def test_an_address_that_is_refused_is_noted_and_passed_over(agency, mails, fates):
    fates[ADDRESS] = REFUSE
    post(agency)
    post(agency, to="jo@example.org")
    send_due()
    fates.clear()
    post(agency, to=ADDRESS.title(), cause=2)
    send_due()

    answer = "550 5.1.1 <…>: there is no such user"
    assert states() == [("refused", answer), ("sent", ""), ("suppressed", f"A server refused it. {answer}")]
    noted = SuppressedAddress.objects.get()
    facts = (noted.transport, noted.key, noted.reason, noted.detail)
    assert facts == ("email", address_key(ADDRESS), "refused", answer)
    assert [recipient for recipient, _mail in mails.taken] == ["jo@example.org"]


@pytest.mark.parametrize(
    ("answer", "noted"),
    [
        ("550 No such user", 1),
        ("550 5.2.1 Mailbox disabled", 1),
        ("552 5.2.2 Mailbox full", 0),
        ("554 5.7.1 Relay access denied", 0),
    ],
)
def test_only_an_answer_about_the_address_marks_it(agency, mails, fates, answer, noted):
    fates[ADDRESS] = answer
    post(agency)
    send_due()

    assert states() == [("refused", answer)]
    assert SuppressedAddress.objects.count() == noted


def test_a_message_that_is_put_off_waits_longer_each_time_and_is_given_up(agency, mails, fates):
    fates[ADDRESS] = PUT_OFF
    message = post(agency)

    waits = []
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        while message.state == "waiting":
            send_due()
            message.refresh_from_db()
            waits.append((message.due_at - timezone.now()).total_seconds())
            clock.move_to(message.due_at)
    assert 11 <= waits[0] <= 19
    assert 3 * 3600 <= waits[20] <= 5 * 3600
    assert timedelta(days=3) < message.finished_at - now < timedelta(days=6)
    assert states() == [("failed", "451 4.7.1 Greylisted, try again later")]


def test_all_wait_while_the_server_is_away(agency, mails):
    mails.go_away()
    for number in range(3):
        post(agency, to=f"reader-{number}@example.org")

    assert send_due() == 0

    pause = TransportPause.objects.get()
    assert pause.problem.startswith("The mail server cannot be reached: ")
    assert set(Message.objects.values_list("state", "tries", "lease")) == {("waiting", 0, "")}
    mails.come_back()
    assert send_due() == 0  # not yet
    with time_machine.travel(pause.until, tick=False):
        assert send_due() == 3
    assert not TransportPause.objects.exists()


def test_the_pause_grows_with_each_failure(agency, mails):
    mails.go_away()
    post(agency)
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _time in range(12):
            send_due()
            pause = TransportPause.objects.get()
            waits.append((pause.until - timezone.now()).total_seconds())
            clock.move_to(pause.until)

    assert 3 <= waits[0] <= 7
    assert 11 * 60 <= waits[-1] <= 19 * 60


def test_a_server_that_takes_nothing_from_us_holds_everything_up(agency, mails, fates):
    fates[ADDRESS] = "530 5.7.0 Authentication required"
    post(agency)
    send_due()

    assert [state for state, _problem in states()] == ["waiting"]
    assert (
        TransportPause.objects.get().problem
        == "The mail server takes nothing from us: 530 5.7.0 Authentication required"
    )


def test_the_command_says_that_the_server_is_away(agency, mails):
    mails.go_away()
    post(agency)

    with pytest.raises(CommandError, match=r"The mail server cannot be reached: .* Next try at "):
        call_command("send_messages")


def test_a_connection_that_breaks_before_a_message_is_tried_once_more(agency, mails, fates):
    post(agency, to="jo@example.org")
    post(agency)
    fates[ADDRESS] = [DROP_BEFORE]

    assert send_due() == 2


def test_a_connection_that_breaks_twice_puts_the_message_off(agency, mails, fates):
    fates[ADDRESS] = DROP_BEFORE
    post(agency)
    send_due()

    [(state, problem)] = states()
    assert state == "waiting"
    assert problem.startswith("The connection broke before the message was sent")


@pytest.mark.parametrize("drop", [DROP_DURING, DROP_AFTER])
def test_a_message_whose_fate_nobody_knows_is_marked_and_not_sent_again(agency, mails, fates, drop):
    fates[ADDRESS] = drop
    post(agency)
    post(agency, to="jo@example.org")
    send_due()
    with later(hours=1):
        send_due()

    (state, problem), (other, _problem) = states()
    assert (state, other) == ("unknown", "sent")
    assert problem.startswith("The connection broke before the server had answered")
    assert Message.objects.first().recipient == ADDRESS


def test_a_message_that_breaks_keeps_no_other_from_being_sent(agency, mails):
    post(agency, template="tests/broken")
    post(agency, template="tests/gone")
    post(agency, template="tests/over")
    post(agency)

    assert send_due() == 1
    assert states() == [
        ("failed", "KeyError: 'cause'"),
        ("failed", "KeyError: 'tests/gone'"),
        ("cancelled", "The text was withdrawn."),
        ("sent", ""),
    ]


def test_a_lease_that_ran_out_lets_the_message_wait_again(agency):
    post(agency)
    [lost] = Message.objects.claim("email")
    with later(minutes=3):
        Message.objects.settle_lapsed()
        [claimed] = Message.objects.claim("email")

        with pytest.raises(LeaseLost):
            lost.hand_over()
        claimed.hand_over()
        assert claimed.sent("Told")
    assert not lost.release()
    assert states() == [("sent", "")]


def test_a_worker_that_comes_late_tells_what_it_knows(agency):
    post(agency)
    [message] = Message.objects.claim("email")
    message.hand_over()
    with later(minutes=3):
        Message.objects.settle_lapsed()
    [(state, problem)] = states()
    assert (state, problem[:39]) == ("unknown", "The worker that handed it over stopped ")

    message.sent("Told")
    assert states() == [("sent", "")]


def test_what_was_claimed_and_not_begun_waits_as_before(agency, mails, monkeypatch):
    post(agency)
    [message] = Message.objects.claim("email")
    message.release()

    assert list(Message.objects.values_list("state", "tries", "lease")) == [("waiting", 0, "")]


def test_a_message_that_waits_again_gives_its_causes_to_a_later_one(agency):
    post(agency, cause=1)
    [message] = Message.objects.claim("email")
    post(agency, cause=2)
    message.put_off("451 Later")

    assert list(Message.objects.order_by("pk").values_list("state", "causes")) == [
        ("cancelled", [1]),
        ("waiting", [2, 1]),
    ]


@pytest.mark.django_db(transaction=True)
def test_workers_never_claim_the_same_message():
    from portal.models import Agency

    agency = Agency.objects.create()
    for number in range(100):
        post(agency, to=f"reader-{number}@example.org")
    claimed, barrier = [], threading.Barrier(4)

    def work():
        barrier.wait()
        while batch := Message.objects.claim("email"):
            claimed.extend(message.pk for message in batch)
        connections.close_all()

    workers = [threading.Thread(target=work) for _each in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

    assert sorted(claimed) == sorted(Message.objects.values_list("pk", flat=True))


def test_a_batch_takes_few_queries(agency, mails, django_assert_num_queries):
    for number in range(5):
        post(agency, to=f"reader-{number}@example.org")

    # lapsed 2, pause, claim 5 and once more 3, addresses, branding 2; for each: earlier ones, handed over, sent
    with django_assert_num_queries(14 + 5 * 3):
        send_due()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL writes each commit to the disk anyway")
@pytest.mark.django_db(transaction=True)
def test_sqlite_writes_each_note_to_the_disk(agency, mails):
    post(agency)
    send_due()

    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone()[0] == FULL


def test_a_sender_without_a_name_bears_the_agencys(agency, mails):
    with override_settings(DEFAULT_FROM_EMAIL="Ferry office <ferries@example.org>"):
        post(agency)
        send_due()

    assert mails.taken[0][1]["From"] == "Ferry office <ferries@example.org>"
