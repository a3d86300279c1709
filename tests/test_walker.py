"""Every public address that a page gave out leads somewhere, also after everything that can change has changed."""

import re
from collections import deque
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.models import ConsultationIndexPage, HomePage
from moderation.models import PolicyVersion
from moderation.models.publishing import publish_policy
from portal.models import ContentPage
from tests.consultations.modes.questionnaire.saving import saved_response_to
from tests.consultations.versions import STOPS, passage, publish
from tests.factories import (
    ConsultationFactory,
    announced_version,
    idea_for,
    questionnaire_for,
    response_to,
    statement_for,
    submission_to,
    suggestion_for,
    unusual_times,
    votes_on,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LINK = re.compile(r'<(?:a|link)\b[^>]*?\bhref="([^"]*)"')
ID = re.compile(r'\bid="([^"]+)"')
NOT_WALKED = ("/static/", "/media/", "/admin/", "/captcha/")
MOST_PAGES = 400  # only an end for a walk that goes round in circles


class Walk:
    """The pages that a guest reaches by links, and the links that lead nowhere."""

    def __init__(self, client, starts):
        self.client, self.found, self.dead = client, {}, []
        waiting = deque(starts)
        while waiting and len(self.found) < MOST_PAGES:
            address, _hash, place = waiting.popleft().partition("#")
            if address not in self.found:
                self.found[address] = self.open(address)
                waiting.extend(urljoin(address, link) for link in self.links(address))
            if place and place not in self.ids(address):
                self.dead.append(f"{address}#{place}")

    def open(self, address):
        response = self.client.get(address, follow=True)
        if response.status_code != 200:
            self.dead.append((address, response.status_code))
        return response

    def text(self, address):
        response = self.found[address]
        is_page = response.headers["Content-Type"].startswith("text/html")
        return response.content.decode() if is_page and not response.streaming else ""

    def ids(self, address):
        return ID.findall(self.text(address)) or [""]

    def links(self, address):
        for link in map(unescape, LINK.findall(self.text(address))):
            parts = urlsplit(urljoin("http://testserver" + address, link))
            if parts.netloc == "testserver" and parts.scheme == "http" and not parts.path.startswith(NOT_WALKED):
                yield parts._replace(scheme="", netloc="").geturl()


@pytest.fixture
def world():
    """Make a site with something of everything, and return it by name."""
    page = ConsultationFactory(title="Night buses", modes=["comments", "ideas", "statements", "suggestions"])
    for number in range(3):
        votes_on(statement_for(page, f"Line {number} should run all night."), agree=number)
    what, often, _lines, _safe = questionnaire_for(page)
    page = publish(page)
    comment = submission_to(page, "More lamps.", passage=next(iter(page.passage_titles)), text_version=1)
    for number in range(3):
        suggestion_for(page, new=f"All night, {number} times.")
    page = publish(page, "Why it changed.", body=[passage("Nine lines", "All night."), STOPS])
    replies = [submission_to(page, f"Reply {n}.", parent=comment) for n in range(22)]
    lone, idea = submission_to(page, "Nobody answers me."), idea_for(page, "A clock")
    on_idea = submission_to(page, "A good one.", parent=idea)
    for number in range(21):
        idea_for(page, f"Idea {number}")
    for number in range(5):
        response_to(page, {what: f"Answer {number}.", often: ["Daily"]})
    closed = ConsultationFactory(
        title="Trees",
        closes_at=timezone.now() - timedelta(days=1),
        outcome=[("point", {"asked": "A", "said": "B", "decided": "C", "why": "D", "behind": []})],
    )
    about = HomePage.objects.get().add_child(instance=ContentPage(title="About", slug="about-us", body=[]))
    about.save_revision().publish()
    announced_version()
    unusual_times()
    return {
        "page": page, "comment": comment, "replies": replies, "lone": lone, "idea": idea, "on_idea": on_idea,
        "closed": closed, "about": about, "saved": saved_response_to(page, {what: "An answer to come."}),
    }  # fmt: skip


def starts(world):
    texts = [world["comment"], world["replies"][-1], world["lone"], world["idea"], world["on_idea"]]
    given = [each.get_absolute_url() for each in texts] + [each.get_receipt_url() for each in texts]
    return ["/", "/about-us/", "/api/", world["closed"].get_absolute_url(), world["saved"].get_absolute_url(), *given]


def change_everything(world, actor, capture):
    """Change what editors, moderators, authors and time can change."""
    page = world["page"]
    with capture(execute=True):
        page.title, page.slug = "Buses after dark", "buses-after-dark"
        page.save_revision().publish()
        world["about"].title, world["about"].slug = "Who we are", "who-we-are"
        world["about"].save_revision().publish()
        index = ConsultationIndexPage.objects.get()
        index.title, index.slug = "What we ask", "what-we-ask"
        index.save_revision().publish()
    world["comment"].withdraw(actor=None)
    world["idea"].withdraw(actor=None)
    world["lone"].withdraw(actor=None)
    policy = PolicyVersion.current().policy
    publish_policy(policy, effective_from=timezone.now())
    page.refresh_from_db()
    page.closes_at = timezone.now()
    with capture(execute=True):
        page.save_revision().publish()


def test_no_public_link_leads_nowhere(client, world):
    assert Walk(client, starts(world)).dead == []


def test_every_address_that_was_given_out_is_found_after_everything_changed(
    client, world, moderator, django_capture_on_commit_callbacks
):
    before = Walk(client, starts(world))
    assert len(before.found) > 60
    change_everything(world, moderator, django_capture_on_commit_callbacks)

    gone = {
        address: status for address in before.found if (status := client.get(address, follow=True).status_code) != 200
    }

    # What its author withdrew, and nobody had answered, has no place any more; the page says that it was taken down.
    lone = world["lone"].reference
    assert {address for address in gone if lone not in address} == set()
    assert set(gone.values()) <= {404}
    assert client.get(world["lone"].get_receipt_url()).status_code == 200
    assert Walk(client, ["/"]).dead == []


def test_the_walk_sees_a_link_that_leads_nowhere(client, world):
    world["about"].body = [("text", '<p><a href="/nowhere/">here</a> <a href="/policy/#nothing">there</a></p>')]
    world["about"].save_revision().publish()

    dead = Walk(client, ["/about-us/"]).dead

    assert ("/nowhere/", 404) in dead
    assert "/policy/#nothing" in dead


def numbers(client, address, pattern):
    """Return the numbers that a page says by a pattern."""
    return [int(number) for number in re.findall(pattern, " ".join(client.get(address).content.decode().split()))]


def listed(client, address, pattern):
    """Return what a list holds on all its pages."""
    found, page = set(), 1
    while True:
        text = client.get(address, {"page": page}).content.decode()
        found |= set(re.findall(pattern, text))
        if 'rel="next"' not in text:
            return found
        page += 1


def test_no_number_of_a_public_page_is_another_than_its_list_gives(client, world):
    page = world["page"]
    home, ideas = page.get_absolute_url(), reverse("consultations:ideas", args=[page.slug])
    answers = reverse("consultations:answers", args=[page.slug])
    (question,) = [each for each in page.questions.all() if each.is_open]
    texts = reverse("consultations:answers_to", args=[page.slug, question.pk])
    on_ideas = world["idea"].get_absolute_url()

    def comments_on(*addresses):
        return {each for address in addresses for each in listed(client, address, r'"comment" id="([^"]+)"')}

    def ideas_on(address):
        return listed(client, address, r'"idea-card" id="([^"]+)"')

    threads = [each.get_absolute_url().partition("#")[0] for each in (world["comment"], world["lone"])]
    shown = {
        "comments": (numbers(client, home, r"<dt>comments</dt><dd>(\d+)</dd>"), comments_on(home, *threads)),
        "comments in the list": (numbers(client, home, r"small\">(\d+) comments?<"), comments_on(home, *threads)),
        "comments on ideas": (
            numbers(client, home, r"<dt>comments? on proposals</dt><dd>(\d+)<"),
            comments_on(on_ideas),
        ),
        "ideas": (numbers(client, home, r">(\d+) ideas<"), ideas_on(ideas)),
        "ideas in the list": (numbers(client, ideas, r"> (\d+) ideas <"), ideas_on(ideas)),
        "answers": (numbers(client, answers, r">Read (\d+) answers<"), comments_on(texts)),
        "answers in the list": (numbers(client, texts, r"(\d+) public answers"), comments_on(texts)),
        "comments on an idea": (numbers(client, on_ideas, r"> ?(\d+) comments? ?<"), comments_on(on_ideas)),
    }

    wrong = {name: (said, len(found)) for name, (said, found) in shown.items() if set(said) != {len(found)}}
    assert wrong == {}


def test_no_number_of_a_stage_is_another_than_its_list_gives(client, lead, world):
    client.force_login(lead)
    address = reverse("staff_consultations")
    tabs = client.get(address).context["tabs"]
    assert len(tabs) > 2

    wrong = {
        tab["url"]: tab["count"]
        for tab in tabs
        if tab["count"] != client.get(tab["url"]).context["page"].paginator.count
    }

    assert wrong == {}
