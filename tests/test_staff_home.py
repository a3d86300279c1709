"""The first page of the staff area: each role's own panels, whose numbers are those of the lists they lead to."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import resolve, reverse
from django.utils import timezone

from moderation.models import Case, Crisis, Decision
from portal.jobs.worker import Step
from portal.models import Agency, HomeVisit, WorkerStep
from search.models import SavedSearch
from tests.factories import ConsultationFactory, UserFactory, announced_version, export_of, held_in, submission_to

pytestmark = pytest.mark.django_db

PANELS = {
    "editor": ["Pages to review", "Consultations"],
    "moderator": ["Waiting for you in the queue", "Consultations"],
    "lead": ["Waiting for you in the queue", "House rules", "Consultations"],
    "officer": ["What came in", "Consultations", "Saved searches", "Your files"],
    "privacy": ["Waiting for you in the queue", "What came in", "Sealed originals", "Consultations", "Saved searches"],
    "administrator": ["Consultations", "How the site runs"],
}


def home(client, user):
    client.force_login(user)
    response = client.get(reverse("wagtailadmin_home"))
    assert response.status_code == 200
    return response.content.decode()


def panels_on(page):
    return re.findall(r'<h2 class="part-title" id="home-[^"]*">([^<]*)</h2>', page)


def links_on(page):
    """Return the addresses within our part of the page, each with the number that its link shows, or None."""
    ours = page[page.index('class="home-news"') :]
    ours = ours[: ours.index("</main>")]
    found = re.findall(r'<a (?:class="[^"]*" )?href="([^"]*)"[^>]*>(.*?)</a>', ours, re.S)
    number = re.compile(r"\s*(?:<b[^>]*>)?\+?(\d+)")
    return {unescape(url): int(match[1]) if (match := number.match(words)) else None for url, words in found}


def listed_by(response):
    """Return how many things a list says that it holds."""
    context, name = response.context, resolve(response.wsgi_request.path).url_name
    if name == "queue":
        part = next(part["count"] for part in context["parts"] if part["is_here"])
        return part if context["fitting"] is None else context["fitting"]
    if name == "desk":
        return context["result"].total
    return context["page"].paginator.count


@pytest.fixture
def busy(consultation, moderator, officer):
    """Fill the lists of every role."""
    now = timezone.now()
    closed = {"opens_at": now - timedelta(days=40), "closes_at": now - timedelta(days=20)}
    ConsultationFactory(title="Late", answer_due=timezone.localdate() - timedelta(days=3), **closed)
    ConsultationFactory(title="Due", answer_due=timezone.localdate() + timedelta(days=3), **closed)
    ConsultationFactory(title="Closing", closes_at=now + timedelta(days=2))
    ConsultationFactory(title="Draft", live=False, has_unpublished_changes=True)
    submission_to(consultation, "The night bus is late.")
    cases = [held_in(consultation).cases.get() for _each in range(6)]
    late, second, appeal, returned, theirs, private = cases
    Case.objects.filter(pk=late.pk).update(due_at=now - timedelta(hours=1))
    Case.objects.filter(pk=second.pk).update(second_reader=True)
    Case.objects.filter(pk=appeal.pk).update(cause=Case.Cause.APPEALED)
    Case.objects.filter(pk=returned.pk).update(returned_until=now + timedelta(days=2), returned_by=moderator)
    Case.objects.filter(pk=theirs.pk).update(claimed_by=moderator, claimed_until=now + timedelta(minutes=4))
    Case.objects.filter(pk=private.pk).update(desk="privacy")
    SavedSearch.objects.create(owner=officer, name="Night buses", asked="q=bus")
    export_of(officer)
    Crisis.objects.create(level=1, hours=1, banner="We read slowly today.", reason="An accident.")


@pytest.mark.parametrize("who", PANELS)
def test_first_page_shows_each_role_its_own_panels(client, request, consultation, who):
    page = home(client, request.getfixturevalue(who))

    assert panels_on(page) == PANELS[who]


def test_who_has_several_roles_sees_the_panels_of_each(client, consultation):
    page = home(client, UserFactory(groups=["Submission moderators", "Policy officers"]))

    assert panels_on(page) == [
        "Waiting for you in the queue",
        "What came in",
        "Consultations",
        "Saved searches",
        "Your files",
    ]


@pytest.mark.parametrize("who", PANELS)
def test_every_link_of_the_first_page_opens_for_its_reader(client, request, busy, who):
    page = home(client, request.getfixturevalue(who))

    found = [url for url in links_on(page) if not url.startswith("#")]

    assert {url: client.get(url, follow=True).status_code for url in found} == dict.fromkeys(found, 200)


@pytest.mark.parametrize("who", ["editor", "moderator", "lead", "officer", "privacy"])
def test_every_number_is_that_of_the_list_it_leads_to(client, request, busy, who):
    counted = {url: n for url, n in links_on(home(client, request.getfixturevalue(who))).items() if n is not None}

    assert {url: listed_by(client.get(url)) for url in counted} == counted
    assert len(counted) >= {"editor": 5, "moderator": 8, "lead": 8, "officer": 7, "privacy": 5}[who]


def test_late_and_due_cases_lead_to_their_lists(client, moderator, busy):
    page = home(client, moderator)

    assert links_on(page) | {"/admin/queue/?late=on": 1} == links_on(page)


@pytest.mark.parametrize("who", ["officer", "editor", "administrator"])
def test_who_may_not_moderate_sees_no_number_of_the_queue(client, request, busy, who):
    page = home(client, request.getfixturevalue(who))

    assert [url for url in links_on(page) if "/queue/" in url] == []


def test_crisis_that_was_asked_for_stands_first_for_leads_alone(client, lead, moderator, busy):
    assert panels_on(home(client, lead))[0] == "Crisis"
    assert "Crisis" not in panels_on(home(client, moderator))


def test_redactions_since_the_last_visit_lead_to_exactly_these(client, privacy, moderator, consultation):
    version = announced_version(days=-1)
    for days in (1, 30):
        made = Decision.objects.create(
            case=(case := held_in(consultation).cases.get()),
            revision=case.revision,
            version=version,
            action=Decision.Action.REDACT,
            actor=moderator,
        )
        Decision.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=days))

    counted = {url: n for url, n in links_on(home(client, privacy)).items() if url.startswith("/admin/privacy/?")}

    assert list(counted.values()) == [1]
    assert client.get(next(iter(counted))).context["page"].paginator.count == 1


def test_news_are_what_came_since_the_sitting_before(client, moderator, consultation):
    held_in(consultation)
    HomeVisit.objects.create(user=moderator, seen_at=timezone.now() + timedelta(seconds=-3700))
    Case.objects.update(opened_at=timezone.now() - timedelta(hours=2))
    assert "nothing new for you." in home(client, moderator)

    held_in(consultation)

    assert "<b>1</b> new in the queue" in home(client, moderator)


def test_a_visit_within_the_hour_belongs_to_the_same_sitting(moderator):
    began = timezone.now() - timedelta(hours=5)
    HomeVisit.objects.create(user=moderator, seen_at=began)

    assert [HomeVisit.note(moderator), HomeVisit.note(moderator)] == [began, began]


def test_first_visit_looks_back_for_a_week(moderator):
    assert abs(HomeVisit.note(moderator) - (timezone.now() - timedelta(days=7))) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("who", "queries"), [("editor", 27), ("moderator", 29), ("lead", 35), ("officer", 31), ("administrator", 31)]
)
def test_first_page_costs_the_same_however_much_there_is(
    client, request, busy, django_assert_num_queries, who, queries
):
    user = request.getfixturevalue(who)
    home(client, user)
    with django_assert_num_queries(queries):
        client.get(reverse("wagtailadmin_home"))

    for _each in range(3):
        held_in(ConsultationFactory())
    home(client, user)
    with django_assert_num_queries(queries):
        client.get(reverse("wagtailadmin_home"))


def test_search_that_is_away_leaves_the_rest_of_the_first_page(client, officer, consultation, settings):
    settings.SEARCH_URL = "fts5:////proc/none/search.sqlite3"

    page = home(client, officer)

    assert "Search is not available just now, so there are no counts." in page
    assert consultation.title in page


def test_administrator_sees_that_no_worker_runs_and_which_step_fails(client, administrator):
    assert "No worker has been at work" in home(client, administrator)

    broken = Step("letters", lambda: 1 / 0, every=10)
    broken.run_once()
    WorkerStep.tell([broken, Step("index", lambda: None, every=1)])

    assert "1 step fails and is tried again." in home(client, administrator)
    page = client.get(reverse("site_health")).content.decode()
    assert "ZeroDivisionError" in page


def test_the_staff_area_bears_the_agencys_name(client, editor):
    Agency.objects.update_or_create(pk=1, defaults={"name": "Ministry of Streets"})

    assert "Ministry of Streets</title>" in home(client, editor)


def test_help_menu_leads_to_no_manual_of_another_product(client, editor):
    page = home(client, editor)

    assert [word for word in ("guide.wagtail.org", "docs.wagtail.org", "releases.wagtail.io") if word in page] == []
    assert "keyboard-shortcuts-trigger" in page


PLACES = (
    "queue",
    "practice",
    "consistency",
    "policy_home",
    "replays",
    "rules_at_work",
    "crisis",
    "privacy",
    "audit",
    "desk",
    "staff_consultations",
    "site_health",
)


@pytest.mark.parametrize(
    ("who", "places"),
    [
        ("moderator", {"queue", "practice"}),
        ("lead", {"queue", "practice", "consistency", "policy_home", "replays", "rules_at_work", "crisis", "audit"}),
        ("privacy", {"queue", "privacy", "audit", "desk"}),
        ("officer", {"desk"}),
        ("editor", set()),
        ("administrator", {"audit", "site_health"}),
    ],
)
def test_the_menu_leads_each_role_to_its_places(client, request, who, places):
    page = home(client, request.getfixturevalue(who))
    menu = page[page.index("wagtail-sidebar-props") :]

    assert {place for place in PLACES if f'"{reverse(place)}"' in menu} == places | {"staff_consultations"}
