"""One's own data as a file, and closing one's own account."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.models import Response
from moderation.findings.redaction import Span
from moderation.models import PersonErasure, Report
from moderation.review.sealing import sealed_name
from portal.accounts.addresses import confirmed_address
from portal.accounts.visitors import person_key
from portal.agency.moments import day_and_time
from portal.models import AuditEntry, Message, StaffNotification
from portal.outbox.sending import send_due
from portal.privacy.closing import close_account
from portal.privacy.data_kinds import ACCOUNTS, SIGNING_IN
from portal.privacy.data_map import DataMap
from portal.privacy.pack import own_holdings, own_pack_file
from portal.privacy.person import all_record_kinds
from tests.factories import UserFactory, held_in, questionnaire_for, response_to, submission_to
from tests.moderation.redress.decisions import PRIVATE, decided, reported
from tests.portal.account_forms import edit
from tests.portal.accounts.signing_in import PASSWORD, confirmed, sign_in, signed_in_as

pytestmark = pytest.mark.django_db

DATA, CLOSE, CLOSED = "/account/data/", "/account/close/", "/account/closed/"
WORDS = "The night bus should stop at the old ferry pier as well."
ONLY_OF_STAFF = {"wagtailusers.UserProfile", "wagtailcore.APIToken"}
KEEP, ERASE = {"texts": "keep", "sure": "on"}, {"texts": "erase", "sure": "on"}


@pytest.fixture
def home(client, person):
    sign_in(client, person)
    return client


@pytest.fixture
def text(consultation, person):
    return submission_to(consultation, WORDS, author=person, author_name="Ada Quill", author_email=person.email)


@pytest.fixture
def colleague(db):
    return UserFactory(groups=["Privacy officers"])


def pack_of(answer):
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        return json.loads(pack.read("person.json")), pack.read("person.html").decode()


def letters_to(address):
    send_due()
    return [" ".join(letter.body.split()) for letter in mail.outbox if letter.to == [address]]


@pytest.mark.parametrize("address", [DATA, CLOSE])
def test_an_old_session_is_asked_who_it_is(home, address, time_machine):
    time_machine.move_to(datetime.now(UTC) + timedelta(minutes=6))

    answer = home.get(address)

    assert (answer.status_code, unquote(answer["Location"])) == (302, f"/account/reauthenticate/?next={address}")


def test_the_password_given_again_leads_back(home, time_machine):
    time_machine.move_to(datetime.now(UTC) + timedelta(minutes=6))

    answer = home.post("/account/reauthenticate/", {"password": PASSWORD, "next": CLOSE})

    assert (answer["Location"], home.get(CLOSE).status_code) == (CLOSE, 200)


def test_one_s_own_file_holds_what_one_gave_and_nothing_of_others(home, person, text, consultation):
    guest = submission_to(consultation, author_email=person.email.upper(), text="Sent without signing in, the ferry.")
    other = submission_to(consultation, author_email="other@example.org", text="Somebody else wrote these words.")

    data, page = pack_of(home.post(DATA))

    said = json.dumps(data)
    assert [each in said and each in page for each in (text.reference, guest.reference, other.reference)] == [
        True,
        True,
        False,
    ]
    assert {"Accounts", "Texts", "Every version of these texts"} <= set(data["tables"])
    assert data["tables"]["Texts"][0]["received_at"][:19] == text.received_at.isoformat()[:19]
    assert "+00:00" not in page and day_and_time(text.received_at) in page


def test_what_a_stranger_sent_with_one_s_address_is_told_without_name_and_words(home, person, text, consultation):
    sent = {"author_name": "Bob Marl", "author_email": person.email, "author_key": "b" * 32}
    strange = submission_to(consultation, "Bob lives at the east gate.", **sent)
    report = reported(text, "c", text="Bob says it is untrue.", reporter_email=person.email)

    data, page = pack_of(home.post(DATA))

    assert [word for word in ("Bob", "east gate", "b" * 32, "untrue") if word in page + json.dumps(data)] == []
    assert [set(row) for row in data["tables"]["Texts"] if row["reference"] == strange.reference] == [
        {"reference", "received_at"}
    ]
    assert WORDS in page and report.reference in page


def test_an_address_that_is_not_confirmed_brings_in_nothing(consultation):
    user = UserFactory()
    sent = submission_to(consultation, author=user)
    guest = submission_to(consultation, author_email=user.email)

    data = own_pack_file(own_holdings(user, confirmed_address(user)), user.email)

    assert [each.reference in str(zipfile.ZipFile(io.BytesIO(data)).read("person.json")) for each in (sent, guest)] == [
        True,
        False,
    ]


def test_one_s_own_file_tells_how_one_signs_in_and_gives_no_key(home, person):
    SocialAccount.objects.create(user=person, provider="agency", uid="sub-4711", extra_data={"nickname": "quill"})
    for kind, data in (("webauthn", {"name": "Blue key", "credential": "S3CRET"}), ("totp", {"secret": "S3CRET"})):
        Authenticator.objects.create(user=person, type=kind, data=data)

    data, page = pack_of(home.post(DATA))

    for told in ("127.0.0.1", "sub-4711", "quill", "Blue key"):
        assert told in json.dumps(data) and told in page
    assert person.email in json.dumps(data["tables"]["Addresses of the account"])
    for secret in ("S3CRET", home.session.session_key):
        assert secret not in json.dumps(data) + page


def test_every_table_with_data_of_accounts_has_a_kind_of_record():
    columns = (*DataMap().of_kind(ACCOUNTS), *DataMap().of_kind(SIGNING_IN))
    tables = {each.model for each in columns if any(field.name == "user" for field in each.model._meta.local_fields)}

    told = {kind.model for kind in all_record_kinds()}
    assert {model._meta.label for model in tables - told} == ONLY_OF_STAFF
    assert len(tables & told) == 5


def test_one_s_own_file_leaves_to_the_officer_what_staff_and_rules_said(home, text):
    case_words = {"Cases in the queue", "What rules found in these texts", "Decisions about these texts"}
    case_words |= {"Notes among colleagues about these texts", "Opinions of two moderators about these texts"}

    data, page = pack_of(home.post(DATA))

    assert not case_words & set(data["tables"])
    assert "The privacy officer hands it out." in page


def test_file_is_not_handed_out_without_end(home):
    answers = [home.post(DATA).status_code for _try in range(21)]

    assert answers == [200] * 20 + [429]


def test_closing_needs_to_be_meant(home, person):
    answer = home.post(CLOSE, {"texts": "keep"})

    person.refresh_from_db()
    assert (answer.status_code, person.is_active) == (422, True)
    assert "Tick this, and the account is closed." in answer.content.decode()


def test_closed_account_holds_nothing_and_its_texts_stay_without_name(home, person, text, consultation):
    elsewhere, address = Client(), person.email
    sign_in(elsewhere, person)

    answer = home.post(CLOSE, KEEP)

    person.refresh_from_db()
    text.refresh_from_db()
    assert (answer["Location"], home.get(CLOSED).status_code) == (CLOSED, 200)
    assert (person.email, person.first_name, person.last_name, person.is_active, person.has_usable_password()) == (
        f"erased-{person.pk}@invalid.invalid",
        "",
        "",
        False,
        False,
    )
    assert (text.author_name, text.author_email, text.author, text.status) == ("", "", person, "published")
    page = Client().get(consultation.url).content.decode()
    assert (WORDS in page, "Ada Quill" in page) == (True, False)
    assert [signed_in_as(client) for client in (home, elsewhere)] == [None, None]
    assert signed_in_as(Client()) is None and sign_in(Client(), person).status_code == 200
    assert not PersonErasure.objects.exists()
    [letter] = letters_to(address)
    assert "nobody can sign in with it any more. What you wrote stays where it is" in letter
    assert not Message.objects.filter(recipient=address).exists()


def test_no_letter_about_a_report_goes_to_a_closed_account(home, person, consultation, time_machine):
    told = {"reader": person_key("user", str(person.pk)), "text": "It is untrue.", "reporter_email": person.email}
    waits = reported(submission_to(consultation, "That driver is slow."), **told)
    answered = reported(submission_to(consultation, "That ferry is late."), **told)
    answered.close(Report.Outcome.KEPT)
    address = person.email

    home.post(CLOSE, KEEP)
    waits.refresh_from_db()
    waits.close(Report.Outcome.KEPT)
    time_machine.move_to(datetime.now(UTC) + timedelta(hours=1))
    letters = letters_to(address)

    assert [each for each in letters if "report" in each.lower()] == [] and len(letters) == 1
    assert list(Report.objects.values_list("reporter_email", "text")) == [("", "It is untrue.")] * 2
    assert not Message.objects.filter(recipient=address).exclude(template__startswith="account/").exists()


def test_a_name_that_a_redaction_took_out_goes_with_the_account(home, person, consultation, moderator):
    text = held_in(consultation, author=person, author_name="Ada Quill", author_email=person.email)
    name = {"clauses": [PRIVATE], "reason": "A name.", "spans": [Span("name", 0, 9)]}
    decision = decided(text, "redact", moderator, **name)
    text.refresh_from_db()
    assert sealed_name(text) == decision.previous_state["author_name"] == "Ada Quill"

    home.post(CLOSE, KEEP)

    decision.refresh_from_db()
    text.refresh_from_db()
    assert ("Ada" in str(decision.previous_state), sealed_name(text), text.author_name) == (False, "", "")


def test_closing_is_in_the_ledger_without_the_address(home, person):
    address = person.email
    home.post(CLOSE, KEEP)

    entry = AuditEntry.objects.get(action="account.closed")
    assert (entry.by, entry.subject_id, entry.facts) == (None, str(person.pk), {"erasure_asked": False})
    assert address not in str(list(AuditEntry.objects.values()))


def test_erasing_the_texts_too_waits_for_one_officer_who_sees_all_of_it(home, person, text, consultation, colleague):
    question = questionnaire_for(consultation)[0]
    response_to(consultation, {question: "A lamp."}, author=person)
    guest, address = submission_to(consultation, author_email=person.email), person.email
    home.post(CLOSE, ERASE)
    text.refresh_from_db()
    desk, asked = Client(), PersonErasure.objects.get()
    desk.force_login(colleague)

    assert StaffNotification.objects.filter(kind="moderation.person_erasure", user=colleague).exists()
    page = desk.get(f"/admin/privacy/people/{asked.pk}/").content.decode()
    assert [each in page for each in (text.reference, guest.reference, "the person, who closed the account")] == (
        [True] * 3
    )
    assert (text.author_name, text.erased_at) == ("", None)
    assert "has to approve that" in letters_to(address)[-1]

    desk.post(f"/admin/privacy/people/{asked.pk}/approve/")

    for each in (text, guest):
        each.refresh_from_db()
        assert (bool(each.erased_at), each.author, each.current.text) == (True, None, "")
    assert Response.objects.get().author is None
    asked.refresh_from_db()
    assert (asked.address, asked.asked_by, asked.approved_by) == ("", None, colleague)
    assert "It is erased." in letters_to(address)[-1]


def test_address_that_an_administrator_wrote_into_an_account_erases_nobody_s_texts(
    home, person, text, consultation, administrator, colleague
):
    guest, desk = submission_to(consultation, author_email="victim@example.org"), Client()
    desk.force_login(administrator)
    edit(desk, person, email="victim@example.org")

    assert home.post(CLOSE, ERASE)["Location"].startswith("/account/login/")  # every sign-in has ended
    person.refresh_from_db()
    close_account(person, with_texts=True)

    asked = PersonErasure.objects.get()
    desk.force_login(colleague)
    page = desk.get(f"/admin/privacy/people/{asked.pk}/").content.decode()
    assert [each.reference in page for each in (text, guest)] == [True, False]
    desk.post(f"/admin/privacy/people/{asked.pk}/approve/")
    for each in (text, guest):
        each.refresh_from_db()
    assert (asked.address, bool(text.erased_at), guest.erased_at) == ("", True, None)
    assert "We do not write to you when it is answered" in letters_to("victim@example.org")[-1]


def test_texts_that_an_officer_keeps_stay_without_a_name_and_the_person_is_told(home, person, text, colleague):
    address = person.email
    home.post(CLOSE, ERASE)
    desk, asked = Client(), PersonErasure.objects.get()
    desk.force_login(colleague)

    desk.post(f"/admin/privacy/people/{asked.pk}/refuse/")

    text.refresh_from_db()
    asked.refresh_from_db()
    assert (text.erased_at, text.author_name, text.author_email, asked.address) == (None, "", "", "")
    assert "decided to keep it, without your name and address" in letters_to(address)[-1]


def test_account_with_a_role_is_closed_by_an_administrator(client):
    moderator = confirmed(UserFactory(groups=["Submission moderators"]))
    sign_in(client, moderator)

    answer = client.post(CLOSE, KEEP)

    moderator.refresh_from_db()
    assert (moderator.is_active, "an administrator closes it" in answer.content.decode()) == (True, True)
    assert CLOSE not in client.get("/account/").content.decode()


def test_address_of_a_closed_account_may_have_a_new_one(home, person):
    address = person.email
    home.post(CLOSE, KEEP)

    answer = Client().post("/account/signup/", {"email": address, "password1": "nine violet tugboats"})

    assert answer.status_code == 302


def test_closing_reads_no_session_of_others(home, person):
    """However many people are signed in, whoever closes an account ends the own sessions by their keys only."""
    elsewhere, stranger = Client(), Client()
    sign_in(elsewhere, person)
    sign_in(stranger, confirmed(UserFactory()))

    with CaptureQueriesContext(connection) as queries:
        close_account(person, with_texts=False)

    assert (signed_in_as(elsewhere), signed_in_as(home)) == (None, None)
    assert signed_in_as(stranger)
    read = [each["sql"] for each in queries if 'FROM "django_session"' in each["sql"]]
    assert read and all('"session_key" IN (' in sql for sql in read)
