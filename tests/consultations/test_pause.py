"""A pause: nothing is taken meanwhile, people read why in the place of the form, and keep what they typed."""

import json
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.core.cache import cache
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.models import ParticipationPause, PauseUnchanged, Response, Submission, Support
from consultations.receipt_links import receipt_key
from portal.audit.models import AuditEntry
from tests.consultations.submitting import comment, stamp
from tests.factories import ConsultationFactory, UserFactory, idea_for, questionnaire_for, submission_to

pytestmark = pytest.mark.django_db

REASON = "Somebody floods this page; we look into it."
TYPED = "A lamp at the east gate, <please>."


@pytest.fixture
def paused(consultation, moderator):
    return begin(moderator, consultation)


def begin(actor, consultation, minutes=60):
    return ParticipationPause.begin(
        actor=actor, consultation=consultation, reason=REASON, lasts=timedelta(minutes=minutes)
    )


def guest():
    return Client(headers={"Sec-Fetch-Site": "same-origin"})


def detail(consultation):
    return guest().get(reverse("consultations:detail", args=[consultation.slug])).content.decode()


def test_a_kept_page_shows_the_pause_at_once_and_its_form_again_afterwards(consultation, moderator):
    before = detail(consultation)
    pause = begin(moderator, consultation)
    during = detail(consultation)
    pause.end(moderator)
    after = detail(consultation)

    assert [("Send my comment" in page, REASON in page) for page in (before, during, after)] == [
        (True, False),
        (False, True),
        (True, False),
    ]


def test_a_kept_page_shows_its_form_again_when_the_pause_runs_out(consultation, moderator):
    begin(moderator, consultation, minutes=15)
    assert REASON in detail(consultation)

    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        cache.clear()  # its clock is not turned by time_machine
        assert "Send my comment" in detail(consultation)


def test_a_comment_is_not_taken_and_can_be_sent_again_without_typing(client, consultation, paused, moderator):
    response = comment(client, consultation, TYPED, author_name="Ola")

    assert (response.status_code, Submission.objects.count()) == (409, 0)
    assert 3500 < int(response["Retry-After"]) <= 3601
    page = response.content.decode()
    assert REASON in page
    assert page.count("A lamp at the east gate, &lt;please&gt;.") == 2  # to read, and in the form to send again
    paused.end(moderator)
    again = {name: values[0] for name, values in response.context["content"]}
    sent = client.post(reverse("consultations:comment", args=[consultation.slug]), again | {"stamp": stamp()})
    assert sent.status_code == 302
    assert Submission.objects.get().current.text == TYPED


def test_a_form_of_unknown_origin_does_not_become_one_of_ours(consultation, paused):
    page = comment(Client(), consultation, TYPED).content.decode()

    assert page.count("A lamp at the east gate, &lt;please&gt;.") == 1  # to copy
    assert "Send it again" not in page


def test_a_pause_beyond_the_closing_promises_nothing(client, consultation, paused):
    open_long = comment(client, consultation, TYPED).content.decode()
    consultation.closes_at = timezone.now() + timedelta(minutes=30)
    consultation.save(update_fields=["closes_at"])
    closes_soon = comment(client, consultation, TYPED).content.decode()

    promise, warning = "send it again from here when the pause is over", "only if the pause ends before that"
    assert [promise in open_long, warning in open_long] == [True, False]
    assert [promise in closes_soon, warning in closes_soon] == [False, True]


def test_every_way_to_take_part_is_paused(client, consultation):
    question = questionnaire_for(consultation)[0]
    idea, said = idea_for(consultation), submission_to(consultation)
    begin(None, consultation)
    sent = {"title": "Lamps", "text": TYPED, f"q{question.pk}": TYPED, "stamp": stamp(), "token": "0123456789abcdef"}
    slug = consultation.slug
    addresses = [
        reverse("consultations:comment", args=[slug]),
        reverse("consultations:thread", args=[slug, said.reference]),
        reverse("consultations:idea", args=[slug, idea.reference]),
        reverse("consultations:propose", args=[slug]),
        reverse("consultations:questionnaire", args=[slug]),
        reverse("consultations:support", args=[slug, idea.reference]),
        reverse("consultations:revise", args=[said.reference]) + f"?key={receipt_key(said.reference)}",
    ]

    answers = {address: client.post(address, sent) for address in addresses}

    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(addresses, 409)
    assert [address for address, answer in answers.items() if REASON not in answer.content.decode()] == []
    assert (Submission.objects.count(), Response.objects.count(), Support.objects.count()) == (2, 0, 0)


def test_no_page_invites_to_take_part_during_a_pause(client, consultation):
    questionnaire_for(consultation)
    idea, said = idea_for(consultation), submission_to(consultation)
    begin(None, consultation)
    slug = consultation.slug
    addresses = [
        reverse("consultations:detail", args=[slug]),
        reverse("consultations:thread", args=[slug, said.reference]),
        reverse("consultations:ideas", args=[slug]),
        reverse("consultations:idea", args=[slug, idea.reference]),
        reverse("consultations:propose", args=[slug]),
        reverse("consultations:questionnaire", args=[slug]),
        reverse("consultations:answers", args=[slug]),
    ]

    pages = {address: guest().get(address).content.decode() for address in addresses}

    assert {address: REASON in page for address, page in pages.items()} == dict.fromkeys(addresses, True)
    assert [address for address, page in pages.items() if "<textarea" in page or 'form="support"' in page] == []


