"""Votes are on words: nobody's answer ever stands under a sentence that they have not read."""

from contextlib import suppress

import pytest
from django.urls import reverse

from consultations.models import StatementTally, StatementVote, Status, WordsChanged
from consultations.modes.statements.forms import StatementRevisionForm
from moderation.models import Decision
from moderation.review.undo import take_back
from tests.consultations.submitting import solved
from tests.factories import ConsultationFactory, statement_for, votes_on
from tests.moderation.concurrency import together
from tests.moderation.decisions import refuse_or_redact

pytestmark = pytest.mark.django_db
OLD, NEW = "Buses should be red.", "Buses should be green, ring 0491 570 006."


@pytest.fixture
def statement():
    return statement_for(ConsultationFactory(modes=["statements"]), OLD, author_key="me")


def revise(client, statement, text, number=1):
    key = statement.get_receipt_url().partition("?")[2]
    address = f"{reverse('consultations:revise', args=[statement.reference])}?{key}"
    return client.post(address, {"text": text, "number": number})


def answer(client, statement, revision, **fields):
    sent = {"choice": "agree", "token": "0123456789abcdef", "revision": revision, **fields}
    return client.post(statement.get_absolute_url(), sent)


def numbers(statement):
    tally = StatementTally.objects.filter(pk=statement.pk).first()
    return StatementVote.objects.filter(statement=statement).count(), tally.agree_count if tally else 0


def clear(statement, moderator):
    statement.refresh_from_db()
    statement.move(Status.PUBLISHED, actor=moderator)


def test_words_that_people_answered_stay_while_they_are_held(client, statement):
    votes_on(statement, agree=6)
    statement.move(Status.HELD)

    refused = revise(client, statement, "Buses should be green.")

    assert (refused.status_code, statement.revisions.count()) == (422, 1)
    assert "People have answered these words, so they stay." in refused.content.decode()


def test_votes_on_the_words_before_go_when_a_moderator_clears_others(client, statement, moderator):
    statement.revise(text=NEW)
    votes_on(statement, agree=6)
    assert numbers(statement) == (6, 6)

    clear(statement, moderator)

    assert (statement.public_text, numbers(statement)) == (NEW, (0, 0))
    votes_on(statement, agree=2)
    assert numbers(statement) == (2, 2)


def test_the_author_may_return_to_the_words_that_people_answered(client, statement, moderator):
    statement.revise(text=NEW)
    votes_on(statement, agree=6)

    assert revise(client, statement, "Buses should be blue.", 2).status_code == 422
    assert revise(client, statement, OLD, 2).status_code == 302
    clear(statement, moderator)

    assert (statement.public_text, numbers(statement)) == (OLD, (6, 6))


@pytest.mark.parametrize("how", ["held and cleared", "redacted", "redacted and taken back"])
def test_votes_stay_with_the_words_that_people_answered(statement, moderator, how):
    votes_on(statement, agree=6)
    if how == "held and cleared":
        statement.move(Status.HELD)
        clear(statement, moderator)
    else:
        was = statement.snapshot()
        shown = statement.redact(text="[…] should be red.", title="", actor=moderator)
        statement.move(Status.PUBLISHED, revision=shown, actor=moderator)
        votes_on(statement, disagree=1)
        if how == "redacted and taken back":
            statement.restore(was, moderator)

    assert StatementVote.objects.filter(choice="agree").count() == 6
    assert StatementTally.objects.get().agree_count == 6


def test_votes_on_other_words_go_with_a_decision_that_is_taken_back(statement, moderator):
    statement.revise(text=NEW)
    statement.refresh_from_db()
    decision = refuse_or_redact(statement, moderator, Decision.Action.PUBLISH)
    statement.refresh_from_db()
    assert statement.public_text == NEW
    votes_on(statement, agree=3)

    take_back(Decision.objects.get(pk=decision.pk), moderator)

    statement.refresh_from_db()
    assert (statement.public_text, numbers(statement)) == (OLD, (0, 0))


def test_an_answer_to_earlier_words_is_not_counted_and_the_new_ones_are_shown(client, statement, moderator):
    statement.revise(text=NEW)
    clear(statement, moderator)

    refused = answer(client, statement, 1)

    page = refused.content.decode()
    assert (refused.status_code, numbers(statement)) == (409, (0, 0))
    assert f">{NEW}</h1>" in page
    assert "The statement has changed since you opened it" in page
    assert ('name="revision" value="2"' in page, " checked" in page) == (True, False)
    assert answer(client, statement, 2).status_code == 302
    assert numbers(statement) == (1, 1)


def test_the_page_of_new_words_brings_back_the_puzzle(client, statement, moderator):
    statement.revise(text=NEW)
    clear(statement, moderator)

    asked = answer(client, statement, 1, captcha_0="x", captcha_1="1")

    assert "captcha" in asked.context["form"].fields
    assert "That was not the answer" not in asked.content.decode()
    assert answer(client, statement, 2, **solved(asked)).status_code == 302


@pytest.mark.parametrize("revision", ["x", "99999999999999999999", "-1", "2"])
def test_a_revision_that_does_not_stand_there_counts_nothing(client, statement, revision):
    assert answer(client, statement, revision).status_code == 409
    assert numbers(statement) == (0, 0)


def test_an_answer_that_names_no_words_is_asked_for_once_more(client, statement):
    asked = answer(client, statement, "")

    assert (asked.status_code, numbers(statement)) == (422, (0, 0))
    assert 'value="agree" checked' in asked.content.decode()


def test_a_vote_that_comes_after_other_words_were_cleared_is_not_stored(statement, moderator):
    as_read = type(statement).objects.get(pk=statement.pk)
    statement.revise(text=NEW)
    clear(statement, moderator)

    with pytest.raises(WordsChanged):
        StatementVote.cast(as_read, "late", "agree")
    assert numbers(statement) == (0, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_votes_and_other_words_at_once_never_meet(statement):
    """Whoever comes first, no vote stands under words that its voter has not read."""

    def act(number):
        if number % 8 == 3:
            mine = type(statement).objects.get(pk=statement.pk)
            mine.revise(text=f"Other words {number}.")
            return
        as_read = type(statement).objects.get(pk=statement.pk)
        with suppress(WordsChanged):
            StatementVote.cast(as_read, f"{number} {as_read.cleared_id}", "agree")

    together(act, range(24))

    statement.refresh_from_db()
    keys = StatementVote.objects.values_list("voter_key", flat=True)
    assert {key.split()[1] for key in keys} <= {str(statement.cleared_id)}
    assert numbers(statement) == (len(keys), len(keys))


def test_a_vote_between_the_check_and_the_saving_keeps_the_words(rf, statement):
    data = {"text": "Buses should be green.", "number": 1}
    form = StatementRevisionForm(data, request=rf.post("/"), submission=statement)
    assert form.is_valid()
    votes_on(statement, agree=1)

    assert not form.save()
    assert "People have answered these words" in str(form.errors["text"])
    assert (statement.revisions.count(), numbers(statement)) == (1, (1, 1))
