"""What came of it: on receipts, at ideas, on the home page, and in one letter to each author."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from consultations import outcomes
from consultations.models import ConsultationPage, HomePage, OutcomeTelling, Status, Submission
from consultations.outcomes import outcome_points, points_behind, tell_authors, tell_some_authors
from portal.models import ConfirmedAddress, Message
from portal.outbox.sending import send_due
from search.models import ReadAction, ReadMark
from tests.factories import idea_for, questionnaire_for, response_to, submission_to

pytestmark = pytest.mark.django_db
AMIRA, JO = "amira@example.org", "jo@example.org"


def point(decided, *behind):
    return ("point", {"asked": "How?", "said": "So.", "decided": decided, "why": "Because.", "behind": list(behind)})


def answer(page, *blocks):
    """Publish an outcome for a consultation that is closed."""
    page = ConsultationPage.objects.get(pk=page.pk)
    page.outcome = list(blocks)
    page.save_revision().publish()
    return ConsultationPage.objects.get(pk=page.pk)


def close(page):
    now = timezone.now()
    ConsultationPage.objects.filter(pk=page.pk).update(opens_at=now - timedelta(days=9), closes_at=now)


def letters():
    """Let the worker tell and send; return the letters that this sent."""
    sent = len(mail.outbox)
    tell_authors()
    send_due()
    return mail.outbox[sent:]


def written_by(address, consultation, text="A lamp at each stop.", **fields):
    ConfirmedAddress.note_address(address)
    made = submission_to(consultation, text, author_email=address, **fields)
    Message.objects.about(made).delete()  # the receipt is not looked at here
    return made


def test_points_have_numbers_though_a_text_stands_between(consultation):
    one = submission_to(consultation)
    page = answer(
        consultation,
        ("text", "<p>Thank you.</p>"),
        point("Lamps."),
        ("text", "<p>And:</p>"),
        point("Buses.", one.reference),
    )

    assert [(each.number, each.decided) for each in outcome_points(page)] == [(1, "Lamps."), (2, "Buses.")]
    assert [each.number for each in points_behind(page, {one.reference})] == [2]


def test_receipt_says_what_was_decided_and_leads_to_its_point(client, consultation):
    one, other = submission_to(consultation), submission_to(consultation)
    close(consultation)
    answer(consultation, point("Buses run."), point("Lights at 14 stops by June.", one.reference))

    mine, theirs = (client.get(each.get_receipt_url()).content.decode() for each in (one, other))

    assert "Lights at 14 stops by June." in mine
    assert f"{consultation.get_absolute_url()}#point-2" in mine
    assert re.search(r"We answered it in point\s+2", mine)
    assert "Lights at 14 stops" not in theirs
    assert ("We answered" in theirs, f"{consultation.get_absolute_url()}#outcome" in theirs) == (True, True)
    page = client.get(consultation.get_absolute_url()).content.decode()
    assert 'id="point-2"' in page


def test_receipt_promises_nothing_before_the_answer(client, consultation):
    one = submission_to(consultation)

    page = client.get(one.get_receipt_url()).content.decode()

    assert ("We answered" in page, "What was decided" in page, "Read by an officer" in page) == (False,) * 3


def test_receipt_says_that_an_officer_read_it_and_not_who(client, consultation, officer):
    one = submission_to(consultation)
    ReadMark.set_mark(officer, one, "read")
    assert "Read by an officer" in (page := client.get(one.get_receipt_url()).content.decode())
    assert officer.get_full_name() not in page or not officer.get_full_name()

    ReadMark.set_mark(officer, one, "unread")
    assert "Read by an officer" not in client.get(one.get_receipt_url()).content.decode()


def test_mark_on_a_whole_result_reads_no_text(client, consultation, officer):
    one = submission_to(consultation)
    ReadAction.mark_as_read(officer, [one.pk])

    assert "Read by an officer" not in client.get(one.get_receipt_url()).content.decode()


def test_words_that_came_later_were_not_read(client, consultation, officer):
    one = submission_to(consultation)
    ReadMark.set_mark(officer, one, "read")
    one.revise(text="Other words.", title="")

    assert "Read by an officer" not in client.get(one.get_receipt_url()).content.decode()


def test_receipt_of_a_response_has_the_points_of_its_texts(client, consultation):
    question = questionnaire_for(consultation)[0]
    response = response_to(consultation, {question: "A lamp."})
    close(consultation)
    answer(consultation, point("Lamps come.", response.open_answers.get().reference))

    assert "Lamps come." in client.get(response.get_receipt_url()).content.decode()


def test_idea_says_what_came_of_it(client, consultation):
    idea, other = idea_for(consultation), idea_for(consultation, title="A roof")
    close(consultation)
    answer(consultation, point("It will be done.", idea.reference))

    pages = [client.get(each.get_absolute_url()).content.decode() for each in (idea, other)]
    assert [("It will be done." in page) for page in pages] == [True, False]


def test_home_says_what_changed_because_of_people(client, consultation):
    close(consultation)
    one = submission_to(consultation)
    answer(consultation, point("We keep the plan."), point("Lights at 14 stops by June.", one.reference))

    page = client.get(HomePage.objects.get().get_url()).content.decode()

    assert "What you said, what we decided" in page
    assert f"{consultation.get_absolute_url()}#point-2" in page
    assert "We keep the plan." not in page


def test_home_claims_nothing_without_a_decision_on_what_was_said(client, consultation):
    close(consultation)
    answer(consultation, point("We keep the plan."))

    assert "What you said, what we decided" not in client.get(HomePage.objects.get().get_url()).content.decode()


def test_each_author_gets_one_letter_about_all_their_texts(consultation):
    first = written_by(AMIRA, consultation)
    second = written_by(AMIRA.upper(), consultation, "And a roof.")
    written_by(JO, consultation)
    submission_to(consultation, "Without an address.")
    answer(consultation, point("Lamps.", second.reference))

    told = {letter.to[0].lower(): letter.body for letter in letters()}

    assert told.keys() == {AMIRA, JO}
    assert all(each.get_receipt_url() in told[AMIRA] for each in (first, second))
    assert "point 1. We decided: Lamps." in told[AMIRA]
    assert "We decided" not in told[JO]
    assert "roof" not in told[AMIRA]
    assert letters() == []


def test_answer_that_is_published_again_is_not_told_again(consultation):
    written_by(AMIRA, consultation)
    answer(consultation, point("Lamps."))
    assert len(letters()) == 1

    answer(consultation, point("Lamps, and a roof."))

    assert letters() == []


def test_page_that_is_taken_off_and_put_back_writes_to_nobody_again(consultation):
    written_by(AMIRA, consultation)
    page = answer(consultation, point("Lamps."))
    assert len(letters()) == 1

    for _n in range(2):
        page.unpublish()
        page = answer(consultation, point("Lamps."))

    assert letters() == []


def test_draft_of_a_page_off_the_site_is_on_no_receipt(client, consultation):
    one = submission_to(consultation)
    close(consultation)
    page = ConsultationPage.objects.get(pk=consultation.pk)
    page.unpublish()
    page.outcome = [point("A draft that nobody has signed.", one.reference)]
    page.save()  # as Wagtail's form of a page that is not live does

    receipt = client.get(one.get_receipt_url()).content.decode()
    assert ("A draft" in receipt, "We answered" in receipt, "#outcome" in receipt) == (False,) * 3


def test_decision_of_a_restricted_consultation_stays_behind_its_restriction(client, consultation):
    one = written_by(AMIRA, consultation)
    close(consultation)
    page = answer(consultation, point("For members only.", one.reference))
    PageViewRestriction.objects.create(page=page, restriction_type="login")

    assert letters() == []
    assert "For members only." not in client.get(one.get_receipt_url()).content.decode()


def test_letter_survives_the_erasure_of_the_first_text(consultation):
    first, second = written_by(AMIRA, consultation), written_by(AMIRA, consultation, "And a roof.")
    answer(consultation, point("Lamps.", second.reference))
    tell_authors()
    Submission.objects.get(pk=first.pk).erase(None)

    [letter] = [each for each in letters() if "We have answered" in each.subject]
    assert second.get_receipt_url() in letter.body


def test_text_that_was_held_while_the_others_were_told_costs_no_letter(consultation):
    first, second = written_by(AMIRA, consultation), written_by(AMIRA, consultation, "And a roof.")
    first.move(Status.HELD)
    answer(consultation, point("Lamps.", second.reference))
    tell_authors()
    Submission.objects.get(pk=first.pk).move(Status.PUBLISHED)

    assert len([each for each in letters() if "We have answered" in each.subject]) == 1


@pytest.mark.parametrize("status", [Status.REFUSED, Status.WITHDRAWN])
def test_who_is_owed_nothing_is_not_written_to(consultation, status):
    written_by(AMIRA, consultation).move(status)
    answer(consultation, point("Lamps."))

    assert [letter for letter in letters() if "We have answered" in letter.subject] == []


def test_imported_address_was_not_left_for_this(consultation):
    written_by(AMIRA, consultation, source="letters.csv", source_id="1")
    answer(consultation, point("Lamps."))

    assert letters() == []


def test_address_that_nobody_confirmed_is_asked_first(consultation):
    made = submission_to(consultation, author_email="stranger@example.org")
    Message.objects.about(made).delete()
    answer(consultation, point("Lamps."))

    [letter] = letters()
    assert made.get_receipt_url() not in letter.body
    assert consultation.title not in letter.subject + letter.body


def test_outcome_that_is_taken_back_before_the_letter_goes_is_not_told(consultation):
    written_by(AMIRA, consultation)
    answer(consultation, point("Lamps."))
    tell_authors()
    answer(consultation)

    assert letters() == []


def test_many_authors_are_told_in_parts_and_none_twice(consultation, monkeypatch):
    monkeypatch.setattr(outcomes, "TEXTS_A_TRANSACTION", 2)
    for n in range(5):
        written_by(f"someone{n}@example.org", consultation)
    answer(consultation, point("Lamps."))

    rounds = [tell_some_authors() for _n in range(4)]

    assert rounds == [True, True, True, False]
    assert Message.objects.filter(template=outcomes.OUTCOME_FOR_AUTHOR).count() == 5
    assert OutcomeTelling.objects.get().is_done


def test_part_that_breaks_is_done_again_whole(consultation, monkeypatch):
    texts = [written_by(f"someone{n}@example.org", consultation) for n in range(3)]
    answer(consultation, point("Lamps."))
    post = Message.objects.post

    def breaks(*args, about, **kwargs):
        if about == texts[2]:
            raise RuntimeError("killed")
        return post(*args, about=about, **kwargs)

    monkeypatch.setattr(Message.objects, "post", breaks)
    with pytest.raises(RuntimeError):
        tell_some_authors()
    assert not Message.objects.filter(template=outcomes.OUTCOME_FOR_AUTHOR).exists()

    monkeypatch.undo()
    assert len(letters()) == 3


def test_erased_author_is_not_written_to(consultation):
    made = written_by(AMIRA, consultation)
    answer(consultation, point("Lamps."))
    tell_authors()
    Submission.objects.get(pk=made.pk).erase(None)

    assert [letter for letter in letters() if "We have answered" in letter.subject] == []


def test_receipt_costs_few_queries_with_an_answer(client, consultation, django_assert_max_num_queries):
    one = submission_to(consultation)
    close(consultation)
    answer(consultation, point("Lamps.", one.reference))
    address = one.get_receipt_url()
    client.get(address)

    with django_assert_max_num_queries(14):
        client.get(address)


def test_address_of_an_old_link_stays(client, consultation):
    close(consultation)
    answer(consultation, point("Lamps."))

    page = client.get(reverse("consultations:detail", args=[consultation.slug])).content.decode()
    assert ('id="outcome"' in page, 'id="point-1"' in page) == (True, True)


def test_page_that_was_off_the_site_when_the_letters_were_due_is_told_of_once_it_is_back(consultation):
    written_by(AMIRA, consultation)
    written_by(AMIRA, consultation, "And a roof.")
    page = answer(consultation, point("Lamps."))
    page.unpublish()
    assert letters() == []

    page = answer(consultation, point("Lamps."))
    assert len(letters()) == 1

    page.unpublish()
    answer(consultation, point("Lamps."))
    assert letters() == []


def test_nobody_is_told_again_when_the_outbox_has_forgotten(consultation, settings, time_machine):
    written_by(AMIRA, consultation)
    page = answer(consultation, point("Lamps."))
    assert len(letters()) == 1

    time_machine.move_to(timezone.now() + settings.OUTBOX_KEPT_FOR + timedelta(days=1))
    Message.objects.all().delete()
    page.unpublish()
    answer(consultation, point("Lamps."))

    assert letters() == []
