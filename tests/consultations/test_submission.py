import pytest
from django.db import connection

from consultations.models import StaleSubmission, Status, Submission
from consultations.models.references import REFERENCE_ALPHABET
from tests.consultations.screeners import nobody_screening, screening_with
from tests.factories import HELD_TEXT, HOSTILE, held_in, submission_to

pytestmark = pytest.mark.django_db


def events_of(submission):
    return [(event.kind, event.note) for event in submission.events.all()]


def test_receive_publishes_what_no_rule_holds(consultation):
    submission = submission_to(consultation)

    submission.refresh_from_db()
    assert (submission.status, submission.public_text) == (Status.PUBLISHED, HOSTILE)
    assert events_of(submission) == [("received", ""), ("published", "")]


def test_receive_holds_what_a_rule_holds_and_shows_nothing(consultation):
    submission = held_in(consultation)

    submission.refresh_from_db()
    assert submission.status == Status.HELD
    assert (submission.public_title, submission.public_text) == ("", "")
    assert submission.status_reason.startswith("Clause 5")
    assert submission.review_due_at is not None


def test_a_text_that_nobody_screens_is_kept_and_not_shown(consultation):
    with nobody_screening():
        submission = submission_to(consultation)

    assert submission.status == Status.RECEIVED
    assert list(Submission.objects.in_thread()) == []


def breaks(*_told):
    raise RuntimeError("a broken rule")


@pytest.mark.parametrize("function", ["assess", "store"])
def test_a_text_survives_a_screening_that_breaks(consultation, function):
    with screening_with(**{function: breaks}):
        submission = submission_to(consultation)

    submission.refresh_from_db()
    assert (submission.status, submission.current.text) == (Status.RECEIVED, HOSTILE)
    assert events_of(submission) == [("received", "")]
    assert Submission.objects.count() == 1


def test_a_later_text_survives_a_screening_that_breaks(consultation):
    submission = submission_to(consultation, "The night bus should stop at the gate.")
    with screening_with(screen=breaks):
        submission.revise(text="It should stop at the bridge.")

    submission.refresh_from_db()
    assert (submission.current.text, submission.public_text) == (
        "It should stop at the bridge.",
        "The night bus should stop at the gate.",
    )


def test_an_edit_of_a_public_text_shows_the_old_one_until_it_is_cleared(consultation):
    submission = submission_to(consultation, "The night bus should stop at the gate.")

    submission.revise(text=HELD_TEXT)

    submission.refresh_from_db()
    assert submission.status == Status.PUBLISHED
    assert submission.public_text == "The night bus should stop at the gate."
    assert submission.pending
    assert submission.current.text == HELD_TEXT


def test_an_edit_that_no_rule_holds_is_public_at_once(consultation):
    submission = submission_to(consultation, "The night bus should stop at the gate.")

    submission.revise(text="The night bus should stop at both gates.")

    submission.refresh_from_db()
    assert submission.public_text == "The night bus should stop at both gates."
    assert (submission.pending, submission.edited) == (False, True)


def test_an_edit_that_takes_the_held_words_out_is_public_at_once(consultation):
    submission = held_in(consultation)

    submission.revise(text="Please talk to me about the night bus.")

    submission.refresh_from_db()
    assert submission.status == Status.PUBLISHED
    assert list(submission.cases.filter(closed_at=None)) == []


def test_withdrawn_text_stays_withdrawn(consultation):
    submission = submission_to(consultation)

    submission.withdraw()

    with pytest.raises(StaleSubmission):
        submission.move(Status.PUBLISHED)
    with pytest.raises(StaleSubmission):
        submission.revise(text="Again.")
    submission.refresh_from_db()
    assert (submission.status, submission.public_text) == (Status.WITHDRAWN, "")


def test_two_taps_at_the_same_moment_withdraw_a_text_once(consultation):
    first = submission_to(consultation)
    second = Submission.objects.get(pk=first.pk)

    first.withdraw()
    second.withdraw()

    assert (second.status, first.events.filter(kind="withdrawn").count()) == (Status.WITHDRAWN, 1)


def test_the_loser_of_a_race_is_told(consultation):
    first = held_in(consultation)
    second = Submission.objects.get(pk=first.pk)

    first.move(Status.REFUSED)

    with pytest.raises(StaleSubmission):
        second.move(Status.PUBLISHED)
    second.refresh_from_db()
    assert second.status == Status.REFUSED


def test_every_change_raises_the_version(consultation):
    submission = submission_to(consultation)
    before = submission.version

    submission.withdraw()

    submission.refresh_from_db()
    assert submission.version == before + 1
    assert list(Submission.objects.lagging()) == [submission]


def test_replies_in_public_are_counted(consultation):
    comment = submission_to(consultation)
    reply = submission_to(consultation, parent=comment)
    held_in(consultation, parent=comment)

    comment.refresh_from_db()
    assert comment.reply_count == 1

    reply.withdraw()
    comment.refresh_from_db()
    assert comment.reply_count == 0


def test_receiving_takes_few_queries(consultation, django_assert_max_num_queries):
    submission_to(consultation)

    with django_assert_max_num_queries(20) as queries:
        submission_to(consultation)
    assert len([q for q in queries.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]) <= 14


def test_the_relay_finds_lagging_rows_by_an_index(consultation):
    lagging = Submission.objects.lagging()
    if connection.vendor == "postgresql":
        # A small table is read whole unless that is made dear, and with an order the primary key costs as little.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    else:
        lagging = lagging.order_by("id")

    assert "submission_lag" in lagging.explain()


def number_of(code):
    """Return the number from which a reference's letters are made."""
    places = enumerate(REFERENCE_ALPHABET.index(letter) for letter in code)
    return sum(value * len(REFERENCE_ALPHABET) ** place for place, value in places)


@pytest.mark.django_db(transaction=True)
def test_a_text_whose_reference_is_taken_gets_another(monkeypatch):
    drawn = iter(number_of(code) for code in ("7F6K9QXM", "7F6K9QXM", "2222CCCC"))
    monkeypatch.setattr("consultations.models.references.secrets.randbelow", lambda _most: next(drawn))

    made = [Submission.receive(kind="comment", text="A bus.") for _n in range(2)]

    assert [one.reference for one in made] == ["7F6K-9QXM", "2222-CCCC"]
    assert [one.current.text for one in made] == ["A bus.", "A bus."]