def test_a_script_is_told_in_a_problem_when_to_try_again(client, consultation, paused):
    said = submission_to(consultation)

    response = client.post(
        reverse("consultations:support", args=[consultation.slug, said.reference]),
        {"token": "0123456789abcdef"},
        headers={"Accept": "application/json"},
    )

    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert int(response["Retry-After"]) > 3500
    assert REASON in json.loads(response.content)["detail"]


def test_what_is_no_taking_part_goes_on(client, consultation, paused):
    said = submission_to(consultation)
    asked = submission_to(consultation, "A text that a moderator wants changed.")
    asked.revisable_until = timezone.now() + timedelta(days=1)
    asked.save(update_fields=["revisable_until"])
    key = f"?key={receipt_key(said.reference)}"

    report = client.get(reverse("moderation:report", args=[said.reference]))
    change = client.get(
        reverse("consultations:revise", args=[asked.reference]) + f"?key={receipt_key(asked.reference)}"
    )
    client.post(reverse("consultations:withdraw", args=[said.reference]) + key)

    said.refresh_from_db()
    assert (report.status_code, change.status_code, said.status) == (200, 200, "withdrawn")
    assert "<textarea" in report.content.decode()
    assert "<textarea" in change.content.decode()


def test_a_form_that_was_taken_before_the_pause_leads_to_its_receipt(client, consultation, moderator):
    first = comment(client, consultation, TYPED)
    begin(moderator, consultation)

    second = comment(client, consultation, TYPED)

    assert (first.status_code, second.status_code, Submission.objects.count()) == (302, 302, 1)
    assert second["Location"] == first["Location"]


def test_a_pause_of_one_leaves_the_others_alone_and_that_of_all_leaves_none(client, consultation, moderator):
    other = ConsultationFactory()
    begin(moderator, consultation)
    assert (comment(client, other).status_code, comment(client, consultation).status_code) == (302, 409)

    begin(moderator, None)

    assert comment(client, other, "Another text.").status_code == 409


def test_it_begins_and_ends_once_and_the_ledger_says_who_and_why(consultation, moderator):
    colleague = UserFactory(groups=["Submission moderators"])
    pause = begin(moderator, consultation)
    with pytest.raises(PauseUnchanged, match="paused already"):
        begin(colleague, consultation)
    pause.end(colleague)
    with pytest.raises(PauseUnchanged, match="over already"):
        pause.end(moderator)

    entries = AuditEntry.objects.filter(action__startswith="pause.").order_by("number")
    assert list(entries.values_list("action", "by")) == [("pause.begun", moderator.pk), ("pause.ended", colleague.pk)]
    assert entries[0].facts == {
        "consultation": consultation.pk,
        "reason": REASON,
        "until": pause.ends_at.isoformat(),
    }


@pytest.mark.parametrize("of_all", [False, True])
def test_two_pauses_of_the_same_cannot_be_stored(consultation, moderator, of_all, monkeypatch):
    """Whoever looked before the other had begun is stopped by the database."""
    scope = None if of_all else consultation
    first = begin(moderator, scope)
    monkeypatch.setattr(type(ParticipationPause.objects.all()), "in_force", lambda rows: rows.none())
    with pytest.raises(PauseUnchanged, match="at this very moment"):
        begin(moderator, scope)
    monkeypatch.undo()

    assert list(ParticipationPause.objects.in_force()) == [first]
    first.end(moderator)
    assert begin(moderator, scope).is_in_force


def test_another_begins_once_one_is_over_by_itself(consultation, moderator):
    first = begin(moderator, consultation)
    with time_machine.travel(first.ends_at + timedelta(seconds=1), tick=False):
        assert begin(moderator, consultation).is_in_force


@pytest.mark.parametrize("of_all", [False, True])
def test_two_that_began_at_the_same_moment_end_together(consultation, moderator, of_all):
    first = begin(moderator, None if of_all else consultation)
    second = ParticipationPause.objects.create(
        consultation=first.consultation, reason=REASON, begun_by=moderator, ends_at=first.ends_at
    )
    other = begin(moderator, ConsultationFactory())

    second.end(moderator)

    assert list(ParticipationPause.objects.in_force()) == [other]
    assert AuditEntry.objects.filter(action="pause.ended").count() == 2


def test_a_row_that_breaks_another_rule_is_not_told_as_somebody_elses_pause(consultation, moderator):
    with pytest.raises(IntegrityError):
        ParticipationPause.begin(actor=moderator, consultation=consultation, reason=None, lasts=timedelta(hours=1))


def test_the_migration_notes_what_running_pauses_pause(consultation, moderator):
    shorter, longer, of_all = (
        begin(moderator, consultation),
        begin(moderator, ConsultationFactory()),
        begin(moderator, None),
    )
    over = begin(moderator, ConsultationFactory())
    over.end(moderator)
    of_same = {"consultation": consultation, "ends_at": shorter.ends_at + timedelta(minutes=1)}
    ParticipationPause.objects.filter(pk=longer.pk).update(**of_same)
    ParticipationPause.objects.update(holds=None)

    import_module("consultations.migrations.0023_one_pause_a_scope").note_running_pauses(apps, None)

    noted = {longer.pk: str(consultation.pk), of_all.pk: "all", shorter.pk: None, over.pk: None}
    assert dict(ParticipationPause.objects.values_list("pk", "holds")) == noted
