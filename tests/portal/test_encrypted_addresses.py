"""Addresses of citizens are encrypted in the database, found by a keyed hash, and written again with a new key."""

import io

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection

from consultations.models import Submission
from consultations.personal_data import texts_sent_by
from portal.encryption.addresses import ADDRESS_COLUMN_LENGTH, START_LETTERS
from portal.encryption.fields import SEAL_SIGN, UNREADABLE
from portal.outbox.address_keys import address_key
from portal.privacy.person import find_person
from tests.factories import submission_to

pytestmark = pytest.mark.django_db

ADDRESS = "wilhelmina.quillfeather@consultations.example.org"  # longer than the hash
OLD, SECOND, NEW = (Fernet.generate_key().decode() for _key in range(3))


def stored(text):
    """Return the address of a text as it lies in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT author_email FROM consultations_submission WHERE id = %s", [text.pk])
        return cursor.fetchone()[0]


def store(text, value):
    """Write a value past the field, as an earlier release did."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE consultations_submission SET author_email = %s WHERE id = %s", [value, text.pk])


def found(address):
    return list(Submission.objects.filter(author_email=address))


@pytest.fixture
def text(consultation, settings):
    settings.ENCRYPTION_KEYS = [OLD]
    return submission_to(consultation, "The bus is late.", author_email=ADDRESS)


def test_address_does_not_stand_in_the_database_and_is_read_as_before(text):
    value = stored(text)

    assert (value[0], "quillfeather" in value.lower(), len(value) <= ADDRESS_COLUMN_LENGTH) == (SEAL_SIGN, False, True)
    assert Submission.objects.get(pk=text.pk).author_email == ADDRESS
    assert list(Submission.objects.values_list("author_email", flat=True)) == [ADDRESS]


def test_same_address_is_stored_with_the_same_hash_and_other_signs_behind_it(text, consultation):
    other = submission_to(consultation, "The tram is late.", author_email=ADDRESS.upper())

    ours, theirs = stored(text), stored(other)
    assert (ours[:START_LETTERS] == theirs[:START_LETTERS], ours == theirs) == (True, False)


@pytest.mark.parametrize("typed", [ADDRESS, ADDRESS.upper(), f" {ADDRESS.title()} "])
def test_address_is_found_in_any_case(text, consultation, typed):
    submission_to(consultation, "The tram is late.", author_email=f"x{ADDRESS}")
    submission_to(consultation, "The ferry is late.")

    assert found(typed) == [text]
    assert Submission.objects.exclude(author_email=typed).count() == 2


@pytest.mark.parametrize("typed", ["eva@b\u00fccher.example", "eva@bu\u0308cher.example", "Eva@xn--bcher-kva.example"])
def test_address_is_found_in_every_spelling_of_its_domain(consultation, typed):
    text = submission_to(consultation, "The bus is late.", author_email="eva@b\u00fccher.example")

    assert (found(typed), found("eva@bucher.example")) == ([text], [])
    assert address_key(typed) == address_key("eva@b\u00fccher.example")


def test_longest_address_fits(consultation):
    longest = f"{'q' * 64}@{'ж' * 60}.{'𝔸' * 60}.{'ж' * 60}.org"[:254]
    text = submission_to(consultation, "The bus is late.", author_email=longest)

    assert len(stored(text)) <= ADDRESS_COLUMN_LENGTH
    assert found(longest) == [text]


def test_no_address_is_stored_as_nothing(consultation):
    text = submission_to(consultation, "The bus is late.")

    assert stored(text) == ""
    assert (found(""), found("   ")) == ([text], [text])


def test_hash_goes_with_the_address(text):
    Submission.objects.filter(pk=text.pk).update(author_email="")

    assert (stored(text), found(ADDRESS)) == ("", [])


@pytest.mark.parametrize("lookup", ["iexact", "contains", "icontains", "startswith", "in", "regex", "gt", "lower"])
def test_condition_that_would_look_into_encrypted_values_is_refused(lookup):
    with pytest.raises(FieldError):
        Submission.objects.filter(**{f"author_email__{lookup}": ADDRESS})


def test_index_is_used(text):
    plan = Submission.objects.filter(author_email=ADDRESS).explain
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "submission_address" in plan()


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="Another planner reads a table of one row whole.")
def test_texts_of_a_person_are_found_by_indexes(text):
    person = find_person(ADDRESS)

    plan = texts_sent_by(person).explain()
    assert ("submission_address" in plan, "SCAN consultations_submission" in plan) == (True, False)


def test_address_of_an_earlier_release_is_read_and_found_until_it_is_encrypted(text):
    store(text, ADDRESS.title())
    assert (Submission.objects.get().author_email, found(ADDRESS), found(f"{ADDRESS}x")) == (
        ADDRESS.title(),
        [text],
        [],
    )

    call_command("reencrypt", stdout=io.StringIO())

    assert stored(text).startswith(SEAL_SIGN)
    assert (Submission.objects.get().author_email, found(ADDRESS)) == (ADDRESS.title(), [text])


def test_nobody_makes_an_address_look_encrypted(consultation):
    text = submission_to(consultation, "The bus is late.", author_email=f"{SEAL_SIGN}{ADDRESS}")

    assert Submission.objects.get(pk=text.pk).author_email == ADDRESS


def test_new_key_finds_and_reads_and_the_old_one_can_go_after_the_command(text, settings):
    before = stored(text)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert (found(ADDRESS), Submission.objects.get().author_email) == ([text], ADDRESS)
    said = io.StringIO()

    call_command("reencrypt", stdout=said)

    settings.ENCRYPTION_KEYS = [NEW]
    assert stored(text)[:START_LETTERS] != before[:START_LETTERS]
    assert (found(ADDRESS), Submission.objects.get().author_email) == ([text], ADDRESS)
    assert "consultations.Submission.author_email: 1 of 1" in said.getvalue()


def test_keys_can_be_set_on_a_site_that_had_none(consultation, settings):
    settings.ENCRYPTION_KEYS = []
    text = submission_to(consultation, "The bus is late.", author_email=ADDRESS)
    settings.ENCRYPTION_KEYS = [NEW]
    assert found(ADDRESS) == [text]

    call_command("reencrypt", stdout=io.StringIO())

    settings.SECRET_KEY = "another" * 10
    assert (found(ADDRESS), Submission.objects.get().author_email) == ([text], ADDRESS)


def test_value_that_no_key_reads_keeps_no_other_from_the_new_key(text, consultation, settings):
    settings.ENCRYPTION_KEYS = [SECOND]
    later = submission_to(consultation, "The tram is late.", author_email="later@example.org")
    settings.ENCRYPTION_KEYS = [NEW, SECOND]

    with pytest.raises(CommandError, match="2 values cannot be read"):
        call_command("reencrypt", stdout=io.StringIO())

    settings.ENCRYPTION_KEYS = [NEW]
    assert Submission.objects.get(pk=later.pk).author_email == "later@example.org"


def test_address_whose_key_is_gone_shows_so_and_is_kept_until_it_is_back(text, settings):
    before = stored(text)
    settings.ENCRYPTION_KEYS = [NEW]

    row = Submission.objects.get()
    assert (row.author_email, found(ADDRESS)) == (UNREADABLE, [])
    row.save()
    with pytest.raises(CommandError, match=r"2 values cannot be read; .*\n.* was encrypted with another key"):
        call_command("reencrypt", stdout=io.StringIO())
    assert stored(text) == before

    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert (Submission.objects.get().author_email, found(ADDRESS)) == (ADDRESS, [text])
