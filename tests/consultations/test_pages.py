from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from consultations.models import ConsultationPage, State
from portal.http.page_store import pages
from tests.factories import ConsultationFactory, idea_for, submission_to

pytestmark = pytest.mark.django_db


def at(days):
    return timezone.now() + timedelta(days=days)


@pytest.mark.parametrize(
    ("opens", "closes", "outcome", "state"),
    [
        (1, 2, [], State.UPCOMING),
        (-1, 1, [], State.OPEN),
        (-2, -1, [], State.CLOSED),
        (-2, -1, [("text", "<p>Done.</p>")], State.OUTCOME),
        (-1, 1, [("text", "<p>Too early to count.</p>")], State.OPEN),
    ],
)
def test_the_state_is_computed(db, opens, closes, outcome, state):
    page = ConsultationFactory(opens_at=at(opens), closes_at=at(closes), outcome=outcome)

    assert page.state == state
    for each in State:
        assert list(ConsultationPage.objects.in_state(each)) == ([page] if each == state else [])


def test_the_list_shows_every_consultation_and_those_of_one_state(client, db):
    ConsultationFactory(title="Coming", opens_at=at(1), closes_at=at(2))
    ConsultationFactory(title="Running")

    everything = client.get(reverse("consultations:list")).content.decode()
    coming = client.get(reverse("consultations:list"), {"state": "upcoming"}).content.decode()
    assert ("Coming" in everything, "Running" in everything) == (True, True)
    assert ("Coming" in coming, "Running" in coming) == (True, False)


def test_an_unknown_state_or_page_is_no_error(client, consultation):
    assert client.get(reverse("consultations:list"), {"state": "x", "page": "y"}).status_code == 200


def talk(consultation, threads):
    for _number in range(threads):
        comment = submission_to(consultation)
        for _reply in range(4):
            submission_to(consultation, parent=comment)


@pytest.mark.parametrize("threads", [1, 3, 30])
def test_a_consultation_takes_an_author_few_queries_however_much_is_said(
    author, consultation, threads, django_assert_num_queries
):
    talk(consultation, threads)
    address = reverse("consultations:detail", args=[consultation.slug])
    author.get(address)

    with django_assert_num_queries(5):
        author.get(address)


def test_a_first_view_with_nothing_cached_takes_twenty_two(client, consultation, django_assert_num_queries):
    talk(consultation, 3)
    cache.clear()

    with django_assert_num_queries(22):  # three tell the state, three the terms
        client.get(reverse("consultations:detail", args=[consultation.slug]))


def test_the_feed_takes_few_queries(client, consultation, django_assert_num_queries):
    talk(consultation, 3)
    address = reverse("consultations:feed", args=[consultation.slug])
    client.get(address)
    pages.clear()

    with django_assert_num_queries(2):
        client.get(address)


def test_a_text_is_never_markup(client, consultation):
    comment = submission_to(consultation, author_name="<b>Bo</b>")
    idea = idea_for(consultation, title="<i>An idea</i>")
    slug = consultation.slug

    for address in [
        reverse("consultations:detail", args=[slug]),
        reverse("consultations:thread", args=[slug, comment.reference]),
        reverse("consultations:idea", args=[slug, idea.reference]),
        reverse("consultations:ideas", args=[slug]),
        reverse("consultations:feed", args=[slug]),
    ]:
        page = client.get(address).content.decode()
        assert "<script>alert(1)" not in page
        assert "<b>Bo" not in page
        assert "<i>An idea" not in page


def test_the_closing_moment_can_be_put_into_a_calendar(client, db):
    page = ConsultationFactory(title="Buses; trams, and " + "ü" * 60, closes_at=at(5))
    response = client.get(reverse("consultations:calendar", args=[page.slug]))

    text = response.content.decode()
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert "SUMMARY:Closes: Buses\\; trams\\, and " in text.replace("\r\n ", "")


def test_public_pages_have_a_strict_policy(client, consultation):
    policy = client.get(reverse("consultations:detail", args=[consultation.slug]))["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_reference_may_be_typed_small(client, consultation):
    comment = submission_to(consultation)

    assert client.get(f"/receipts/{comment.reference.lower()}/").status_code == 200


def test_a_feed_reader_gets_text_and_no_markup(client, consultation):
    submission_to(consultation, "One <script>alert(1)</script>\n\ntwo")

    feed = client.get(reverse("consultations:feed", args=[consultation.slug])).content.decode()
    assert "&lt;p&gt;One &amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;&lt;/p&gt;" in feed


def test_answer_that_is_late_is_not_promised_any_more(client, consultation):
    one = submission_to(consultation)
    consultation.opens_at, consultation.closes_at = (timezone.now() - timedelta(days=days) for days in (60, 30))
    consultation.answer_due = timezone.localdate() - timedelta(days=1)
    consultation.save()
    addresses = [consultation.get_absolute_url(), reverse("consultations:list"), one.get_receipt_url()]

    pages = [" ".join(client.get(address).content.decode().split()) for address in addresses]

    assert ["We answer by" in page or "Answer due by" in page for page in pages] == [False] * 3
    assert ["nswer was due by" in page for page in pages] == [True] * 3
