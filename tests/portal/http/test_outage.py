"""The database is away, or takes nothing: what people see, and what machines are told."""

import re
from html import unescape

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from consultations.models import Submission
from portal.health import probe
from tests.consultations.submitting import comment

pytestmark = pytest.mark.django_db
WORDS = "The night bus should wait for the ferry & the tram."
TOKEN = "a-token-of-this-form"


@pytest.fixture
def outage():
    """Return a block in which the database is away."""

    def fail(*_statement):
        raise OperationalError("the server closed the connection unexpectedly")

    probe.due_at = 0.0
    yield connection.execute_wrapper(fail)
    probe.due_at = 0.0


@pytest.fixture
def browser(client):
    client.raise_request_exception = False
    return client


def hidden(answer):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.content.decode())
    return {name: unescape(value) for name, value in found}


def test_a_text_comes_back_and_is_sent_again_with_one_tap(browser, consultation, outage):
    with outage:
        answer = comment(browser, consultation, WORDS, token=TOKEN)
    page = answer.content.decode()

    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "30", "no-store")
    assert "We cannot say whether what you sent was saved." in page
    assert unescape(re.search(r'<p class="own__text" dir="auto">(.*?)</p>', page)[1]) == WORDS

    again = browser.post(re.search(r'action="([^"]+)"', page)[1], hidden(answer))
    second = browser.post(re.search(r'action="([^"]+)"', page)[1], hidden(answer))
    assert [again.status_code, second.status_code] == [302, 302]
    assert [each.current.text for each in Submission.objects.all()] == [WORDS]


def test_passwords_do_not_come_back(browser, outage):
    with outage:
        answer = browser.post(reverse("account_login"), {"login": "a@b.example", "password": "seven green ferries"})

    assert answer.status_code == 503
    assert "seven green ferries" not in answer.content.decode()


def test_a_page_s_password_does_not_come_back(browser, outage):
    with outage:
        answer = browser.post("/_util/authenticate_with_password/1/2/", {"password": "seven green ferries"})

    assert answer.status_code == 503
    assert "seven green ferries" not in answer.content.decode()


@pytest.mark.parametrize("name", ["password", "new_password1", "code", "csrfmiddlewaretoken", "captcha_1"])
def test_no_secret_comes_back_from_any_form(browser, consultation, outage, name):
    with outage:
        answer = comment(browser, consultation, WORDS, **{name: "seven green ferries"})
    page = unescape(answer.content.decode())

    assert ("seven green ferries" in page, WORDS in page) == (False, True)


def test_a_form_with_a_token_of_the_site_is_only_to_be_copied(browser, consultation, outage):
    with outage:
        answer = comment(browser, consultation, WORDS, csrfmiddlewaretoken="x" * 64)

    assert "Send it again" not in answer.content.decode()
    assert "Copy it, and go back to the form" in answer.content.decode()


def test_a_form_of_unknown_origin_does_not_become_one_of_ours(consultation, outage):
    browser = Client(raise_request_exception=False)
    with outage:
        answer = comment(browser, consultation, WORDS, token=TOKEN)
    page = unescape(answer.content.decode())

    assert (WORDS in page, hidden(answer), "Send it again" in page) == (True, {}, False)


def test_a_form_of_another_site_does_not_come_back(browser, consultation, outage):
    with outage:
        answer = browser.post(
            reverse("consultations:comment", args=[consultation.slug]),
            {"text": WORDS},
            headers={"Sec-Fetch-Site": "cross-site"},
        )

    assert WORDS not in unescape(answer.content.decode())


def test_programs_get_a_problem(browser, outage):
    with outage:
        answer = browser.get(reverse("api:consultations"))

    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")


@pytest.mark.django_db(transaction=True)
def test_readiness_is_red_while_writes_fail_and_green_again(client, outage):
    def no_writes(execute, statement, values, many, context):
        if statement.lstrip().startswith("INSERT"):
            raise OperationalError("database or disk is full")
        return execute(statement, values, many, context)

    assert client.get(reverse("portal:ready")).status_code == 200
    probe.due_at = 0.0
    with connection.execute_wrapper(no_writes):
        red = client.get(reverse("portal:ready"))
    probe.due_at = 0.0

    assert (red.status_code, red.json()) == (503, {"status": "writes fail"})
    assert client.get(reverse("portal:ready")).status_code == 200


def test_readiness_asks_the_database_once_in_a_while_only(client, outage):
    client.get(reverse("portal:ready"))
    before = rows_written()

    for _time in range(3):
        client.get(reverse("portal:ready"))

    assert rows_written() == before


def rows_written():
    from portal.http.rate_limits import RateCount

    return list(RateCount.objects.filter(name="readiness").values_list("number", flat=True))
