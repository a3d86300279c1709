"""The originals of redacted texts are encrypted in the database, read as before, and written again with a new key."""

import io

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from consultations.models import Revision
from moderation.findings.redaction import Span
from moderation.models import Case, Decision
from moderation.review.decisions import decide, take_back
from moderation.review.sealing import open_sealed, sealed_texts
from portal.encryption.fields import SEAL_SIGN, UNREADABLE
from portal.privacy.pack import dossier_of
from portal.privacy.traces import cover_traces
from tests.factories import HELD_TEXT, UserFactory, held_in, idea_for, submission_to
from tests.moderation.decisions import refuse_or_redact

pytestmark = pytest.mark.django_db

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
NUMBER = "0491 570 006"


def stored():
    """Return every title and text as it lies in the database, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT title, text FROM consultations_revision ORDER BY id")
        return cursor.fetchall()


@pytest.fixture
def redacted(consultation, moderator, settings):
    settings.ENCRYPTION_KEYS = [OLD]
    submission = held_in(consultation)
    refuse_or_redact(submission, moderator, Decision.Action.REDACT, [Span("text", 11, 23, "a number")])
    submission.refresh_from_db()
    return submission


def test_original_of_a_redacted_text_does_not_stand_in_the_database(redacted, privacy):
    [(_title, original), (_no, public)] = stored()

    assert (original[0], NUMBER in original, NUMBER in public) == (SEAL_SIGN, False, False)
    assert [each.text for each in open_sealed(redacted, actor=privacy, reason="A court asks.")] == [HELD_TEXT]
    assert sealed_texts([redacted]) == {redacted.pk: ("", HELD_TEXT)}
    assert Revision.objects.values_list("text", flat=True).order_by("pk").first() == HELD_TEXT


def test_longest_title_fits_when_it_is_sealed(consultation, moderator):
    title = "𝔸" * 200
    idea = idea_for(consultation, title=title, text=HELD_TEXT)
    refuse_or_redact(idea, moderator, Decision.Action.REDACT, [Span("text", 11, 23, "a number")])

    first = idea.revisions.order_by("number").first()
    assert (first.title, stored()[0][0][0], len(stored()[0][0]) <= 1200) == (title, SEAL_SIGN, True)


def test_decision_that_is_taken_back_opens_the_text_again(redacted, moderator):
    take_back(Decision.objects.get(), moderator)

    assert stored()[0][1] == HELD_TEXT


def test_original_that_is_published_after_all_is_stored_as_it_is(redacted, lead):
    original = redacted.revisions.get(number=1)
    case = Case.objects.create(submission=redacted, revision=original, cause=Case.Cause.REPORTED, due_at=timezone.now())
    case.claim(lead)
    decide(case, revision_id=original.pk, action="publish", actor=lead)

    assert [text for _title, text in stored()] == [HELD_TEXT, stored()[1][1]]


def test_saving_a_sealed_revision_keeps_it_sealed(redacted):
    redacted.revisions.get(number=1).save()

    assert stored()[0][1].startswith(SEAL_SIGN)


def test_nobody_makes_a_text_look_sealed(consultation):
    submission_to(consultation, f"{SEAL_SIGN}gAAAAA")

    assert stored() == [("", "gAAAAA")]


def test_new_key_is_used_after_the_command_and_the_old_one_can_go(redacted, settings):
    user = UserFactory()
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    before = stored()
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    said = io.StringIO()

    call_command("reencrypt", stdout=said)

    settings.ENCRYPTION_KEYS = [NEW]
    assert redacted.revisions.get(number=1).text == HELD_TEXT
    assert stored()[0] != before[0] and stored()[1] == before[1]
    assert TOTP(Authenticator.objects.get(type="totp")).instance.wrap().validate_code("000000") is False
    lines = said.getvalue().splitlines()
    assert {"Secrets of second factors: 1 of 1", "Originals of redacted texts: 1 of 1"} <= set(lines)


def test_text_that_was_redacted_before_there_was_encryption_is_sealed_by_the_command(redacted):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE consultations_revision SET text = %s WHERE number = 1", [HELD_TEXT])

    call_command("reencrypt", stdout=io.StringIO())

    assert stored()[0][1].startswith(SEAL_SIGN)
    assert redacted.revisions.get(number=1).text == HELD_TEXT


def test_text_whose_key_is_gone_shows_so_and_is_kept_until_it_is_back(redacted, settings, privacy):
    before = stored()
    settings.ENCRYPTION_KEYS = [NEW]

    assert [each.text for each in open_sealed(redacted, actor=privacy, reason="A court asks.")] == [UNREADABLE]
    with pytest.raises(CommandError, match=r"1 values cannot be read; .*\nOriginals of redacted texts: "):
        call_command("reencrypt", stdout=io.StringIO())
    redacted.revisions.get(number=1).save()
    assert stored() == before

    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert redacted.revisions.get(number=1).text == HELD_TEXT


def test_address_in_somebody_else_s_sealed_text_is_found_and_covered(consultation, moderator):
    words = f"{HELD_TEXT} Or write to quill@example.org about it."
    other = submission_to(consultation, words, author_email="other@example.org")
    refuse_or_redact(other, moderator, Decision.Action.REDACT, [Span("text", 11, 23, "a number")])
    dossier = dossier_of("quill@example.org")
    assert {(trace.field, trace.passages) for trace in dossier.traces} == {("text", ("quill@example.org",))}

    cover_traces(dossier.traces, dossier.needles)

    first = other.revisions.get(number=1)
    assert first.text == words.replace("quill@example.org", "█" * 17)
    assert stored()[0][1].startswith(SEAL_SIGN)
