"""A public address that was given out once leads to its page for ever."""

import re

import pytest
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from consultations.models import ConsultationPage
from portal.models import ContentPage, FormerAddress
from tests.consultations.submitting import comment
from tests.factories import ConsultationFactory, idea_for, submission_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def rename(django_capture_on_commit_callbacks):
    """Give a page another slug, as an editor does who publishes it again."""

    def change(page, slug):
        page.slug = slug
        with django_capture_on_commit_callbacks(execute=True):
            page.save_revision().publish()

    return change


@pytest.fixture
def renamed(consultation, rename):
    """Return a consultation whose slug was changed, and the slug that it had."""
    former = consultation.slug
    rename(consultation, "buses-after-dark")
    return consultation, former


def addresses(consultation):
    """Return an address of each kind below a consultation, as it is given out."""
    one, idea = submission_to(consultation), idea_for(consultation)
    names = ("detail", "ideas", "propose", "feed", "calendar")
    return [
        *(reverse(f"consultations:{name}", args=[consultation.slug]) for name in names),
        reverse("consultations:detail", args=[consultation.slug], query={"sort": "supported"}),
        reverse("api:consultation", args=[consultation.slug]),
        reverse("api:consultation_submissions", args=[consultation.slug]),
        one.get_absolute_url().partition("#")[0],
        idea.get_absolute_url().partition("#")[0],
    ]


def test_every_address_below_a_consultation_follows_its_slug(client, consultation, rename):
    before, given_out = consultation.slug, addresses(consultation)
    assert {address: client.get(address).status_code for address in given_out} == dict.fromkeys(given_out, 200)
    rename(consultation, "buses-after-dark")

    led = {address: client.get(address) for address in given_out}

    assert {address: (answer.status_code, answer.get("Location")) for address, answer in led.items()} == {
        address: (301, re.sub(rf"/{before}\b", "/buses-after-dark", address)) for address in given_out
    }
    assert {client.get(answer["Location"]).status_code for answer in led.values()} == {200}


def test_a_form_of_before_is_sent_on_with_its_words(client, renamed):
    consultation, former = renamed
    consultation.slug, now = former, consultation.slug

    answer = comment(client, consultation)

    assert (answer.status_code, answer["Location"]) == (308, reverse("consultations:comment", args=[now]))


def test_a_new_page_at_the_address_is_shown_in_the_place_of_the_old_one(client, renamed):
    _consultation, former = renamed
    ConsultationFactory(slug=former, title="Another question")

    assert "Another question" in client.get(reverse("consultations:detail", args=[former])).content.decode()


def test_a_slug_that_comes_back_leads_nowhere_else(client, renamed, rename):
    consultation, former = renamed
    rename(consultation, former)

    assert client.get(reverse("consultations:detail", args=[former])).status_code == 200
    assert client.get(reverse("consultations:detail", args=["buses-after-dark"])).status_code == 301
    missing = reverse("consultations:thread", args=[former, "2222-2222"])
    assert client.get(missing).status_code == 404


def test_two_changes_lead_to_the_last_address_at_once(client, renamed, rename):
    consultation, former = renamed
    rename(consultation, "night-lines")

    for slug in (former, "buses-after-dark"):
        answer = client.get(reverse("consultations:detail", args=[slug]))
        assert (answer.status_code, answer["Location"]) == (301, "/consultations/night-lines/")


def test_a_draft_and_a_private_page_tell_nothing_of_their_new_names(client, consultation, rename):
    draft = ConsultationFactory(live=False, slug="secret-plan")
    draft.slug = "more-secret-plan"
    draft.save()
    before = consultation.slug
    rename(consultation, "who-is-meant")
    PageViewRestriction.objects.create(page=consultation, restriction_type=PageViewRestriction.LOGIN)

    assert client.get("/consultations/secret-plan/").status_code == 404
    assert client.get(reverse("consultations:detail", args=[before])).status_code == 404


def test_standing_pages_and_what_lies_below_them_are_found_again(client, rename):
    home = Page.objects.get(depth=2)
    about = home.add_child(instance=ContentPage(title="About", slug="about-us", body=[]))
    about.save_revision().publish()
    assert client.get("/about-us/").status_code == 200
    rename(about, "who-we-are")

    answer = client.get("/about-us/?from=letter")

    assert (answer.status_code, answer["Location"]) == (301, "/who-we-are/?from=letter")


def test_a_page_that_is_moved_is_found_again(client):
    home = Page.objects.get(depth=2)
    about, team = (home.add_child(instance=ContentPage(title=name, slug=name, body=[])) for name in ("about", "team"))
    team.move(Page.objects.get(pk=about.pk), pos="last-child")

    assert FormerAddress.objects.get().path == "/team/"


def test_a_consultation_keeps_its_address_wherever_it_is_put(client, consultation):
    address = consultation.get_absolute_url()
    consultation.move(Page.objects.get(depth=2), pos="last-child")

    moved = ConsultationPage.objects.get()
    assert (moved.get_url(), client.get(address).status_code) == (address, 200)
    assert client.get(moved.url_path.replace("/home/", "/"))["Location"] == address


def test_what_never_was_is_not_found(client, renamed):
    assert client.get("/consultations/never/").status_code == 404
    assert client.get("/never/").status_code == 404
    assert ConsultationPage.objects.count() == 1
