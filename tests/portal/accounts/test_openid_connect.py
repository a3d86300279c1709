"""Signing in at another provider (OpenID Connect), against a real one that runs beside the test."""

import re
import socket
import subprocess
import sys
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from portal.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/account/oidc/agency/login/"


@pytest.fixture(scope="module")
def provider():
    """Run a provider in a process and on a port of its own; return its address."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)])
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(process, f"{address}/.well-known/openid-configuration")
        yield address
    finally:
        process.terminate()
        process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_answers(process, address):
    while process.poll() is None:
        try:
            return requests.get(address, timeout=30)
        except requests.ConnectionError:
            time.sleep(0.1)
    raise RuntimeError("The provider ended at once; its reason stands above.")


@pytest.fixture
def moderator():
    """Return a member of staff who has signed in here before."""
    user = UserFactory(email="mo@example.org", groups=["Submission moderators"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def agency(provider, settings):
    """Let people sign in at the provider."""
    app = {"provider_id": "agency", "name": "The agency", "client_id": "parley", "secret": "only-for-tests"}
    apps = [app | {"settings": {"server_url": provider}}]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}}
    return provider


def come_from(provider, client, email, *, verified=True):
    """Sign in at the provider as somebody, and return the portal's answer to what the browser brings back."""
    claims = {"email": email, "email_verified": verified, "name": "Cleo"}
    requests.put(f"{provider}/users/{email}", json=claims, timeout=30)
    begun = client.post(LOGIN)
    assert begun["Location"].startswith(f"{provider}/oauth2/authorize?")
    back = requests.post(begun["Location"], data={"sub": email}, allow_redirects=False, timeout=30).headers["Location"]
    return client.get(f"{urlsplit(back).path}?{urlsplit(back).query}", follow=True)


def test_somebody_new_has_an_account_afterwards(client, agency):
    come_from(agency, client, "cleo@example.org")

    user = User.objects.get(email="cleo@example.org")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_staff_come_into_the_account_that_they_have_and_still_need_a_second_factor(client, agency, settings, moderator):
    settings.SECOND_FACTOR_FOR_STAFF = True

    come_from(agency, client, "mo@example.org")

    assert client.session["_auth_user_id"] == str(moderator.pk)
    assert client.get(reverse("queue"))["Location"] == reverse("mfa_index")


def test_staff_who_never_signed_in_here_need_no_code_after_a_provider_that_knows_the_address(client, agency, settings):
    settings.SECOND_FACTOR_FOR_STAFF = True
    newcomer = UserFactory(email="Nia@example.org", groups=["Submission moderators"])

    come_from(agency, client, "nia@example.org")

    assert client.session["_auth_user_id"] == str(newcomer.pk)
    assert EmailAddress.objects.filter(user=newcomer, verified=True, primary=True).count() == 1
    assert client.get(reverse("queue"))["Location"] == reverse("mfa_index")


def test_a_password_from_before_the_address_was_confirmed_opens_nothing_afterwards(client, agency):
    user = UserFactory(email="vic@example.org")
    user.set_password("seven green ferries")
    user.save()

    come_from(agency, client, "vic@example.org")

    user.refresh_from_db()
    assert client.session["_auth_user_id"] == str(user.pk)
    assert not user.has_usable_password()


def test_a_second_factor_is_asked_for_after_the_provider(client, agency, moderator):
    TOTP.activate(moderator, generate_totp_secret())

    page = come_from(agency, client, "mo@example.org")

    assert (page.redirect_chain[-1][0], "_auth_user_id" in client.session) == (reverse("mfa_authenticate"), False)


def test_an_address_that_the_provider_did_not_confirm_opens_nobody_s_account(client, agency, moderator):
    come_from(agency, client, "mo@example.org", verified=False)

    assert "_auth_user_id" not in client.session


def test_what_did_not_begin_here_ends_nowhere(client, agency):
    query = parse_qs(urlsplit(client.post(LOGIN)["Location"]).query)
    assert {"state", "code_challenge"} <= {*query}

    answer = Client().get(f"/account/oidc/agency/login/callback/?code=made-up&state={query['state'][0]}")

    assert (answer.status_code, User.objects.exists()) == (401, False)
    assert re.search(r"<h1>\s*[^<]+</h1>", answer.content.decode())


def test_the_page_offers_the_provider_by_its_name(client, agency):
    assert "Sign in with The agency" in client.get("/account/login/").content.decode()
