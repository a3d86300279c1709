"""Sessions: how they begin and end, and what a browser keeps of them."""

from secrets import SystemRandom

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as site_settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import reverse
from django.utils import crypto

from portal.models import User
from tests.factories import UserFactory
from tests.portal.accounts.signing_in import PASSWORD, confirmed, sign_in, signed_in_as

pytestmark = pytest.mark.django_db

SESSIONS = "/account/sessions/"
OTHER_PASSWORD = "nine quiet herons"


def cookie_of(client):
    return client.cookies[site_settings.SESSION_COOKIE_NAME]


def test_signing_in_makes_a_new_session(client, person):
    client.get(reverse("account_login"))
    client.session.save()
    before = client.session.session_key

    sign_in(client, person)

    assert cookie_of(client).value not in ("", before)
    assert len(cookie_of(client).value) * 5 >= 64  # bits, of 36 signs


def test_the_name_of_a_session_comes_from_the_generator_of_the_system(monkeypatch):
    asked = []

    def choice(letters):
        asked.append(letters)
        return SystemRandom().choice(letters)

    monkeypatch.setattr(crypto.secrets, "choice", choice)
    session = SessionStore()
    session.create()

    assert site_settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
    assert (len(session.session_key), len(asked)) == (32, 32)


def test_the_session_is_in_a_cookie_and_in_no_address(client, person):
    answer = sign_in(client, person)
    page = client.get("/account/").content.decode()

    assert (cookie_of(client)["httponly"], cookie_of(client)["samesite"], cookie_of(client)["path"]) == (
        True,
        "Lax",
        "/",
    )
    assert cookie_of(client).value not in answer["Location"]
    assert cookie_of(client).value not in page


def test_signing_out_ends_the_session(client, person):
    sign_in(client, person)
    stolen = Client(headers={"Sec-Fetch-Site": "same-origin"})
    stolen.cookies[site_settings.SESSION_COOKIE_NAME] = cookie_of(client).value
    assert stolen.get("/account/").status_code == 200

    client.post(reverse("account_logout"))

    assert stolen.get("/account/").status_code == 302
    assert signed_in_as(client) is None


def test_a_session_lasts_a_working_day_at_most(client, person):
    sign_in(client, person)

    assert int(cookie_of(client)["max-age"]) == 12 * 3600


def test_a_new_password_ends_the_other_sessions(client, person):
    other = Client(headers={"Sec-Fetch-Site": "same-origin"})
    for browser in (client, other):
        sign_in(browser, person)

    sent = {"oldpassword": PASSWORD, "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
    client.post(reverse("account_change_password"), sent)

    assert User.objects.get(pk=person.pk).check_password(OTHER_PASSWORD)
    assert (client.get("/account/").status_code, other.get("/account/").status_code) == (200, 302)


def signed_in_browsers(person, *agents):
    """Return browsers that are signed in, each with what it says of itself."""
    browsers = [Client(headers={"Sec-Fetch-Site": "same-origin", "User-Agent": agent}) for agent in agents]
    for browser in browsers:
        sign_in(browser, person)
    return browsers


@pytest.mark.parametrize("ended", ["one", "others"])
def test_sessions_are_listed_and_ended_by_who_says_again_who_it_is(person, ended, time_machine):
    time_machine.move_to("2026-11-02 09:00Z")
    here, one, other = signed_in_browsers(person, "Firefox/1 Linux", "Safari/1 iPhone", "Edg/1 Windows")
    time_machine.move_to("2026-11-02 09:06Z")
    page = here.get(SESSIONS).content.decode()
    told = [name for name in ("Firefox on Linux", "Safari on iPhone", "Edge on Windows") if name in page]
    assert len(told) == 3
    chosen = {"session": session_of(one).pk} if ended == "one" else {}

    asked = here.post(SESSIONS, chosen)
    unproven = [browser.get("/account/").status_code for browser in (one, other)]
    here.post(asked["Location"].partition("?")[0], {"password": PASSWORD, "next": SESSIONS})

    assert asked["Location"].startswith("/account/reauthenticate/")
    assert unproven == [200, 200]
    ends = [200, 302, 200] if ended == "one" else [200, 302, 302]
    assert [browser.get("/account/").status_code for browser in (here, one, other)] == ends


def test_nobody_ends_the_session_of_somebody_else(client, person):
    [theirs] = signed_in_browsers(confirmed(UserFactory()), "Firefox/1 Linux")
    sign_in(client, person)

    client.post(SESSIONS, {"session": session_of(theirs).pk})

    assert theirs.get("/account/").status_code == 200


def session_of(browser):
    return UserSession.objects.get(session_key=cookie_of(browser).value)


def test_browsers_keep_no_page_of_one_s_own(client, person, consultation):
    sign_in(client, person)

    kept = client.get("/account/")["Cache-Control"]

    assert "no-store" in kept or "no-cache" in kept
    assert "private" in kept


@pytest.mark.parametrize("address", ["/", "/account/login/", "/api/v1/consultations", "/nothing/", "/theme.css"])
def test_every_answer_names_its_encoding_and_no_version(client, address):
    answer = client.get(address)

    assert {"Server", "X-Powered-By", "X-Runtime"} & set(answer.headers) == set()
    kind = answer["Content-Type"]
    assert "charset=utf-8" in kind if kind.startswith("text/") else kind.startswith("application/")
