"""The door: how people get in, and how often they may try."""

import re
from html import unescape
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress
from captcha.models import CaptchaStore
from django.core import mail
from django.test import Client
from django.urls import reverse

from portal.accounts.mails import CODE_SUBJECTS, NOTICE_SENTENCES
from portal.accounts.throttle import FAILURES_OF_NETWORK, PASSWORDS_FOR_ADDRESS
from portal.http.puzzle import WRONG_SUMS
from portal.models import Message, User
from portal.outbox.sending import send_due
from tests.factories import UserFactory, questionnaire_for, response_to, submission_to
from tests.portal.accounts.signing_in import (
    CODE,
    CONFIRM,
    LOGIN,
    PASSWORD,
    code_sent,
    sign_in,
    signed_in_as,
)

pytestmark = pytest.mark.django_db
TEMPLATES = Path(allauth.__file__).parent / "templates"


def test_a_password_opens_the_account(client, person):
    answer = sign_in(client, person)

    assert (answer.status_code, answer["Location"], signed_in_as(client)) == (302, "/account/", str(person.pk))


def test_a_code_by_mail_opens_the_account_without_a_password(client):
    user = UserFactory()

    client.post(CODE, {"email": user.email})
    answer = client.post(CONFIRM, {"code": code_sent(user.email)})

    assert (answer["Location"], signed_in_as(client)) == ("/account/", str(user.pk))
    assert EmailAddress.objects.get(user=user).verified


def test_a_code_does_not_stand_readable_in_the_outbox(client, person):
    client.post(CODE, {"email": person.email})

    stored = repr(Message.objects.values().get())

    assert code_sent(person.email) not in stored


def test_every_log_in_leads_to_the_one_door(client, consultation):
    places = ["/admin/", "/admin/login/?next=/admin/reports/", reverse("wagtailusers_users:index")]

    led = [client.get(place)["Location"] for place in places]

    assert led == [
        "/account/login/?next=/admin/",
        "/account/login/?next=/admin/reports/",
        "/account/login/?next=/admin/users/",
    ]
    assert client.get("/admin/password_reset/").status_code == 404


def test_the_same_is_said_of_an_address_without_an_account(client, person):
    known = client.post(LOGIN, {"login": person.email, "password": "wrong"}).content.decode()
    unknown = client.post(LOGIN, {"login": "nobody@example.org", "password": "wrong"}).content.decode()
    asked = [Client().post(CODE, {"email": email}) for email in (person.email, "nobody@example.org")]
    pages = [Client().post(CODE, {"email": email}, follow=True) for email in (person.email, "nobody@example.org")]

    def plain(page, email):
        return re.sub(r'value="[^"]{20,}"', "", page.replace(email, "…"))

    assert plain(known, person.email) == plain(unknown, "nobody@example.org")
    assert [(answer.status_code, answer["Location"]) for answer in asked] == [(302, CONFIRM)] * 2
    first, second = (page.content.decode() for page in pages)
    assert plain(first, person.email) == plain(second, "nobody@example.org")
    send_due()
    assert {to for letter in mail.outbox for to in letter.to} == {person.email}


@pytest.mark.django_db(transaction=True)  # allauth waits for the commit
def test_making_an_account_that_exists_says_nothing_and_writes_to_its_owner(person):
    new = Client().post("/account/signup/", {"email": "new@example.org"})
    again = Client().post("/account/signup/", {"email": person.email})

    send_due()

    assert (new.status_code, new["Location"]) == (again.status_code, again["Location"])
    assert {letter.to[0]: letter.subject for letter in mail.outbox} == {
        "new@example.org": "Your code to confirm this address",
        person.email: "You have an account already",
    }


def test_after_too_many_passwords_a_code_still_opens_the_account(client, person):
    said = [sign_in(client, person, f"wrong {number}").content.decode() for number in range(PASSWORDS_FOR_ADDRESS.most)]
    right = sign_in(client, person)

    assert not any("too many wrong passwords" in page for page in said)
    assert (right.status_code, "too many wrong passwords" in right.content.decode()) == (200, True)
    client.post(CODE, {"email": person.email})
    client.post(CONFIRM, {"code": code_sent(person.email)})
    assert signed_in_as(client) == str(person.pk)


def test_a_right_password_begins_the_count_anew(client, person):
    for number in range(PASSWORDS_FOR_ADDRESS.most):
        sign_in(client, person, f"wrong {number}") if number else sign_in(client, person)
        client.logout()

    assert sign_in(client, person).status_code == 302


def test_a_network_with_many_failures_works_out_a_puzzle_and_is_not_locked_out(client, person):
    for number in range(FAILURES_OF_NETWORK.most + 1):
        client.post(LOGIN, {"login": f"pupil{number}@example.org", "password": "wrong"})

    asked = sign_in(client, person)
    puzzle = CaptchaStore.objects.latest("pk")
    solved = sign_in(client, person, captcha_0=puzzle.hashkey, captcha_1=puzzle.response)

    assert (asked.status_code, "small puzzle" in asked.content.decode(), solved.status_code) == (200, True, 302)


