"""What followers are written, when, and when not."""

import re
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from consultations import following
from consultations.following import next_digest, tell_followers, tell_some
from consultations.models import Event, EventKind, Follow, Follower, FollowProgress
from consultations.page_events import record_due_events
from consultations.timing import move_closing, take_off_site
from portal.models import Message
from portal.outbox.models import label_of
from portal.outbox.sending import send_due
from tests.consultations.following.letters import ADDRESS, follow_of, letters_after, link_in
from tests.factories import ConsultationFactory, held_in, submission_to

pytestmark = pytest.mark.django_db

OUTCOME = [("text", "<p>We run eight lines.</p>")]


def change(page, **fields):
    """Publish a page with changes."""
    page.refresh_from_db()
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_follower_hears_of_each_step_of_a_consultation(time_machine):
    now = timezone.now()
    page = ConsultationFactory(
        title="Night buses",
        opens_at=now + timedelta(days=1),
        closes_at=now + timedelta(days=10),
        answer_due=(now + timedelta(days=20)).date(),
    )
    follow_of(page)
    said = []

    def then(**time):
        time_machine.move_to(timezone.now() + timedelta(**time))
        said.extend(letter.subject for letter in letters_after())

    then(days=1, minutes=1)
    change(page, summary="Something else is proposed.")
    then(minutes=10)
    move_closing(page.pk, page.closes_at + timedelta(days=1), reason="It is a holiday.", actor=None)
    then(minutes=10)
    then(days=8)
    then(days=2)
    then(days=10)
    change(page, outcome=OUTCOME)
    then(minutes=10)

    page.refresh_from_db()
    assert [words.partition(": ")[2].split(" ")[0:3] for words in said] == [
        ["it", "is", "open,"],
        ["we", "changed", "what"],
        ["it", "stays", "open"],
        ["it", "closes", said[3].split()[4]],
        ["it", "is", "closed;"],
        ["our", "answer", "is"],
        ["we", "have", "answered:"],
    ]


def test_letter_has_two_parts_and_ends_with_one_click(client, consultation):
    follow = follow_of(consultation)
    change(consultation, title="Night buses & trams")

    [letter] = letters_after()

    html = letter.alternatives[0].content
    assert (letter.to, letter.subject) == ([ADDRESS], "Night buses & trams: we changed what the page says")
    assert f"http://testserver{consultation.get_absolute_url()}" in letter.body
    assert link_in(letter) == follow.follower.get_absolute_url()
    assert "Night buses &amp; trams" in html
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = letter.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
    client.get(stop)
    assert Follow.objects.exists()
    client.post(stop, {"List-Unsubscribe": "One-Click"})
    assert not Follow.objects.exists()
    assert not Follower.objects.exists()


def test_what_an_editor_changes_in_five_minutes_is_one_letter(consultation):
    follow_of(consultation)
    for title in ("One", "Two", "Three"):
        change(consultation, title=title)

    assert [letter.subject for letter in letters_after()] == ["Three"]


def test_editor_who_goes_on_changing_does_not_put_a_letter_off(consultation, time_machine):
    follow_of(consultation)
    began = timezone.now()
    for minutes in (0, 2, 4):
        time_machine.move_to(began + timedelta(minutes=minutes))
        change(consultation, title=f"Title {minutes}")
        tell_followers()
    time_machine.move_to(began + timedelta(minutes=5, seconds=5))
    send_due()

    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("pace", "days"), [("daily", 1), ("weekly", 7)])
def test_digest_comes_once_grouped_by_consultation_newest_first(consultation, pace, days):
    other = ConsultationFactory(title="Street trees")
    for page in (consultation, other):
        follow_of(page, pace)
    change(other, summary="Trees.")
    change(consultation, title="Night buses", summary="Buses.")
    move_closing(consultation.pk, consultation.closes_at + timedelta(days=1), reason="A holiday.", actor=None)

    assert letters_after() == []
    [letter] = letters_after(days=days)

    lines = [line for line in letter.body.splitlines() if line]
    assert letter.subject == "News of 2 consultations"
    assert [lines[0], lines[1][:24], *lines[2:3], *lines[4:6]] == [
        "Night buses",
        "– it stays open longer, ",
        "– we changed what the page says",
        "Street trees",
        "– we changed what the page says",
    ]


