import re
from datetime import timedelta

import pytest
from captcha.models import CaptchaStore
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.access import page_key
from consultations.models import Event, Revision, SentForm, Status, Submission
from consultations.models.pages import Captcha
from consultations.submitting.precheck import (
    MAX_UNMARKED_LENGTH,
    PrecheckResult,
    PrecheckWarning,
    Segment,
    segments_of,
    shorten,
)
from moderation.models import Case, Finding, Screening
from moderation.review.decisions import decide
from portal.models import RateCount
from tests.consultations.screeners import screening_with
from tests.consultations.submitting import CONFIRMATION, comment, confirmation_in, stamp
from tests.factories import HELD_TEXT, ConsultationFactory, held_in, idea_for, submission_to

pytestmark = pytest.mark.django_db

NUMBER = "0491 570 006"
TABLES = (Submission, Revision, Event, Screening, Finding, Case)


def rows():
    return [table.objects.count() for table in TABLES]


def passage(start, end, field="text", kind="hold", text="abcdefghij"):
    return PrecheckWarning(
        kind, field, start, end, text[start:end], "Looks like something.", 5, "Privacy", "/policy/#clause-5"
    )


def test_what_would_be_held_is_told_first_and_nothing_is_stored(client, consultation):
    before = rows()

    response = comment(client, consultation, HELD_TEXT, author_name="Kept name")

    page = response.content.decode()
    assert (response.status_code, rows()) == (200, before)
    assert f'<mark class="seen">{NUMBER}</mark><span class="letter">A</span>' in page
    assert '#clause-5">Clause 5:' in page
    assert f"{HELD_TEXT}</textarea>" in page
    assert 'value="Kept name"' in page
    assert "Before you send: " in page


def test_the_same_text_is_sent_anyway_and_held(client, consultation):
    confirmation = confirmation_in(comment(client, consultation, HELD_TEXT))

    response = comment(client, consultation, HELD_TEXT, sent_anyway=confirmation)

    assert response.status_code == 302
    assert Submission.objects.get().status == Status.HELD


@pytest.mark.parametrize(
    "change",
    [
        {"text": f"{HELD_TEXT} Or on 0491 570 156."},
        {"author_email": "somebody@example.org"},
        {"author_name": "Somebody"},
    ],
)
def test_a_changed_text_is_looked_at_again(client, consultation, change):
    confirmation = confirmation_in(comment(client, consultation, HELD_TEXT))

    response = comment(client, consultation, **{"text": HELD_TEXT, "sent_anyway": confirmation} | change)

    assert (response.status_code, Submission.objects.count()) == (200, 0)


@pytest.mark.parametrize("confirmation", ["yes", "1", "0" * 64, "é"])
def test_a_made_up_confirmation_opens_nothing(client, consultation, confirmation):
    response = comment(client, consultation, HELD_TEXT, sent_anyway=confirmation)

    assert (response.status_code, Submission.objects.count()) == (200, 0)


def test_a_confirmation_holds_for_one_consultation(client, consultation):
    confirmation = confirmation_in(comment(client, consultation, HELD_TEXT))

    assert comment(client, ConsultationFactory(), HELD_TEXT, sent_anyway=confirmation).status_code == 200


def test_a_text_put_right_is_taken_in_at_once(client, consultation):
    confirmation = confirmation_in(comment(client, consultation, HELD_TEXT))

    comment(client, consultation, "Write to me about the night bus.", sent_anyway=confirmation)

    assert Submission.objects.get().status == Status.PUBLISHED


def test_a_clean_text_costs_few_queries_and_no_more_rows(client, consultation, django_assert_num_queries):
    comment(client, consultation, "A first text, for the caches.")
    cache.delete(page_key(consultation.slug))  # It is kept for a second, which may be over or not.
    before = rows()

    with django_assert_num_queries(POSTING) as queries:
        comment(client, consultation)

    inserts = [query["sql"] for query in queries.captured_queries if query["sql"].startswith("INSERT")]
    tables = (Submission, Revision, Event, Screening, SentForm, RateCount)
    assert [sql.split()[2].strip('"') for sql in inserts] == [table._meta.db_table for table in tables]
    assert [after - was for after, was in zip(rows(), before, strict=True)] == [1, 1, 2, 1, 0, 0]


