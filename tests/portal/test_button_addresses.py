"""Whoever comes to a button's address by log-in or by hand is led to a page that says what was done."""

import pytest
from django.urls import reverse

from tests.factories import held_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(consultation):
    return held_in(consultation).cases.get()


def test_button_pressed_after_the_session_ended_leads_back_to_its_page(client, moderator, case):
    page = reverse("queue_case", args=[case.pk])

    asked = client.post(
        reverse("queue_note", args=[case.pk]),
        {"note-text": "A number."},
        headers={"Referer": f"http://testserver{page}?part=late"},
    )
    login = client.get(asked["Location"])

    assert asked["Location"] == f"{reverse('account_login')}?next={page.replace('/', '%2F')}%3Fpart%3Dlate"
    assert "You had been signed out, so nothing was done." in login.content.decode()
    assert not case.notes.exists()


@pytest.mark.parametrize("referer", ["", "https://elsewhere.example/admin/reports/"])
def test_without_a_page_of_ours_it_is_the_one_above(client, case, referer):
    asked = client.post(reverse("queue_note", args=[case.pk]), headers={"Referer": referer})

    page = reverse("queue_case", args=[case.pk])
    assert asked["Location"] == f"{reverse('account_login')}?next={page.replace('/', '%2F')}"


@pytest.mark.parametrize("name", ["queue_note", "queue_over", "queue_take", "queue_release", "queue_two"])
def test_address_of_a_button_leads_to_its_case(client, moderator, case, name):
    client.force_login(moderator)

    assert client.get(reverse(name, args=[case.pk]))["Location"] == reverse("queue_case", args=[case.pk])


def test_no_address_of_the_staff_area_is_a_blank_page(client, administrator):
    client.force_login(administrator)

    for name in ("queue_next", "queue_bulk", "staff_shortcuts", "desk_export_ask", "search_rebuild"):
        assert client.get(reverse(name), follow=True).status_code == 200
