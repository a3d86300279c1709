"""The log: JSON, a number for each request, and nothing of what people wrote or who they are.

`make log-search` repeats it together with PostgreSQL's own log.
"""

import logging
from datetime import timedelta

import pytest
from django.core import signing
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from consultations.models import Event
from consultations.receipt_links import receipt_key
from portal.http.log_lines import JsonFormatter, LineFormatter
from portal.jobs.worker import Step
from portal.models import Message, User
from portal.outbox.sending import send_due
from portal.outbox.templates import STOP_SALT
from search.models import ApiToken
from tests.factories import UserFactory, held_in, submission_to
from tests.portal.accounts.signing_in import PASSWORD, confirmed, sign_in
from tests.portal.log_reading import listening
from tests.portal.planted_names import ADDRESS, NAME, NETWORK, PLANTED, SECRET, WORDS, planted_in

pytestmark = pytest.mark.django_db


def break_over_words(request):
    raise ValueError(f"{NAME} <{ADDRESS}>: {request.POST.get('text')}")


def break_within(request, words):
    try:
        with transaction.atomic():
            User.objects.create(email=ADDRESS, first_name=NAME)
    except IntegrityError as error:
        raise RuntimeError(f"No account for {ADDRESS}") from error
    return HttpResponse()


urlpatterns = [
    path("breaks/", break_over_words),
    path("breaks-within/<str:words>/", break_within),
    path("", include("portal.urls")),
]


@pytest.fixture(params=[JsonFormatter, LineFormatter], ids=["json", "line"])
def log(request):
    yield from listening(request.param())


@pytest.fixture
def json_log():
    yield from listening(JsonFormatter())


@pytest.fixture
def browser(settings):
    settings.ROOT_URLCONF = __name__
    headers = {"Sec-Fetch-Site": "same-origin", "User-Agent": NAME}
    return Client(headers=headers, raise_request_exception=False, REMOTE_ADDR=NETWORK)


def post_and_moderate(browser, consultation):
    address = reverse("consultations:comment", args=[consultation.slug])
    browser.post(address, {"text": WORDS, "author_name": NAME, "email": ADDRESS})
    browser.post(address, {"text": "", "author_name": NAME})
    submission_to(consultation, WORDS, author_name=NAME)
    held_in(consultation, author_name=NAME)


def sign_in_well_and_badly(browser):
    person = confirmed(UserFactory(email=ADDRESS, first_name=NAME, groups=["Policy officers"]))
    sign_in(browser, person, password=f"not {SECRET}")
    browser.post("/account/login/", {"login": f"{NAME}@", "password": SECRET})
    browser.force_login(person)


def search_with_and_without_index(browser, settings):
    browser.get(reverse("desk"), {"q": WORDS})
    settings.SEARCH_URL = "http://127.0.0.1:9/parley"
    browser.get(reverse("desk"), {"q": WORDS})


def ask_for_what_is_refused(browser):
    browser.get(f"/{NAME}/{WORDS}/")
    browser.get(f"/consultations/{NAME}/?q={WORDS}")
    browser.get("/", headers={"Host": f"{NAME.split()[0]}.example.org"})
    browser.get(f"/{NAME}\x00/")
    browser.get(reverse("portal:stop_messages", args=[f"{ADDRESS}:x:y"]))
    strict = Client(enforce_csrf_checks=True, REMOTE_ADDR=NETWORK)
    strict.post("/account/login/", {"login": ADDRESS, "password": SECRET}, headers={"Referer": f"https://{NAME}"})


def break_everything(browser):
    browser.post("/breaks/", {"text": WORDS})
    browser.get(f"/breaks-within/{NAME}/")


def fail_to_send(settings, consultation):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    due = timedelta(minutes=-1)  # the test's transaction stands still in PostgreSQL
    one = submission_to(consultation)
    cause = Event.objects.filter(submission=one).latest("pk").pk
    Message.objects.post("consultations/author", to=ADDRESS, about=one, cause=cause, grace=due)
    send_due()


def fail_in_a_worker():
    def run():
        raise ValueError(f"{NAME}: {WORDS}")

    step = Step(name="a step", run=run, every=1)
    step.run_once()
    step.run_once()


def fail_in_gunicorn():
    logger = logging.getLogger("gunicorn.error")
    logger.warning(f"Invalid request from ip={NETWORK}: {WORDS}")  # noqa: G004  (as gunicorn writes it)
    try:
        raise ValueError(WORDS)
    except ValueError:
        logger.exception("Error handling request %s", f"/?q={WORDS}")


