import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from consultations.models import ConsultationPage, State
from consultations.submission_lists import SUBMISSIONS_ON_A_PAGE
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


def titles_listed(client, **query):
    """Return the titles of the cards of the list, in their order."""
    page = client.get(reverse("consultations:list"), query).content.decode()
    return re.findall(r'class="card__title"><a href="[^"]+">([^<]+)<', page)


def about(*topics, **fields):
    """Return a consultation with topics."""
    page = ConsultationFactory(**fields)
    page.topics.add(*topics)
    page.save()
    return page


def test_list_begins_with_what_is_most_urgent(client, db):
    for title, opens, closes in [
        ("closed long ago", -90, -60),
        ("open for long", -5, 60),
        ("comes later", 20, 40),
        ("closed lately", -30, -1),
        ("closes soon", -5, 2),
        ("comes soon", 3, 90),
    ]:
        ConsultationFactory(title=title, opens_at=at(opens), closes_at=at(closes))

    expected = ["closes soon", "open for long", "comes soon", "comes later", "closed lately", "closed long ago"]
    assert titles_listed(client) == expected


def test_topic_of_a_consultation_leads_to_all_that_have_it(client, db):
    page = about("Night & day", "الحافلات", title="One")
    about("Night & day", title="Two", closes_at=at(3))
    about("trees", title="Three")
    shown = client.get(page.get_absolute_url()).content.decode()
    [address] = [unescape(link) for link in re.findall(r'href="(/consultations/\?topic=Night[^"]+)"', shown)]

    assert address == "/consultations/?topic=Night%20%26%20day"
    assert re.findall(r'class="card__title"><a[^>]+>(\w+)<', client.get(address).content.decode()) == ["Two", "One"]
    assert titles_listed(client, topic="الحافلات") == ["One"]
    assert titles_listed(client, topic="Night & day", state="upcoming") == []


def test_list_offers_the_topics_of_public_consultations_those_of_the_most_first(client, db):
    about("buses", "night")
    about("buses")
    about("Secretdraft", live=False)
    private = about("Secretboard")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)

    offered = client.get(reverse("consultations:list"), {"topic": "night"}).content.decode()

    assert re.findall(r'class="tag" href="[^"]+"(?: aria-current="true")?>([^<]+)<', offered) == [
        "All topics",
        "buses",
        "night",
    ]
    assert re.findall(r'class="(?:tag|choices__link)"[^>]+aria-current="true">(\w+)<', offered) == ["All", "night"]
    assert titles_listed(client, topic="Secretboard") == titles_listed(client, topic="Secretdraft") == []


@pytest.mark.parametrize("topic", ["nothing", "<b>", "x" * 100])
def test_topic_of_no_consultation_is_an_empty_list_with_a_way_out(client, consultation, topic):
    response = client.get(reverse("consultations:list"), {"topic": topic})

    page = response.content.decode()
    assert (response.status_code, titles_listed(client, topic=topic)) == (200, [])
    assert "None stands there just now" in page
    assert "See all consultations" in page
    assert "<b>" not in page


def test_topic_that_is_too_long_narrows_nothing(client, consultation):
    assert titles_listed(client, topic="x" * 101) == [consultation.title]


def test_later_pages_of_the_list_keep_topic_and_state(client, db):
    for number in range(SUBMISSIONS_ON_A_PAGE + 1):
        about("buses", title=f"Number {number}")
    page = client.get(reverse("consultations:list"), {"topic": "buses", "state": "open"}).content.decode()

    [address] = re.findall(r'rel="next"\s+href="([^"]+)"', page)
    assert parse_qs(unescape(address).removeprefix("?")) == {"topic": ["buses"], "state": ["open"], "page": ["2"]}
    assert len(titles_listed(client, topic="buses", state="open", page="2")) == 1


@pytest.mark.parametrize("many", [1, 5])
def test_list_takes_as_many_queries_for_many_consultations(client, many, django_assert_num_queries):
    for number in range(many):
        about("buses", f"topic {number}")
    client.get(reverse("consultations:list"))
    pages.clear()

    with django_assert_num_queries(14):  # three tell the state, seven are of the frame
        client.get(reverse("consultations:list"))
