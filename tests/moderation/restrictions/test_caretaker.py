"""What leads enter by hand: caretaker periods, and requests from outside."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from moderation.models import CaretakerPeriod, ExternalRequest
from moderation.restrictions import in_force
from portal.audit.models import AuditEntry
from tests.factories import UserFactory, submission_to

pytestmark = pytest.mark.django_db

NOTICE = "Until the election we publish nothing about parties."
REQUEST = {
    "asked_on": "2027-03-01",
    "asked_by": "minister",
    "about": "To take a comment on the wharf down.",
    "basis": "None was given.",
    "reference": "",
    "outcome": "open",
    "answer": "",
    "answered_on": "",
}


def name(model, action):
    return f"wagtailsnippets_moderation_{model}:{action}"


def period(**changes):
    now = timezone.localtime()
    form = {"title": "Election of 4 May", "starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=9)}
    form = {key: f"{value:%Y-%m-%d %H:%M}" if key.endswith("_at") else value for key, value in (form | changes).items()}
    return {"notice": NOTICE} | form


def enter(client, model, form, pk=None):
    address = reverse(name(model, "edit"), args=[pk]) if pk else reverse(name(model, "add"))
    return client.post(address, form)


def written():
    return list(AuditEntry.objects.order_by("number").values_list("action", "by", "subject_id"))


def test_a_period_is_entered_by_a_lead_and_counts_at_once(client, lead, consultation):
    client.force_login(lead)
    assert in_force.caretaker_period() is None

    enter(client, "caretakerperiod", period())

    entry = CaretakerPeriod.objects.get()
    assert (entry.entered_by, in_force.caretaker_period()) == (lead, entry)
    assert written() == [("caretakerperiod.entered", lead.pk, str(entry.pk))]
    text = submission_to(consultation, "The night bus is late.")
    assert (text.status, text.status_reason) == ("held", NOTICE)


def test_a_period_that_ends_before_it_begins_is_an_error(client, lead):
    client.force_login(lead)

    response = enter(client, "caretakerperiod", period(ends_at=timezone.localtime() - timedelta(days=3)))

    assert CaretakerPeriod.objects.count() == 0
    assert "It has to end after it begins." in response.content.decode()


def test_a_change_is_written_with_its_fields(client, lead):
    client.force_login(lead)
    enter(client, "caretakerperiod", period())
    entry = CaretakerPeriod.objects.get()

    enter(client, "caretakerperiod", period(notice="Another notice."), entry.pk)

    entry.refresh_from_db()
    assert entry.notice == "Another notice."
    last = AuditEntry.objects.order_by("-number").first()
    assert (last.action, last.facts) == ("caretakerperiod.changed", {"fields": ["notice"]})


@pytest.mark.parametrize(("starts", "ends", "now"), [(-1, 1, True), (1, 2, False), (-2, -1, False)])
def test_the_notice_stands_on_consultations_while_it_runs(client, consultation, starts, ends, now):
    day = timezone.now()
    CaretakerPeriod.objects.create(
        title="Election", notice=NOTICE, starts_at=day + timedelta(days=starts), ends_at=day + timedelta(days=ends)
    )

    for place in ("detail", "propose"):
        page = client.get(reverse(f"consultations:{place}", args=[consultation.slug])).content.decode()
        assert (NOTICE in page) is now
    assert NOTICE not in client.get(reverse("moderation:policy")).content.decode()


def test_the_notice_stands_on_a_closed_consultation_too(client, consultation):
    consultation.closes_at = timezone.now() - timedelta(hours=1)
    consultation.save()
    day = timezone.now()
    CaretakerPeriod.objects.create(title="Election", notice=NOTICE, starts_at=day, ends_at=day + timedelta(days=1))

    page = client.get(reverse("consultations:detail", args=[consultation.slug])).content.decode()
    assert page.count(NOTICE) == 1


def test_who_entered_a_request_is_noted_by_the_server(client, moderator, officer):
    client.force_login(moderator)

    enter(client, "externalrequest", REQUEST | {"entered_by": officer.pk})

    entry = ExternalRequest.objects.get()
    assert (entry.entered_by, entry.submission) == (moderator, None)
    assert written() == [("externalrequest.entered", moderator.pk, str(entry.pk))]


def test_a_request_names_its_text_by_reference(client, lead, consultation):
    text = submission_to(consultation)
    client.force_login(lead)

    enter(client, "externalrequest", REQUEST | {"reference": text.reference.lower()})
    entry = ExternalRequest.objects.get()
    assert entry.submission == text
    shown = client.get(reverse(name("externalrequest", "edit"), args=[entry.pk])).content.decode()
    assert f'value="{text.reference}"' in shown
    enter(client, "externalrequest", REQUEST, entry.pk)
    entry.refresh_from_db()
    assert entry.submission is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reference": "2222-2222"}, "There is no text with this reference."),
        ({"outcome": "kept", "answered_on": "2027-03-02"}, "Say what we did, and why"),
        ({"outcome": "kept", "answer": "We kept it."}, "Say on which day it was answered."),
        ({"outcome": "kept", "answer": "We kept it.", "answered_on": "2027-02-01"}, "before it was asked"),
    ],
)
def test_a_request_that_makes_no_sense_is_an_error(client, lead, change, words):
    client.force_login(lead)

    response = enter(client, "externalrequest", REQUEST | change)

    assert ExternalRequest.objects.count() == 0
    assert words in response.content.decode()


def test_requests_are_narrowed_by_who_asked_and_what_came_of_it(client, lead):
    client.force_login(lead)
    for changes in ({"asked_by": "court"}, {"asked_by": "company", "outcome": "kept"}):
        ExternalRequest.objects.create(asked_on="2027-03-01", about=f"About {changes['asked_by']}s.", **changes)
    address = reverse(name("externalrequest", "list"))

    def shown(**question):
        page = client.get(address, question).content.decode()
        return [f"About {who}s." in page for who in ("court", "company")]

    assert (shown(), shown(asked_by="court"), shown(outcome="kept")) == ([True, True], [True, False], [False, True])


def test_nobody_deletes_an_entry(client, lead):
    root = UserFactory(is_superuser=True)
    entry = ExternalRequest.objects.create(asked_by="court", asked_on="2027-03-01", about="A comment.")
    for person in (lead, root):
        client.force_login(person)
        client.post(reverse(name("externalrequest", "delete"), args=[entry.pk]))

    assert ExternalRequest.objects.filter(pk=entry.pk).exists()


def test_who_may_see_the_lists(client, editor, moderator, lead):
    def allowed(person):
        client.force_login(person)
        pages = (name("caretakerperiod", "add"), name("externalrequest", "add"), "crisis")
        return [client.get(reverse(page)).status_code == 200 for page in pages]

    assert [allowed(person) for person in (editor, moderator, lead)] == [
        [False] * 3,
        [False, True, False],
        [True] * 3,
    ]


def test_the_menu_shows_each_what_they_may_open(client, moderator, lead):
    def menu(person):
        client.force_login(person)
        page = client.get(reverse("wagtailadmin_home")).content.decode()
        return [f'"{reverse(place)}"' in page for place in ("crisis", name("externalrequest", "list"))]

    assert (menu(moderator), menu(lead)) == ([False, True], [True, True])
