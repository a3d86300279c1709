import re

import pytest
from django.core import signing
from django.http import QueryDict
from django.urls import reverse

from portal.models import AuditEntry, Message, SuppressedAddress, TransportPause
from portal.outbox.forms import MESSAGE_GROUPS
from portal.outbox.sending import send_due
from portal.outbox.templates import STOP_SALT
from tests.factories import UserFactory
from tests.portal.outbox.conftest import ADDRESS, stopped

pytestmark = pytest.mark.django_db


@pytest.fixture
def outbox(agency, administrator, client):
    """Two messages in each state, to two people; the client is an administrator."""
    for state in reversed(Message.State.values):
        for name in ("amira", "jo"):
            to = f"{name}@example.org"
            Message.objects.post("tests/plain", to=to, about=agency, cause=state)
        Message.objects.filter(state="waiting").update(state=state, problem=f"It is {state} <b>.")
    client.force_login(administrator)
    return client


def listed(client, **question):
    page = client.get(reverse("outbox", query=question))
    assert page.status_code == 200
    counts = {QueryDict(tab["url"][1:])["group"]: tab["count"] for tab in page.context["tabs"]}
    return [message for message, _label in page.context["rows"]], counts, page.content.decode()


def test_each_count_equals_its_list(outbox):
    _rows, counts, _page = listed(outbox)

    assert counts == {name: len(listed(outbox, group=name)[0]) for name in MESSAGE_GROUPS}
    assert counts == dict.fromkeys(MESSAGE_GROUPS, 2) | {"waiting": 6}


def test_the_list_is_narrowed_by_address_and_kind_with_its_counts(outbox, agency):
    Message.objects.post("tests/series", to=ADDRESS, about=agency, cause=1)

    rows, counts, _page = listed(outbox, address=ADDRESS.upper(), template="tests/plain")
    assert ({row.recipient for row in rows}, counts["waiting"], counts["sent"]) == ({ADDRESS}, 3, 1)
    assert listed(outbox, template="tests/series")[1]["waiting"] == 1
    assert outbox.get(reverse("outbox", query={"template": "unheard of"})).status_code == 422


def test_the_page_says_what_failed_and_why(outbox):
    _rows, _counts, page = listed(outbox, group="failed")

    assert "It is failed &lt;b&gt;." in page
    assert "Something happened" in page
    assert page.count("Try again") == 2


def test_the_page_says_that_the_server_is_away(outbox):
    TransportPause.begin("email", "The mail server cannot be reached: refused")

    assert "The mail server cannot be reached: refused" in listed(outbox)[2]


def test_the_list_takes_few_queries(outbox, django_assert_num_queries):
    listed(outbox)
    with django_assert_num_queries(13):  # session, user, rights 3, Wagtail 2; count, rows, groups, pause, addresses
        listed(outbox)


def test_a_long_list_has_pages(outbox, agency):
    for number in range(60):
        Message.objects.post("tests/plain", to=f"reader-{number}@example.org", about=agency, cause=number)

    rows, counts, _page = listed(outbox)
    assert (len(rows), counts["waiting"]) == (50, 66)
    assert len(listed(outbox, p=2)[0]) == 16


def test_a_message_is_tried_again_and_that_is_written_down(outbox, mails):
    message = Message.objects.filter(state="unknown").first()
    Message.objects.exclude(pk=message.pk).delete()

    outbox.post(reverse("outbox_again", args=[message.pk]))

    message.refresh_from_db()
    assert (message.state, message.tries) == ("waiting", 0)
    entry = AuditEntry.objects.get(action="outbox.tried_again")
    assert (entry.subject, entry.facts) == (
        f"portal.message:{message.pk}",
        {"state": "unknown", "template": "tests/plain"},
    )
    assert send_due() == 1