POSTING = 11


def test_a_reply_an_idea_and_a_comment_on_an_idea_are_looked_at(client, consultation):
    parent, idea, slug = submission_to(consultation), idea_for(consultation), consultation.slug
    fields, before = {"text": HELD_TEXT, "stamp": stamp()}, rows()

    answers = [
        client.post(reverse("consultations:thread", args=[slug, parent.reference]), fields),
        client.post(reverse("consultations:idea", args=[slug, idea.reference]), fields),
        client.post(reverse("consultations:propose", args=[slug]), fields | {"title": "A lamp"}),
        client.post(reverse("consultations:propose", args=[slug]), fields | {"text": "A lamp.", "title": HELD_TEXT}),
    ]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert [len(CONFIRMATION.findall(answer.content.decode())) for answer in answers] == [1] * 4
    assert rows() == before
    assert 'href="#id_title">Change it' in answers[3].content.decode()


def test_an_edit_is_looked_at_and_may_be_sent_anyway(client, consultation):
    submission = submission_to(consultation, "The first text of all.")
    address = submission.get_receipt_url().replace("/?", "/edit/?")

    response = client.post(address, {"text": HELD_TEXT, "number": 1})
    assert (response.status_code, submission.revisions.count()) == (200, 1)
    client.post(address, {"text": HELD_TEXT, "number": 1, "sent_anyway": confirmation_in(response)})

    submission.refresh_from_db()
    assert (submission.pending, submission.current.text) == (True, HELD_TEXT)


def test_a_sum_worked_out_once_is_enough(client, consultation):
    consultation.captcha = Captcha.ALWAYS
    consultation.save()
    key = CaptchaStore.generate_key()
    solved = {"captcha_0": key, "captcha_1": CaptchaStore.objects.get(hashkey=key).response}

    page = comment(client, consultation, HELD_TEXT, **solved).content.decode()
    handed_on = dict(re.findall(r'name="(captcha_[01])" value="([^"]+)"', page))
    again = handed_on | {"sent_anyway": CONFIRMATION.search(page)[1]}
    assert "A small puzzle" not in page
    assert comment(client, consultation, HELD_TEXT, **again).status_code == 302
    assert comment(client, consultation, "Another text.", **handed_on).status_code == 422


def test_a_sum_worked_out_stays_so_when_something_else_is_wrong(client, consultation):
    key = CaptchaStore.generate_key()
    solved = {"captcha_0": key, "captcha_1": CaptchaStore.objects.get(hashkey=key).response}

    page = comment(client, consultation, "A text.", website="x", author_email="none", **solved).content.decode()
    handed_on = dict(re.findall(r'name="(captcha_[01])" value="([^"]+)"', page))

    assert comment(client, consultation, "A text.", website="x", **handed_on).status_code == 302


def test_advice_that_breaks_lets_the_text_through(client, consultation):
    def breaks(*_told):
        raise RuntimeError("broken")

    with screening_with(assess=breaks):
        assert comment(client, consultation).status_code == 302


def test_staff_are_shown_as_staff_and_nobody_else(client, consultation, officer, citizen):
    comment(client, consultation, "By nobody known.")
    for person in (officer, citizen):
        client.force_login(person)
        comment(client, consultation, f"By {person.first_name}, about the last stop.")

    assert list(Submission.objects.order_by("id").values_list("by_staff", flat=True)) == [False, True, False]
    page = Client().get(reverse("consultations:detail", args=[consultation.slug])).content.decode()
    assert page.count("tag--staff") == 1


def test_an_idea_by_staff_says_so(client, consultation, officer):
    idea = idea_for(consultation, author=officer, by_staff=True)

    assert "Works " in client.get(idea.get_absolute_url()).content.decode()


