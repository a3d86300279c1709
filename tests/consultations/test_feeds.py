"""Feeds as Atom: what the agency did with its consultations, and what people say."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from consultations.models import ConsultationPage
from consultations.page_events import record_due_events
from consultations.timing import move_closing
from portal.http.page_store import pages
from tests.consultations.versions import EIGHT, NINE, NOTE, STOPS, opened, publish
from tests.factories import ConsultationFactory, held_in, idea_for, submission_to

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
NEWS = "/news.atom"


def announced(**fields):
    """Return a consultation that has been a draft until now."""
    return publish(ConsultationFactory(live=False, body=[EIGHT, STOPS], **fields))


def feed_of(client, address):
    """Return a feed as an element."""
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ElementTree.fromstring(response.content)  # noqa: S314  (we have just written it)


def entries_of(client, address=NEWS):
    """Return the entries of a feed: what each element says, by its name."""
    return [
        {part.tag.removeprefix(ATOM): part.get("href") or part.findtext(f"{ATOM}name") or part.text for part in entry}
        for entry in feed_of(client, address).findall(f"{ATOM}entry")
    ]


def titles(client, address=NEWS):
    return [entry["title"].partition(": ")[2] for entry in entries_of(client, address)]


def test_news_tell_what_happened_newest_first(client, moderator, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    page = announced(title="Buses", opens_at=timezone.now() + timedelta(days=1))
    time_machine.shift(timedelta(days=2))
    record_due_events()
    publish(page, NOTE, body=[NINE, STOPS])
    page = move_closing(page.pk, page.closes_at + timedelta(days=1), reason="Many asked.", actor=moderator)
    time_machine.move_to(page.closes_at - timedelta(days=1), tick=False)
    record_due_events()

    assert [title.partition(",")[0].partition(" until")[0] for title in titles(client)][1:] == [
        "it stays open longer",
        "the text has changed",
        "it is open",
        "a new consultation",
    ]
    assert titles(client)[0].startswith("it closes ")
    time_machine.move_to(page.closes_at + timedelta(days=1), tick=False)
    record_due_events()
    publish(page, outcome=[("point", {"asked": "A", "said": "B", "decided": "C", "why": "D", "behind": []})])
    assert titles(client) == [
        "we have answered: what you said, what we do, and why",
        "it is closed",
        "the text has changed, this is version 2",
    ]


def test_entry_of_a_new_version_says_why_and_leads_to_what_changed(client):
    page = publish(announced(slug="buses"), NOTE, body=[NINE, STOPS])

    [entry, _first] = entries_of(client, f"/consultations/{page.slug}/news.atom")

    assert NOTE in entry["summary"]
    assert f"/consultations/{page.slug}/versions/2/changes/" in entry["summary"]
    assert entry["link"] == f"http://testserver/consultations/{page.slug}/"


def test_news_of_one_consultation_are_its_own(client):
    one, _other = announced(title="Buses"), announced(title="Trams")

    assert [entry["title"].partition(":")[0] for entry in entries_of(client)] == ["Trams", "Buses"]
    own = entries_of(client, reverse("consultations:consultation_news", args=[one.slug]))
    assert [entry["title"].partition(":")[0] for entry in own] == ["Buses"]


def test_news_of_drafts_private_pages_and_those_taken_off_are_nowhere(client):
    private, gone = announced(), announced()
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    gone.unpublish()

    assert entries_of(client) == []
    addresses = [reverse("consultations:consultation_news", args=[page.slug]) for page in (private, gone)]
    assert {client.get(address).status_code for address in addresses} == {404}


def test_official_reply_is_news_while_it_is_public(client):
    page = announced(slug="buses")
    reply = submission_to(page, "It will.", author_name="Lena Ortiz", official_line="Head of lines, Buses")

    [entry, _first] = entries_of(client)
    assert entry["title"] == f"{page.title}: Lena Ortiz has replied for us (Head of lines, Buses)"
    assert entry["link"] == f"http://testserver{reply.get_absolute_url()}"
    assert "It will." not in entry["summary"]
    reply.withdraw()
    assert len(entries_of(client)) == 1


def test_what_is_published_a_second_time_is_no_news(client):
    page = announced(title="Buses")
    before = titles(client)

    page.unpublish()
    publish(ConsultationPage.objects.get(pk=page.pk))

    assert titles(client) == before != []


def test_links_have_the_name_of_the_site_by_whichever_port_somebody_asks(client):
    page = announced(slug="buses")
    submission_to(page)
    for address in (NEWS, "/consultations/buses/news.atom", "/consultations/buses/feed/"):
        response = client.get(address, headers={"Host": "testserver:9999"})
        assert response.status_code == 200
        assert b"9999" not in response.content, address


def test_ids_stay_when_addresses_and_titles_change(client, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    page = announced(title="Buses", slug="buses")
    comment = submission_to(page, "More lamps.")
    before = {address: ids(client, address) for address in (NEWS, *addresses_of(page))}
    day = timezone.now().date()
    time_machine.shift(timedelta(days=3))
    page = publish(page, title="Buses after dark", slug="buses-after-dark", opens_at=page.opens_at)

    after = {address: ids(client, address) for address in (NEWS, *addresses_of(page))}

    assert before[NEWS] == after[NEWS][:1] + after[NEWS][2:]  # one more: that the page says something else
    assert [*before.values()][2] == [*after.values()][2]
    assert before[addresses_of(page)[1].replace("-after-dark", "")][1:] == [f"tag:testserver,{day}:{comment.reference}"]
    everything = [each for found in after.values() for each in found]
    assert len({feed[0] for feed in after.values()}) == 3
    assert all(each.startswith(("tag:", "urn:uuid:", "http://testserver/news.atom")) for each in everything)


def ids(client, address):
    """Return the ids of a feed: its own, then those of its entries."""
    return [each.text for each in feed_of(client, address).iter(f"{ATOM}id")]


def addresses_of(page):
    return [reverse(f"consultations:{name}", args=[page.slug]) for name in ("consultation_news", "feed")]


def test_text_is_updated_when_other_words_of_it_are_public(client, time_machine):
    time_machine.move_to(timezone.now().replace(microsecond=0), tick=False)
    page = announced()
    idea = idea_for(page, "A lamp", author_name="Ann <b>")
    first = timezone.now()
    time_machine.shift(timedelta(hours=3))
    held_in(page)
    idea.revise(title="Two lamps", text="One is not enough.")

    [entry] = entries_of(client, addresses_of(page)[1])

    assert {name: entry[name] for name in ("title", "author", "summary")} == {
        "title": "Two lamps",
        "author": "Ann <b>",
        "summary": "<p>One is not enough.</p>",
    }
    moments = [datetime.fromisoformat(entry[name]) for name in ("published", "updated")]
    assert moments == [first, first + timedelta(hours=3)]


def test_pages_lead_feed_readers_to_the_feeds(client):
    page = announced()
    link = '<link rel="alternate" type="application/atom+xml" title="{}" href="{}">'

    shown = opened(client, page)
    assert link.format("News", addresses_of(page)[0]) in shown
    assert link.format("What people say", addresses_of(page)[1]) in shown
    for address in ("/", "/consultations/"):
        assert link.format("News of all consultations", NEWS) in client.get(address).content.decode()


@pytest.mark.parametrize("many", [1, 4])
def test_news_take_few_queries_however_many_consultations(client, many, django_assert_num_queries):
    for _number in range(many):
        submission_to(announced(), "It will.", official_line="Head, Buses")
    client.get(NEWS)
    pages.clear()

    with django_assert_num_queries(3):
        client.get(NEWS)


def test_unchanged_news_are_not_sent_again(client, django_assert_num_queries):
    page = announced()
    first = client.get(NEWS)
    with django_assert_num_queries(0):
        again = client.get(NEWS, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    publish(page, summary="Another summary.")

    assert client.get(NEWS, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_feed_without_news_is_a_feed(client):
    ConsultationFactory()

    assert ConsultationPage.objects.count() == 1
    assert entries_of(client) == []
