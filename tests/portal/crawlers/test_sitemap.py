"""`/sitemap.xml`: what an anonymous visitor may open, and nothing else."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from consultations.models import ConsultationPage, HomePage
from consultations.timing import move_closing
from portal.crawlers.sitemap import SiteSitemap
from portal.http.page_store import pages
from portal.models import ContentPage
from tests.consultations.versions import publish
from tests.factories import ConsultationFactory, held_in, idea_for, submission_to

pytestmark = pytest.mark.django_db

SITE = "http://testserver"
LOCATION, CHANGED = ("{http://www.sitemaps.org/schemas/sitemap/0.9}" + name for name in ("loc", "lastmod"))


def rows_in(client, address):
    """Return what a file of the sitemap says: the moment of the last change, or None, by address."""
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    rows = ElementTree.fromstring(response.content)  # noqa: S314  (we have just written it)
    return {row.findtext(LOCATION): row.findtext(CHANGED) for row in rows}


def listed(client):
    """Return every page that the sitemap lists, by its path."""
    files = rows_in(client, "/sitemap.xml")
    found = [address for file in files for address in rows_in(client, file.removeprefix(SITE))]
    assert len(found) == len(set(found))
    return {address.removeprefix(SITE) for address in found}


def standing_page(title, under=None, **fields):
    """Return a published standing page."""
    page = (under or HomePage.objects.get()).add_child(
        instance=ContentPage(title=title, slug=title.lower(), body=[], **fields)
    )
    page.save_revision().publish()
    return page


def hide(page):
    """Let one group only open a page."""
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(Group.objects.get_or_create(name="Board")[0])


def test_every_page_that_everybody_may_open_is_listed_and_opens(client):
    page = publish(ConsultationFactory(slug="buses"))
    idea = idea_for(page)
    submission_to(page, "A comment has no page of its own.")
    standing_page("Privacy", under=standing_page("About"))

    found = listed(client)

    assert found == {
        *("/", "/consultations/", "/policy/", "/policy/versions/", "/moderation/", "/api/"),
        *("/about/", "/about/privacy/", "/consultations/buses/", f"/consultations/buses/ideas/{idea.reference}/"),
    }
    assert {client.get(address).status_code for address in found} == {200}


def test_drafts_private_pages_and_texts_that_are_not_public_are_not_listed(client):
    fixed = listed(client)
    draft, private = ConsultationFactory(live=False), publish(ConsultationFactory())
    hide(private)
    idea_for(private)
    taken_off = publish(ConsultationFactory())
    idea_for(taken_off)
    taken_off.unpublish()
    page = publish(ConsultationFactory(slug="buses"))
    held_in(page, kind="idea", title="A lamp")
    idea_for(page).withdraw()
    idea_for(page, for_public=False)
    board = standing_page("Board")
    hide(board)
    standing_page("Minutes", under=board)
    standing_page("Former").unpublish()
    Page.get_first_root_node().add_child(instance=ContentPage(title="Elsewhere", slug="elsewhere", body=[]))

    assert draft.live is False
    assert listed(client) == fixed | {"/consultations/buses/"}


def test_last_change_of_a_consultation_is_when_the_agency_changed_it(client, moderator, time_machine):
    time_machine.move_to(timezone.now().replace(microsecond=0), tick=False)
    page = publish(ConsultationFactory(slug="buses"))
    address, started = f"{SITE}{page.get_absolute_url()}", timezone.now()

    def changed_at():
        return rows_in(client, "/sitemap-consultations.xml")[address]

    assert changed_at() == started.date().isoformat()
    time_machine.shift(timedelta(days=2))
    submission_to(page, "What people say changes nothing of it.")
    page.title = "A draft that nobody sees"
    page.save_revision()
    assert changed_at() == started.date().isoformat()
    move_closing(page.pk, page.closes_at + timedelta(days=3), reason="Many asked.", actor=moderator)
    assert changed_at() == (started + timedelta(days=2)).date().isoformat()
    time_machine.shift(timedelta(days=2))
    publish(page, summary="Another summary.")
    assert changed_at() == (started + timedelta(days=4)).date().isoformat()


def test_last_change_of_an_idea_is_that_of_its_public_text(client, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    idea, started = idea_for(publish(ConsultationFactory())), timezone.now()
    time_machine.shift(timedelta(days=2))
    idea.revise(title="Ring me", text="Ring me on 0491 570 006 about it.")  # it waits for a moderator

    assert [*rows_in(client, "/sitemap-texts.xml").values()] == [started.date().isoformat()]


@pytest.mark.parametrize("many", [1, 4])
def test_a_section_takes_as_many_queries_for_many_pages(client, many, django_assert_num_queries):
    for _number in range(many):
        idea_for(publish(ConsultationFactory()))
        standing_page(f"About{_number}")
    listed(client)
    pages.clear()

    with django_assert_num_queries(17):  # five files
        listed(client)


def test_large_section_is_split(client, monkeypatch):
    monkeypatch.setattr(SiteSitemap, "limit", 2)
    for _number in range(5):
        ConsultationFactory()

    files = [file for file in rows_in(client, "/sitemap.xml") if "consultations" in file]

    assert files == [f"{SITE}/sitemap-consultations.xml{page}" for page in ("", "?p=2", "?p=3")]
    rows = [len(rows_in(client, file.removeprefix(SITE))) for file in files]
    assert rows == [2, 2, 1]
    assert {address.removeprefix(SITE) for file in files for address in rows_in(client, file.removeprefix(SITE))} == {
        page.get_absolute_url() for page in ConsultationPage.objects.all()
    }
    assert client.get("/sitemap-consultations.xml?p=4").status_code == 404
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_sitemap_is_answered_from_the_cache_and_follows_what_is_hidden(client, django_assert_num_queries):
    page = publish(ConsultationFactory(slug="buses"))
    first = client.get("/sitemap-consultations.xml")
    with django_assert_num_queries(0):
        again = client.get("/sitemap-consultations.xml", headers={"If-None-Match": first["ETag"]})
    page.unpublish()

    assert (again.status_code, rows_in(client, "/sitemap-consultations.xml")) == (304, {})


def test_other_name_of_the_site_has_no_sitemap(client, settings):
    settings.ALLOWED_HOSTS = ["testserver", "old.example.org"]

    other = {"Host": "old.example.org"}
    answers = {path: client.get(path, headers=other).status_code for path in ("/sitemap.xml", "/")}

    assert answers == {"/sitemap.xml": 404, "/": 200}
