"""A pledge on its way through every part of the product. `tests/test_toy_mode.py` runs this with the mode in the table.

Its file name keeps it out of the suite, whose table of modes has no pledges.
"""

import json

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultations.counts import counts
from consultations.events import subscribe
from consultations.models import ConsultationPage, Event, Submission
from moderation.models import Decision
from moderation.redress.transparency_database import statement_row
from portal.http.page_store import pages
from search.exports.contents import EXPORT_COLUMNS
from tests.consultations.editor_forms import add
from tests.consultations.submitting import CONFIRMATION, stamp
from tests.factories import HOSTILE, ConsultationFactory, submission_to
from tests.moderation.case_pages import case_of, page_of, refusal, send
from tests.search.exports.downloads import taken
from tests.toy_mode.forms import DAYS_BY_TEXT

pytestmark = pytest.mark.django_db
ONE_DAY, WORKING_DAYS, ALL_DAYS = DAYS_BY_TEXT


@pytest.fixture
def consultation(db):
    return ConsultationFactory(modes=["comments", "pledges"])


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def pledge_on(client, consultation, title="Leave the car at home", text=WORKING_DAYS):
    """Send a pledge by the form, a second time when something is to be known first; return it and its receipt."""
    address = reverse("consultations:pledge_new", args=[consultation.slug])
    response = client.post(address, {"title": title, "text": text, "stamp": stamp()})
    if response.status_code == 200:
        confirmation = CONFIRMATION.search(response.content.decode())[1]
        response = client.post(address, {"title": title, "text": text, "stamp": stamp(), "sent_anyway": confirmation})
    assert response.status_code == 302, response.content.decode()
    return Submission.objects.latest("id"), page(client, response["Location"])


def test_it_needs_no_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_an_editor_chooses_it_and_previews_it(client, editor):
    client.force_login(editor)
    add(client, modes=["pledges"])
    draft = ConsultationPage.objects.get(slug="night-buses").get_latest_revision_as_object()

    assert draft.modes == ["pledges"]
    edited = page(client, reverse("wagtailadmin_pages:edit", args=[draft.pk]))
    assert "Pledges: people say how they will travel from now on." in edited
    shown = page(client, reverse("wagtailadmin_pages:view_draft", args=[draft.pk]))
    assert [words in shown for words in ("Make a pledge", "0 pledges", "What people pledge", "Have your say")] == [
        True,
        True,
        True,
        False,
    ]


def test_where_it_was_not_chosen_nobody_meets_it(client):
    without = ConsultationFactory(modes=["comments"])

    assert client.get(reverse("consultations:pledge_new", args=[without.slug])).status_code == 404
    assert "ledge" not in page(client, without.get_absolute_url())


def test_it_goes_from_the_form_to_the_receipt_the_page_and_the_feed(client, consultation):
    form = page(client, reverse("consultations:pledge_new", args=[consultation.slug]))
    pledge, receipt = pledge_on(client, consultation, title=HOSTILE[:100])

    assert ('name="title"' in form, f'<option value="{ALL_DAYS}">' in form) == (True, True)
    assert (pledge.kind, pledge.public_text) == ("pledge", WORKING_DAYS)
    assert "<h1>We have your pledge.</h1>" in receipt
    shown = page(client, consultation.get_absolute_url())
    words = ["Make a pledge", "1 pledges", "days pledged</dt><dd>5<", "Why pledge", "Pledge for Eight lines"]
    assert [each in shown for each in (*words, 'href="#pledges"', f'href="{pledge.get_absolute_url()}"')] == [True] * 7
    assert ("&lt;script&gt;" in shown, "<script>alert" in shown) == (True, False)
    assert WORKING_DAYS in page(client, pledge.get_absolute_url())
    assert pledge.reference in page(client, reverse("consultations:feed", args=[consultation.slug]))
    found = counts(ConsultationPage.objects.get(pk=consultation.pk))
    assert (found["pledges"], found["comments"], found["people"], found["pledged_days"]) == (1, 0, 1, 5)


def test_its_page_costs_one_query_however_many_there_are(client, consultation):
    for number in range(4):
        submission_to(consultation, ALL_DAYS, title=f"Walk {number}", kind="pledge")
    without = ConsultationFactory(modes=["comments"])
    client.get(without.get_absolute_url())

    asked_without = queries_of_new_page(client, without)
    assert queries_of_new_page(client, consultation) == asked_without + 1


def queries_of_new_page(client, consultation):
    """Count the queries of a page of which nothing is kept."""
    cache.clear()
    pages.clear()
    with CaptureQueriesContext(connection) as queries:
        client.get(consultation.get_absolute_url())
    return len(queries)