def test_one_click_ends_the_digest_and_nothing_else(client, consultation):
    other = ConsultationFactory()
    daily, at_once = follow_of(consultation, "daily"), follow_of(other)
    change(consultation, title="News")
    [letter] = letters_after(days=1)

    client.post(letter.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver"))

    assert list(Follow.objects.all()) == [at_once]
    assert daily.follower == at_once.follower


def test_next_digest_is_at_eight_of_the_agency(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    berlin = ZoneInfo("Europe/Berlin")
    tuesday = datetime(2026, 6, 2, 7, 59, tzinfo=berlin)

    assert next_digest(tuesday) == datetime(2026, 6, 2, 8, tzinfo=berlin)
    assert next_digest(tuesday.replace(hour=8)) == datetime(2026, 6, 3, 8, tzinfo=berlin)
    assert next_digest(tuesday, on=0) == datetime(2026, 6, 8, 8, tzinfo=berlin)
    assert next_digest(datetime(2026, 6, 8, 7, tzinfo=berlin), on=0) == datetime(2026, 6, 8, 8, tzinfo=berlin)
    assert next_digest(datetime(2026, 6, 8, 9, tzinfo=berlin), on=0) == datetime(2026, 6, 15, 8, tzinfo=berlin)


def test_every_new_consultation_is_told_once():
    follow_of(None)
    page = ConsultationFactory(live=False, title="Street trees")
    change(page)
    told = [letter.subject for letter in letters_after()]
    page.refresh_from_db()
    page.unpublish()
    change(page)
    change(page, title="Street trees again")

    assert [subject.split(",")[0] for subject in told] == ["Street trees: a new consultation"]
    assert letters_after() == []


@pytest.mark.parametrize("pace", ["at_once", "daily"])
@pytest.mark.parametrize("how", ["unpublished", "taken off", "restricted", "stopped", "deleted"])
def test_nothing_is_sent_after_the_end(consultation, editor, pace, how):
    follow = follow_of(consultation, pace)
    change(consultation, title="Secret now")
    record_due_events()
    tell_followers()
    assert Message.objects.get().state == "waiting"
    consultation.refresh_from_db()
    if how == "unpublished":
        consultation.unpublish()
    elif how == "taken off":
        take_off_site(consultation.pk, reason="It was a mistake.", actor=editor)
    elif how == "restricted":
        PageViewRestriction.objects.create(page=consultation, restriction_type="password", password="x")
    elif how == "stopped":
        follow.stop()
    else:
        consultation.delete()

    assert letters_after(days=2) == []
    assert Message.objects.get().recipient == ""


def test_draft_of_a_public_consultation_is_not_told(consultation, editor):
    follow_of(consultation)
    consultation.title = "Secretedit"
    consultation.save_revision(user=editor)

    assert letters_after() == []


def test_no_words_of_citizens_are_in_a_letter(consultation):
    follow_of(consultation)
    follow_of(consultation, "daily", address="daily@example.org")
    submission_to(consultation, "A publicword.", author_name="Publicname")
    held_in(consultation, author_name="Heldname")
    change(consultation, summary="A summaryword that is in no letter either.", outcome=OUTCOME)

    letters = letters_after(days=1)

    said = " ".join(f"{one.subject} {one.body} {one.alternatives[0].content}" for one in letters)
    assert len(letters) == 2
    assert not [word for word in ("publicword", "Publicname", "0491", "Heldname", "summaryword") if word in said]


def test_what_happened_before_the_yes_is_not_told(consultation):
    change(consultation, title="Before")
    follow_of(consultation)

    assert letters_after() == []


def test_letter_is_in_the_language_of_the_form(client, consultation):
    Follow.objects.begin(Follower.objects.with_address(ADDRESS, "de"), consultation, "at_once").confirm()
    change(consultation, title="Nachtbusse")

    [letter] = letters_after()

    assert letter.extra_headers["Content-Language"] == "de"


def test_closed_account_and_unconfirmed_address_get_nothing(consultation, confirmed_citizen, client):
    Follow.objects.begin(Follower.objects.of_account(confirmed_citizen), consultation, "at_once").confirm()
    change(consultation, title="One")
    assert [letter.to for letter in letters_after()] == [[confirmed_citizen.email]]
    confirmed_citizen.email = "other@example.org"  # an administrator changed it, and nobody confirmed it
    confirmed_citizen.save()
    change(consultation, title="Two")

    assert [letter for letter in letters_after() if "Two" in letter.subject] == []


class Killed(BaseException):
    """The worker is gone, in the middle of what it did."""


def killed_at(number):
    """Return a wrapper of queries that ends the worker at one of them."""
    seen = count(1)

    def run(execute, sql, params, many, context):
        if next(seen) == number:
            raise Killed
        return execute(sql, params, many, context)

    return run


def test_worker_killed_at_each_step_loses_nothing_and_doubles_nothing(consultation, monkeypatch):
    monkeypatch.setattr(following, "FOLLOWS_A_TRANSACTION", 2)
    paces = ("at_once", "daily", "weekly", "at_once", "daily")
    for number, pace in enumerate(paces):
        follow_of(consultation, pace, address=f"f{number}@example.org")
    change(consultation, title="One")
    move_closing(consultation.pk, consultation.closes_at + timedelta(days=1), reason="A holiday.", actor=None)
    kinds = [EventKind.CONSULTATION_CHANGED, EventKind.CONSULTATION_EXTENDED]
    events = list(Event.objects.filter(kind__in=kinds).values_list("pk", flat=True))
    kills = 0
    for number in count(1):
        try:
            with connection.execute_wrapper(killed_at(number)):
                tell_followers()
        except Killed:
            kills += 1
        else:
            break

    told = Message.objects.order_by("pk").values_list("recipient", "causes")
    assert list(told) == [(f"f{number}@example.org", events) for number in range(len(paces))]
    assert kills > 20
    assert FollowProgress.objects.get().event == Event.objects.newest_id()
    tell_followers()
    assert Message.objects.count() == len(paces)


def test_event_after_one_that_is_gone_is_told_to_all(consultation, monkeypatch):
    monkeypatch.setattr(following, "FOLLOWS_A_TRANSACTION", 1)
    other = ConsultationFactory()
    of_other = [follow_of(other, address=f"other{n}@example.org") for n in range(2)]
    for number in range(2):
        follow_of(consultation, address=f"f{number}@example.org")
    tell_followers()
    change(consultation, title="One")
    change(other, title="Two")
    settled = Event.objects.settled_id()
    while FollowProgress.objects.get().begun == 0:
        tell_some(settled)
    consultation.refresh_from_db()
    consultation.delete()
    tell_followers()

    told = Message.objects.filter(about__in=[label_of(each) for each in of_other])
    assert told.count() == 2


def test_writers_are_waited_for_once_however_many_follow(consultation, monkeypatch):
    monkeypatch.setattr(following, "FOLLOWS_A_TRANSACTION", 1)
    for number in range(4):
        follow_of(consultation, address=f"f{number}@example.org")
    tell_followers()
    change(consultation, title="One")

    with CaptureQueriesContext(connection) as queries:
        tell_followers()

    newest = [sql for each in queries if re.search(r'FROM "consultations_event" ORDER BY \S+ DESC', sql := each["sql"])]
    assert (len(newest), Message.objects.count()) == (1, 4)


def test_worker_with_nothing_to_tell_writes_nothing(consultation, django_assert_num_queries):
    follow_of(consultation)
    change(consultation, title="One")
    tell_followers()

    queries = 2 if connection.vendor == "sqlite" else 3
    with django_assert_num_queries(queries):
        tell_followers()


def test_follower_changes_and_stops_on_one_page(client, consultation):
    other = ConsultationFactory(title="Street trees")
    first, second = follow_of(consultation), follow_of(other)
    path = first.follower.get_absolute_url()

    client.post(path, {"do": "change", "follow": first.pk, "pace": "weekly"})
    client.post(path, {"do": "stop", "follow": second.pk})
    page = client.get(path).content.decode()
    first.refresh_from_db()
    assert first.pace == "weekly"
    assert ("Street trees" in page, consultation.title in page) == (False, True)
    client.post(path, {"do": "stop_all"})

    assert not Follower.objects.exists()
    assert "You follow nothing." in client.get(path).content.decode()


@pytest.mark.parametrize("fields", [{}, {"do": "stop", "follow": "9" * 5000}, {"do": "change", "pace": "hourly"}])
def test_what_no_form_of_ours_sends_changes_nothing(client, consultation, fields):
    follow = follow_of(consultation)

    answer = client.post(follow.follower.get_absolute_url(), {"follow": follow.pk} | fields, follow=True)

    assert "Nothing was changed" in answer.content.decode()
    assert Follow.objects.get().pace == "at_once"


def test_link_of_one_follower_changes_nothing_of_another(client, consultation):
    mine, theirs = follow_of(consultation), follow_of(consultation, address="other@example.org")

    client.post(mine.follower.get_absolute_url(), {"do": "stop", "follow": theirs.pk})

    assert Follow.objects.count() == 2
    assert client.get(reverse("consultations:following", args=[f"{mine.follower.pk}:guess"])).status_code == 404


def test_account_page_lists_and_stops_what_is_followed(client, consultation, confirmed_citizen):
    client.force_login(confirmed_citizen)
    by_account = Follow.objects.begin(Follower.objects.of_account(confirmed_citizen), consultation, "daily")
    by_account.confirm()
    page = client.get(reverse("account")).content.decode()

    fields = {"do": "stop", "follow": by_account.pk, "back": "account"}
    answer = client.post(by_account.follower.get_absolute_url(), fields)

    assert consultation.title in page
    assert answer["Location"] == reverse("account")
    assert not Follow.objects.exists()
