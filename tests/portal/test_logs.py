"""The log: JSON, a number for each request, and nothing of what people wrote or who they are.

`make log-search` repeats it together with PostgreSQL's own log.
"""

import io
import json
import logging
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from consultations.models import Event
from portal.http.log_lines import JsonFormatter, LineFormatter, RefusalFilter
from portal.jobs.worker import Step
from portal.models import Message, User
from portal.outbox.sending import send_due
from tests.factories import UserFactory, held_in, submission_to
from tests.portal.accounts.signing_in import confirmed, sign_in
from tests.portal.planted_names import ADDRESS, NAME, NETWORK, PLANTED, SECRET, WORDS, planted_in

pytestmark = pytest.mark.django_db
LOGGERS = ("portal", "consultations", "moderation", "search", "django", "allauth", "wagtail", "gunicorn.error")


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


class Log:
    """What the site writes to its log in this test, at the levels of a site in production, formatted as there."""

    def __init__(self, formatter):
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(formatter)
        self.handler.addFilter(RefusalFilter())

    @property
    def text(self):
        return self.stream.getvalue()

    @property
    def lines(self):
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture(params=[JsonFormatter, LineFormatter], ids=["json", "line"])
def log(request):
    yield from listening(request.param())


@pytest.fixture
def json_log():
    yield from listening(JsonFormatter())


def listening(formatter):
    log = Log(formatter)
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [each.level for each in loggers]
    logging.getLogger().addHandler(log.handler)
    for each in loggers:
        each.setLevel(logging.INFO)
    yield log
    logging.getLogger().removeHandler(log.handler)
    for each, level in zip(loggers, before, strict=True):
        each.setLevel(level)


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
