"""Forms that another site's page sends are refused without a token; who does not say where from gets the puzzle."""

import pytest
from django.test import Client
from django.urls import reverse

from consultations.models import Submission, Support
from tests.consultations.submitting import comment
from tests.factories import idea_for

pytestmark = pytest.mark.django_db

WISHES = ("support", "take_back")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 302),
        ({"Sec-Fetch-Site": "none"}, 302),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 302),
        ({"Origin": "http://testserver"}, 302),
        ({"Origin": "null", "Referer": "http://testserver/consultations/"}, 302),
        ({"Referer": "http://testserver/consultations/"}, 302),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://testserver"}, 403),
        ({"Origin": "http://testserver.evil.example"}, 403),
        ({"Origin": "http://testserver:8080"}, 403),
        ({"Referer": "https://evil.example/http://testserver/"}, 403),
        ({}, 422),
        ({"Origin": "null"}, 422),
        ({"Referer": "about:blank"}, 422),
    ],
)
def test_a_comment_is_taken_from_our_own_pages_only(consultation, headers, status):
    answer = comment(Client(enforce_csrf_checks=True, headers=headers), consultation)

    assert answer.status_code == status
    assert Submission.objects.count() == (status == 302)
    assert ('name="captcha_1"' in answer.content.decode()) == (status == 422)
    assert ("from a page of another site" in answer.content.decode()) == (status == 403)


@pytest.mark.parametrize(("secure", "status"), [(True, 302), (False, 403)])
def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_was_asked_for(settings, consultation, secure, status):
    settings.ALLOWED_HOSTS = ["consult.example.org", "other.example.org"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    forwarded = {"X-Forwarded-Proto": "https"} if secure else {}
    headers = {"Host": "other.example.org", "Origin": "https://other.example.org", **forwarded}

    assert comment(Client(headers=headers), consultation).status_code == status


def test_the_sites_own_address_is_trusted_whatever_the_proxy_says(settings, consultation):
    settings.CSRF_TRUSTED_ORIGINS = ["https://consult.example.org"]

    assert comment(Client(headers={"Origin": "https://consult.example.org"}), consultation).status_code == 302


@pytest.mark.parametrize("wish", WISHES)
def test_another_site_cannot_support_in_somebodys_name(client, consultation, wish):
    idea = idea_for(consultation)
    address = {name: reverse(f"consultations:{name}", args=[consultation.slug, idea.reference]) for name in WISHES}
    if wish == "take_back":
        client.post(address["support"], {"token": "0123456789abcdef"})
    before = Support.objects.count()

    answer = client.post(address[wish], {"token": "0123456789abcdef"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code, Support.objects.count()) == (403, before)


def test_a_support_from_nobody_knows_where_costs_a_puzzle(consultation):
    idea = idea_for(consultation)
    address = reverse("consultations:support", args=[consultation.slug, idea.reference])

    asked = Client().post(address, {"token": "0123456789abcdef"})
    wrong = Client().post(address, {"token": "0123456789abcdef", "captcha_0": "x", "captcha_1": "7"})

    assert [answer.status_code for answer in (asked, wrong)] == [422, 422]
    assert 'name="captcha_1"' in asked.content.decode()
    assert Support.objects.count() == 0


@pytest.mark.parametrize("name", ["account_login", "queue_next"])
def test_staff_pages_and_logging_in_keep_djangos_token(name):
    assert Client(enforce_csrf_checks=True).post(reverse(name)).status_code == 403
