"""`/.well-known/security.txt`: where to report a weakness (RFC 9116)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from portal.models import Agency

pytestmark = pytest.mark.django_db

ADDRESS = "/.well-known/security.txt"


def fields_of(client):
    response = client.get(ADDRESS)
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    return dict(line.split(": ", 1) for line in response.content.decode().splitlines())


def test_the_agencys_own_address_stands_in_it(client, settings):
    Agency.objects.create(contact_email="ask@example.org", security_email="holes+web@example.org")

    with time_machine.travel(datetime(2026, 3, 4, 15, tzinfo=UTC), tick=False):
        assert fields_of(client) == {
            "Contact": "mailto:holes%2Bweb@example.org",
            "Expires": "2026-06-02T00:00:00Z",
            "Preferred-Languages": settings.LANGUAGE_CODE,
            "Canonical": f"{settings.SITE_URL}{ADDRESS}",
        }


def test_it_never_expires_while_the_site_answers(client):
    Agency.objects.create(contact_email="ask@example.org")

    for year in (2026, 2031):
        with time_machine.travel(datetime(year, 12, 31, 23, 59, tzinfo=UTC), tick=False) as clock:
            fields = fields_of(client)
            assert fields["Contact"] == "mailto:ask@example.org"
            left = datetime.fromisoformat(fields["Expires"]) - datetime(year, 12, 31, 23, 59, tzinfo=UTC)
            assert timedelta(days=88) < left < timedelta(days=365)
            clock.shift(timedelta(days=1))


def test_without_an_address_there_is_none(client):
    assert client.get(ADDRESS).status_code == 404