def test_staff_are_told_before_they_write(client, consultation, officer):
    address = reverse("consultations:detail", args=[consultation.slug])
    stranger = client.get(address).content.decode()
    client.force_login(officer)

    assert ("Readers see that" in stranger, "Readers see that" in client.get(address).content.decode()) == (False, True)


def test_what_is_typed_is_shown_as_text(client, consultation):
    page = comment(client, consultation, f"{HELD_TEXT} <b>bold</b>").content.decode()

    assert "<b>bold</b>" not in page
    assert page.count("&lt;b&gt;bold&lt;/b&gt;") == 2


def test_passages_that_overlap_carry_the_letters_of_both():
    found = [("A", passage(2, 6)), ("B", passage(4, 8))]

    assert list(segments_of("abcdefghij", found)) == [
        Segment("ab"),
        Segment("cd", "A"),
        Segment("ef", "A B"),
        Segment("gh", "B"),
        Segment("ij"),
    ]


def test_the_words_far_from_a_mark_are_left_out():
    long = "x" * (MAX_UNMARKED_LENGTH + 1)

    shown = list(shorten([Segment(long), Segment("mark", "A"), Segment(long), Segment("mark", "B"), Segment(long)]))

    assert shown == [
        Segment("… " + "x" * 100),
        Segment("mark", "A"),
        Segment("x" * 100 + " … " + "x" * 100),
        Segment("mark", "B"),
        Segment("x" * 100 + " …"),
    ]


def test_a_long_stretch_is_cut_between_words():
    words = "one two three " * 30

    first = next(shorten([Segment(words), Segment("mark", "A")]))

    assert first == Segment("… " + "one two three " * 7)


def test_the_most_pressing_advice_comes_first():
    told = PrecheckResult(
        tuple(passage(0, 2, kind=kind) for kind in ("hold", "staff", "emergency")), {"text": "ab"}, ""
    )

    assert told.kinds == ["emergency", "staff", "hold"]
    assert [letter for letter, _each in told.findings] == ["A"]


def returned(consultation, hours):
    submission = submission_to(consultation, "The first text of all.")
    consultation.closes_at = timezone.now() - timedelta(hours=1)
    consultation.save()
    until = timezone.now() + timedelta(hours=hours)
    Submission.objects.filter(pk=submission.pk).update(revisable_until=until)
    submission.refresh_from_db()
    return submission, submission.get_receipt_url().replace("/?", "/edit/?")


def test_a_text_we_asked_to_change_can_be_changed_after_the_end(client, consultation):
    submission, address = returned(consultation, hours=5)

    assert "You can change it until" in client.get(address).content.decode()
    assert "You can change it until" in client.get(submission.get_receipt_url()).content.decode()
    client.post(address, {"text": "A better text.", "number": 1})
    submission.refresh_from_db()
    assert submission.current.text == "A better text."


def test_after_the_time_we_gave_it_is_too_late_and_what_was_typed_is_given_back(client, consultation):
    submission, address = returned(consultation, hours=-1)

    response = client.post(address, {"text": "A better text.", "number": 1})

    assert (response.status_code, submission.revisions.count()) == (409, 1)
    assert "A better text." in response.content.decode()
    assert client.get(address).status_code == 302


def test_who_is_asked_for_a_change_reads_why_and_where_beside_the_form(client, consultation, moderator):
    submission = held_in(consultation)
    case, start = submission.cases.get(), HELD_TEXT.index(NUMBER)
    decide(
        case,
        revision_id=case.revision_id,
        action="return",
        actor=moderator,
        clauses=["personal-information"],
        reason="Please leave your number out.",
        spans=[("text", start, start + len(NUMBER), "phone number removed")],
    )

    page = client.get(submission.get_receipt_url().replace("/?", "/edit/?")).content.decode()

    form = page.index('name="number"')
    assert page.index("Please leave your number out.") < form
    assert page.index(f'<mark class="seen">{NUMBER}</mark>') < form
