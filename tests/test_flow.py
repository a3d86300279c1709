"""The whole story, once: from publication to an officer's export."""

import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from consultations.models import Submission
from moderation.models import Decision
from tests.consultations.editor_forms import add
from tests.consultations.submitting import CONFIRMATION, stamp
from tests.factories import UserFactory
from tests.search.exports.downloads import taken

pytestmark = pytest.mark.django_db


def sign_off(client, page):
    task = page.current_workflow_task_state
    client.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk]), {"comment": ""})


def write(client, address, text, **fields):
    response = client.post(address, {"text": text, "stamp": stamp(), **fields})
    if response.status_code == 200:  # told that it would be held, and sent all the same
        seal = CONFIRMATION.search(response.content.decode())[1]
        response = client.post(address, {"text": text, "stamp": stamp(), "sent_anyway": seal, **fields})
    assert response.status_code == 302
    return Submission.objects.latest("id"), client.get(response["Location"]).content.decode()


def decide(client, submission, **form):
    case = submission.cases.get(closed_at=None)
    client.post(reverse("queue_take", args=[case.pk]))
    sure = {"revision": case.revision_id, "sure": form["action"]}  # a serious case asks once
    response = client.post(reverse("queue_case", args=[case.pk]), sure | form)
    assert response.status_code == 302


def exported(client, query):
    archive = taken(client, "jsonl", q=query)
    rows = [json.loads(line) for line in archive.read("submissions.jsonl").decode().splitlines()]
    return rows, json.loads(archive.read("manifest.json"))


def test_from_publication_to_export(client, editor, moderator, officer):
    # An editor writes, a second one signs off.
    client.force_login(editor)
    add(client, modes=["comments", "ideas"], **{"action-submit": "1"})
    from consultations.models import ConsultationPage

    page = ConsultationPage.objects.get(slug="night-buses")
    client.force_login(UserFactory(groups=["Editors"]))
    sign_off(client, page)
    client.logout()

    # Citizens comment, reply, propose and support.
    here = reverse("consultations:comment", args=["night-buses"])
    comment, receipt = write(client, here, "The night bus should stop at the east gate.", author_name="Amira")
    assert comment.reference in receipt
    reply, _receipt = write(
        client, reverse("consultations:thread", args=["night-buses", comment.reference]), "I agree."
    )
    assert reply.parent == comment
    idea, _receipt = write(
        client, reverse("consultations:propose", args=["night-buses"]), "At each stop.", title="A lamp"
    )
    client.post(reverse("consultations:support", args=["night-buses", idea.reference]))
    held, receipt = write(client, here, "Ring me on 0491 570 006 about the night bus.")
    assert "Clause 5" in receipt
    rude, _receipt = write(client, here, "Write to me at someone@example.org about the bus.")

    # A moderator takes a number out of one text and refuses another.
    client.force_login(moderator)
    finding = held.current.screenings.get().findings.get()
    decide(
        client,
        held,
        action="redact",
        clauses=["personal-information"],
        reason="We took your number out.",
        passages=[finding.pk],
    )
    decide(
        client, rude, action="refuse", clauses=["personal-information"], reason="Please send it without the address."
    )
    client.logout()
    assert sorted(Decision.objects.values_list("action", flat=True)) == ["redact", "refuse"]

    # The authors read why; the public reads what was cleared.
    assert "Please send it without the address." in client.get(rude.get_receipt_url()).content.decode()
    shown = client.get(reverse("consultations:detail", args=["night-buses"])).content.decode()
    assert ("0491" in shown, "someone@example.org" in shown) == (False, False)
    assert "about the night bus." in shown

    # An officer finds and takes away.
    call_command("relay", verbosity=0)
    client.force_login(officer)
    rows, manifest = exported(client, '"night bus"')
    assert sorted(row["reference"] for row in rows) == sorted([comment.reference, held.reference])
    assert (manifest["query"]["text"], manifest["matched"], manifest["data"]["rows"]) == ('"night bus"', 2, 2)
    call_command("search_verify", verbosity=0)
