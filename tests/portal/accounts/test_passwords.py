"""What a password may be: long or short within bounds, any signs, and hashed slowly."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account import app_settings
from django.conf import global_settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from portal import settings as site_settings
from portal.models import Agency, User
from tests.factories import UserFactory
from tests.portal.accounts.signing_in import CODE, CONFIRM, code_sent, confirmed, sign_in, signed_in_as

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("password", ["quay" * 2 + "moss", "heron" * 25 + "abc", "Hæþ 🦆 im Nebel  zwei", "   ø" * 32])
def test_any_signs_are_taken_from_twelve_to_a_hundred_and_twenty_eight(password):
    validate_password(password)


@pytest.mark.parametrize("password", ["heronmossie", "heron" * 25 + "abcd"])
def test_shorter_and_longer_ones_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


def test_the_last_letter_of_a_long_one_counts():
    password = "heron" * 25 + "abc"

    hasher = PBKDF2PasswordHasher()
    stored = hasher.encode(password, "salt", iterations=1)

    assert (hasher.verify(password, stored), hasher.verify(password[:-1], stored)) == (True, False)


def test_the_site_hashes_as_slowly_as_is_asked_for_today():
    assert not hasattr(site_settings, "PASSWORD_HASHERS")
    assert global_settings.PASSWORD_HASHERS[0].endswith(".PBKDF2PasswordHasher")
    assert PBKDF2PasswordHasher.iterations >= 310_000
    assert len(PBKDF2PasswordHasher().salt()) * 5.9 >= 128  # bits of 62 signs


def test_browsers_may_fill_in_and_people_may_paste(client):
    page = client.get(reverse("account_login")).content.decode()

    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


def test_nothing_makes_people_change_a_password_in_time(client, person):
    User.objects.filter(pk=person.pk).update(last_login=timezone.now() - timedelta(days=3650))

    assert sign_in(client, person)["Location"] == "/account/"


def test_there_is_no_hint_and_no_secret_question():
    names = {field.name for field in User._meta.get_fields()}

    assert [name for name in names if "hint" in name or "question" in name] == []


def test_a_new_site_has_no_account():
    assert User.objects.count() == 0


def test_mailed_codes_run_out_after_ten_minutes(client, person):
    client.post(CODE, {"email": person.email})
    code = code_sent(person.email)

    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1)):
        client.post(CONFIRM, {"code": code})

    assert signed_in_as(client) is None
    assert app_settings.PASSWORD_RESET_BY_CODE_TIMEOUT == 600


def test_mailed_codes_are_hard_to_guess(client, person):
    client.post(CODE, {"email": person.email})

    letters = code_sent(person.email).replace("-", "")

    assert len(letters) * 4.3 >= 20  # bits, of 20 letters and digits or more
    assert app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS <= 3


def give_password(person, password):
    """Give an account a password that was allowed once."""
    person.set_password(password)
    person.save()


@pytest.mark.parametrize("password", ["password12345", "harbour transport"])
def test_a_password_that_is_refused_today_lets_in_to_choose_another(client, person, password):
    Agency.objects.update_or_create(defaults={"name": "Harbour Transport Agency", "short_name": "HTA"})
    give_password(person, password)

    led = sign_in(client, person, password=password)["Location"]
    refused = [client.get(place)["Location"] for place in ("/account/", "/consultations/")]
    weak = {"oldpassword": password, "password1": password, "password2": password}
    client.post("/account/password/change/", weak)
    still = client.get("/account/").status_code
    client.post("/account/password/change/", weak | dict.fromkeys(("password1", "password2"), "nine quiet herons"))

    assert (led, refused, still) == ("/account/password/change/", ["/account/password/change/"] * 2, 302)
    assert client.get("/account/").status_code == 200
    client.post("/account/logout/")
    assert sign_in(client, person, password="nine quiet herons")["Location"] == "/account/"


def test_staff_with_a_weak_password_get_to_no_page_of_staff(client):
    user = confirmed(UserFactory(groups=["Submission moderators"]))
    give_password(user, "password12345")

    sign_in(client, user, password="password12345")

    assert client.get("/admin/")["Location"] == "/account/password/change/"


def test_a_code_by_mail_asks_for_no_other_password(client, person):
    give_password(person, "password12345")
    client.post(CODE, {"email": person.email})
    client.post(CONFIRM, {"code": code_sent(person.email)})

    assert client.get("/account/").status_code == 200


def signed_in_with_weak_password(client, person):
    give_password(person, "password12345")
    sign_in(client, person, password="password12345")


def test_a_weak_password_is_told_of_once_and_in_words_that_are_true(client, person):
    signed_in_with_weak_password(client, person)
    for place in ("/account/", "/consultations/", "/"):
        client.get(place)

    page = client.get("/account/password/change/").content.decode()

    assert page.count("Your password is easy to guess. Choose another one.</p>") == 1
    assert "many people use" not in page


def test_a_form_that_is_sent_with_a_weak_password_is_not_led_away(client, person, consultation):
    signed_in_with_weak_password(client, person)

    answer = client.post(reverse("consultations:comment", args=[consultation.slug]), {"text": "More buses."})

    assert (answer.status_code, "Leave this page open" in answer.content.decode()) == (403, True)
    assert "easy to guess" not in client.get("/account/password/change/").content.decode()


@pytest.mark.parametrize(("place", "headers"), [("/api/v1/consultations", {}), ("/account/", {"Accept": "text/csv"})])
def test_programs_with_a_weak_password_get_a_problem(client, person, place, headers):
    signed_in_with_weak_password(client, person)

    answer = client.get(place, headers=headers)

    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