def test_trying_again_twice_says_that_it_waits_or_was_sent(outbox, mails):
    message = Message.objects.filter(state="failed").first()
    Message.objects.exclude(pk=message.pk).delete()
    address = reverse("outbox_again", args=[message.pk])

    taps = [outbox.post(address, follow=True).content.decode() for _tap in range(2)]
    send_due()
    late = outbox.post(address, follow=True).content.decode()

    assert ["It waits again" in page for page in taps] == [True, True]
    assert "It has been sent." in late
    assert ["cannot be sent again" in page for page in (*taps, late)] == [False] * 3
    assert AuditEntry.objects.filter(action="outbox.tried_again").count() == 1


def test_what_was_sent_is_not_tried_again(outbox):
    message = Message.objects.filter(state="sent").first()

    outbox.post(reverse("outbox_again", args=[message.pk]))

    message.refresh_from_db()
    assert message.state == "sent"
    assert not AuditEntry.objects.filter(action="outbox.tried_again").exists()


def test_all_that_failed_are_tried_again(outbox, agency):
    Message.objects.filter(state="waiting").delete()

    outbox.post(reverse("outbox_all_again"))

    assert Message.objects.filter(state="waiting").count() == 2
    assert AuditEntry.objects.get(action="outbox.all_tried_again").facts == {"number": 2}


def test_an_address_is_found_and_its_bounce_forgotten(outbox):
    kept = SuppressedAddress.objects.note("Jo@example.org", "bounced", "550 No such user")
    other = SuppressedAddress.objects.note(ADDRESS, "complained", "")

    page = outbox.get(reverse("outbox_addresses", query={"address": ADDRESS.upper()}))
    assert list(page.context["page"]) == [other]
    assert f"Address {other.pk}" in page.content.decode()
    assert list(outbox.get(reverse("outbox_addresses")).context["page"]) == [other, kept]
    assert 'href="/admin/outbox/"' in page.content.decode()
    outbox.post(reverse("outbox_forget", args=[other.pk]))

    assert list(SuppressedAddress.objects.all()) == [kept]
    entry = AuditEntry.objects.get(action="outbox.address_forgotten")
    assert (entry.facts, ADDRESS in str(entry.facts)) == ({"reason": "complained"}, False)


def test_no_address_is_shown_to_who_may_not_see_it(outbox, client):
    client.force_login(UserFactory(groups=["Lead moderators"]))

    for name in ("outbox", "outbox_addresses"):
        assert client.get(reverse(name)).status_code == 302


def test_metrics_tell_what_waits_and_what_does_not_work(outbox, client, settings):
    settings.METRICS_TOKEN = "known"
    TransportPause.begin("email", "The mail server cannot be reached: refused")
    exposed = client.get("/metrics", headers={"Authorization": "Bearer known"}).content.decode()

    lines = dict(line.rsplit(" ", 1) for line in exposed.splitlines() if line.startswith("parley_outbox_"))
    assert float(lines.pop("parley_outbox_late_seconds")) >= 0
    messages = {f'parley_outbox_messages{{state="{state}"}}': "2.0" for state in Message.State.values}
    assert lines == messages | {"parley_outbox_suppressed_addresses": "0.0", "parley_outbox_paused_transports": "1.0"}


def test_a_reader_stops_a_series_without_logging_in(agency, mails, client):
    Message.objects.post("tests/series", to=ADDRESS, about=agency, cause=1)
    send_due()
    address = re.search(r"<http://testserver(\S+)>", mails.taken[0][1]["List-Unsubscribe"])[1]
    stopped.clear()

    asked = client.get(address)
    assert (asked.status_code, stopped) == (200, [])
    assert "One of many" in asked.content.decode()
    posted = client.post(address, {"List-Unsubscribe": "One-Click"})

    assert (posted.status_code, stopped) == (200, [agency.pk])
    assert posted["Cache-Control"].startswith("max-age=0, no-cache, no-store")


@pytest.mark.parametrize("series", ["tests/plain", "tests/unheard_of"])
def test_what_is_no_series_is_not_stopped(agency, client, series):
    for made in (signing.dumps([series, "1"], salt=STOP_SALT), signing.dumps([series, "1"]), "guessed"):
        assert client.post(reverse("portal:stop_messages", args=[made])).status_code == 404