def test_its_author_changes_it_by_its_own_form_and_reads_what_happened(client, consultation):
    pledge, _receipt = pledge_on(client, consultation)
    key = pledge.get_receipt_url().partition("?")[2]
    address = f"{reverse('consultations:revise', args=[pledge.reference])}?{key}"
    assert f'<option value="{WORKING_DAYS}" selected>' in page(client, address)
    refused = client.post(address, {"title": "Walk", "text": "Now and then.", "number": 1})
    client.post(address, {"title": "Walk", "text": ALL_DAYS, "number": 1})
    Event.objects.record("pledge_kept", submission=pledge)

    pledge.refresh_from_db()
    assert (refused.status_code, pledge.public_title, pledge.public_text) == (422, "Walk", ALL_DAYS)
    assert ["You kept it" in page(client, pledge.get_receipt_url()), Event.objects.latest("id").get_kind_display()] == [
        True,
        "You kept it",
    ]


def test_whoever_wants_to_hears_of_its_events(consultation, monkeypatch):
    monkeypatch.setattr("consultations.events._subscriptions", {"pledge_kept": []})
    heard = []
    subscribe("pledge_kept")(lambda event: heard.append(event.kind))

    Event.objects.record("pledge_kept", submission=submission_to(consultation, ALL_DAYS, kind="pledge"))

    assert heard == ["pledge_kept"]


def test_a_moderator_finds_reads_and_refuses_it_and_its_author_reads_why(client, consultation, moderator):
    pledge, receipt = pledge_on(client, consultation, title="Ring me on 0491 570 006")
    assert (pledge.status, "We have your pledge." in receipt, "Clause 5" in receipt) == ("held", True, True)

    client.force_login(moderator)
    assert pledge.current.title in page(client, reverse("queue") + "?kind=pledge")
    assert pledge.current.title not in page(client, reverse("queue") + "?kind=comment")
    case = case_of(pledge, actor=moderator)
    assert ">Pledge<" in page_of(client, case)
    send(client, case, **refusal())
    client.logout()

    told = page(client, pledge.get_receipt_url())
    assert ["<h1>Your pledge</h1>" in told, "It has a number." in told] == [True, True]
    assert statement_row(Decision.objects.get())["decision_facts"].startswith("A pledge in a public consultation.")
    assert pledge.current.title not in page(client, consultation.get_absolute_url())


def test_an_officer_finds_it_at_the_desk_and_takes_it_away(client, consultation, officer):
    pledge, _receipt = pledge_on(client, consultation)
    submission_to(consultation, "Leave the car at home? Never.")
    call_command("relay", verbosity=0)
    client.force_login(officer)

    found = client.get(reverse("desk"), {"kind": "pledge", "q": "car"})
    kinds = next(facet for facet in found.context["facets"] if facet.name == "kind")
    assert {(choice.label, choice.count, choice.ticked) for choice in kinds.choices} == {
        ("Pledge", 1, True),
        ("Comment", 1, False),
    }
    assert [row.submission.pk for row in found.context["rows"]] == [pledge.pk]

    archive = taken(client, "jsonl", kind=["pledge", "comment"])
    rows = [json.loads(line) for line in archive.read("submissions.jsonl").decode().splitlines()]
    assert {(row["kind"], row["title"], row["text"], row["answers"], row["days"]) for row in rows} == {
        ("pledge", "Leave the car at home", WORKING_DAYS, "", "5"),
        ("comment", "", "Leave the car at home? Never.", "", ""),
    }
    described = json.loads(archive.read("manifest.json"))["columns"]
    assert (described, described["days"]) == (EXPORT_COLUMNS, "of a pledge, on how many days a week")
    assert "pledge" in described["kind"]


def test_programs_read_it(client, consultation):
    pledge, _receipt = pledge_on(client, consultation)
    submission_to(consultation, "A comment.")

    listed = client.get("/api/v1/submissions?kind=pledge").json()["submissions"]
    assert [(one["kind"], one["reference"], one["title"], one["text"]) for one in listed] == [
        ("pledge", pledge.reference, "Leave the car at home", WORKING_DAYS)
    ]
    assert client.get(f"/api/v1/consultations/{consultation.slug}").json()["counts"] == {
        "comments": 1,
        "ideas": 0,
        "statements": 0,
        "suggestions": 0,
        "pledges": 1,
        "people": 2,
    }
    assert client.get("/api/v1/submissions?kind=wish").status_code == 422
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert schemas["PublicSubmission"]["properties"]["kind"]["enum"] == [
        "comment",
        "idea",
        "statement",
        "suggestion",
        "pledge",
    ]
    assert schemas["Counts"]["properties"]["pledges"]["description"] == "public pledges"


def test_pledges_collected_elsewhere_are_imported(consultation, tmp_path):
    rows, mapping = tmp_path / "pledges.csv", tmp_path / "own.toml"
    rows.write_text(f"Title,Text\nWalk,{ALL_DAYS}\n")
    mapping.write_text('[columns]\ntext = "Text"\ntitle = "Title"\n[defaults]\nkind = "pledge"\n')

    call_command("import_submissions", rows, "--publish", consultation=consultation.slug, mapping=str(mapping))

    stored = Submission.objects.get()
    assert (stored.kind, stored.public_title, stored.public_text) == ("pledge", "Walk", ALL_DAYS)
    assert stored.received_at <= timezone.now()


def test_a_version_of_the_page_keeps_it(consultation):
    consultation.modes = ["pledges"]
    consultation.save_revision()

    assert consultation.get_latest_revision_as_object().modes == ["pledges"]
