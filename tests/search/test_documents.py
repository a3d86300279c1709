import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from consultations.models import Status, Submission
from portal.accounts.visitors import person_key
from search.engines.document import Document
from search.index.documents import build_document, with_document_fields
from search.index.indices import open_index
from tests.factories import questionnaire_for, response_to, submission_to
from tests.search.submissions import redacted, submission


def test_a_published_submission_is_found_with_its_cleared_text(consultation):
    at = datetime(2026, 10, 31, 13, 30, tzinfo=UTC)  # 1 November in Sydney
    one = submission(consultation, "The night bus", title="Lamps", kind="idea", received_at=at, channel="paper")
    one.add_revision(text="Another text that nobody has read", title="", actor=None)

    assert build_document(one) == Document(
        id=one.pk, reference=one.reference, version=4, title="Lamps", text="The night bus", received_at=at,
        day=date(2026, 11, 1),
        consultation=str(consultation.pk), kind="idea", status="published", language="en", channel="paper",
        visibility="public", person=build_document(one).person, letter=one.pk,
    )  # fmt: skip


@pytest.mark.parametrize("status", [Status.HELD, Status.REFUSED])
def test_what_is_not_shown_is_restricted_and_has_its_latest_text(consultation, status):
    one = submission(consultation, "First", status=status)
    one.add_revision(text="Second", title="", actor=None)

    document = build_document(one)

    assert (document.text, document.visibility, document.status) == ("Second", "restricted", status)


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.WITHDRAWN])
def test_the_unscreened_and_the_withdrawn_are_no_documents(consultation, status):
    assert build_document(submission(consultation, status=status)) is None


def test_a_sealed_original_is_in_no_document(consultation):
    one = redacted(consultation, "Call Jo on 0491 570 006", "Call […]")
    assert build_document(one).text == "Call […]"

    one.write({"status": Status.HELD})
    assert build_document(one).text == "Call […]"


def test_what_is_not_known_has_a_name(db):
    document = build_document(submission(None, kind="enquiry", language=""))

    assert (document.consultation, document.language) == ("none", "und")


def test_a_day_beyond_the_calendar_is_brought_back(consultation):
    one = submission(consultation, received_at=datetime(1200, 1, 1, tzinfo=UTC))

    assert build_document(one).day == date(1900, 1, 1)


def test_one_person_is_one_by_key_or_account_and_strangers_are_each_their_own(consultation, citizen):
    fields = [
        {"author_key": "a" * 32}, {"author_key": "a" * 32}, {"author_key": person_key("user", str(citizen.pk))},
        {"author": citizen}, {}, {},
    ]  # fmt: skip
    people = [build_document(submission(consultation, **one)).person for one in fields]

    assert [people.index(person) for person in people] == [0, 0, 2, 2, 4, 5]
    assert all(re.fullmatch("[0-9a-f]{16}", person) for person in people)


LETTER = "Please keep the night bus on the bridge road, because nurses on the late shift have no other way home at all."


def test_texts_of_a_campaign_share_their_first_letter(consultation):
    texts = [LETTER, "Trees give shade to those who wait.", LETTER, f"{LETTER} I am one of them."]
    made = [submission_to(consultation, text) for text in texts]

    rows = with_document_fields(Submission.objects.order_by("pk"))

    first, alone = made[0].pk, made[1].pk
    assert [build_document(row).letter for row in rows] == [first, alone, first, first]
    assert [build_document(Submission.objects.get(pk=one.pk)).letter for one in made] == [first, alone, first, first]


def without_the_bridge(one):
    """Take a passage out of a text, as a moderator does."""
    shown = one.redact(text=LETTER.replace("on the bridge road", "[road name removed]"), title="", actor=None)
    one.move(Status.HELD)
    one.move(Status.PUBLISHED, revision=shown)
    return one


def test_a_redacted_copy_stays_with_its_letter_until_its_author_writes_another_text(consultation):
    first, second, third = (submission_to(consultation, LETTER) for _n in range(3))
    without_the_bridge(first)
    without_the_bridge(second)
    third.revise(text="Trees give shade to those who wait.")

    rows = with_document_fields(Submission.objects.order_by("pk"))

    assert [build_document(row).letter for row in rows] == [first.pk, first.pk, third.pk]
    alone = [build_document(Submission.objects.get(pk=one.pk)).letter for one in (first, second, third)]
    assert alone == [first.pk, first.pk, third.pk]


def test_a_row_without_a_text_has_no_document_however_it_is_read(consultation):
    one = submission(consultation)
    Submission.objects.filter(pk=one.pk).update(cleared=None)

    assert (
        build_document(Submission.objects.get())
        is build_document(with_document_fields(Submission.objects.all()).get())
        is None
    )


@pytest.mark.parametrize("count", [1, 3])
def test_documents_are_read_in_one_query(consultation, count, django_assert_num_queries):
    for _n in range(count):
        submission_to(consultation, LETTER)

    with django_assert_num_queries(1):
        changes = list(open_index().changes(with_document_fields(Submission.objects.all())))
    assert [type(each) for each in changes] == [Document] * count


def test_an_answer_carries_its_question_and_what_was_chosen_with_it(consultation):
    what, _often, lines, safe = questionnaire_for(consultation)
    response_to(consultation, {what: "More lamps.", lines: ["N3", "N1"], safe: ["2"]})

    document = build_document(Submission.objects.get())

    chosen = [f"{lines.pk}=N1", f"{lines.pk}=N3", f"{safe.pk}=2"]
    assert document.answers == tuple(sorted([str(what.pk), *chosen]))
    assert document.checksum != replace(document, answers=()).checksum


@pytest.mark.parametrize("count", [1, 3])
def test_documents_of_answers_are_read_in_two_queries(consultation, count, django_assert_num_queries):
    what, often, *_rest = questionnaire_for(consultation)
    for number in range(count):
        response_to(consultation, {what: f"Lamp {number}.", often: ["Daily"]})

    with django_assert_num_queries(2):  # the texts with their responses, and what was chosen in them
        changes = list(open_index().changes(with_document_fields(Submission.objects.all())))
    assert [len(document.answers) for document in changes] == [2] * count
