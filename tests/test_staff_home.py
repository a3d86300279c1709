import pytest
from django.urls import reverse

from tests.factories import held_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "queue", "desk"), [("moderator", True, False), ("officer", False, True), ("editor", False, False)]
)
def test_the_first_page_leads_each_role_to_its_work(client, request, consultation, who, queue, desk):
    held_in(consultation)
    client.force_login(request.getfixturevalue(who))

    page = client.get(reverse("wagtailadmin_home")).content.decode()

    assert ("1 text waits for a moderator" in page, "Search all submissions" in page) == (queue, desk)


def test_the_staff_area_bears_the_agencys_name(client, editor):
    from portal.models import Agency

    Agency.objects.update_or_create(pk=1, defaults={"name": "Ministry of Streets"})
    client.force_login(editor)

    assert "Ministry of Streets</title>" in client.get(reverse("wagtailadmin_home")).content.decode()


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
)


@pytest.mark.parametrize(
    ("who", "places"),
    [
        ("moderator", {"queue", "practice"}),
        ("lead", {"queue", "practice", "consistency", "policy_home", "replays", "rules_at_work", "crisis", "audit"}),
        ("privacy", {"queue", "privacy", "audit", "desk"}),
        ("officer", {"desk"}),
        ("editor", set()),
    ],
)
def test_the_menu_leads_each_role_to_its_places(client, request, who, places):
    client.force_login(request.getfixturevalue(who))

    page = client.get(reverse("wagtailadmin_home")).content.decode()

    assert {place for place in PLACES if f'"{reverse(place)}"' in page} == places
