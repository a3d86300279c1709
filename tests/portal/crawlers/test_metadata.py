"""What search engines and previews of links are told of each page."""

import json
from datetime import datetime
from html.parser import HTMLParser
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from wagtail.images import get_image_model

from consultations.models import HomePage
from portal.models import Agency
from tests.consultations.versions import publish
from tests.factories import (
    HOSTILE,
    ConsultationFactory,
    idea_for,
    questionnaire_for,
    response_to,
    statement_for,
    submission_to,
)

pytestmark = pytest.mark.django_db

SITE = "http://testserver"
DRAWS = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Wagtail leaves a file open
TITLES = [
    'Buses "at night" & <b>by day</b>',
    "</script><script>alert(1)</script>",
    "الحافلات الليلية",
    "{{ 7|add:7 }} \u2028 'quoted' \\",
]


class Head(HTMLParser):
    """What stands in the head of a page, as a program reads it."""

    def __init__(self, page):
        super().__init__()
        self.title, self.meta, self.links, self.data, self.scripts, self.within = "", {}, {}, [], 0, ""
        self.feed(page)

    def handle_starttag(self, tag, pairs):
        values = dict(pairs)
        if tag == "meta":
            self.meta[values.get("property") or values.get("name", "")] = values.get("content")
        elif tag == "link":
            self.links.setdefault(values["rel"], values["href"])
        elif tag == "script":
            self.scripts += 1
        self.within = values.get("type", "") if tag == "script" else tag

    def handle_endtag(self, tag):
        self.within = ""

    def handle_data(self, text):
        if self.within == "title":
            self.title += text
        elif self.within == "application/ld+json":
            self.data.append(json.loads(text))


def head_of(client, address, status=200, **query):
    response = client.get(address, query)
    assert response.status_code == status
    return Head(response.content.decode())


@pytest.fixture
def page(db):
    """Return a consultation with something on each of its pages."""
    page = ConsultationFactory(slug="buses", modes=["comments", "ideas", "statements"])
    question = questionnaire_for(page)[0]
    page = publish(publish(page), "Why it changed.", summary="What is proposed now.")
    response_to(page, {question: "A lamp."}, author_name="Ann")
    submission_to(page, "More lamps.", author_name="Ann")
    idea_for(page, "A clock", "At <each> stop & more.", author_name="Ann")
    statement_for(page)
    return page


def picture(width, height):
    """Return a picture that an editor uploaded."""
    drawn = BytesIO()
    Image.new("RGB", (width, height)).save(drawn, "PNG")
    return get_image_model().objects.create(title="A bus", file=ContentFile(drawn.getvalue(), "bus.png"))


def addresses_of(page):
    """Return the public pages of a consultation that have something to say, by name."""
    below = {name: reverse(f"consultations:{name}", args=[page.slug]) for name in ("detail", "ideas", "answers")}
    below["versions"] = reverse("consultations:text_versions", args=[page.slug])
    below["version"] = reverse("consultations:text_version", args=[page.slug, 2])
    below["changes"] = reverse("consultations:text_changes", args=[page.slug, 2])
    below["results"] = reverse("consultations:statement_results", args=[page.slug])
    [question] = [question for question in page.questions.all() if question.is_open]
    below["answers_to"] = reverse("consultations:answers_to", args=[page.slug, question.pk])
    texts = {each.kind: each.get_absolute_url().partition("#")[0] for each in page.submissions.order_by("-pk")}
    return below | {kind: texts[kind] for kind in ("idea", "statement", "answer")}


def test_every_public_page_has_its_address_title_and_description(client, page):
    home = HomePage.objects.get()
    home.introduction = "<p>Say what you <b>think</b> &amp; why.</p>"
    home.save()
    fixed = ["/", "/policy/", "/policy/versions/", "/moderation/", "/api/"]

    heads = {address: head_of(client, address) for address in [*fixed, *addresses_of(page).values()]}

    for address, head in heads.items():
        told = {name: head.meta.get(f"og:{name}") for name in ("url", "site_name", "locale")}
        assert told == {"url": f"{SITE}{address}", "site_name": "Our agency", "locale": "en_GB"}, address
        assert head.links["canonical"] == f"{SITE}{address}"
        assert head.title == f"{head.meta['og:title']} · Our agency"
        assert head.meta["og:description"] == head.meta["description"] != "", address
        assert "robots" not in head.meta
    assert heads["/"].meta["description"] == "Say what you think & why."
    assert heads[addresses_of(page)["idea"]].meta["description"] == "At <each> stop & more."


def test_blocks_of_a_description_stand_apart(client):
    home = HomePage.objects.get()
    home.introduction = "<h2>Say it.</h2><p>We read all.<br/>Really.</p><ul><li>one</li><li>t<b>w</b>o</li></ul>"
    home.save()

    assert head_of(client, "/").meta["description"] == "Say it. We read all. Really. one two"


def test_comment_is_previewed_without_the_name_of_who_wrote_it(client, page):
    comment = submission_to(page, "More lamps.", author_name="Somebodysname")

    head = head_of(client, reverse("consultations:thread", args=[page.slug, comment.reference]))

    assert head.title.startswith("Somebodysname on ")
    assert head.meta["og:title"] == f"A comment on {page.title}"
    assert "Somebodysname" not in json.dumps([head.data, head.meta])


def test_words_that_are_no_topic_are_nowhere_on_the_list(client, page):
    page.topics.add("Water")
    page.save()

    known = head_of(client, "/consultations/", topic="Water")
    other = head_of(client, "/consultations/", topic="The minister resigns")

    assert known.title == "Consultations: Water · Our agency"
    assert other.title == "Consultations · Our agency"
    assert (other.meta["robots"], "og:title" in other.meta) == ("noindex", False)
    assert b"The minister resigns" not in client.get("/consultations/", {"topic": "The minister resigns"}).content


