"""No address that a citizen gave stands in the database as it is, and each is found and read all the same."""

import io

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from consultations.models import Event, EventKind, Follow, Follower, SavedResponse, Submission
from consultations.personal_data import take_names_out
from moderation.models import Case, PersonErasure, Report
from moderation.personal_data import erase_reports, take_addresses_out
from moderation.redress.reports import file_report
from moderation.retention.job import forget_addresses
from portal.encryption.addresses import START_LETTERS
from portal.encryption.rotation import address_columns
from portal.models import Message, SuppressedAddress
from portal.outbox.sending import refuse
from portal.outbox.transports import Refused
from portal.privacy.data_kinds import ADDRESSES
from portal.privacy.data_map import DataMap
from portal.privacy.pack import dossier_of
from portal.privacy.person import all_record_kinds
from portal.privacy.traces import UNSEARCHED
from tests.consultations.following.letters import ask as follow
from tests.consultations.modes.questionnaire.saving import saved_response_to
from tests.consultations.submitting import comment, stamp
from tests.database_files import database_files
from tests.factories import submission_to

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
AUTHOR, REPORTER, ASKED_FOR = "ada.quill@zebrafinch.example", "bo.marl@zebrafinch.example", "cy.dune@zebrafinch.example"
FOLLOWER = "di.fern@zebrafinch.example"
PARTS = (b"ada.quill", b"bo.marl", b"cy.dune", b"di.fern", b"zebrafinch")


def give_addresses(client, consultation, privacy):
    """Leave an address in every form that takes one; a server refuses one of them."""
    for text, address in (("The bus is late.", AUTHOR.title()), ("So is the tram.", AUTHOR), ("Why?", ASKED_FOR)):
        assert comment(client, consultation, text, author_email=address).status_code == 302
    text = submission_to(consultation, "The tram is late.")
    report = {"clause": "-", "text": "It is on time.", "number": 1, "stamp": stamp(), "email": REPORTER}
    assert client.post(reverse("moderation:report", args=[text.reference]), report).status_code == 302
    client.force_login(privacy)
    wish = {"erase-who": ASKED_FOR, "erase-confirm": ASKED_FOR, "erase-reason": "The person asked for it in writing."}
    client.post(reverse("person_erase"), wish)
    Message.objects.post("moderation/report", to=AUTHOR, about=text, cause="kept")
    [message] = Message.objects.claim("email")
    refuse(message, Refused(f"550 <{AUTHOR}> is unknown", bad_address=True))
    client.logout()
    assert follow(client, consultation, address=FOLLOWER).status_code == 302
    saved = saved_response_to(consultation, {})
    assert client.post(saved.address_of("saved_link"), {"address": FOLLOWER, "stamp": stamp()}).status_code == 302


def stored():
    """Return each column that holds addresses, with its values as they are read and as they lie in the database."""
    values = {}
    for model, field in address_columns():
        rows = model._base_manager.exclude(**{field.name: ""}).annotate(raw=Cast(field.name, TextField()))
        values[f"{model._meta.label}.{field.name}"] = sorted(rows.values_list(field.name, "raw"))
    return values


def found():
    """Return how many rows each address leads to, by model, and what is read of them."""
    counts = {address: dossier_of(address).counts for address in (AUTHOR, REPORTER, ASKED_FOR, FOLLOWER)}
    return counts, {column: [address for address, _raw in values] for column, values in stored().items()}


def everything_stored():
    """Return the file of SQLite with its log, or every row of every table of PostgreSQL as text."""
    if connection.vendor == "sqlite":
        return b"".join(path.read_bytes() for path in database_files() if path.is_file())
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT whole::text FROM {connection.ops.quote_name(table)} whole")  # noqa: S608
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows).encode()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nothing_that_is_stored_names_an_address_of_a_citizen(client, consultation, privacy, settings):
    settings.ENCRYPTION_KEYS = [OLD]
    give_addresses(client, consultation, privacy)

    assert found()[1] == {
        "consultations.Follower.address": [FOLLOWER],
        "consultations.SavedResponse.address": [FOLLOWER],
        "consultations.Submission.author_email": sorted([AUTHOR.title(), AUTHOR, ASKED_FOR]),
        "moderation.PersonErasure.address": [ASKED_FOR],
        "moderation.Report.reporter_email": [REPORTER],
        "portal.Message.recipient": sorted([AUTHOR.title(), AUTHOR, AUTHOR, ASKED_FOR, FOLLOWER, FOLLOWER]),
    }
    dump = everything_stored().lower()
    assert [part for part in PARTS if part in dump] == []
    assert b"the person asked for it in writing." in dump