def test_nothing_of_a_person_reaches_the_log(log, browser, consultation, settings):
    sign_in_well_and_badly(browser)
    post_and_moderate(browser, consultation)
    search_with_and_without_index(browser, settings)
    ask_for_what_is_refused(browser)
    break_everything(browser)
    fail_to_send(settings, consultation)
    fail_in_a_worker()
    fail_in_gunicorn()

    assert planted_in(log.text) == []
    told = ("ValueError", "IntegrityError", "RuntimeError", "The step a step failed", "no index", "is away")
    assert [word for word in told if word not in log.text] == []


def secrets_used(browser, person, consultation):
    """Use every kind of secret in ways that leave lines in the log; return them by name."""
    text = submission_to(consultation, author=person)
    _token, shown = ApiToken.issue(person, "tool", 30)
    return {
        "password": PASSWORD,
        "session": browser.session.session_key,
        "csrf": str(browser.get("/account/sessions/").context["csrf_token"]),
        "receipt": receipt_key(text.reference),
        "api": shown,
        "stop": signing.dumps(["consultations/author", text.pk], salt=STOP_SALT),
        "visitor": "Yy7tFq0vKXm2",
    }


def test_no_password_no_session_and_no_key_reaches_the_log(log, browser, consultation):
    person = confirmed(UserFactory(groups=["Policy officers"]))
    sign_in(browser, person)
    used = secrets_used(browser, person, consultation)
    browser.cookies["visitor"] = used["visitor"]
    headers = {"Authorization": f"Bearer {used['api']}x"}

    browser.get(f"/breaks-within/{used['receipt']}/?key={used['receipt']}")
    browser.post("/breaks/", used)
    browser.get("/admin/reports/outbox/", {"key": used["session"]})
    browser.get("/api/v1/desk/search?q=x", headers=headers)
    browser.get(reverse("portal:stop_messages", args=[used["stop"] + "x"]))
    Client(enforce_csrf_checks=True).post("/account/login/", {"login": person.email, "password": PASSWORD})
    browser.logout()
    sign_in(browser, person, password=f"{PASSWORD}!")

    assert [name for name, secret in used.items() if secret in log.text] == []
    assert [kind for kind in ("bad_link", "other_site", "sign_in_failed", "bad_token") if kind not in log.text] == []
    assert "ValueError" in log.text


def test_the_search_finds_what_was_planted():
    """The formatters are what keeps it out: the same records, as Python writes them, hold it."""
    for log in listening(logging.Formatter("%(message)s")):
        fail_in_a_worker()
        fail_in_gunicorn()

        assert {"Wilhelmina", "heron", NETWORK} <= {*planted_in(log.text)} <= {*PLANTED}


def test_a_page_quotes_the_number_by_which_its_lines_are_found(json_log, browser):
    answer = browser.post("/breaks/", {"text": WORDS})

    number = answer["X-Request-ID"]
    assert (answer.status_code, f"<code>{number}</code>" in answer.content.decode()) == (500, True)
    [line] = [line for line in json_log.lines if line["level"] == "ERROR"]
    assert (line["request_id"], line["message"]) == (number, "500 POST /breaks/")
    assert line["trace"][0] == "builtins.ValueError"
    assert line["trace"][-1].endswith("break_over_words")


def test_a_page_that_is_refused_quotes_its_number(browser, client, citizen):
    client.force_login(citizen)
    refused = client.get("/admin/")

    assert refused.status_code == 403
    assert f"<code>{refused['X-Request-ID']}</code>" in refused.content.decode()
    strict = Client(enforce_csrf_checks=True)
    refused = strict.post("/account/login/", {"login": ADDRESS})
    assert f"<code>{refused['X-Request-ID']}</code>" in refused.content.decode()


def test_each_request_has_a_number_of_our_own(client):
    numbers = [client.get("/", headers={"X-Request-ID": NAME})["X-Request-ID"] for _n in range(2)]

    assert numbers[0] != numbers[1]
    assert all(len(number) == 32 and number.isalnum() for number in numbers)


def test_a_page_from_the_store_has_the_number_of_its_request(client, consultation):
    address = reverse("consultations:detail", args=[consultation.slug])
    first, second = client.get(address), client.get(address)

    assert first.content == second.content
    assert first["X-Request-ID"] != second["X-Request-ID"]
