from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from consultations.models import Submission
from consultations.submitting.bot_checks import new_stamp
from moderation.models import Report
from moderation.models.redress import report_key
from moderation.redress.reports import file_report, network_key
from portal.accounts.visitors import VISITOR_COOKIE
from tests.consultations.submitting import hidden_number
from tests.factories import held_in, idea_for, submission_to
from tests.moderation.redress.decisions import ADDRESS, UNTRUE, decided, reported

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment(consultation):
    return submission_to(consultation, "That councillor is lazy.")


def address_of(submission):
    return reverse("moderation:report", args=[submission.reference])


def form_for(submission, **fields):
    stamp = fields.pop("stamp", None)
    if stamp is None:
        with time_machine.travel(timezone.now() - timedelta(minutes=1), tick=False):
            stamp = new_stamp()
    return {"clause": "-", "text": "", "number": submission.cleared.number, "stamp": stamp, **fields}


def test_every_public_text_can_be_reported_from_its_place(client, consultation, comment):
    reply = submission_to(consultation, "A reply.", parent=comment)
    idea = idea_for(consultation)
    thread = client.get(comment.get_absolute_url()).content.decode()

    assert f'href="{address_of(comment)}"' in thread
    assert f'href="{address_of(reply)}"' in thread
    assert f'href="{address_of(idea)}"' in client.get(idea.get_absolute_url()).content.decode()


def test_a_reader_reports_a_text_and_finds_the_outcome(client, comment, moderator):
    page = client.get(address_of(comment)).content.decode()
    assert "That councillor is lazy." in page
    assert "7. Do not accuse people of crimes" in page

    answer = client.post(address_of(comment), form_for(comment, **UNTRUE, email=ADDRESS))

    made = Report.objects.get()
    assert answer.url == made.get_receipt_url() + "&new=1"
    assert (made.clause, made.text, made.reporter_email) == ("accusations", "It is untrue.", ADDRESS)
    assert made.reporter_key
    assert made.network_key == network_key("127.0.0.1", timezone.localdate())
    assert "A person looks at it" in client.get(made.get_receipt_url()).content.decode()
    decided(comment, "publish", moderator)
    assert "We keep the text as it is" in client.get(made.get_receipt_url()).content.decode()


def test_only_its_own_link_opens_a_report(client, comment):
    made = reported(comment)
    address = reverse("moderation:report_outcome", args=[made.reference])

    keys = ["", "?key=guess", f"?key={report_key('2222-2222')}"]
    assert [client.get(address + key).status_code for key in keys] == [404, 404, 404]


def test_a_report_needs_a_clause_or_words(client, comment):
    page = client.post(address_of(comment), form_for(comment))

    assert (page.status_code, Report.objects.count()) == (422, 0)
    assert "Say what is wrong." in page.content.decode()


def test_a_second_report_from_the_same_browser_is_answered_in_words(client, comment):
    client.post(address_of(comment), form_for(comment, **UNTRUE))
    assert client.cookies[VISITOR_COOKIE].value

    page = client.post(address_of(comment), form_for(comment, text="Again."))

    assert (page.status_code, Report.objects.count()) == (422, 1)
    assert "You have already told us about this text." in page.content.decode()


def test_a_report_about_words_that_have_changed_shows_them_and_goes_through_when_sent_again(client, comment):
    sent = form_for(comment, **UNTRUE)
    comment.revise(text=f"That councillor is slow. {'He waits. ' * 90}And at the end he sleeps.")

    shown = client.post(address_of(comment), sent)

    page = shown.content.decode()
    assert (shown.status_code, Report.objects.count()) == (422, 0)
    assert "It is untrue.</textarea>" in page
    assert "And at the end he sleeps." in page

    assert client.post(address_of(comment), sent | {"number": hidden_number(page)}).status_code == 302
    assert Report.objects.get().revision.number == 2


def test_a_report_that_a_change_overtook_carries_the_new_number(client, comment, monkeypatch):
    def change_first(submission, revision, **fields):
        Submission.objects.get(pk=submission.pk).revise(text="That councillor is slow.")
        return file_report(submission, revision, **fields)

    monkeypatch.setattr("moderation.redress.forms.file_report", change_first)

    page = client.post(address_of(comment), form_for(comment, **UNTRUE)).content.decode()

    assert "This text was changed or taken away a moment ago." in page
    assert "That councillor is slow." in page
    assert hidden_number(page) == "2"


def test_a_report_that_looks_like_a_scripts_costs_a_puzzle(client, comment):
    for odd in ({"website": "https://spam.example"}, {"stamp": "none"}):
        page = client.post(address_of(comment), form_for(comment, **UNTRUE, **odd))
        assert "captcha_1" in page.content.decode()
    assert Report.objects.count() == 0


def test_what_is_not_public_has_no_report_page(client, consultation, comment, moderator):
    held = held_in(consultation)
    comment.withdraw()

    assert [client.get(address_of(each)).status_code for each in (held, comment)] == [404, 404]


def test_the_report_page_of_a_text_that_was_taken_down_leads_to_its_place(client, consultation, comment):
    submission_to(consultation, "I agree.", parent=comment)
    comment.refresh_from_db()
    comment.withdraw()

    for response in (client.get(address_of(comment)), client.post(address_of(comment), form_for(comment, **UNTRUE))):
        assert (response.status_code, response["Location"]) == (302, comment.get_absolute_url())
    assert Report.objects.count() == 0


def test_a_private_consultations_texts_have_no_report_page(client, consultation, comment):
    from wagtail.models import PageViewRestriction

    PageViewRestriction.objects.create(page=consultation, restriction_type=PageViewRestriction.LOGIN)

    assert client.get(address_of(comment)).status_code == 404


def test_what_a_reader_typed_is_escaped(client, comment):
    made = reported(comment, text="<script>alert(1)</script>")

    assert "<script>alert" not in client.get(made.get_receipt_url()).content.decode()
