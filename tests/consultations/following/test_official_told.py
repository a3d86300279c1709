"""Followers hear of official replies, and of no other text."""

import pytest

from tests.consultations.following.letters import follow_of, letters_after
from tests.factories import submission_to

pytestmark = pytest.mark.django_db
SPEAKS = {"author_name": "Lena Ortiz", "official_line": "Head of night services, Bus Network Unit"}


def test_follower_hears_who_replied_and_not_what_people_say(consultation):
    follow_of(consultation)
    submission_to(consultation, "Wilhelmina says this.")
    submission_to(consultation, "Both are in the proposal now.", **SPEAKS)

    [letter] = letters_after()

    assert "Lena Ortiz has replied for us (Head of night services, Bus Network Unit)" in letter.body
    assert "Wilhelmina" not in letter.body
    assert "Both are in" not in letter.body


def test_reply_that_was_taken_down_is_not_told(consultation):
    follow_of(consultation)
    submission_to(consultation, "A slip.", **SPEAKS).move("held")

    assert letters_after() == []


def test_reply_that_comes_back_is_not_told_again(consultation):
    follow_of(consultation)
    reply = submission_to(consultation, "Both are in the proposal now.", **SPEAKS)
    assert len(letters_after()) == 1

    reply.refresh_from_db()
    for status in ("held", "published"):
        reply.move(status)

    assert letters_after() == []