def test_a_puzzle_at_the_door_has_one_try_and_guessing_makes_it_harder(client, person):
    for number in range(FAILURES_OF_NETWORK.most + 1):
        client.post(LOGIN, {"login": f"pupil{number}@example.org", "password": "wrong"})
    sign_in(client, person)
    first = CaptchaStore.objects.latest("pk")
    sign_in(client, person, captcha_0=first.hashkey, captcha_1="0")

    again = sign_in(client, person, captcha_0=first.hashkey, captcha_1=first.response)
    for _n in range(WRONG_SUMS.most):
        sign_in(client, person, captcha_0="none", captcha_1="0")
    harder = CaptchaStore.objects.latest("pk")
    solved = sign_in(client, person, captcha_0=harder.hashkey, captcha_1=harder.response)

    assert (again.status_code, first.challenge[-1], len(harder.response), solved.status_code) == (200, "=", 6, 302)


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("short pass", True),
        ("password1234", True),
        ("harbour transport", True),
        ("harbour transport agency 1", True),
        ("seven green ferries", False),
        ("harbour seven green ferries", False),
    ],
)
def test_passwords_are_long_and_neither_common_nor_the_agency_s(client, person, password, refused):
    from portal.models import Agency

    Agency.objects.update_or_create(defaults={"name": "Harbour Transport Agency", "short_name": "HTA"})
    sign_in(client, person)

    answer = client.post(
        "/account/password/change/", {"oldpassword": PASSWORD, "password1": password, "password2": password}
    )

    assert (answer.status_code == 200) is refused


def test_a_change_of_password_is_told_to_the_address(client, person):
    sign_in(client, person)
    new = "eight yellow trams"

    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    send_due()

    assert [(letter.to, letter.subject) for letter in mail.outbox] == [([person.email], "Your account was changed")]
    assert "Your password was changed." in mail.outbox[0].body


def test_an_administrator_who_changes_an_address_takes_the_old_one_s_right_away(client, administrator, person):
    client.force_login(administrator)
    old = person.email
    sent = {"email": "new@example.org", "first_name": "Robin", "last_name": "New", "is_active": "on"}

    client.post(reverse("wagtailusers_users:edit", args=[person.pk]), sent)
    send_due()

    assert (User.objects.get(pk=person.pk).email, [letter.to for letter in mail.outbox]) == ("new@example.org", [[old]])
    client.logout()
    client.post(CODE, {"email": old})
    send_due()
    assert len(mail.outbox) == 1


def test_nobody_sets_a_password_for_somebody_else(client, administrator, person):
    client.force_login(administrator)

    pages = [
        client.get(reverse("wagtailusers_users:add")),
        client.get(reverse("wagtailusers_users:edit", args=[person.pk])),
    ]

    assert ["password" in page.content.decode() for page in pages] == [False, False]


def test_the_account_lists_what_its_person_wrote_and_nothing_else(
    client, person, consultation, django_assert_num_queries
):
    others = submission_to(consultation, "Of somebody else.")
    client.force_login(person)
    empty = client.get("/account/").content.decode()
    comment = submission_to(consultation, "More buses, please.", author=person)
    question = questionnaire_for(consultation)[0]
    response = response_to(consultation, {question: "A lamp."}, author=person)

    with django_assert_num_queries(14):
        page = client.get("/account/").content.decode()

    assert ("Your 0 texts" in empty, "Your 2 texts" in page) == (True, True)
    assert [each.get_receipt_url() in unescape(page) for each in (comment, response, others)] == [True, True, False]


def test_every_mail_that_allauth_can_send_has_words_of_ours():
    found = {str(path.relative_to(TEMPLATES))[: -len("_subject.txt")] for path in TEMPLATES.rglob("*_subject.txt")}

    others = {
        "account/email/unknown_account",
        "account/email/password_reset_key",
        "account/email/account_already_exists",
    }
    assert found - others <= {*CODE_SUBJECTS, *NOTICE_SENTENCES}


def test_an_old_session_asks_again_before_the_account_changes(client, person, time_machine):
    time_machine.move_to("2026-11-02 09:00Z")
    sign_in(client, person)
    time_machine.move_to("2026-11-02 09:06Z")

    asked = [client.get(f"/account/2fa/{page}/") for page in ("totp/activate", "webauthn/add")]
    asked.append(client.post("/account/email/", {"action_add": "", "email": "new@example.org"}))

    assert {answer["Location"].partition("?")[0] for answer in asked} == {"/account/reauthenticate/"}


def test_an_account_made_with_capital_letters_gets_in_by_a_code(client):
    user = UserFactory(email="Nia@Example.org")

    client.post(CODE, {"email": "Nia@Example.org"})
    client.post(CONFIRM, {"code": code_sent("nia@example.org")})

    assert signed_in_as(client) == str(user.pk)
