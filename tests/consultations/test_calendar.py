"""Calendar files of one consultation and of all, as RFC 5545 has them."""

from datetime import UTC, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from consultations.timing import move_closing
from portal.http.page_store import pages
from tests.consultations.versions import publish
from tests.factories import ConsultationFactory

pytestmark = pytest.mark.django_db

ALL = "/calendar.ics"


def lines_of(client, address):
    """Return the unfolded lines of a calendar file."""
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    text = response.content.decode()
    assert text.endswith("\r\n")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def entries_of(client, address=ALL):
    """Return the entries of a calendar file: what each field says, by its name."""
    entries, lines = [], lines_of(client, address)
    for line in lines:
        if line == "BEGIN:VEVENT":
            entries.append({})
        elif entries and line != "END:VCALENDAR":
            name, value = line.split(":", 1)
            entries[-1][name] = value
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-1] == "END:VCALENDAR"
    return entries


def stamp(moment):
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def test_calendar_of_all_has_every_opening_and_closing(client, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    words = {"title": "Buses; trams, and\nferries", "summary": "First.\nThen \\ more."}
    page = publish(ConsultationFactory(live=False, slug="buses", **words))
    kept = {
        "DTSTAMP": stamp(timezone.now()),
        "LAST-MODIFIED": stamp(timezone.now()),
        "SEQUENCE": "1",
        "DESCRIPTION": "First.\\nThen \\\\ more.",
        "URL": "http://testserver/consultations/buses/",
        "END": "VEVENT",
    }

    assert entries_of(client) == [
        kept
        | {
            "UID": f"consultation-{page.pk}-opens@testserver",
            "DTSTART": stamp(page.opens_at),
            "SUMMARY": "Opens: Buses\\; trams\\, and\\nferries",
        },
        kept
        | {
            "UID": f"consultation-{page.pk}@testserver",
            "DTSTART": stamp(page.closes_at),
            "SUMMARY": "Closes: Buses\\; trams\\, and\\nferries",
        },
    ]


def test_entry_that_moved_is_a_later_revision_of_the_same(client, moderator, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    page = publish(ConsultationFactory(live=False))
    own = reverse("consultations:calendar", args=[page.slug])
    [before] = entries_of(client, own)
    time_machine.shift(timedelta(hours=2))
    moved = move_closing(page.pk, page.closes_at + timedelta(days=1), reason="Many asked.", actor=moderator)

    [after] = entries_of(client, own)

    changed = {name: value for name, value in after.items() if value != before[name]}
    assert changed == {
        "SEQUENCE": "2",
        "DTSTART": stamp(moved.closes_at),
        "DTSTAMP": stamp(timezone.now()),
        "LAST-MODIFIED": stamp(timezone.now()),
    }
    assert entries_of(client)[1] == after


def test_editor_who_moves_an_opening_makes_a_later_revision(client):
    page = publish(ConsultationFactory(live=False, opens_at=timezone.now() + timedelta(days=2)))
    own = reverse("consultations:calendar", args=[page.slug])
    before = entries_of(client, own)
    page = publish(page, opens_at=page.opens_at + timedelta(days=1))

    after = entries_of(client, own)

    assert [entry["UID"] for entry in after] == [entry["UID"] for entry in before]
    assert [int(entry["SEQUENCE"]) for entry in after] == [int(entry["SEQUENCE"]) + 1 for entry in before]
    assert after[0]["DTSTART"] == stamp(page.opens_at)


def test_file_is_the_same_bytes_until_something_changes(client, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    page = publish(ConsultationFactory(live=False))
    first = client.get(ALL)
    time_machine.shift(timedelta(hours=5))

    assert client.get(ALL, headers={"If-None-Match": first["ETag"]}).status_code == 304
    publish(page, title="Another title")
    assert client.get(ALL, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_private_pages_drafts_and_what_closed_long_ago_are_not_in_it(client):
    private = ConsultationFactory()
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    ConsultationFactory(live=False)
    days = timedelta(days=1)
    ConsultationFactory(opens_at=timezone.now() - 500 * days, closes_at=timezone.now() - 400 * days)
    closed = ConsultationFactory(opens_at=timezone.now() - 90 * days, closes_at=timezone.now() - 30 * days)

    assert [entry["DTSTART"] for entry in entries_of(client)] == [stamp(closed.opens_at), stamp(closed.closes_at)]


@pytest.mark.parametrize("many", [1, 4])
def test_calendar_of_all_takes_few_queries(client, many, django_assert_num_queries):
    for _number in range(many):
        publish(ConsultationFactory(live=False))
    client.get(ALL)
    pages.clear()

    with django_assert_num_queries(2):
        client.get(ALL)


def test_calendar_has_a_name_and_says_how_often_to_ask(client):
    page = ConsultationFactory(title="شوارع, ليلا" + "ü" * 80)
    names = lines_of(client, reverse("consultations:calendar", args=[page.slug]))

    assert f"X-WR-CALNAME:{page.title.replace(',', chr(92) + ',')}" in names
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT12H" in names
    assert "X-WR-CALNAME:Consultations: Our agency" in lines_of(client, ALL)