def test_of_the_house_rules_only_those_in_force_are_to_be_found(client, page):
    assert "robots" not in head_of(client, "/policy/").meta
    assert head_of(client, "/policy/versions/1/").meta["robots"] == "noindex"


def test_forms_receipts_errors_and_what_is_gone_are_not_to_be_found(client, page):
    comment = submission_to(page)
    idea = idea_for(page)
    submission_to(page, parent=idea)
    idea.withdraw()
    addresses = {
        reverse("consultations:propose", args=[page.slug]): 200,
        reverse("consultations:questionnaire", args=[page.slug]): 200,
        reverse("consultations:text_version", args=[page.slug, 1]): 200,
        reverse("consultations:follow_agency"): 200,
        comment.get_receipt_url(): 200,
        f"/report/{comment.reference}/": 200,
        idea.get_absolute_url(): 200,
        "/search/?q=lamps": 200,
        "/account/login/": 200,
        "/nothing/here/": 404,
    }

    for address, status in addresses.items():
        head = head_of(client, address, status)
        assert head.meta["robots"] == "noindex", address
        assert {name for name in head.meta if name.startswith("og:")} == set()
        assert "canonical" not in head.links


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"page": "2"}, "?page=2"),
        ({"page": "2", "sort": "supported"}, ""),
        ({"page": "1", "q": "lamp"}, ""),
        ({"utm_source": "mail"}, ""),
        ({"page": "x"}, ""),
        ({"page": "0"}, ""),
        ({"page": "²"}, ""),
        ({"page": "9" * 5000}, ""),
    ],
)
def test_of_a_query_only_a_later_page_of_a_list_is_another_page(client, page, query, expected):
    address = reverse("consultations:ideas", args=[page.slug])

    head = head_of(client, address, **query)

    assert head.links["canonical"] == head.meta["og:url"] == f"{SITE}{address}{expected}"


@pytest.mark.parametrize("title", TITLES)
def test_consultation_is_an_event_whatever_its_title_holds(client, title):
    Agency.objects.create(name=title, short_name="HTA")
    page = ConsultationFactory(title=title, slug="buses", summary=title)

    head = head_of(client, page.get_absolute_url())

    [event] = head.data
    assert event == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": title,
        "description": title,
        "startDate": event["startDate"],
        "endDate": event["endDate"],
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": f"{SITE}/consultations/buses/"},
        "organizer": {
            "@type": "GovernmentOrganization",
            "name": title,
            "url": f"{SITE}/",
            "alternateName": "HTA",
        },
        "isAccessibleForFree": True,
        "url": f"{SITE}/consultations/buses/",
    }
    moments = [datetime.fromisoformat(event[name]) for name in ("startDate", "endDate")]
    assert moments == [moment.replace(second=0, microsecond=0) for moment in (page.opens_at, page.closes_at)]
    assert head.meta["og:title"] == " ".join(title.split())
    assert head.scripts == head_of(client, ConsultationFactory(title="Plain").get_absolute_url()).scripts


def test_open_question_is_a_question_with_the_number_of_its_answers_and_no_names(client, page):
    address = addresses_of(page)["answers_to"]

    assert head_of(client, address).data == [
        {
            "@context": "https://schema.org",
            "@type": "Question",
            "name": "What should change?",
            "text": "What should change?",
            "answerCount": 1,
            "url": f"{SITE}{address}",
        }
    ]


def test_nothing_of_who_wrote_is_in_the_metadata_of_a_page(client, page):
    submission_to(page, HOSTILE, author_name="Somebodysname")

    for address in [*addresses_of(page).values(), "/", "/consultations/"]:
        head = head_of(client, address)
        assert "Somebodysname" not in json.dumps([head.data, head.meta]), address


@DRAWS
def test_home_page_names_the_agency_with_its_logo(client):
    logo = picture(400, 100)
    Agency.objects.create(name="Harbour Transport Agency", short_name="HTA", logo=logo)

    [agency] = head_of(client, "/").data

    assert agency.pop("logo").startswith(f"{SITE}/media/images/")
    assert agency == {
        "@context": "https://schema.org",
        "@type": "GovernmentOrganization",
        "name": "Harbour Transport Agency",
        "alternateName": "HTA",
        "url": f"{SITE}/",
    }


def visitor_of(consultation):
    """Return a browser that sent something before, so that its pages are made anew each time."""
    client = Client(headers={"Sec-Fetch-Site": "same-origin"})
    address = reverse("consultations:support", args=[consultation.slug, idea_for(consultation).reference])
    client.get(client.post(address, {"token": "0123456789abcdef"})["Location"])
    return client


@DRAWS
def test_preview_shows_the_picture_that_the_editor_gave_and_costs_a_kept_page_no_query(
    client, consultation, django_assert_num_queries
):
    author = visitor_of(consultation)
    page = ConsultationFactory(illustration=picture(1600, 700), illustration_alt='A bus "at night"')
    head = head_of(author, page.get_absolute_url())

    shown = {name: value for name, value in head.meta.items() if name.startswith("og:image")}
    assert shown.pop("og:image") == head.data[0]["image"]
    assert head.data[0]["image"].startswith(f"{SITE}/media/images/")
    assert shown == {"og:image:width": "1376", "og:image:height": "602", "og:image:alt": 'A bus "at night"'}
    plain = ConsultationFactory().get_absolute_url()
    author.get(plain)
    with CaptureQueriesContext(connection) as queries:
        author.get(plain)
    with django_assert_num_queries(len(queries)):
        author.get(page.get_absolute_url())