@pytest.mark.django_db
def test_every_address_is_found_and_read_before_and_after_a_key_is_changed(client, consultation, privacy, settings):
    settings.ENCRYPTION_KEYS = [OLD]
    give_addresses(client, consultation, privacy)
    before = found()
    assert before[0][AUTHOR]["portal.SuppressedAddress"] == 1
    assert before[0][AUTHOR]["consultations.Submission"] == 2

    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert found() == before
    call_command("reencrypt", stdout=io.StringIO())
    settings.ENCRYPTION_KEYS = [NEW]

    assert found() == before
    assert PersonErasure.objects.waiting().filter(address=ASKED_FOR.upper()).exists()


@pytest.mark.django_db
def test_secret_of_marks_that_stand_alone_can_be_changed(client, consultation, privacy, settings):
    give_addresses(client, consultation, privacy)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]

    assert set(SuppressedAddress.objects.among("email", [AUTHOR.upper()])) == {AUTHOR}
    assert Message.objects.to(AUTHOR).count() == 3
    SuppressedAddress.objects.note(AUTHOR, SuppressedAddress.Reason.BOUNCED, "")
    assert SuppressedAddress.objects.count() == 1


def test_columns_of_addresses_in_the_data_map_are_encrypted():
    mapped = {column.label for column in DataMap().of_kind(ADDRESSES)}

    assert mapped == {f"{model._meta.label}.{field.name}" for model, field in address_columns()}


def test_every_row_with_an_address_is_found_for_its_person():
    models = {model for model, _field in address_columns()}
    kept_to_itself = {model for model in models if model._meta.label in UNSEARCHED}

    assert models - {kind.model for kind in all_record_kinds()} == kept_to_itself == {PersonErasure}


WAYS_OF_BLANKING = {
    "retention": lambda actor: [*forget_addresses(Submission.objects.all())],
    "erasure of a text": lambda actor: [each.erase(actor) for each in Submission.objects.all()],
    "names taken out": lambda actor: take_names_out(Submission.objects.all()),
    "report answered": lambda actor: [each.close(Report.Outcome.KEPT) for each in Report.objects.all()],
    "report erased": lambda actor: erase_reports(Report.objects.all(), None, actor),
    "addresses taken out of reports": lambda actor: take_addresses_out(Report.objects.all()),
    "message sent": lambda actor: [each.sent("Subject") for each in Message.objects.claim("email")],
    "message called off": lambda actor: [each.forget_cause(1) for each in Message.objects.all()],
    "recipients forgotten": lambda actor: Message.objects.forget_recipients(),
    "follow stopped": lambda actor: [each.stop() for each in Follow.objects.all()],
    "saved response deleted": lambda actor: [each.forget() for each in SavedResponse.objects.all()],
    "wish refused": lambda actor: [each.refuse(actor) for each in PersonErasure.objects.all()],
    "wish granted": lambda actor: [each.approve(actor) for each in PersonErasure.objects.all()],
}


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS_OF_BLANKING)
def test_whatever_blanks_an_address_blanks_its_hash(consultation, privacy, moderator, way):
    text = submission_to(consultation, "The bus is late.", author_email=AUTHOR)
    file_report(text, text.cleared, reporter_key="a", reporter_email=AUTHOR, clause="")
    Message.objects.all().delete()  # that the text is public
    Message.objects.post("tests/none", to=AUTHOR, about=consultation, cause=1)
    PersonErasure.objects.create(address=AUTHOR, asked_by=moderator, reason="They asked.")
    Follow.objects.begin(Follower.objects.with_address(AUTHOR), consultation, "daily")
    saved_response_to(consultation, {}).note_address(AUTHOR)
    Event.objects.create(kind=EventKind.OUTCOME_PUBLISHED, consultation=consultation)
    Case.objects.update(closed_at=timezone.now())  # while somebody decides about a text, its address is kept
    before = stored()
    assert {len(values) for values in before.values()} == {1}

    WAYS_OF_BLANKING[way](privacy)

    after = stored()
    assert {column for column in before if not after[column]}
    assert not set(before) - set(after)
    [hash_made] = {raw[:START_LETTERS] for values in before.values() for _address, raw in values}
    left = {column for column, values in after.items() if any(hash_made in raw for _address, raw in values)}
    assert left == {column for column, values in after.items() if AUTHOR in [address for address, _raw in values]}
